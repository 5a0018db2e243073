"""Papers: what could be seen of each; what it was is derived, with reasons."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from incidents.checklist.items import Form, Grade, Item, Section
from incidents.checklist.kinds import Link, Many, One, Text, YesNo

ALL = Form.QUICK | Form.FULL | Form.CALL
CALL = Form.FULL | Form.CALL

SHOWING = _("How they showed it")
WRITING = _("What was written on it")

PAPERS = Section(
    key="papers",
    title=_("Papers they showed"),
    at_most=10,
    one=_("Paper"),
    more=_("More about this paper (you can skip this)"),
    another=_("Save and add another paper"),
    items=(
        Item(
            key="shown",
            label=_("Did they show a paper?"),
            kind=One(
                {
                    "read_it": _("Yes, and I read it"),
                    "saw_not_readable": _("Yes, but I could not read it"),
                    "said_they_had_one": _("They said they had one"),
                    "asked_and_refused": _("We asked, they did not show it"),
                    "none_not_asked": _("No, and nobody asked"),
                }
            ),
            on=ALL,
            shown_at=Grade.PUBLIC,
            quick_order=10,
        ),
        Item(
            key="how_shown",
            label=_("How did they show it?"),
            kind=Many(
                {
                    "in_the_hand": _("In the hand"),
                    "through_a_window": _("Through a window"),
                    "on_a_phone_screen": _("On a phone screen"),
                    "under_the_door": _("Under the door"),
                    "left_behind": _("Left behind"),
                    "gave_us_a_copy": _("They gave us a copy"),
                }
            ),
            may_not_see=True,
            shown_at=Grade.PUBLIC,
            topic=SHOWING,
        ),
        Item(
            key="shown_to",
            label=_("Who got to see it?"),
            kind=Many(
                {
                    "person_taken": _("The person they took"),
                    "someone_who_lives_there": _("Someone who lives there"),
                    "boss": _("Boss"),
                    "lawyer": _("Lawyer"),
                    "bystander": _("Bystander"),
                    "nobody": _("Nobody"),
                }
            ),
            may_not_see=True,
            shown_at=Grade.PUBLIC,
            topic=SHOWING,
        ),
        Item(
            key="shown_when",
            label=_("When did they show it?"),
            kind=One(
                {
                    "before_they_went_in": _("Before they went in"),
                    "at_the_door": _("At the door"),
                    "after_they_went_in": _("After they went in"),
                    "at_the_arrest": _("At the arrest"),
                    "after_the_cuffs": _("After the cuffs"),
                    "after_they_left_the_place": _("After they left the place"),
                    "later_by_mail_or_lawyer": _("Later, by mail or a lawyer"),
                }
            ),
            on=CALL,
            may_not_see=True,
            shown_at=Grade.PUBLIC,
        ),
        Item(
            key="filled_in",
            label=_("How was it filled in?"),
            kind=One(
                {
                    "all_printed": _("All printed"),
                    "by_hand": _("By hand"),
                    "filled_in_at_the_scene": _("They wrote on it there"),
                    "blank_or_no_name": _("Blank or no name"),
                    "name_added_after_arrest": _("The name was added after the arrest"),
                }
            ),
            on=CALL,
            may_not_see=True,
            shown_at=Grade.PUBLIC,
        ),
        Item(
            key="header",
            label=_("What was at the top of the paper?"),
            kind=One(
                {
                    "us_district_court": _("US District Court"),
                    "state_or_local_court": _("State or local court"),
                    "homeland_security": _("Department of Homeland Security"),
                    "immigration_court": _("Immigration court"),
                    "other_agency": _("Other agency"),
                    "nothing": _("Nothing"),
                }
            ),
            on=CALL,
            may_not_see=True,
            shown_at=Grade.PUBLIC,
        ),
        Item(
            key="form_number",
            label=_("Was there a form number in a corner?"),
            kind=One(
                {
                    "i_200": _("I-200"),
                    "i_205": _("I-205"),
                    "i_247a": _("I-247A"),
                    "i_286": _("I-286"),
                    "i_862": _("I-862"),
                    "i_213": _("I-213"),
                    "ao_93": _("AO 93"),
                    "ao_442": _("AO 442"),
                    "other": _("Other"),
                    "none": _("None"),
                }
            ),
            may_not_see=True,
            shown_at=Grade.PUBLIC,
            topic=WRITING,
        ),
        Item(
            key="title",
            label=_("What was the title?"),
            kind=One(
                {
                    "warrant_for_arrest_of_alien": _("Warrant for Arrest of Alien"),
                    "warrant_of_removal": _("Warrant of Removal"),
                    "immigration_detainer": _("Immigration Detainer"),
                    "search_and_seizure_warrant": _("Search and Seizure Warrant"),
                    "arrest_warrant": _("Arrest Warrant"),
                    "subpoena": _("Subpoena"),
                    "notice_to_appear": _("Notice to Appear"),
                    "order_of_supervision": _("Order of Supervision"),
                    "other": _("Other"),
                }
            ),
            may_not_see=True,
            shown_at=Grade.PUBLIC,
            topic=WRITING,
        ),
        Item(
            key="signed_by",
            label=_("Who signed it?"),
            help=_("Look under the line. It may say Judge or Officer."),
            kind=One(
                {
                    "judge": _("A judge"),
                    "court_clerk": _("Court clerk"),
                    "immigration_officer": _("Immigration officer"),
                    "immigration_judge": _("Immigration judge"),
                    "nobody": _("Not signed"),
                }
            ),
            on=CALL,
            may_not_see=True,
            shown_at=Grade.PUBLIC,
        ),
        Item(
            key="signer_name",
            label=_("What name was under the line?"),
            kind=Text(),
            may_not_see=True,
            shown_at=Grade.PROTECTIVE_ORDER,
            topic=WRITING,
        ),
        Item(
            key="person_named",
            label=_("Whose name was on it?"),
            kind=One(
                {
                    "person_they_took": _("The person they took"),
                    "someone_else": _("Someone else"),
                    "wrong_or_misspelled": _("Wrong or misspelled"),
                    "no_name": _("No name"),
                }
            ),
            on=CALL,
            may_not_see=True,
            shown_at=Grade.PUBLIC,
        ),
        Item(
            key="address_named",
            label=_("What address was on it?"),
            kind=One(
                {
                    "this_address": _("This address"),
                    "other_address": _("Another address"),
                    "no_address": _("No address"),
                }
            ),
            may_not_see=True,
            shown_at=Grade.PUBLIC,
            topic=WRITING,
        ),
        Item(
            key="lists_places",
            label=_("Did it list places or things to search?"),
            kind=YesNo(),
            may_not_see=True,
            shown_at=Grade.PUBLIC,
            topic=WRITING,
        ),
        Item(
            key="paper_date",
            label=_("What date was on it?"),
            kind=Text(),
            may_not_see=True,
            shown_at=Grade.PSEUDONYMOUS,
            topic=WRITING,
        ),
        Item(
            key="expires",
            label=_("What end date was on it?"),
            kind=Text(),
            may_not_see=True,
            shown_at=Grade.PSEUDONYMOUS,
            topic=WRITING,
        ),
        Item(
            key="case_number",
            label=_("What case number was on it?"),
            kind=Text(),
            may_not_see=True,
            shown_at=Grade.PROTECTIVE_ORDER,
            topic=WRITING,
        ),
        Item(
            key="service_filled",
            label=_("Was the part about giving the paper filled in?"),
            kind=YesNo(),
            may_not_see=True,
            shown_at=Grade.PUBLIC,
            topic=WRITING,
        ),
        Item(
            key="photo",
            label=_("Do you have a photo of the paper?"),
            help=_("A photo of the paper helps the most."),
            kind=Link(
                to=("exhibit",),
                also={
                    "with_my_files": _("Yes, it is with my files"),
                    "not_sent": _("Yes, but I have not sent it"),
                    "no": _("No"),
                },
            ),
            on=CALL,
            shown_at=Grade.PSEUDONYMOUS,
        ),
    ),
)
