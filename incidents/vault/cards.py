"""Seal a card; open a desk's cards into a CardIndex in memory."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from accounts.keyring import OpenDesk
from accounts.queries import PublicDesk
from incidents.checklist import summary
from incidents.checklist.answers import Answers
from incidents.models import Card, Exhibit, Incident, Report
from incidents.vault import rows
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
    document = _derived(incident, [Answers.from_json(report) for report in reports], manifests)
    Card.objects.create(
        desk_id=desk.id,
        incident=incident,
        generation=desk.generation,
        version=0,
        sealed=rows.seal_inbox(rows.plain(document), desk.recipient),
    )


def remake(
    incident: Incident, *, desk: OpenDesk, reports: Sequence[Answers], manifests: Sequence[Mapping[str, object]]
) -> CardDocument:
    """Derive a desk's card anew from the open reports; what the desk wrote on it stays."""
    held = Card.objects.filter(desk_id=desk.id, incident=incident).first()
    review = _open(held, desk).get("review", NEW) if held else NEW
    document = {**_derived(incident, reports, manifests), "review": review}
    _write(incident.pk, document, desk=desk)
    return document


def review_of(incident_id: UUID, *, desk: OpenDesk, locked: bool = False) -> Mapping[str, object]:
    """Return what the desk wrote on an incident's card; `locked`: nobody else writes there in this transaction."""
    rows_ = Card.objects.select_for_update() if locked else Card.objects
    held = rows_.filter(desk_id=desk.id, incident_id=incident_id).first()
    review = _open(held, desk).get("review", NEW) if held else NEW
    return review if isinstance(review, dict) else NEW


def write_review(incident_id: UUID, review: Mapping[str, object], *, desk: OpenDesk) -> None:
    """Write what the desk says of an incident on its card."""
    held = Card.objects.select_for_update().get(desk_id=desk.id, incident_id=incident_id)
    _write(incident_id, {**_open(held, desk), "review": review}, desk=desk)


def differs(incident_id: UUID, *, desk: OpenDesk, reports: int, exhibits: int) -> bool:
    """Tell whether a desk's card is missing or was made before the newest additions."""
    held = Card.objects.filter(desk_id=desk.id, incident_id=incident_id).first()
    return held is None or summary.counts(_open(held, desk)) != (reports, exhibits)


