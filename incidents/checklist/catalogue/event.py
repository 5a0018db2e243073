"""The event: when, where, what went on, and how it was seen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from incidents.checklist.compare import OPERATION
from incidents.checklist.items import Form, Grade, Item, Reach, Section
from incidents.checklist.kinds import Count, Many, Moment, One, Place, Text, Words, YesNo

ALL = Form.QUICK | Form.FULL | Form.CALL
CALL = Form.FULL | Form.CALL

WHAT = _("What went on")
WHO = _("Who they were after")
SEEN = _("How well you could see")

EVENT = Section(
    key="event",
    title=_("When and where"),
    items=(
        Item(
            key="still_happening",
            label=_("Is it still happening now?"),
            help=_("Get safe first. You can finish this later."),
            kind=YesNo(),
            on=ALL,
            quick_order=1,
        ),
        Item(
            key="place",
            label=_("Where did it happen?"),
            help=_("State and county are enough."),
            kind=Place(),
            on=ALL,
            shown_at=Grade.PUBLIC,
            quick_order=3,
        ),
        Item(
            key="place_type",
            label=_("What kind of place was it?"),
            kind=One(
                {
                    "home_inside": _("Inside a home"),
                    "home_doorway": _("At the door of a home"),
                    "home_yard_or_hall": _("Yard or hall of a home"),
                    "street": _("Street"),
                    "car_stop": _("A car that was stopped"),
                    "parking_lot": _("Parking lot"),
                    "work_inside": _("Work, staff area"),
                    "work_public_area": _("Work, public area"),
                    "store_or_restaurant": _("Store or restaurant"),
                    "farm_or_field": _("Farm or field"),
                    "courthouse": _("Courthouse"),
                    "near_courthouse": _("Near a courthouse"),
                    "school": _("School"),
                    "child_care": _("Child care"),
                    "hospital_or_clinic": _("Hospital or clinic"),
                    "place_of_worship": _("Place of worship"),
                    "shelter": _("Shelter"),
                    "government_office": _("Office or check-in"),
                    "jail_or_police_station": _("Jail or police station"),
                    "detention_center": _("Detention center"),
                    "border_or_checkpoint": _("Border or checkpoint"),
                    "bus_or_train": _("Bus or train"),
                    "airport": _("Airport"),
                    "protest": _("Protest"),
                    "other": _("Other"),
                }
            ),
            on=ALL,
            reach=Reach.CARD,
            on_card="where.place_type",
            shown_at=Grade.PUBLIC,
            quick_order=4,
        ),
        Item(
            key="started",
            label=_("When did it start?"),
            help=_("A guess is fine. Tell us it is a guess."),
            kind=Moment(),
            on=ALL,
            shown_at=Grade.PUBLIC,
            quick_order=5,
        ),
        Item(key="lasted", label=_("About how many minutes did it last?"), kind=Count()),
        Item(
            key="event_type",
            label=_("What was going on?"),
            kind=Many(
                {
                    "home_arrest": _("An arrest at a home"),
                    "street_stop": _("A stop on the street"),
                    "car_stop": _("A car was stopped"),
                    "work_raid": _("A raid at work"),
                    "work_papers_check": _("A papers check at work"),
                    "checkpoint": _("A checkpoint"),
                    "court_arrest": _("An arrest at a court"),
                    "check_in_arrest": _("An arrest at a check-in"),
                    "jail_transfer": _("A handover from a jail"),
                    "building_sweep": _("A sweep of a building"),
                    "door_knock_only": _("Only a knock on the door"),
                    "watching_an_area": _("Watching an area"),
                    "protest_response": _("At a protest"),
                    "observer_arrested": _("Someone who watched was arrested"),
                    "airport": _("At an airport"),
                    "other": _("Other"),
                }
            ),
            on=CALL,
            reach=Reach.CARD,
            shown_at=Grade.PUBLIC,
        ),
        Item(
            key="activity",
            label=_("What did you see them do?"),
            kind=Many(
                {
                    "knocking": _("Knocking"),
                    "asking_questions": _("Asking questions"),
                    "asking_for_papers": _("Asking for papers"),
                    "going_inside": _("Going inside"),
                    "scanning_face_or_finger": _("Scanning a face or finger"),
                    "searching_person": _("Searching a person"),
                    "searching_phone": _("Searching a phone"),
                    "searching_home": _("Searching a home"),
                    "searching_car": _("Searching a car"),
                    "chasing": _("Chasing"),
                    "holding_someone": _("Holding someone"),
                    "arresting": _("Arresting"),
                    "driving_people_away": _("Driving people away"),
                    "using_force": _("Using force"),
                    "blocking_exits": _("Blocking exits"),
                    "stopping_people_from_filming": _("Stopping people from filming"),
                    "taking_things": _("Taking things"),
                }
            ),
            on=ALL,
            may_not_see=True,
            shown_at=Grade.PUBLIC,
            quick_order=6,
        ),
        Item(
            key="agents_count",
            label=_("About how many agents were there?"),
            kind=Count(),
            on=CALL,
            may_not_see=True,
            topic=WHAT,
        ),
        Item(
            key="vehicles_count",
            label=_("How many cars or vans did they have?"),
            kind=Count(),
            on=CALL,
            may_not_see=True,
            topic=WHAT,
        ),
        Item(key="aircraft", label=_("Was there a helicopter or a drone?"), kind=YesNo(), topic=WHAT),
        Item(
            key="targeted",
            label=_("Who were they looking for?"),
            kind=One(
                {
                    "one_person_by_name": _("One person by name"),
                    "person_named_was_not_there": _("The person they named was not there"),
                    "took_others_too": _("They took other people too"),
                    "seemed_random": _("It seemed random"),
                    "checked_everyone": _("They checked everyone"),
                }
            ),
            on=CALL,
            may_not_see=True,
            topic=WHO,
        ),
        Item(
            key="reason_given",
            label=_("Did they say why they were there?"),
            kind=One(
                {
                    "immigration": _("Immigration"),
                    "arrest_for_a_crime": _("Arrest for a crime"),
                    "traffic": _("Traffic"),
                    "looking_for_someone": _("Looking for someone"),
                    "protest": _("Protest"),
                    "no_reason_given": _("No reason given"),
                    "other": _("Other"),
                }
            ),
            on=CALL,
            may_not_see=True,
            topic=WHO,
        ),
        Item(key="reason_words", label=_("What were their words?"), kind=Words(), topic=WHO),
        Item(
            key="picked_why",
            label=_("What did you see or hear about why they picked these people?"),
            help=_("Only what you saw or heard."),
            kind=Many(
                {
                    "language_or_accent": _("Language or accent"),
                    "how_they_look": _("How they look"),
                    "where_they_were": _("Where they were"),
                    "their_job": _("Their job"),
                    "their_clothes": _("Their clothes"),
                    "their_car": _("Their car"),
                    "they_were_named": _("They were named"),
                    "nothing_seen": _("I saw nothing like that"),
                }
            ),
            may_not_see=True,
            topic=WHO,
        ),
        Item(
            key="outcome",
            label=_("How did it end for the people there?"),
            kind=Many(
                {
                    "nobody_held": _("Nobody held"),
                    "held_then_let_go": _("Held then let go"),
                    "taken_away": _("Taken away"),
                    "hurt": _("Hurt"),
                    "ran_off": _("Ran off"),
                    "not_over": _("It is not over"),
                }
            ),
            on=CALL,
            may_not_see=True,
            reach=Reach.CARD,
            topic=WHAT,
        ),
        Item(
            key="taken_count",
            label=_("About how many people did they take away?"),
            kind=Count(),
            on=CALL,
            may_not_see=True,
            reach=Reach.CARD,
            on_card="what.taken",
            topic=WHAT,
        ),
        Item(
            key="children_there",
            label=_("About how many children were there?"),
            kind=Count(),
            on=CALL,
            may_not_see=True,
            reach=Reach.CARD,
            on_card="what.children",
            topic=WHAT,
        ),
        Item(
            key="light",
            label=_("What was the light like?"),
            kind=One(
                {
                    "daylight": _("Daylight"),
                    "dawn_or_dusk": _("Dawn or dusk"),
                    "dark_with_lights": _("Dark with lights"),
                    "dark": _("Dark"),
                }
            ),
            topic=SEEN,
        ),
        Item(
            key="distance",
            label=_("How far away were you?"),
            kind=One(
                {
                    "within_reach": _("Within reach"),
                    "same_room_or_10_feet": _("Same room or 10 feet"),
                    "across_the_street": _("Across the street"),
                    "half_a_block": _("Half a block"),
                    "farther": _("Farther"),
                    "on_a_call_or_video": _("On a call or video"),
                }
            ),
            topic=SEEN,
        ),
        Item(
            key="view",
            label=_("Was anything in the way?"),
            kind=One(
                {
                    "clear_view": _("Clear view"),
                    "partly_blocked": _("Partly blocked"),
                    "mostly_blocked": _("Mostly blocked"),
                    "heard_only": _("I only heard it"),
                }
            ),
            topic=SEEN,
        ),
        Item(
            key="operation_name",
            label=_("Did you hear or see a name for the operation?"),
            kind=Text(same=OPERATION),
            may_not_see=True,
            reach=Reach.KEY,
            shown_at=Grade.PSEUDONYMOUS,
            topic=WHAT,
        ),
    ),
)
