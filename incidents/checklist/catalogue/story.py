"""The witness's own words: optional, last, and only there."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from incidents.checklist.items import Form, Grade, Item, Section
from incidents.checklist.kinds import Long

STORY = Section(
    key="story",
    title=_("Your own words"),
    items=(
        Item(
            key="text",
            label=_("Is there anything else? Use your own words."),
            help=_("You can skip this. Short is fine. Say what you saw and heard."),
            kind=Long(),
            on=Form.FULL | Form.CALL,
            shown_at=Grade.PROTECTIVE_ORDER,
        ),
    ),
)