class CardIndex:
    """A desk's open cards in an SQLite of this process's memory: lists, filters, counts."""

    def __init__(self, desk: OpenDesk) -> None:
        self.generation = desk.generation
        self.used_at = time.monotonic()
        self._newest = 0
        self._lock = threading.Lock()
        self._database = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._database.executescript(
            "PRAGMA temp_store=MEMORY;"
            "CREATE TABLE card (incident TEXT PRIMARY KEY, reference TEXT, received_on TEXT, card TEXT);"
            "CREATE INDEX newest ON card (received_on DESC, reference);"
            "CREATE TABLE fact (name TEXT, value TEXT, incident TEXT);"
            "CREATE INDEX by_fact ON fact (name, value, incident);"
            "CREATE INDEX of_incident ON fact (incident);"
        )

    def refresh(self, desk: OpenDesk) -> None:
        """Open the cards that are newer than the newest here; begin anew where some are gone."""
        with self._lock:
            if self._behind(desk):
                self._read(desk)
                if self._behind(desk):  # a card was removed
                    self._database.executescript("DELETE FROM card; DELETE FROM fact;")
                    self._newest = 0
                    self._read(desk)
            self.used_at = time.monotonic()

    def page(self, filters: Mapping[str, str], *, number: int) -> Page:
        """Return one page of the incidents whose facts fit all filters, newest first."""
        clauses = [
            "EXISTS (SELECT 1 FROM fact WHERE fact.incident = card.incident AND name = ? AND value = ?)"
            for _ in filters
        ]
        where = f" WHERE {' AND '.join(clauses)}" if clauses else ""
        values = [text for pair in filters.items() for text in pair]
        with self._lock:
            total = self._database.execute(f"SELECT count(*) FROM card{where}", values).fetchone()[0]  # noqa: S608 # only ? is filled in
            found = self._database.execute(
                f"SELECT incident, reference, received_on, card FROM card{where}"  # noqa: S608 # the same
                " ORDER BY received_on DESC, reference LIMIT ? OFFSET ?",
                [*values, PAGE_ROWS, (number - 1) * PAGE_ROWS],
            ).fetchall()
        read = [(UUID(row[0]), row[1], date.fromisoformat(row[2]), json.loads(row[3])) for row in found]
        newer = _with_additions([(incident_id, card) for incident_id, _, _, card in read])
        rows_ = [Row(incident, reference, day, card, incident in newer) for incident, reference, day, card in read]
        return Page(rows=rows_, number=number, total=total)

    def values(self, name: str) -> list[tuple[str, int]]:
        """Return each value a fact has here, and how many incidents have it."""
        with self._lock:
            return self._database.execute(
                "SELECT value, count(DISTINCT incident) FROM fact WHERE name = ? GROUP BY value ORDER BY 2 DESC, 1",
                [name],
            ).fetchall()

    def close(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._database.close()

    def _behind(self, desk: OpenDesk) -> bool:
        held = self._database.execute("SELECT count(*) FROM card").fetchone()[0]
        newest = Card.objects.filter(desk_id=desk.id).order_by("-seq").values_list("seq", flat=True).first() or 0
        return newest != self._newest or Card.objects.filter(desk_id=desk.id).count() != held

    def _read(self, desk: OpenDesk) -> None:
        newer = Card.objects.filter(desk_id=desk.id, seq__gt=self._newest).select_related("incident").order_by("seq")
        waiting: list[tuple[UUID, CardDocument]] = []
        self._database.execute("BEGIN")
        for held in newer.iterator(chunk_size=2000):
            document: CardDocument = _open(held, desk)
            self._put(held.incident, document)
            self._newest = max(self._newest, held.seq)
            if held.version == 0 and len(waiting) < CONVERT_AT_ONCE:
                waiting.append((held.incident_id, document))
        self._database.execute("COMMIT")
        for incident_id, converted in waiting:
            self._newest = max(self._newest, _write(incident_id, converted, desk=desk))

    def _put(self, incident: Incident, document: CardDocument) -> None:
        key = str(incident.pk)
        self._database.execute("DELETE FROM fact WHERE incident = ?", [key])
        self._database.execute(
            "INSERT OR REPLACE INTO card VALUES (?, ?, ?, ?)",
            [key, incident.reference, incident.received_on.isoformat(), json.dumps(document)],
        )
        self._database.executemany(
            "INSERT INTO fact VALUES (?, ?, ?)", [(name, value, key) for name, value in _facts(document)]
        )


_indexes: dict[UUID, CardIndex] = {}
_indexes_lock = threading.Lock()


def index_of(desk: OpenDesk) -> CardIndex:
    """Return a desk's index, holding every card that is there now."""
    with _indexes_lock:
        for desk_id, index in list(_indexes.items()):
            if time.monotonic() - index.used_at > FORGET_SECONDS:
                _indexes.pop(desk_id).close()
        held = _indexes.get(desk.id)
        if held is None or held.generation != desk.generation:
            held = _indexes[desk.id] = CardIndex(desk)
    held.refresh(desk)
    return held


def forget(desk_ids: Iterable[UUID]) -> None:
    """Drop indexes: their desk was locked here."""
    with _indexes_lock:
        for desk_id in desk_ids:
            index = _indexes.pop(desk_id, None)
            if index:
                index.close()


def _facts(document: CardDocument) -> Iterable[tuple[str, str]]:
    review = document.get("review", NEW)
    yield "status", str(review.get("status", "new")) if isinstance(review, dict) else "new"
    yield from summary.facts_of(document)


def _derived(
    incident: Incident, reports: Sequence[Answers], manifests: Sequence[Mapping[str, object]]
) -> dict[str, object]:
    return summary.card(reports, reference=incident.reference, received_on=incident.received_on, exhibits=manifests)


def _open(held: Card, desk: OpenDesk) -> dict[str, object]:
    sealed = bytes(held.sealed)
    if rows.waits(sealed):
        document: dict[str, object] = json.loads(rows.open_inbox(sealed, desk.secret.identity))
        return document
    return keys.unseal(desk.secret.sub("cards"), Sealed(sealed), _place(held.incident_id, held.version, desk=desk))


@transaction.atomic
def _write(incident_id: UUID, document: CardDocument, *, desk: OpenDesk) -> int:
    """Replace a card by its next version, under a higher number; return that number."""
    held = Card.objects.select_for_update().filter(desk_id=desk.id, incident_id=incident_id).first()
    version = held.version + 1 if held else 1
    if held:
        held.delete()
    place = _place(incident_id, version, desk=desk)
    return Card.objects.create(
        desk_id=desk.id,
        incident_id=incident_id,
        generation=desk.generation,
        version=version,
        sealed=keys.seal(desk.secret.sub("cards"), document, place),
    ).seq


def _place(incident_id: UUID, version: int, *, desk: OpenDesk) -> Place:
    return ("card", str(desk.id), str(incident_id), version)


def _with_additions(read: Sequence[tuple[UUID, CardDocument]]) -> set[UUID]:
    """Return those of a page's incidents that hold more than their card was made from."""
    ids = [incident_id for incident_id, _ in read]
    reports = _counted(Report, ids)
    exhibits = _counted(Exhibit, ids)
    return {i for i, card in read if summary.counts(card) != (reports.get(i, 0), exhibits.get(i, 0))}


def _counted(model: type[Report | Exhibit], ids: Sequence[UUID]) -> dict[UUID, int]:
    found = model.objects.filter(incident_id__in=ids).values_list("incident_id").annotate(Count("pk"))
    return dict(found.values_list("incident_id", "pk__count"))
