"""Agents and officers: one entry a person, never merged."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from incidents.checklist.compare import BADGE, NAME, UNIT
from incidents.checklist.items import Form, Grade, Item, Reach, Section
from incidents.checklist.kinds import Many, Mark, One, Text
from incidents.checklist.lists import AGENCY

ALL = Form.QUICK | Form.FULL | Form.CALL
CALL = Form.FULL | Form.CALL

NAME_AND_BADGE = _("More on the name and badge")
LOOKS = _("Clothes and face")
DEEDS = _("What this agent did")

AGENTS = Section(
    key="agents",
    title=_("Agents and officers"),
    at_most=20,
    one=_("Agent"),
    more=_("More about this agent (you can skip this)"),
    another=_("Save and add another agent"),
    label_from="label",
    items=(
        Item(
            key="label",
            label=_("What should we call this agent here?"),
            help=_("Like 'tall one with a beard'."),
            kind=Text(),
            on=CALL,
        ),
        Item(
            key="agency_seen",
            label=_("What name was on their vest, badge or car?"),
            kind=Many({**AGENCY, "police_only": _("Only POLICE"), "no_name_at_all": _("No name at all")}),
            on=ALL,
            may_not_see=True,
            reach=Reach.CARD,
            on_card="what.agencies",
            shown_at=Grade.PUBLIC,
            quick_order=7,
        ),
        Item(
            key="agency_said",
            label=_("Who did they say they were?"),
            kind=Many(
                {
                    **AGENCY,
                    "police_only": _("Only POLICE"),
                    "false_story": _("They told a false story"),
                    "said_nothing": _("They said nothing"),
                }
            ),
            on=CALL,
            may_not_see=True,
            reach=Reach.CARD,
            on_card="what.agencies",
            shown_at=Grade.PUBLIC,
        ),
        Item(
            key="local_agency",
            label=_("Which police or sheriff's office?"),
            kind=Text(),
            topic=NAME_AND_BADGE,
        ),
        Item(
            key="seen_on",
            label=_("Where did you see that name?"),
            kind=Many(
                {
                    "vest_front": _("Front of the vest"),
                    "vest_back": _("Back of the vest"),
                    "patch": _("Patch"),
                    "badge": _("Badge"),
                    "jacket": _("Jacket"),
                    "hat": _("Hat"),
                    "car": _("Car"),
                    "paper": _("Paper"),
                }
            ),
            may_not_see=True,
            topic=LOOKS,
        ),
        Item(
            key="vest_text",
            label=_("What words were on the vest? Copy them."),
            kind=Text(same=UNIT),
            on=CALL,
            may_not_see=True,
            reach=Reach.KEY,
            shown_at=Grade.PSEUDONYMOUS,
            topic=LOOKS,
        ),
        Item(
            key="unit_mark",
            label=_("Any other patch, number or team name?"),
            kind=Text(same=UNIT),
            may_not_see=True,
            reach=Reach.KEY,
            shown_at=Grade.PSEUDONYMOUS,
            topic=LOOKS,
        ),
        Item(
            key="badge",
            label=_("What badge number did you see?"),
            help=_("Use ? for a part you could not read, like 44?1. Do not guess."),
            kind=Mark(same=BADGE),
            on=ALL,
            may_not_see=True,
            reach=Reach.KEY,
            shown_at=Grade.PSEUDONYMOUS,
            quick_order=8,
        ),
        Item(
            key="badge_kind",
            label=_("What was the number on?"),
            kind=One(
                {
                    "metal_badge": _("Metal badge"),
                    "name_tape": _("Name tape"),
                    "vest_or_helmet": _("Vest or helmet"),
                    "id_card": _("ID card"),
                    "business_card": _("Business card"),
                    "none_in_sight": _("None in sight"),
                    "covered_up": _("Covered up"),
                }
            ),
            may_not_see=True,
            topic=NAME_AND_BADGE,
        ),
        Item(
            key="name",
            label=_("What name did you see or hear?"),
            kind=Text(same=NAME),
            on=ALL,
            may_not_see=True,
            reach=Reach.KEY,
            shown_at=Grade.PROTECTIVE_ORDER,
            quick_order=9,
        ),
        Item(
            key="name_from",
            label=_("Where did you get the name?"),
            kind=Many(
                {
                    "name_tape": _("Name tape"),
                    "they_said_it": _("They said it"),
                    "another_agent_said_it": _("Another agent said it"),
                    "card": _("Card"),
                    "paper": _("Paper"),
                    "news_later": _("News, later"),
                }
            ),
            topic=NAME_AND_BADGE,
        ),
        Item(
            key="when_asked",
            label=_("What did they do when asked for a name or badge?"),
            kind=One(
                {
                    "nobody_asked": _("Nobody asked"),
                    "gave_name_and_badge": _("Gave name and badge"),
                    "gave_name_only": _("Gave name only"),
                    "gave_badge_only": _("Gave badge only"),
                    "gave_a_card": _("Gave a card"),
                    "showed_it_fast": _("Showed it fast"),
                    "refused": _("Refused"),
                    "ignored_it": _("Ignored it"),
                    "hid_it": _("Hid it"),
                }
            ),
            on=CALL,
            may_not_see=True,
            topic=NAME_AND_BADGE,
        ),
        Item(
            key="visible_id",
            label=_("Could you see both an agency name and a name or number?"),
            kind=One(
                {
                    "agency_and_name_or_number": _("Agency, and a name or number"),
                    "agency_only": _("Agency only"),
                    "name_or_number_only": _("Name or number only"),
                    "neither": _("Neither"),
                }
            ),
            on=CALL,
            may_not_see=True,
            topic=NAME_AND_BADGE,
        ),
        Item(
            key="face",
            label=_("Was the face covered?"),
            kind=One(
                {
                    "not_covered": _("Not covered"),
                    "mask_or_neck_gaiter": _("Mask or neck gaiter"),
                    "full_face_mask": _("Full face mask"),
                    "helmet_visor": _("Helmet visor"),
                    "sunglasses_and_hat": _("Sunglasses and hat"),
                }
            ),
            on=CALL,
            may_not_see=True,
            topic=LOOKS,
        ),
        Item(
            key="clothing",
            label=_("What were they wearing?"),
            kind=One(
                {
                    "full_uniform": _("Full uniform"),
                    "vest_over_plain_clothes": _("Vest over plain clothes"),
                    "plain_clothes": _("Plain clothes"),
                    "military_style": _("Military style"),
                    "suit": _("Suit"),
                }
            ),
            may_not_see=True,
            topic=LOOKS,
        ),
        Item(
            key="body_camera",
            label=_("Did you see a body camera?"),
            kind=One(
                {
                    "light_was_on": _("Yes, its light was on"),
                    "worn": _("Yes, worn"),
                    "none_seen": _("I saw none"),
                }
            ),
            on=CALL,
            may_not_see=True,
            topic=LOOKS,
        ),
        Item(
            key="looks",
            label=_("What did they look like?"),
            help=_("Height, build, hair, beard, glasses, tattoos, voice."),
            kind=Text(),
            shown_at=Grade.PROTECTIVE_ORDER,
            topic=LOOKS,
        ),
        Item(
            key="role",
            label=_("What did this agent do?"),
            kind=Many(
                {
                    "in_charge": _("In charge"),
                    "gave_orders": _("Gave orders"),
                    "did_the_act": _("Did the act itself"),
                    "held_someone": _("Held someone"),
                    "stood_guard": _("Stood guard"),
                    "drove": _("Drove"),
                    "translated": _("Translated"),
                    "searched": _("Searched"),
                    "filmed": _("Filmed"),
                    "only_there": _("Was only there"),
                }
            ),
            on=CALL,
            may_not_see=True,
            topic=DEEDS,
        ),
        Item(
            key="weapons",
            label=_("What did they carry or use?"),
            kind=Many(
                {
                    "none_seen": _("I saw none"),
                    "gun_in_holster": _("Gun in holster"),
                    "gun_in_hand": _("Gun in hand"),
                    "long_gun": _("Long gun"),
                    "taser": _("Taser"),
                    "pepper_spray": _("Pepper spray"),
                    "baton": _("Baton"),
                    "launcher": _("Launcher"),
                    "dog": _("Dog"),
                    "cuffs_or_ties": _("Cuffs or ties"),
                }
            ),
            may_not_see=True,
            topic=DEEDS,
        ),
    ),
)
