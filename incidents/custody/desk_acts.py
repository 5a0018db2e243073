"""What accounts tells of a desk: each act's coarse class, and its sentence."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DESK_ACTS: Mapping[str, tuple[str, Promise]] = {
    "desk_founded": ("seated", _("The desk was founded.")),
    "desk_opened": ("opened", _("The desk was opened by one of its members.")),
    "page_changed": ("seated", _("The desk's public page was changed.")),
    "invited": ("seated", _("A code to join with was made.")),
    "words_offered": ("seated", _("A code for new words was made, for a member who lost theirs.")),
    "code_ended": ("seated", _("A code was ended before anybody was seated by it.")),
    "code_used": ("seated", _("A code was used. Nobody is seated by it yet.")),
    "code_over": ("seated", _("A code was over, and removed.")),
    "code_refused": ("seated", _("A code was refused: it was used, over, or somebody else's.")),
    "seated": ("seated", _("A member was seated.")),
    "seat_carried": ("rotated", _("A member who stays was given the desk's new key.")),
    "role_changed": ("seated", _("A member's role was changed.")),
    "words_changed": ("seated", _("A member changed their words and was given the key anew.")),
    "words_replaced": ("seated", _("A member who lost their words got new ones. Their seat waits.")),
    "second_step_anew": ("seated", _("A member who lost their phone may set up another second step.")),
    "second_step_guessed": (
        "seated",
        _("Somebody gave a member's words and guessed codes. They need new words."),
    ),
    "unseated": ("seated", _("A seat was taken away.")),
    "rotated": ("rotated", _("The desk got a new key.")),
    "carried": ("rotated", _("All that hung on the former key hangs on the new one.")),
    "kit_made": ("seated", _("A new recovery kit was made. The former one opens nothing.")),
    "kit_tested": ("seated", _("The recovery kit was tried and opens the desk.")),
    "kit_refused": ("seated", _("Another key than this desk's newest kit was tried as its kit, and refused.")),
    "kit_dropped": ("seated", _("The recovery kit went with a lead who left or is lead no more. Make a new one.")),
    "former_dropped": ("rotated", _("A former key was dropped: nothing hung on it any more.")),
    "pinned": ("seated", _("The operator heard the desk's check words and pinned its key.")),
    "auditor_seated": ("seated", _("The operator made somebody an auditor, who walks the lines of the ledger.")),
    "auditor_ended": ("seated", _("The operator ended an auditor's work.")),
    "kit_used": ("seated", _("The desk was opened with its recovery kit, and a new kit was made.")),
}
