"""People who were there, and what each agreed to."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from incidents.checklist.items import Form, Grade, Item, Section
from incidents.checklist.kinds import Contact, Many, Text, YesNo

CALL = Form.FULL | Form.CALL

PEOPLE = Section(
    key="people",
    title=_("People who were there"),
    at_most=20,
    one=_("Person"),
    more=_("More about this person (you can skip this)"),
    another=_("Save and add another person"),
    label_from="alias",
    items=(
        Item(
            key="role",
            label=_("Who is this person?"),
            kind=Many(
                {
                    "person_held": _("Person held"),
                    "family": _("Family"),
                    "child": _("Child"),
                    "witness": _("Witness"),
                    "observer": _("Observer"),
                    "translator": _("Translator"),
                    "lawyer": _("Lawyer"),
                    "boss": _("Boss"),
                    "landlord": _("Landlord"),
                    "helper": _("Helper"),
                    "other": _("Other"),
                }
            ),
            on=CALL,
        ),
        Item(
            key="alias",
            label=_("What should we call this person?"),
            help=_("It does not have to be a real name. 'Woman in the red coat' is fine."),
            kind=Text(),
            on=CALL,
        ),
        Item(
            key="agreed",
            label=_("Did this person say you may share their name or number?"),
            help=_("If not, please leave the next two blank."),
            kind=YesNo(),
            on=CALL,
        ),
        Item(
            key="name",
            label=_("What is the name?"),
            kind=Text(),
            on=CALL,
            shown_at=Grade.PROTECTIVE_ORDER,
            needs_yes="agreed",
        ),
        Item(
            key="contact",
            label=_("How can a lawyer reach this person?"),
            kind=Contact(),
            on=CALL,
            needs_yes="agreed",
        ),
        Item(
            key="willing",
            label=_("What would this person do?"),
            kind=Many(
                {
                    "talk_to_a_lawyer": _("Talk to a lawyer"),
                    "sign_a_statement": _("Sign a statement"),
                    "speak_in_court": _("Speak in court"),
                    "only_without_name": _("Only without a name"),
                    "not_now": _("Not now"),
                }
            ),
        ),
        Item(
            key="stood",
            label=_("Where was this person, and what could they see?"),
            kind=Text(),
            may_not_see=True,
        ),
        Item(
            key="recorded",
            label=_("Did this person take photos or video?"),
            kind=YesNo(),
            on=CALL,
            may_not_see=True,
        ),
    ),
)
