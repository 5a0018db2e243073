"""What is said of each photo, video or paper that is sent along."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from incidents.checklist.items import Form, Grade, Item, Reach, Section
from incidents.checklist.kinds import File, Many, Moment, Moments, One, Place, Text, YesNo

ALL = Form.QUICK | Form.FULL | Form.CALL
CALL = Form.FULL | Form.CALL

SOURCE = _("Where it comes from")
SHOWN = _("What it shows")
KEPT = _("Who has it now")

EXHIBIT = Section(
    key="exhibit",
    title=_("Photos, video, papers"),
    at_most=100,
    one=_("File"),
    more=_("More about this file (you can skip this)"),
    another=_("Save and tell us about another file"),
    items=(
        Item(
            key="file",
            label=_("Do you have a photo, video or paper to add?"),
            help=_("Keep the first file on your phone. Do not edit or rename it."),
            kind=File(),
            on=ALL,
            quick_order=11,
        ),
        Item(
            key="kind",
            label=_("What is it?"),
            kind=One(
                {
                    "photo": _("Photo"),
                    "video": _("Video"),
                    "audio": _("Audio"),
                    "screenshot": _("Screenshot"),
                    "scan_of_paper": _("Scan of paper"),
                    "link": _("Link"),
                    "doorbell_or_store_camera": _("Doorbell or store camera"),
                    "body_camera": _("Body camera"),
                    "call_to_911": _("Call to 911"),
                }
            ),
            on=CALL,
        ),
        Item(
            key="who_made",
            label=_("Who took it?"),
            kind=One(
                {
                    "me": _("I did"),
                    "named_witness": _("A witness I named"),
                    "stranger_online": _("A stranger online"),
                    "group": _("A group"),
                    "camera_owner": _("The owner of the camera"),
                }
            ),
        ),
        Item(
            key="original",
            label=_("Is it the first file from the phone or camera?"),
            kind=One(
                {
                    "yes_first_file": _("Yes, the first file"),
                    "sent_by_message_app": _("Sent by message app"),
                    "downloaded": _("Downloaded"),
                    "screen_recording": _("Screen recording"),
                    "cut_or_edited": _("Cut or edited"),
                }
            ),
        ),
        Item(key="taken_when", label=_("When was it taken?"), kind=Moment(), topic=SOURCE),
        Item(
            key="taken_where",
            label=_("Where was it taken?"),
            kind=Place(),
            shown_at=Grade.PROTECTIVE_ORDER,
            topic=SOURCE,
        ),
        Item(
            key="clock_right",
            label=_("Was the phone's clock right?"),
            kind=One(
                {
                    "yes": _("Yes"),
                    "no_by_about": _("No, it was off"),
                },
                line=_("By about how many minutes was it off?"),
            ),
            topic=SOURCE,
        ),
        Item(
            key="shows",
            label=_("What does it show?"),
            kind=Many(
                {
                    "agent_face": _("An agent's face"),
                    "badge": _("Badge"),
                    "plate": _("Plate"),
                    "paper": _("Paper"),
                    "going_in": _("Going in"),
                    "force": _("Force"),
                    "words": _("Words"),
                    "arrest": _("Arrest"),
                    "child": _("Child"),
                    "bystander": _("Bystander"),
                    "home_inside": _("Inside of a home"),
                }
            ),
            topic=SHOWN,
        ),
        Item(
            key="moments",
            label=_("At what time in the clip? What happens?"),
            kind=Moments(),
            topic=SHOWN,
        ),
        Item(
            key="hard_to_watch",
            label=_("Is any part hard to watch?"),
            kind=Many(
                {
                    "blood_or_injury": _("Blood or injury"),
                    "child": _("A child"),
                    "death": _("Death"),
                    "inside_a_home": _("Inside a home"),
                    "medical": _("Medical"),
                    "no": _("No"),
                }
            ),
            on=CALL,
            reach=Reach.CARD,
            on_card="head.flags",
        ),
        Item(key="still_have", label=_("Do you still have it?"), kind=YesNo(), topic=KEPT),
        Item(key="copies", label=_("Who else has a copy?"), kind=Text(), topic=KEPT),
        Item(key="posted", label=_("Is it online? Where?"), kind=Text(), topic=KEPT),
    ),
)
