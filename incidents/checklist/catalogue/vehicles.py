"""Cars and vans."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from incidents.checklist.compare import PLATE
from incidents.checklist.items import Form, Grade, Item, Reach, Section
from incidents.checklist.kinds import Count, Mark, One, Text, YesNo
from incidents.checklist.lists import STATES

CALL = Form.FULL | Form.CALL

LOOKS = _("What the car looked like")
DEEDS = _("What the car did")

VEHICLES = Section(
    key="vehicles",
    title=_("Cars and vans"),
    at_most=10,
    one=_("Car"),
    more=_("More about this car (you can skip this)"),
    another=_("Save and add another car"),
    items=(
        Item(
            key="plate",
            label=_("What was on the license plate?"),
            help=_("Use ? for a part you could not read."),
            kind=Mark(same=PLATE),
            on=CALL,
            may_not_see=True,
            reach=Reach.KEY,
            shown_at=Grade.PSEUDONYMOUS,
        ),
        Item(
            key="plate_state",
            label=_("Which state was the plate from?"),
            kind=One(
                {
                    **STATES,
                    "us_government": _("US government"),
                    "other_country": _("Other country"),
                }
            ),
            on=CALL,
            may_not_see=True,
        ),
        Item(
            key="plate_kind",
            label=_("What kind of plate was it?"),
            kind=One(
                {
                    "regular": _("Regular"),
                    "us_government": _("US government"),
                    "dealer": _("Dealer"),
                    "temporary": _("Temporary"),
                    "no_plate": _("No plate"),
                    "covered_up": _("Covered up"),
                    "front_and_back_differ": _("Front and back differ"),
                }
            ),
            may_not_see=True,
            topic=LOOKS,
        ),
        Item(
            key="body",
            label=_("What kind of car was it?"),
            kind=One(
                {
                    "suv": _("SUV"),
                    "van": _("Van"),
                    "car": _("Car"),
                    "pickup": _("Pickup"),
                    "bus": _("Bus"),
                    "armored": _("Armored"),
                    "other": _("Other"),
                }
            ),
            on=CALL,
            may_not_see=True,
        ),
        Item(key="color", label=_("What color was it?"), kind=Text(), on=CALL, may_not_see=True),
        Item(key="make_model", label=_("What make or model?"), kind=Text(), on=CALL, may_not_see=True),
        Item(
            key="markings",
            label=_("Did the car say police or an agency?"),
            kind=One(
                {
                    "no_markings": _("No markings"),
                    "police": _("Police"),
                    "agency_name": _("Agency name"),
                }
            ),
            on=CALL,
            may_not_see=True,
        ),
        Item(
            key="lights_used",
            label=_("Did they use flashing lights or a siren?"),
            kind=YesNo(),
            may_not_see=True,
            topic=DEEDS,
        ),
        Item(key="other_marks", label=_("Dark windows, a cage, dents, stickers?"), kind=Text(), topic=LOOKS),
        Item(
            key="loaded",
            label=_("How many people did they put in it?"),
            kind=Count(),
            may_not_see=True,
            topic=DEEDS,
        ),
        Item(key="went", label=_("Which way did it go?"), kind=Text(), may_not_see=True, topic=DEEDS),
        Item(key="seen_before", label=_("Have you seen this car before? Where?"), kind=Text(), topic=DEEDS),
    ),
)
