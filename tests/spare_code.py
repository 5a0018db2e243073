"""A second step that scripts and tests can give: a code on paper, for the app's next one would take a while."""

from __future__ import annotations

from accounts import second_step
from accounts.models import Member


def spare_code(email):
    """Return a code of a member's second step that was not used yet; set one up where there is none."""
    member = Member.objects.get(email=email)
    if not second_step.has_one(member):
        second_step.connect_app(member)
    if not second_step.codes_left(member):
        second_step.draw_codes(member)
    return second_step.codes_left(member)[0]
