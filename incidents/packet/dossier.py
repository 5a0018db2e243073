"""Gather what one grade may show; exporters see nothing else."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import translation
from django.utils.translation import gettext as _

from accounts import queries
from incidents.checklist import derived, summary
from incidents.checklist.answers import Answers, Entry, Line
from incidents.checklist.derived import Derived, Factor, Where
from incidents.checklist.items import Grade
from incidents.custody import checkpoints, events, stamps
from incidents.custody.checkpoints import Head
from incidents.custody.sentences import sentence
from incidents.custody.stamps import Asked
from incidents.media import kinds
from incidents.media.kinds import Found
from incidents.packet import copies
from incidents.packet.copies import CopyPart
from incidents.vault.openings import OpenEvent, OpenExhibit, OpenIncident, OpenReport
from incidents.vault.packets import Draft

ENTRY = re.compile(r"R-[0-9]{4}/[a-z_]+-[0-9]+")
ONLY = "IN-0001"  # outside a case a packet holds one incident


@dataclass(frozen=True, slots=True)
class ReportPart:
    """One report as far as the grade goes.

    `lines` name entries that hold no other answers than those shown; `titles` are by entry id. `document` is what was
    sealed, byte for byte, and None where something of it stays out.
    """

    name: str
    incident: str
    language: str
    form: str
    first: bool
    asked_by_desk: bool
    added_on: date | None
    lines: Sequence[Line]
    titles: Mapping[str, str]
    document: bytes | None


@dataclass(frozen=True, slots=True)
class ExhibitPart:
    """One file: its numbers, its name where the grade allows it, its copies, and a way to read it, again and again."""

    name: str
    incident: str
    found: Found
    size_bytes: int
    crc32: int
    sha256: str
    sha512: str
    received_on: date | None
    received_at: str
    sealed_by: str
    file_name: str
    origin: str  # where its bytes lie; opaque, and in no file of the packet
    chunks: Callable[[], Iterable[bytes]]
    copies: Sequence[CopyPart]
    claims: Mapping[str, object]  # what it says of itself

    @property
    def original_name(self) -> str:
        """Its name in its folder: ours, with an extension that follows the type found, never the sender's."""
        return f"original.{self.found.extension}"


@dataclass(frozen=True, slots=True)
class EventPart:
    """One event of the ledger, open, with its proof."""

    index: int
    body: bytes
    sealed_sha256: str
    path: Sequence[bytes]
    at: str
    by: str
    sentence: str


@dataclass(frozen=True, slots=True)
class LedgerPart:
    """The ledger's signed head with its stamp if a clock gave one, and this case's events; `actors` by seat id."""

    head: Head
    token: bytes | None
    origin: str
    key: str
    events: Sequence[EventPart]
    actors: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class IncidentPart:
    """One incident: what follows from its reports, worked out for this grade."""

    name: str
    received_on: date
    headline: Mapping[str, str]
    where: Where
    papers: Sequence[Derived]
    methods: Sequence[Derived]
    factors: Sequence[Factor]
    reports: Sequence[ReportPart]


