"""Who is telling this, and how to reach them; nothing of it leaves the full packet."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from incidents.checklist.items import Form, Item, Reach, Section
from incidents.checklist.kinds import Contact, One, Text, YesNo

ALL = Form.QUICK | Form.FULL | Form.CALL
CALL = Form.FULL | Form.CALL

REPORTER = Section(
    key="reporter",
    title=_("About you"),
    items=(
        Item(
            key="role",
            label=_("How are you part of this?"),
            kind=One(
                {
                    "person_affected": _("It happened to me"),
                    "family": _("Family"),
                    "eyewitness": _("I saw it"),
                    "coworker_or_boss": _("Coworker or boss"),
                    "neighbor": _("Neighbor"),
                    "trained_observer": _("Trained observer"),
                    "hotline_volunteer": _("Hotline volunteer"),
                    "lawyer_or_advocate": _("Lawyer or advocate"),
                    "school_health_faith_staff": _("Staff of a school, clinic or church"),
                    "journalist": _("Journalist"),
                    "for_someone_else": _("I am writing for someone else"),
                }
            ),
            on=ALL,
            reach=Reach.CARD,
            on_card="reporter.role",
            quick_order=2,
        ),
        Item(
            key="contact",
            label=_("How may the group reach you? You can skip this."),
            help=_("You can always come back with your six words instead."),
            kind=Contact(),
            on=CALL,
        ),
        Item(
            key="helped_by",
            label=_("Did someone help you write this?"),
            kind=One(
                {
                    "no": _("No"),
                    "translator": _("A translator"),
                    "family": _("Family"),
                    "volunteer": _("A volunteer"),
                    "other": _("Other"),
                }
            ),
        ),
        Item(
            key="afraid",
            label=_("Are you afraid someone may get back at you for this?"),
            kind=YesNo(),
            on=CALL,
        ),
        Item(key="access", label=_("Do you need help with reading, seeing or hearing?"), kind=Text()),
        Item(key="heard_of_us", label=_("How did you hear about us?"), kind=Text()),
    ),
)
