"""Lists of choices that more than one question offers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from django.utils.translation import gettext_lazy as _

from incidents.checklist.reference import states

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Choices: TypeAlias = "Mapping[str, StrOrPromise]"

BASIS: Choices = {
    "happened_to_me": _("It happened to me"),
    "saw_myself": _("I saw it myself"),
    "heard_myself": _("I heard it myself"),
    "on_my_recording": _("It is on my own recording"),
    "on_other_recording": _("I saw it on someone else's video"),
    "read_on_paper": _("I read it on a paper"),
    "told_by_someone_there": _("Someone who was there told me"),
    "told_by_someone_else": _("Someone else told me"),
    "worked_it_out": _("I put it together myself"),
}

CERTAINTY: Choices = {"certain": _("Sure"), "fairly_sure": _("Mostly sure"), "not_sure": _("Not sure")}

MOMENT_PRECISION: Choices = {
    "exact_minute": _("To the minute"),
    "about_15_min": _("Give or take 15 minutes"),
    "about_hour": _("Give or take an hour"),
    "part_of_day": _("Only the part of the day"),
    "day": _("Only the day"),
    "about_day": _("Give or take a day"),
    "month_only": _("Only the month"),
}

PLACE_PRECISION: Choices = {
    "exact_10m": _("The exact spot"),
    "vicinity_100m": _("On that block"),
    "locality_1km": _("Near there"),
    "town": _("Only the town"),
    "county": _("Only the county"),
    "state": _("Only the state"),
}

READING: Choices = {
    "full": _("I could read all of it"),
    "partial": _("I could read a part"),
    "unsure": _("I am not sure I read it right"),
}

QUALITY: Choices = {
    "exact_words": _("Yes, these words"),
    "close": _("Close to it"),
    "the_idea": _("Only the idea"),
}

YES_NO: Choices = {"yes": _("Yes"), "no": _("No")}

AGENCY: Choices = {
    "ice_ero": _("ICE ERO"),
    "ice_hsi": _("ICE HSI"),
    "ice": _("ICE, part not known"),
    "border_patrol": _("Border Patrol"),
    "customs": _("Customs officers (CBP)"),
    "dhs_other": _("Homeland Security, other part"),
    "fps": _("Federal Protective Service"),
    "us_marshals": _("US Marshals"),
    "fbi": _("FBI"),
    "atf": _("ATF"),
    "dea": _("DEA"),
    "bop": _("Bureau of Prisons"),
    "irs_ci": _("IRS police (IRS-CI)"),
    "national_guard_or_military": _("National Guard or military"),
    "state_police": _("State police"),
    "sheriff": _("Sheriff"),
    "local_police": _("Local police"),
    "police_287g": _("Local police working with ICE"),
    "private_guard": _("Private guard"),
    "maybe_not_real": _("May not be real agents"),
    "no_agency_shown": _("No agency shown"),
}

STATES: Choices = {state.code: state.name for state in states().values()}
