"""What was said, and what was said back."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from incidents.checklist.items import Form, Grade, Item, Section
from incidents.checklist.kinds import Link, Many, One, Words

CALL = Form.FULL | Form.CALL

WORDS = Section(
    key="words",
    title=_("What they said"),
    at_most=40,
    one=_("Words"),
    more=_("More about these words (you can skip this)"),
    another=_("Save and add more words"),
    items=(
        Item(
            key="speaker",
            label=_("Who said it?"),
            kind=Link(
                to=("agents", "people"),
                also={
                    "translator": _("A translator"),
                    "bystander": _("A bystander"),
                },
            ),
            on=CALL,
            shown_at=Grade.PSEUDONYMOUS,
        ),
        Item(
            key="said",
            label=_("What did they say? Use the same words if you can."),
            kind=Words(),
            on=CALL,
            shown_at=Grade.PSEUDONYMOUS,
        ),
        Item(key="reply", label=_("What was said back?"), kind=Words(), shown_at=Grade.PSEUDONYMOUS),
        Item(
            key="about",
            label=_("What was it about?"),
            kind=Many(
                {
                    "who_they_are": _("Who they are"),
                    "why_here": _("Why they were here"),
                    "asked_for_papers": _("Asked for papers"),
                    "asked_to_come_in": _("Asked to come in"),
                    "an_order": _("An order"),
                    "a_threat": _("A threat"),
                    "an_insult": _("An insult"),
                    "a_promise": _("A promise"),
                    "the_paper": _("The paper"),
                    "under_arrest": _("Under arrest"),
                    "reason_for_arrest": _("The reason for the arrest"),
                    "rights": _("Rights"),
                    "no_lawyer_or_call": _("No lawyer or call"),
                    "stop_filming": _("Stop filming"),
                    "leave": _("To leave"),
                    "where_they_take_people": _("Where they take people"),
                    "admitted_something": _("They admitted something"),
                    "other": _("Other"),
                }
            ),
            shown_at=Grade.PSEUDONYMOUS,
        ),
        Item(
            key="heard",
            label=_("How did you hear it?"),
            kind=One(
                {
                    "in_person": _("In person"),
                    "through_a_door": _("Through a door"),
                    "on_a_recording": _("On a recording"),
                    "by_phone": _("By phone"),
                    "on_a_radio": _("On a radio"),
                },
                line=_("If recorded, which file and what time in it?"),
            ),
            shown_at=Grade.PSEUDONYMOUS,
        ),
        Item(
            key="when",
            label=_("When was it said?"),
            kind=One(
                {
                    "before_they_went_in": _("Before they went in"),
                    "at_the_door": _("At the door"),
                    "inside": _("Inside"),
                    "during_the_stop": _("During the stop"),
                    "after_the_cuffs": _("After the cuffs"),
                    "later": _("Later"),
                }
            ),
            shown_at=Grade.PSEUDONYMOUS,
        ),
    ),
)
