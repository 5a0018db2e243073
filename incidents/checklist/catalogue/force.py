"""Force that was used, each time it was."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from incidents.checklist.items import Form, Grade, Item, Reach, Section
from incidents.checklist.kinds import Link, Many, One, YesNo

FORCE = Section(
    key="force",
    title=_("Force they used"),
    at_most=20,
    one=_("Use of force"),
    another=_("Save and add more force"),
    items=(
        Item(
            key="kind",
            label=_("What force did you see?"),
            kind=Many(
                {
                    "none": _("None"),
                    "grab_or_push": _("Grab or push"),
                    "takedown": _("Takedown to the ground"),
                    "hitting": _("Hitting"),
                    "kneeling_on_someone": _("Kneeling on someone"),
                    "choking": _("Choking"),
                    "tight_cuffs": _("Tight cuffs"),
                    "dragging": _("Dragging"),
                    "window_smashed": _("A window smashed"),
                    "taser": _("Taser"),
                    "pepper_spray": _("Pepper spray"),
                    "tear_gas_or_crowd_control": _("Tear gas or crowd control"),
                    "rubber_or_other_rounds": _("Rubber or other rounds"),
                    "dog": _("Dog"),
                    "car_used_to_hit": _("A car used to hit"),
                    "gun_pointed": _("A gun pointed"),
                    "gun_fired": _("A gun fired"),
                }
            ),
            on=Form.FULL | Form.CALL,
            may_not_see=True,
            reach=Reach.CARD,
            on_card="what.force",
            shown_at=Grade.PUBLIC,
        ),
        Item(
            key="on_whom",
            label=_("Who was it done to?"),
            kind=Link(to=("people",)),
            may_not_see=True,
            shown_at=Grade.PSEUDONYMOUS,
        ),
        Item(
            key="by_whom",
            label=_("Who did it?"),
            kind=Link(to=("agents",)),
            may_not_see=True,
            shown_at=Grade.PSEUDONYMOUS,
        ),
        Item(
            key="before",
            label=_("What was that person doing right before?"),
            kind=One(
                {
                    "nothing": _("Nothing"),
                    "talking": _("Talking"),
                    "walking_away": _("Walking away"),
                    "pulling_away": _("Pulling away"),
                    "running": _("Running"),
                    "fighting": _("Fighting"),
                }
            ),
            may_not_see=True,
            shown_at=Grade.PUBLIC,
        ),
        Item(
            key="warned",
            label=_("Did they give a warning first?"),
            kind=YesNo(),
            may_not_see=True,
            shown_at=Grade.PUBLIC,
        ),
    ),
)
