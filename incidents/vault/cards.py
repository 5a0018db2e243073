"""Seal a card; open a desk's cards into a CardIndex in memory."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from accounts.keyring import OpenDesk
from accounts.queries import PublicDesk
from incidents.checklist import summary
from incidents.checklist.answers import Answers
from incidents.models import Card, Grant, Incident
from incidents.vault import additions, grants, rows
from sealing import keys
from sealing.types import Place, Sealed

CONVERT_AT_ONCE = 200  # inbox cards made into documents in one request
FORGET_SECONDS = 600  # without use
PAGE_ROWS = 50

CardDocument = Mapping[str, object]
NEW: Mapping[str, str] = {"status": "new"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a desk's list."""

    incident_id: UUID
    reference: str
    received_on: date
    card: CardDocument
    has_new: bool  # something arrived that no member has opened yet


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, and how many rows there are in all."""

    rows: Sequence[Row]
    number: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE_ROWS))


def write_inbox(
    incident: Incident,
    *,
    desk: PublicDesk,
    reports: Sequence[Mapping[str, object]],
    manifests: Sequence[Mapping[str, object]],
) -> None:
    """Write a desk's first card, sealed to its recipient: no key of the desk is in hand."""
    document = _derived(incident, [Answers.from_json(report) for report in reports], manifests, slug=desk.slug)
    Card.objects.create(
        desk_id=desk.id,
        incident=incident,
        generation=desk.generation,
        version=0,
        sealed=rows.seal_inbox(rows.plain(document), desk.recipient),
    )


def write_notice(incident_id: UUID, *, desk: PublicDesk, report: int, said: Sequence[Mapping[str, str]]) -> None:
    """Lay over a desk's card what the reporter said of uses; no key of the desk is in hand.

    Args:
        report: the number of the Report it stands in: a card made from that many holds it already.
    """
    document = {"notice": 1, "report": report, "uses": list(said)}
    Card.objects.create(
        desk_id=desk.id,
        incident_id=incident_id,
        generation=desk.generation,
        version=0,
        notice=True,
        sealed=rows.seal_inbox(rows.plain(document), desk.recipient),
    )


@transaction.atomic  # what the desk writes on it meanwhile waits, and stays
def remake(
    incident: Incident, *, desk: OpenDesk, reports: Sequence[Answers], manifests: Sequence[Mapping[str, object]]
) -> CardDocument:
    """Derive a desk's card anew from the open reports; what the desk wrote on it stays, and so do later notices."""
    held = _of(incident.pk, desk).select_for_update().first()
    review = _open(held, desk).get("review", NEW) if held else NEW
    document = {**_derived(incident, reports, manifests, slug=desk.slug), "review": review}
    _write(incident.pk, document, desk=desk)
    for notice in Card.objects.filter(desk_id=desk.id, incident=incident, notice=True):
        if _number(_open(notice, desk)) <= len(reports):
            notice.delete()
    return document


def review_of(incident_id: UUID, *, desk: OpenDesk, locked: bool = False) -> Mapping[str, object]:
    """Return what the desk wrote on an incident's card; `locked`: nobody else writes there in this transaction."""
    found = _of(incident_id, desk)
    held = (found.select_for_update() if locked else found).first()
    review = _open(held, desk).get("review", NEW) if held else NEW
    return review if isinstance(review, dict) else NEW


def write_review(incident_id: UUID, review: Mapping[str, object], *, desk: OpenDesk) -> None:
    """Write what the desk says of an incident on its card."""
    held = _of(incident_id, desk).select_for_update().get()
    _write(incident_id, {**_open(held, desk), "review": review}, desk=desk)


def differs(incident_id: UUID, *, desk: OpenDesk, reports: int, exhibits: int) -> bool:
    """Tell whether a desk's card is missing or was made before the newest additions."""
    held = _of(incident_id, desk).first()
    return held is None or summary.counts(_open(held, desk)) != (reports, exhibits)


def _of(incident_id: UUID, desk: OpenDesk) -> QuerySet[Card]:
    return Card.objects.filter(desk_id=desk.id, incident_id=incident_id, notice=False)


def _number(notice: CardDocument) -> int:
    number = notice.get("report")
    return number if isinstance(number, int) else 0


