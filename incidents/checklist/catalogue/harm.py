"""Harm that was done, to people and things."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from incidents.checklist.items import Form, Grade, Item, Reach, Section
from incidents.checklist.kinds import Many, One, Text

HARM = Section(
    key="harm",
    title=_("Harm that was done"),
    at_most=10,
    one=_("Harm"),
    another=_("Save and add more harm"),
    items=(
        Item(
            key="kind",
            label=_("What harm was done?"),
            kind=Many(
                {
                    "pain": _("Pain"),
                    "injury": _("Injury"),
                    "could_not_breathe": _("Someone could not breathe"),
                    "medicine_kept_away": _("Medicine kept away"),
                    "child_left_alone": _("A child left alone"),
                    "property_broken": _("Things broken"),
                    "phone_taken": _("A phone taken"),
                    "phone_wiped": _("A phone wiped"),
                    "filming_stopped": _("Filming stopped"),
                    "lost_work": _("Work lost"),
                    "other": _("Other"),
                }
            ),
            on=Form.FULL | Form.CALL,
            may_not_see=True,
            reach=Reach.CARD,
            on_card="what.harm",
            shown_at=Grade.PUBLIC,
        ),
        Item(
            key="details",
            label=_("What happened, in a few words?"),
            kind=Text(),
            shown_at=Grade.PSEUDONYMOUS,
        ),
        Item(
            key="care",
            label=_("Did the hurt person get medical help?"),
            kind=One(
                {
                    "not_needed": _("Not needed"),
                    "asked_and_got": _("Asked, and got it"),
                    "asked_and_refused": _("Asked, and did not get it"),
                    "offered": _("Agents offered it"),
                    "not_offered": _("Nobody offered it"),
                    "later_alone": _("Later, on their own"),
                },
                line=_("Where did the person get help?"),
            ),
            may_not_see=True,
            shown_at=Grade.PUBLIC,
        ),
        Item(
            key="cost",
            label=_("About how much was broken or lost, in dollars?"),
            kind=Text(),
            shown_at=Grade.PSEUDONYMOUS,
        ),
    ),
)
