"""Who can still open this desk: its seats, who comes and who goes."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import limits, notices, operations, policy, queries, seating
from accounts.keyring import OpenDesk
from accounts.models import Role
from accounts.notices import Notice
from accounts.policy import insist
from accounts.queries import SeatRow
from accounts.seat_forms import ROLE_LABELS, HeardForm, InviteForm, RoleForm
from accounts.unlock import SiteRequest
from incidents.vault import carrying, desks
from incidents.vault.openings import Absent

SHOW_AND_SEND = ["GET", "HEAD", "POST"]


@require_GET
def people(request: SiteRequest, desk: str) -> HttpResponse:
    """Show who can open the desk, and what would be left if one of them were gone."""
    held = opened(request, desk)
    last = desks.last_opened(held)
    seats = queries.seats_at(held.id)
    leads = [seat for seat in seats if seat.role == Role.LEAD and not seat.waits]
    denied = policy.why_not_seat(held.role)
    context = {
        **frame(request, held),
        **waiting(request),
        "seats": [_shown(seat, held, last_opened=last.get(str(seat.id)), leads=len(leads)) for seat in seats],
        "fragile": len(leads) < 2,
        "kit": queries.kit_of(held.id),
        "invitations": queries.invitations_of(held.id),
        "why_not_seat": denied.sentence if denied else "",
        "behind": carrying.progress(held.id, generation=held.generation).behind,
        "pin_behind": queries.is_behind_pin(held.id, held.secret.recipient),
        "check_words": queries.check_words_of(held.secret.recipient),
    }
    return render(request, "review/people.html", context)


@limits.asks_for_words
@require_http_methods(SHOW_AND_SEND)
def invite(request: SiteRequest, desk: str) -> HttpResponse:
    """Make a code for somebody new; it is on this one answer and nowhere else."""
    held = opened(request, desk)
    insist(policy.why_not_seat(held.role))
    form = InviteForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "review/invite.html", {**frame(request, held), "form": form}, status=status)
    email = form.cleaned_data["email"]
    code = seating.invite(held, email=email, at=timezone.now())
    return _code(request, held, email=email, code=code)


@limits.asks_for_words
@require_http_methods(SHOW_AND_SEND)
def admit(request: SiteRequest, desk: str, member: int) -> HttpResponse:
    """Seat somebody whose check words were heard on the phone."""
    held = opened(request, desk)
    insist(policy.why_not_seat(held.role))
    waiting = queries.waiting_at(held.id, member)
    if waiting is None:
        raise Absent
    gaps = seating.gaps(waiting.recipient)
    form = HeardForm(request.POST.dict() if request.method == "POST" else None, numbers=gaps.numbers)
    if form.is_valid():
        role = form.cleaned_data["role"]
        seating.admit(held, member_id=member, role=role, typed=form.typed, at=timezone.now())
        return redirect("review:people", desk)
    context = {**frame(request, held), "form": form, "name": str(waiting), "words": gaps.words}
    return render(request, "review/admit.html", context, status=422 if form.is_bound else 200)


@limits.asks_for_words
@require_http_methods(SHOW_AND_SEND)
def role(request: SiteRequest, desk: str, seat: UUID) -> HttpResponse:
    """Give a seat another role."""
    held, row = _seat(request, desk, seat)
    insist(policy.why_not_seat(held.role))
    form = RoleForm(request.POST if request.method == "POST" else None, initial={"role": row.role.value})
    if form.is_valid():
        seating.change_role(held, seat_id=seat, to=form.cleaned_data["role"], at=timezone.now())
        return redirect("review:people", desk)
    context = {**frame(request, held), "form": form, "name": row.name}
    return render(request, "review/role.html", context, status=422 if form.is_bound else 200)


@limits.asks_for_words
@require_http_methods(SHOW_AND_SEND)
def unseat(request: SiteRequest, desk: str, seat: UUID) -> HttpResponse:
    """Take a seat away; the desk gets a new key."""
    held, row = _seat(request, desk, seat)
    own = row.id == held.seat_id
    leads = seating.leads_of(held.id)
    insist(policy.why_not_unseat(held.role, own=own, seated=row.role, leads=leads))
    if request.method != "POST":
        context = {**frame(request, held), "name": row.name, "own": own, "lead": row.role == Role.LEAD}
        return render(request, "review/unseat.html", context)
    operations.let_go(held, seat_id=seat, at=timezone.now())
    return redirect("review:home") if own else redirect("review:key", desk)


@require_POST
def words(request: SiteRequest, desk: str, seat: UUID) -> HttpResponse:
    """Make a code with which a member who lost their words gets new ones."""
    if asked := limits.needs_words_again(request):
        return asked
    held, row = _seat(request, desk, seat)
    code = seating.offer_words(held, seat_id=seat, at=timezone.now())
    return _code(request, held, email=row.email, code=code, again=True)


@require_POST
def phone(request: SiteRequest, desk: str, seat: UUID) -> HttpResponse:
    """Let a member who lost their phone set up another second step."""
    if asked := limits.needs_words_again(request):
        return asked
    held = opened(request, desk)
    operations.lost_phone(held, seat_id=seat, at=timezone.now())
    return redirect("review:people", desk)


@require_POST
def withdraw(request: SiteRequest, desk: str, invitation: UUID) -> HttpResponse:
    """End an invitation."""
    held = opened(request, desk)
    seating.withdraw(held, invitation_id=invitation, at=timezone.now())
    return redirect("review:people", desk)


def opened(request: SiteRequest, slug: str) -> OpenDesk:
    """Open a desk for one of its members, and note it.

    Raises:
        Absent: this member has no seat there.
    """
    held = request.unlock.desk(slug)
    if held is None:
        raise Absent
    desks.note_opened(held, session=request.unlock, at=timezone.now())
    return held


def frame(request: SiteRequest, held: OpenDesk) -> dict[str, object]:
    """Return what every page of a desk shows."""
    return {"desk": held, "desks": list(request.unlock.desks()), "page_now": "desk"}


def waiting(request: SiteRequest) -> dict[str, object]:
    """Return at which desks this member waits for a seat, and the words that they read out there."""
    member = request.unlock.member
    waits = queries.waiting_for(member)
    return {"waits": waits, "own_words": queries.check_words_of(member.recipient) if waits else ""}


def _seat(request: SiteRequest, desk: str, seat: UUID) -> tuple[OpenDesk, SeatRow]:
    held = opened(request, desk)
    for row in queries.seats_at(held.id):
        if row.id == seat:
            return held, row
    raise Http404


def _shown(seat: SeatRow, held: OpenDesk, *, last_opened: object, leads: int) -> dict[str, object]:
    own = seat.id == held.seat_id
    leaving = policy.why_not_unseat(held.role, own=own, seated=seat.role, leads=leads)
    return {
        "seat": seat,
        "role": ROLE_LABELS[seat.role],
        "own": own,
        "last_opened": last_opened,
        "why_not_unseat": leaving.sentence if leaving else "",
    }


def _code(request: SiteRequest, held: OpenDesk, *, email: str, code: str, again: bool = False) -> HttpResponse:
    kind = Notice.RESET if again else Notice.INVITATION
    context = {
        **frame(request, held),
        "told": notices.is_set() and notices.send(kind, to=email),
        "email": email,
        "groups": code.split(),
        "days": seating.CODE_DAYS,
        "again": again,
        "site": request.get_host(),
    }
    return render(request, "review/code.html", context)