@dataclass(frozen=True, slots=True)
class Withheld:
    """One thing that stays out: where it stood, never what it was."""

    what: str
    basis: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that a packet is made from."""

    folder: str
    reference: str
    number: int
    grade: Grade
    recipient: str
    purpose: str
    prepared_at: datetime
    organization: str
    desk: str
    signer: str
    incidents: Sequence[IncidentPart]
    exhibits: Sequence[ExhibitPart]
    withheld: Sequence[Withheld]
    ledger: LedgerPart
    has_clocks: bool  # outside clocks were asked for a stamp; some may answer later


def gather(opened: OpenIncident, draft: Draft, head: Head, asked: Asked) -> Dossier:
    """Return what a packet of this grade holds.

    Args:
        head: signed after the packet's own event was entered, so that this is the last event inside.
        asked: what outside clocks said about that head.
    """
    desk = opened.desk
    assert desk is not None  # noqa: S101 # a draft is begun at a desk only
    grade = Grade[draft.grade.upper()]
    custody = [event for event in opened.custody() if event.entered.index < head.size]
    with translation.override("en"):
        return Dossier(
            folder=f"packet-{opened.reference}-{draft.number}-{draft.grade}",
            reference=opened.reference,
            number=draft.number,
            grade=grade,
            recipient=draft.recipient,
            purpose=draft.purpose,
            prepared_at=draft.at,
            organization=" ".join(desk.name.split()),
            desk=desk.slug,
            signer=desk.signer.fingerprint,
            incidents=[_incident(opened, grade)],
            exhibits=list(_exhibits(opened, custody, grade)),
            withheld=withheld(opened, grade),
            ledger=_ledger(custody, head, asked.token.reply if asked.token else None, desk_name=desk.slug),
            has_clocks=bool(stamps.servers()),
        )


def withheld(opened: OpenIncident, grade: Grade) -> list[Withheld]:
    """Return what a packet of this grade leaves out, by place: names and contacts of people who did not say yes."""
    found = []
    for report in opened.reports:
        left_out = [line for line in report.answers.lines() if line.is_unagreed]
        found += [
            Withheld(
                f"{report.name}, {line.section.title}: {line.label}",
                _("This person did not say that it may be shared."),
            )
            for line in left_out
        ]
        if left_out or _document(report, grade) is None:
            what = _("The report as it was sealed, byte for byte")
            found.append(Withheld(f"{report.name}: {what}", _("It holds what is left out.")))
    found += [
        Withheld(file.name, _("It is damaged, or not what was sent. The desk keeps it.")) for file in opened.damaged
    ]
    return found


def _incident(opened: OpenIncident, grade: Grade) -> IncidentPart:
    answers = opened.answers
    card = summary.card(answers, reference=opened.reference, received_on=opened.received_on)
    return IncidentPart(
        name=ONLY,
        received_on=opened.received_on,
        headline=summary.headline(card),
        where=derived.where(answers),
        papers=[derived.paper_type(entry) for report in answers for entry in report.entries("papers")],
        methods=derived.methods(answers),
        factors=derived.illinois(answers),
        reports=[_report(report, opened, grade) for report in opened.reports],
    )


def _report(report: OpenReport, opened: OpenIncident, grade: Grade) -> ReportPart:
    answers = report.answers
    lines = list(_lines(answers, grade))
    day = str(answers.document.get("received_at", ""))[:10]
    return ReportPart(
        name=report.name,
        incident=ONLY,
        language=answers.language,
        form=answers.form,
        first=report.number == 1,
        asked_by_desk=answers.document.get("asked_by_desk") is True,
        added_on=date.fromisoformat(day) if day else opened.received_on,
        lines=lines,
        titles={line.entry.id: answers.title_of(line.section, line.entry) for line in lines},
        document=_document(report, grade),
    )


def _lines(answers: Answers, grade: Grade) -> Iterator[Line]:
    """Yield the lines of a grade; the entry behind each holds only what is shown as well."""
    shown = [line for held in answers.lines() if (line := held.at(grade))]
    of_entry: dict[tuple[str, str], dict[str, Line]] = {}
    for line in shown:
        of_entry.setdefault((line.section.key, line.entry.id), {})[line.item.key] = line
    for line in shown:
        entry = line.entry
        beside = {key: one.answer for key, one in of_entry[line.section.key, entry.id].items()}
        about = entry.about if ENTRY.fullmatch(entry.about) else ""  # elsewhere it is free text, and may hold a name
        bare = Entry(id=entry.id, basis=entry.basis, certainty=entry.certainty, about=about, answers=beside)
        yield replace(line, entry=bare)


def _document(report: OpenReport, grade: Grade) -> bytes | None:
    """Return what was sealed, where the grade may see all of it."""
    if grade is not Grade.FULL or any(line.is_unagreed for line in report.answers.lines()):
        return None
    return report.document


def _exhibits(opened: OpenIncident, custody: Sequence[OpenEvent], grade: Grade) -> Iterator[ExhibitPart]:
    arrived = {event.said["object"]: event.said for event in custody if event.entered.kind == "received"}
    for exhibit in opened.exhibits:
        manifest, said = exhibit.manifest, arrived.get(str(exhibit.id), {})
        part = ExhibitPart(
            name=exhibit.name,
            incident=ONLY,
            found=kinds.find(opened.reader(exhibit).read(kinds.HEAD_BYTES)),
            size_bytes=exhibit.size_bytes,
            crc32=int(str(manifest["crc32"])),
            sha256=str(manifest["sha256"]),
            sha512=str(manifest["sha512"]),
            received_on=exhibit.received_on,
            received_at=said.get("at", ""),
            sealed_by="browser" if said.get("sha256") == "" else "server",  # who sealed it knew its hash
            file_name=exhibit.file_name,
            origin=str(exhibit.id),
            chunks=_chunks(opened, exhibit),
            copies=(),
            claims=copies.claims_of(opened, exhibit, grade=grade),
        )
        made = copies.of(opened, exhibit, original=part.original_name, custody=custody, grade=grade)
        yield replace(part, copies=list(made))


def _chunks(opened: OpenIncident, exhibit: OpenExhibit) -> Callable[[], Iterable[bytes]]:
    return lambda: opened.reader(exhibit).chunks()


def _ledger(custody: Sequence[OpenEvent], head: Head, token: bytes | None, *, desk_name: str) -> LedgerPart:
    paths = head.inclusions(event.entered.index for event in custody)
    actors = _actors({event.said["by"] for event in custody}, own=desk_name)
    shown = [
        EventPart(
            index=event.entered.index,
            body=event.body,
            sealed_sha256=hashlib.sha256(event.entered.stored).hexdigest(),
            path=paths[event.entered.index],
            at=event.said["at"],
            by=_named(event.said["by"], actors),
            sentence=str(sentence(event.said["act"])),
        )
        for event in custody
    ]
    return LedgerPart(head, token, checkpoints.origin(), checkpoints.verifier_key(), shown, actors)


def _actors(ids: Iterable[str], *, own: str) -> dict[str, dict[str, str]]:
    """Return who acted, by seat: a desk and a role, never a member. The desk that hands over is "desk-1"."""
    seats = queries.seats_by_id(ids)
    slugs = sorted({slug for slug, _role in seats.values()}, key=lambda slug: (slug != own, slug))
    desks = {slug: f"desk-{number}" for number, slug in enumerate(slugs, 1)}
    return {seat: {"desk": desks[slug], "role": role} for seat, (slug, role) in sorted(seats.items())}


def _named(by: str, actors: Mapping[str, Mapping[str, str]]) -> str:
    if actor := actors.get(by):
        return f"{actor['role']}, {actor['desk']}"
    return {events.RECEIPT: "reporter", events.FILING: "reporter", events.SITE: "site"}.get(by, "former member")