class CardIndex:
    """A desk's open cards in this process's memory: lists, filters, counts.

    Args:
        facts: the names of the facts that it can be narrowed by.
    """

    def __init__(self, desk: OpenDesk, *, facts: frozenset[str]) -> None:
        self.generation, self.facts = desk.generation, facts
        self.used_at = time.monotonic()
        self._newest = 0
        self._lock = threading.Lock()
        self._held: dict[UUID, _Held] = {}
        self._notices: dict[UUID, dict[int, Sequence[Mapping[str, str]]]] = {}  # by number: the last of a use decides
        self._having: dict[tuple[str, str], set[UUID]] = {}
        self._order: list[UUID] | None = None  # newest first; None: to be sorted
        self._ended: set[UUID] = set()  # whose key had its last day: they are listed no more
        self._waiting: list[UUID] = []  # cards that lie as age files until they are made documents

    def refresh(self, desk: OpenDesk) -> None:
        """Open the cards that are newer than the newest here; begin anew where some are gone."""
        with self._lock:
            self._convert(desk)  # first: what it writes is read again like any newer card
            if self._behind(desk):
                self._read(desk)
                self._let_go_of_notices(desk)
                if self._behind(desk):  # a card was removed
                    self._clear()
                    self._read(desk)
            self._ended = set() if desk.cards_only else _without_key(desk, on=timezone.now().date())
            self.used_at = time.monotonic()

    def page(self, filters: Mapping[str, str], *, number: int) -> Page:
        """Return one page of the incidents whose facts fit all filters, newest first."""
        with self._lock:
            if self._order is None:
                self._order = sorted(self._held, key=lambda one: self._held[one].place)
            fitting = [self._having.get(fact, set()) for fact in filters.items()]
            listed = (one for one in self._order if one not in self._ended)
            found = [one for one in listed if all(one in having for having in fitting)]
            start = (number - 1) * PAGE_ROWS
            shown = [(one, self._held[one]) for one in found[start : start + PAGE_ROWS]]
        read = [(one, held.reference, held.received_on, json.loads(held.text)) for one, held in shown]
        newer = additions.among([(incident_id, card) for incident_id, _, _, card in read])
        rows_ = [Row(incident, reference, day, card, incident in newer) for incident, reference, day, card in read]
        return Page(rows=rows_, number=number, total=len(found))

    def having(self, word: str) -> list[Row]:
        """Return the incidents on whose card a word stands, to be read closer."""
        with self._lock:
            held = [(one, it) for one, it in self._held.items() if f'"{word}"' in it.text and one not in self._ended]
        return [Row(one, it.reference, it.received_on, json.loads(it.text), has_new=False) for one, it in held]

    def values(self, name: str) -> list[tuple[str, int]]:
        """Return each value a fact has here, and how many incidents have it."""
        with self._lock:
            counted = [(value, len(ids - self._ended)) for (fact, value), ids in self._having.items() if fact == name]
        return sorted((pair for pair in counted if pair[1]), key=lambda pair: (-pair[1], pair[0]))

    def close(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._clear()

    def _clear(self) -> None:
        self._held.clear()
        self._notices.clear()
        self._having.clear()
        self._waiting.clear()
        self._order, self._newest = None, 0

    def _behind(self, desk: OpenDesk) -> bool:
        there = Card.objects.filter(desk_id=desk.id).aggregate(newest=Max("seq"), number=Count("seq"))
        number = len(self._held) + sum(map(len, self._notices.values()))
        return (there["newest"] or 0, there["number"]) != (self._newest, number)

    def _read(self, desk: OpenDesk) -> None:
        newer = Card.objects.filter(desk_id=desk.id, seq__gt=self._newest).order_by("seq").select_related("incident")
        noticed = set()
        for card in newer.iterator(chunk_size=2000):
            text = _text(card, desk)
            self._newest = max(self._newest, card.seq)
            if card.notice:
                self._notices.setdefault(card.incident_id, {})[card.seq] = json.loads(text)["uses"]
                noticed.add(card.incident_id)
                continue
            self._put(card.incident_id, _Held(card.incident.reference, card.incident.received_on, card=text, text=text))
            if card.version == 0:
                self._waiting.append(card.incident_id)
        self._lay_again(noticed)

    def _let_go_of_notices(self, desk: OpenDesk) -> None:
        """Forget the notices that a card was made from since."""
        here = set(Card.objects.filter(desk_id=desk.id, notice=True).values_list("seq", flat=True))
        gone = {one: notices.keys() - here for one, notices in self._notices.items() if notices.keys() - here}
        for incident_id, numbers in gone.items():
            for number in numbers:
                del self._notices[incident_id][number]
        self._lay_again(gone)

    def _lay_again(self, incidents: Iterable[UUID]) -> None:
        for incident_id in incidents:
            if held := self._held.get(incident_id):
                self._put(incident_id, held)

    def _convert(self, desk: OpenDesk) -> None:
        """Make some of the cards that wait into documents: a document opens ten times faster than an age file."""
        now, self._waiting = self._waiting[:CONVERT_AT_ONCE], self._waiting[CONVERT_AT_ONCE:]
        for incident_id in now:
            _make_document(incident_id, desk=desk)

    def _put(self, incident_id: UUID, held: _Held) -> None:
        """Hold a card as it reads under its notices, in place of what was held of that incident."""
        if before := self._held.get(incident_id):
            for fact in _facts(json.loads(before.text), self.facts):
                self._having[fact].discard(incident_id)
        document: CardDocument = json.loads(held.card)
        text = held.card
        if notices := self._notices.get(incident_id):
            for number in sorted(notices):
                document = summary.with_uses(document, notices[number])
            text = json.dumps(document)
        self._held[incident_id] = replace(held, text=text)
        self._order = None
        for fact in _facts(document, self.facts):
            self._having.setdefault(fact, set()).add(incident_id)


@dataclass(frozen=True, slots=True)
class _Held:
    """One card as an index holds it: its text is read again only where it is shown."""

    reference: str
    received_on: date
    card: str  # as it was read
    text: str  # under its notices; the same, where there are none

    @property
    def place(self) -> tuple[int, str]:
        """Where it stands in a list: newest first."""
        return (-self.received_on.toordinal(), self.reference)


_indexes: dict[UUID, CardIndex] = {}
_indexes_lock = threading.Lock()


def index_of(desk: OpenDesk, *, facts: frozenset[str] | None = None) -> CardIndex:
    """Return a desk's index, holding every card that is there now; no `facts`: whichever it can be narrowed by."""
    with _indexes_lock:
        held = _indexes.get(desk.id)
        if held is None or held.generation != desk.generation or facts not in {None, held.facts}:
            held = _indexes[desk.id] = CardIndex(desk, facts=facts or frozenset())
            _forget_later()
    held.refresh(desk)
    return held


def forget(desk_ids: Iterable[UUID]) -> None:
    """Drop indexes: their desk was locked here."""
    with _indexes_lock:
        for desk_id in desk_ids:
            _indexes.pop(desk_id, None)  # whoever reads in it right now reads on; then it is gone


def _forget_later() -> None:
    """Look again when an index that nobody used has to go, for no request may come by then."""
    timer = threading.Timer(FORGET_SECONDS, _forget_unused)
    timer.daemon = True
    timer.start()


def _forget_unused() -> None:
    with _indexes_lock:
        unused = [key for key, index in _indexes.items() if time.monotonic() - index.used_at >= FORGET_SECONDS]
        left = len(_indexes) - len(unused)
    forget(unused)
    if left:
        _forget_later()


def _without_key(desk: OpenDesk, *, on: date) -> set[UUID]:
    """Return the incidents of which a desk has a card and no key that opens on a day."""
    lasting = Grant.objects.filter(grants.lasting(on), desk_id=desk.id, incident_id=OuterRef("incident_id"))
    return set(Card.objects.filter(~Exists(lasting), desk_id=desk.id).values_list("incident_id", flat=True))


def _facts(document: CardDocument, names: frozenset[str]) -> Iterable[tuple[str, str]]:
    review = document.get("review", NEW)
    yield "status", str(review.get("status", "new")) if isinstance(review, dict) else "new"
    yield from summary.facts_of(document, of=names)


def _derived(
    incident: Incident, reports: Sequence[Answers], manifests: Sequence[Mapping[str, object]], *, slug: str
) -> dict[str, object]:
    day, reference = incident.received_on, incident.reference
    return summary.card(reports, reference=reference, received_on=day, exhibits=manifests, desk=slug)


def _open(held: Card, desk: OpenDesk) -> dict[str, object]:
    document: dict[str, object] = json.loads(_text(held, desk))
    return document


def _text(held: Card, desk: OpenDesk) -> str:
    secret = desk.secret_of(held.generation)
    if rows.waits(bytes(held.sealed)):
        return rows.open_inbox(bytes(held.sealed), secret.identity).decode()
    place = _place(held.incident_id, held.version, desk=desk)
    return keys.unseal_bytes(secret.sub("cards"), Sealed(bytes(held.sealed)), place).decode()


def carried(held: Card, *, desk: OpenDesk) -> Card:
    """Return a card of a former generation sealed under the present key, not yet saved; what it says stays."""
    text = _text(held, desk).encode()
    if rows.waits(bytes(held.sealed)):
        held.sealed = rows.seal_inbox(text, desk.secret.recipient)
    else:
        place = _place(held.incident_id, held.version, desk=desk)
        held.sealed = keys.seal_bytes(desk.secret.sub("cards"), text, place)
    held.generation = desk.generation
    return held


@transaction.atomic
def _make_document(incident_id: UUID, *, desk: OpenDesk) -> None:
    """Turn an inbox card into a document, unless somebody did meanwhile: what a desk wrote on it must not go."""
    held = _of(incident_id, desk).select_for_update().filter(version=0).first()
    if held:
        _write(incident_id, _open(held, desk), desk=desk)


@transaction.atomic
def _write(incident_id: UUID, document: CardDocument, *, desk: OpenDesk) -> None:
    """Replace a card by its next version, under a higher number."""
    held = _of(incident_id, desk).select_for_update().first()
    version = held.version + 1 if held else 1
    if held:
        held.delete()
    place = _place(incident_id, version, desk=desk)
    Card.objects.create(
        desk_id=desk.id,
        incident_id=incident_id,
        generation=desk.generation,
        version=version,
        posted_by=held.posted_by if held else None,
        sealed=keys.seal(desk.secret.sub("cards"), document, place),
    )


def _place(incident_id: UUID, version: int, *, desk: OpenDesk) -> Place:
    return ("card", str(desk.id), str(incident_id), version)
