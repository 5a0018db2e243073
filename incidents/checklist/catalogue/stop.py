"""Stops and arrests: one entry a person held."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from incidents.checklist.items import Form, Grade, Item, Section
from incidents.checklist.kinds import Link, Many, One, Text, Words, YesNo

CALL = Form.FULL | Form.CALL

PAPERS = _("Papers and scans")
RIGHTS = _("What the person asked and was told")
AFTER = _("What came after")

STOP = Section(
    key="stop",
    title=_("People they stopped or held"),
    at_most=5,
    one=_("Person held"),
    more=_("More about this person (you can skip this)"),
    another=_("Save and add another person"),
    help=_("Use one page for each person they held."),
    items=(
        Item(key="person", label=_("Who was held?"), kind=Link(to=("people",)), shown_at=Grade.PSEUDONYMOUS),
        Item(
            key="free_to_go",
            label=_('Did someone ask, "Am I free to go?"'),
            kind=One(
                {
                    "nobody_asked": _("Nobody asked"),
                    "told_yes": _("They said yes"),
                    "told_no": _("They said no"),
                    "no_answer": _("They did not answer"),
                }
            ),
            on=CALL,
            may_not_see=True,
            shown_at=Grade.PSEUDONYMOUS,
        ),
        Item(
            key="told_arrest",
            label=_("Did agents say the person was under arrest?"),
            kind=YesNo(),
            may_not_see=True,
            shown_at=Grade.PSEUDONYMOUS,
        ),
        Item(
            key="told_why",
            label=_("What reason did they give?"),
            kind=Words(),
            may_not_see=True,
            shown_at=Grade.PSEUDONYMOUS,
        ),
        Item(
            key="knew_them",
            label=_("Did they seem to know who the person was?"),
            kind=One(
                {
                    "used_the_name_first": _("They used the name first"),
                    "asked_the_name_first": _("They asked the name first"),
                    "no_sign": _("No sign of it"),
                }
            ),
            may_not_see=True,
            shown_at=Grade.PSEUDONYMOUS,
            topic=PAPERS,
        ),
        Item(
            key="asked_papers",
            label=_("What did agents ask this person about?"),
            help=_("Tell us what agents asked. Do not tell us the answers."),
            kind=Many(
                {
                    "name": _("The name"),
                    "papers_or_id": _("Papers or an ID"),
                    "where_born": _("Where they were born"),
                    "how_they_came_here": _("How they came here"),
                    "job": _("Their job"),
                    "none": _("None"),
                }
            ),
            on=CALL,
            may_not_see=True,
            shown_at=Grade.PSEUDONYMOUS,
        ),
        Item(
            key="id_shown",
            label=_("Did the person show any ID or papers?"),
            help=_("Do not tell us what kind."),
            kind=YesNo(),
            may_not_see=True,
            shown_at=Grade.PSEUDONYMOUS,
            topic=PAPERS,
        ),
        Item(
            key="id_response",
            label=_("What did agents do with it?"),
            kind=One(
                {
                    "looked_and_gave_back": _("They looked and gave it back"),
                    "kept_it": _("They kept it"),
                    "would_not_look": _("They would not look"),
                    "said_it_was_fake": _("They said it was fake"),
                    "ran_a_check": _("They ran a check"),
                }
            ),
            may_not_see=True,
            may_not_fit=True,
            shown_at=Grade.PSEUDONYMOUS,
            topic=PAPERS,
        ),
        Item(
            key="scan",
            label=_("Did they scan any of these?"),
            kind=Many(
                {
                    "face": _("A face"),
                    "finger": _("A finger"),
                    "id_card": _("An ID card"),
                    "none": _("None"),
                }
            ),
            may_not_see=True,
            shown_at=Grade.PSEUDONYMOUS,
            topic=PAPERS,
        ),
        Item(
            key="moved",
            label=_("What did the person do right before?"),
            kind=One(
                {
                    "stayed": _("Stayed"),
                    "walked_away": _("Walked away"),
                    "ran": _("Ran"),
                }
            ),
            may_not_see=True,
            shown_at=Grade.PSEUDONYMOUS,
            topic=AFTER,
        ),
        Item(
            key="ties_told",
            label=_("Did the person tell agents about a home, family or job here?"),
            kind=YesNo(),
            may_not_see=True,
            shown_at=Grade.PSEUDONYMOUS,
            topic=RIGHTS,
        ),
        Item(
            key="ties_asked",
            label=_("Did agents ask about a home, family or job here?"),
            kind=YesNo(),
            may_not_see=True,
            shown_at=Grade.PSEUDONYMOUS,
            topic=RIGHTS,
        ),
        Item(
            key="lawyer",
            label=_("Did the person ask for a lawyer?"),
            kind=One(
                {
                    "no": _("No"),
                    "yes_agents_stopped": _("Yes, and agents stopped"),
                    "yes_agents_went_on": _("Yes, and agents went on"),
                }
            ),
            may_not_see=True,
            shown_at=Grade.PSEUDONYMOUS,
            topic=RIGHTS,
        ),
        Item(
            key="silence",
            label=_("Did the person say they would stay silent?"),
            kind=One(
                {
                    "no": _("No"),
                    "yes_agents_stopped": _("Yes, and agents stopped"),
                    "yes_agents_went_on": _("Yes, and agents went on"),
                }
            ),
            may_not_see=True,
            shown_at=Grade.PSEUDONYMOUS,
            topic=RIGHTS,
        ),
        Item(
            key="translator",
            label=_("Who helped with language?"),
            kind=One(
                {
                    "not_needed": _("Not needed"),
                    "by_phone": _("A translator by phone"),
                    "agent_spoke_it": _("An agent spoke it"),
                    "family_or_child": _("Family or a child"),
                    "nobody": _("Nobody"),
                }
            ),
            may_not_see=True,
            shown_at=Grade.PSEUDONYMOUS,
            topic=RIGHTS,
        ),
        Item(
            key="signed",
            label=_("Did the person sign papers?"),
            kind=One(
                {
                    "nobody_asked": _("Nobody asked"),
                    "asked_and_refused": _("Agents asked, the person said no"),
                    "signed_and_understood": _("Signed and understood"),
                    "signed_not_understood": _("Signed, did not understand"),
                    "forced": _("The person was forced to sign"),
                },
                line=_("Which papers?"),
            ),
            may_not_see=True,
            shown_at=Grade.PSEUDONYMOUS,
            topic=AFTER,
        ),
        Item(
            key="taken_where",
            label=_("Where did they take the person?"),
            kind=Text(),
            on=CALL,
            may_not_see=True,
            shown_at=Grade.PROTECTIVE_ORDER,
        ),
    ),
)
