"""Who else holds a key to an incident: share it, take it back, give it another key; post a card to a coalition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import limits, queries
from accounts.policy import Denial, Denied, insist
from accounts.queries import PublicDesk
from accounts.unlock import SiteRequest
from incidents.casework import policy, uses
from incidents.casework.policy import BASES, Basis
from incidents.checklist import summary
from incidents.review import giving
from incidents.review.people import frame
from incidents.review.people import opened as opened_desk
from incidents.vault import cards, coalition, holding, openings, rekey
from incidents.vault import sharing as shares
from incidents.vault.holding import Holder
from incidents.vault.openings import Absent, OpenIncident
from incidents.vault.sharing import Terms

REKEY_SECONDS = 10  # of one press: a proxy waits a minute
NOTE_CHARACTERS = 2000
KEYS = {  # what a card is compared by
    "badge": _("Badge"),
    "name": _("Surname"),
    "unit": _("Unit"),
    "plate": _("Plate"),
    "operation": _("Operation"),
}
NOT_SHOWN = frozenset({"reading", "from"})  # how it was read, and where from


class ShareForm(forms.Form):
    """Which desk, why, and how long; a desk is named with the digits of its key, as it was shown."""

    to = forms.ChoiceField(
        label=_("Which desk? Its six check words stand beside it."),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Pick a desk."),
            "invalid_choice": _("That desk, or its key, changed since you opened this page. Look again."),
        },
    )
    compared = forms.BooleanField(
        label=_("I compared these words with them, on the phone or face to face"),
        error_messages={"required": _("Call them and compare the six words first. Then tick the box.")},
    )
    basis = forms.ChoiceField(
        label=_("Why do you share it?"),
        choices=[(basis.value, basis.label) for basis in Basis if basis is not Basis.CHOSEN_BY_REPORTER],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say why you share it.")},
    )
    until = forms.DateField(
        label=_("The last day on which they can open it"),
        help_text=_("Leave it empty to share without an end."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(
        label=_("A note for your own desk"),
        help_text=_("No other desk, no reporter and no packet gets it."),
        required=False,
        max_length=NOTE_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )

    def __init__(self, data: Mapping[str, str] | None = None, *, desks: Sequence[PublicDesk], today: date) -> None:
        super().__init__(data)
        self._desks = {f"{desk.slug}.{desk.fingerprint}": desk for desk in desks}
        self._today = today
        named = [(value, f"{desk.name}: {desk.check_words}") for value, desk in self._desks.items()]
        self.fields["to"].choices = named  # type: ignore[attr-defined] # a ChoiceField

    @property
    def desk(self) -> PublicDesk:
        """The desk that was picked."""
        return self._desks[self.cleaned_data["to"]]

    @property
    def terms(self) -> Terms:
        """Why, and how long."""
        said = self.cleaned_data
        return Terms(basis=said["basis"], until=said["until"], note=said["note"])

    def clean_until(self) -> date | None:
        """A day that is over opens nothing."""
        until: date | None = self.cleaned_data["until"]
        if until and until < self._today:
            raise forms.ValidationError(_("Choose today or a later day."))
        return until


@require_http_methods(["GET", "HEAD", "POST"])
def sharing(request: SiteRequest, desk: str, reference: str) -> HttpResponse:
    """Show who holds a key, and share the incident with one desk more."""
    opened = _opened(request, desk, reference)
    now = timezone.now()
    posted = request.POST.dict() if request.method == "POST" else None
    form = ShareForm(posted, desks=_others(opened), today=now.date())
    if posted is not None and form.is_valid():
        if asked := limits.needs_words_again(request):
            return asked
        try:
            giving.share(opened, form.desk, form.terms, at=now)
        except Denied as why:
            form.add_error(None, str(why))
        else:
            return redirect("review:sharing", desk, opened.reference)
    return _page(request, opened, form)


@require_POST
def withdraw(request: SiteRequest, desk: str, reference: str) -> HttpResponse:
    """Take the key back from a desk."""
    opened = _opened(request, desk, reference)
    giving.withdraw(opened, request.POST.get("from", ""), at=timezone.now())
    return redirect("review:sharing", desk, opened.reference)


@require_POST
def new_key(request: SiteRequest, desk: str, reference: str) -> HttpResponse:
    """Go on giving the incident another key, for some seconds."""
    opened = _opened(request, desk, reference)
    giving.go_on_with_rekey(opened, at=timezone.now(), seconds=REKEY_SECONDS)
    return redirect("review:sharing", desk, opened.reference)


@require_POST
def post_card(request: SiteRequest, desk: str, reference: str) -> HttpResponse:
    """Post a short card to a coalition."""
    opened = _opened(request, desk, reference)
    if asked := limits.needs_words_again(request):
        return asked
    giving.post_card(opened, _coalition(request), at=timezone.now())
    return redirect("review:sharing", desk, opened.reference)


@require_POST
def withdraw_card(request: SiteRequest, desk: str, reference: str) -> HttpResponse:
    """Take a short card back."""
    opened = _opened(request, desk, reference)
    giving.withdraw_card(opened, _coalition(request), at=timezone.now())
    return redirect("review:sharing", desk, opened.reference)


@require_GET
def posted_cards(request: SiteRequest, desk: str) -> HttpResponse:
    """List the short cards that a coalition's desk was sent."""
    held = opened_desk(request, desk)
    if not held.cards_only:
        raise Absent
    insist(policy.why_not_read(held.role))
    asked = request.GET.get("page", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 7 and int(asked) > 0 else 1
    found = cards.index_of(held, facts=frozenset()).page({}, number=number)
    paginator: Paginator[object] = Paginator(range(found.total), cards.PAGE_ROWS)
    page = paginator.get_page(found.number)
    page.object_list = [_short(row.card) for row in found.rows]
    context = {**frame(request, held), "page_now": "incidents", "total": found.total, "page": page}
    return render(request, "review/coalition.html", context)


def shared_with(opened: OpenIncident) -> list[str]:
    """Return the names of the other desks that can open an incident today."""
    today = timezone.now().date()
    return [one.name for one in _other_holders(opened) if not one.has_ended(on=today)]


def _opened(request: SiteRequest, desk: str, reference: str) -> OpenIncident:
    """Open an incident for a seat that may share it; a refused one leaves no "opened" in the record."""
    held = request.unlock.desk(desk)
    if held is None:
        raise Absent
    insist(policy.why_not_share(held.role))
    return openings.incident(reference, slug=desk, using=request.unlock, at=timezone.now())


def _page(request: SiteRequest, opened: OpenIncident, form: ShareForm) -> HttpResponse:
    desk = shares.desk_of(opened)
    today = timezone.now().date()
    holders = holding.key_holders(opened)
    context = {
        **frame(request, desk),
        "page_now": "incidents",
        "incident": {"reference": opened.reference},
        "holders": [
            _shown(one, opened, today=today, denied=giving.why_not_withdraw(one, opened, holders)) for one in holders
        ],
        "form": form,
        "coalitions": _coalitions(opened),
        "why_not_post": policy.why_not_post_card(uses.allowed_at(opened.answers, desk=desk.slug)),
        "under_way": rekey.under_way(opened),
        "why_not_rekey": rekey.why_not_begin(opened, on=today),
        "heirs": rekey.heirs(opened, on=today),
        "left_out": rekey.left_out_last(opened),
        "withdrawn": any("ended" in share for share in shares.kept(opened)),
    }
    return render(request, "review/sharing.html", context, status=422 if form.errors else 200)


def _other_holders(opened: OpenIncident) -> list[Holder]:
    return [one for one in holding.key_holders(opened) if one.slug != shares.desk_of(opened).slug]


def _others(opened: OpenIncident) -> list[PublicDesk]:
    """Return the desks that an incident can be shared with: never the own one, nor one that has it."""
    having = {one.slug for one in holding.key_holders(opened)}
    return [desk for desk in shares.pinned_desks() if desk.slug not in having and not desk.cards_only]


def _shown(holder: Holder, opened: OpenIncident, *, today: date, denied: Denial | None) -> dict[str, object]:
    own = holder.slug == shares.desk_of(opened).slug
    notes = [share for share in shares.kept(opened) if share["desk"] == holder.slug and "ended" not in share]
    return {
        "slug": holder.slug,
        "name": holder.name,
        "own": own,
        "since": holder.since.isoformat(),
        "basis": BASES[Basis(holder.basis)] if holder.basis in set(Basis) else "",
        "until": holder.until.isoformat() if holder.until else "",
        "ended": holder.has_ended(on=today),
        "note": notes[-1].get("note", "") if notes else "",
        "why_not_withdraw": denied.sentence if denied else "",
    }


def _coalitions(opened: OpenIncident) -> list[dict[str, object]]:
    held = coalition.held(opened)
    own = shares.desk_of(opened).slug
    return [
        {"slug": desk.slug, "name": desk.name, "card": held.get(desk.slug)}
        for desk in shares.pinned_desks()
        if desk.cards_only and desk.slug != own
    ]


def _coalition(request: SiteRequest) -> PublicDesk:
    found = queries.receiving(request.POST.get("to", ""))
    if found is None or not found.cards_only:
        raise Absent
    return found


def _short(card: cards.CardDocument) -> dict[str, object]:
    head, origin, where, keys = (_part(card, name) for name in ("head", "from", "where", "keys"))
    slug, state = str(origin.get("desk", "")), str(where.get("state", ""))
    row = queries.row_of(slug)
    return {
        "reference": head.get("reference", ""),
        "desk": row.name if row else slug,
        "month": where.get("month", ""),
        "state": summary.worded("state", state) if state else "",
        "keys": list(_keys(keys)),
    }


def _keys(keys: Mapping[str, object]) -> Iterator[dict[str, object]]:
    for name, held in keys.items():
        found = held if isinstance(held, list) else []
        yield {
            "name": KEYS.get(name, name),
            "said": [_key(key) for key in found if isinstance(key, dict)],
        }


def _key(key: Mapping[str, str]) -> str:
    said = (value for name, value in key.items() if name not in NOT_SHOWN)
    return ", ".join(dict.fromkeys(map(str, said)))


def _part(card: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = card.get(name)
    return part if isinstance(part, dict) else {}
