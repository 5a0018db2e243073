"""What the group may do with a report: one yes for each use, and none by default."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from incidents.checklist.items import Form, Item, Reach, Section
from incidents.checklist.kinds import One, Uses, YesNo

CALL = Form.FULL | Form.CALL

PERMISSION = Section(
    key="permission",
    title=_("Your choices"),
    items=(
        Item(
            key="purpose",
            label=_("Why are you sending this?"),
            kind=One(
                {
                    "seek_legal_help": _("I want legal help"),
                    "witness_for_others": _("To be a witness for others"),
                    "for_the_record": _("So that there is a record"),
                }
            ),
            on=CALL,
            reach=Reach.CARD,
            on_card="reporter.purpose",
        ),
        Item(
            key="uses",
            label=_("May this group use it for these things?"),
            kind=Uses(),
            on=CALL,
        ),
        Item(
            key="notify",
            label=_("May we email you when there is a message?"),
            help=_("The email says nothing else. Your messages wait here for your six words."),
            kind=YesNo(),
            on=CALL,
            reach=Reach.CARD,
            on_card="reporter.notify",
        ),
        Item(
            key="tell_me",
            label=_("If someone else reports the same agents, may the group tell you?"),
            kind=YesNo(),
            on=CALL,
            reach=Reach.CARD,
            on_card="reporter.tell_me",
        ),
    ),
)
