"""Going inside: each home, work area or car they went into."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from incidents.checklist.items import Form, Grade, Item, Reach, Section
from incidents.checklist.kinds import Count, Many, One, Text, Words, YesNo

CALL = Form.FULL | Form.CALL

CONSENT = _("What was said at the door")
PRESSURE = _("Threats and tricks")
SEARCH = _("What they searched and took")

ENTRY = Section(
    key="entry",
    title=_("Doors and searches"),
    at_most=5,
    one=_("Place they went into"),
    more=_("More about this place (you can skip this)"),
    another=_("Save and add another place"),
    items=(
        Item(
            key="entered",
            label=_("Did they go inside?"),
            kind=One(
                {
                    "yes": _("Yes"),
                    "tried": _("They tried"),
                    "no": _("No"),
                }
            ),
            on=CALL,
            may_not_see=True,
            reach=Reach.CARD,
            shown_at=Grade.PUBLIC,
        ),
        Item(
            key="what_place",
            label=_("What did they go into?"),
            kind=One(
                {
                    "home": _("A home"),
                    "yard_or_hall": _("A yard or hall"),
                    "work_staff_area": _("A staff area at work"),
                    "car": _("A car"),
                    "other": _("Other"),
                }
            ),
            shown_at=Grade.PUBLIC,
        ),
        Item(
            key="how",
            label=_("How did they get in?"),
            kind=Many(
                {
                    "someone_let_them_in": _("Someone let them in"),
                    "door_opened_then_pushed": _("The door was opened, then pushed"),
                    "followed_someone_in": _("They followed someone in"),
                    "owner_or_boss_let_them_in": _("The owner or boss let them in"),
                    "broke_a_door": _("They broke a door"),
                    "broke_a_window": _("They broke a window"),
                    "it_was_open": _("It was open"),
                    "opened_a_car": _("They opened a car"),
                    "ordered_people_out": _("They ordered people out"),
                }
            ),
            on=CALL,
            may_not_see=True,
            shown_at=Grade.PUBLIC,
        ),
        Item(
            key="knocked",
            label=_("Did they knock and say who they were?"),
            kind=One(
                {
                    "knocked_and_said": _("They knocked and said who"),
                    "knocked_only": _("They only knocked"),
                    "neither": _("Neither"),
                }
            ),
            may_not_see=True,
            shown_at=Grade.PUBLIC,
            topic=CONSENT,
        ),
        Item(
            key="waited",
            label=_("About how many seconds did they wait?"),
            kind=Count(),
            may_not_see=True,
            shown_at=Grade.PUBLIC,
            topic=CONSENT,
        ),
        Item(
            key="asked_to_enter",
            label=_("Did they ask to come in?"),
            kind=YesNo(),
            on=CALL,
            may_not_see=True,
            shown_at=Grade.PUBLIC,
        ),
        Item(
            key="who_agreed",
            label=_("Who said yes?"),
            kind=One(
                {
                    "adult_who_lives_there": _("An adult who lives there"),
                    "child": _("A child"),
                    "guest": _("A guest"),
                    "landlord": _("The landlord"),
                    "boss": _("The boss"),
                    "nobody": _("Nobody"),
                }
            ),
            on=CALL,
            may_not_see=True,
            may_not_fit=True,
            shown_at=Grade.PUBLIC,
        ),
        Item(
            key="yes_words",
            label=_("What words were used to say yes?"),
            kind=Words(),
            may_not_see=True,
            shown_at=Grade.PSEUDONYMOUS,
            topic=CONSENT,
        ),
        Item(
            key="no_words",
            label=_("What words were used to say no?"),
            kind=Words(),
            may_not_see=True,
            shown_at=Grade.PSEUDONYMOUS,
            topic=CONSENT,
        ),
        Item(
            key="understood",
            label=_("Did people understand what the agents asked?"),
            kind=One(
                {
                    "yes": _("Yes"),
                    "partly": _("Partly"),
                    "no": _("No"),
                },
                line=_("In what language did they ask?"),
            ),
            may_not_see=True,
            shown_at=Grade.PUBLIC,
            topic=CONSENT,
        ),
        Item(
            key="threats",
            label=_("Did they threaten to do any of these?"),
            kind=Many(
                {
                    "come_back_and_break_in": _("Come back and break in"),
                    "arrest_for_hiding_people": _("Arrest for hiding people"),
                    "call_child_services": _("Call child services"),
                    "hurt_a_pet": _("Hurt a pet"),
                    "deport_family": _("Deport family"),
                    "shoot": _("Shoot"),
                    "other": _("Other"),
                    "none": _("None"),
                }
            ),
            may_not_see=True,
            shown_at=Grade.PUBLIC,
            topic=PRESSURE,
        ),
        Item(
            key="trick",
            label=_("Did they say or do something to trick people?"),
            kind=Many(
                {
                    "said_police_case": _("They said it was a police case"),
                    "showed_a_photo": _("They showed a photo"),
                    "identity_theft": _("Identity theft"),
                    "car_crash": _("Car crash"),
                    "probation_check": _("Probation check"),
                    "delivery_or_utility": _("A delivery, gas or power job"),
                    "lost_child": _("A lost child"),
                    "other": _("Other"),
                    "none": _("None"),
                }
            ),
            may_not_see=True,
            shown_at=Grade.PUBLIC,
            topic=PRESSURE,
        ),
        Item(
            key="searched",
            label=_("What did they search?"),
            kind=Many(
                {
                    "rooms": _("Rooms"),
                    "closets_or_drawers": _("Closets or drawers"),
                    "bags": _("Bags"),
                    "phone_or_computer": _("Phone or computer"),
                    "car": _("Car"),
                    "people": _("People"),
                    "nothing": _("Nothing"),
                }
            ),
            may_not_see=True,
            shown_at=Grade.PUBLIC,
            topic=SEARCH,
        ),
        Item(
            key="taken",
            label=_("What did they take?"),
            kind=Text(),
            may_not_see=True,
            shown_at=Grade.PSEUDONYMOUS,
            topic=SEARCH,
        ),
        Item(
            key="receipt",
            label=_("Did they give a receipt?"),
            kind=YesNo(),
            may_not_see=True,
            shown_at=Grade.PUBLIC,
            topic=SEARCH,
        ),
    ),
)
