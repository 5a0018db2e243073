"""Proof that someone else still holds, and the day to ask for it by."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from incidents.checklist.items import Form, Item, Section
from incidents.checklist.kinds import Contact, Moment, One, Text

CALL = Form.FULL | Form.CALL

LEADS = Section(
    key="leads",
    title=_("Cameras and phones"),
    at_most=10,
    one=_("Camera or phone"),
    another=_("Save and add another camera"),
    items=(
        Item(
            key="source",
            label=_("Is there a camera or phone that may have more?"),
            kind=One(
                {
                    "store_camera": _("Store camera"),
                    "doorbell": _("Doorbell"),
                    "bus_or_train": _("Bus or train"),
                    "school": _("School"),
                    "traffic_camera": _("Traffic camera"),
                    "body_camera": _("Body camera"),
                    "car_camera": _("Car camera"),
                    "call_to_911": _("Call to 911"),
                    "someones_phone": _("Someone's phone"),
                    "other": _("Other"),
                }
            ),
            on=CALL,
        ),
        Item(key="where", label=_("Where is it?"), kind=Text(), on=CALL),
        # Nobody asks this person for a yes yet: the desk reads it, and no packet holds it.
        Item(key="holder", label=_("Who can we ask?"), kind=Contact(), on=CALL, needs_yes="agreed"),
        Item(key="ask_by", label=_("Ask by this day"), kind=Moment(), on=Form.DESK),
        Item(key="letter_sent", label=_("Letter sent on"), kind=Moment(), on=Form.DESK),
        Item(key="answer", label=_("Answer"), kind=Text(), on=Form.DESK),
    ),
)
