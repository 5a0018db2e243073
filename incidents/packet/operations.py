"""Prepare and hand over: allowed, numbered, signed, written down."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.policy import insist
from incidents.casework import policy, uses
from incidents.custody import checkpoints, events, stamps
from incidents.custody.stamps import Asked, Subject
from incidents.media import sandbox
from incidents.media.protocol import Status
from incidents.media.typeset import NotTypeset
from incidents.packet import bag, dossier, stream
from incidents.packet.bag import Member
from incidents.packet.dossier import Dossier
from incidents.packet.exporters import EXPORTERS, report
from incidents.packet.stream import Mismatch
from incidents.vault import packets, storage
from incidents.vault.exhibits import Reader
from incidents.vault.openings import Absent, OpenIncident
from incidents.vault.packets import Draft, Freezing, Frozen, Kept
from sealing.keys import Tampered

AGENT = "Testigo"
STAMP_SECONDS = 5  # for outside clocks, while a packet is frozen; never a condition
LONGEST_SECONDS = 12 * 3600  # a download holds its own keys: it ends, even where nobody closes it


class NotPrepared(Exception):
    """No packet came of it; the message says what to do."""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A packet on its way: the name of the ZIP, its exact length, and its bytes."""

    name: str
    length_bytes: int
    chunks: Iterator[bytes]


def insist_on_handing_over(opened: OpenIncident) -> None:
    """Go on only where this seat may take a packet out, and the reporter did not take the permission back.

    Raises:
        Denied: with the sentence that says why not.
    """
    if opened.desk is None:
        raise Absent
    insist(policy.why_not_hand_over(opened.desk.role))
    insist(policy.why_not_use(uses.allowed_at(opened.answers, desk=opened.desk.slug)))
    insist(policy.why_not_hand_over_yet(waiting=len(opened.waiting)))


def prepare(
    opened: OpenIncident,
    *,
    recipient: str,
    purpose: str,
    at: datetime,
    grade: str = "full",
    tell: Callable[[str], None] = lambda _name: None,
) -> Frozen:
    """Freeze a packet: numbered, made, signed by the desk, kept. Nothing half-frozen is ever offered.

    Args:
        tell: called with the name of each file when it is done.

    Raises:
        Denied: the seat may not take a packet out, or the reporter said no to it.
        NotPrepared: it could not be made; what was stored for it is gone, its number stays used.
    """
    insist_on_handing_over(opened)
    draft = packets.begin(opened, grade=grade, recipient=recipient, purpose=purpose, at=at)
    freezing = Freezing(draft)
    try:
        return _freeze(opened, draft, freezing, tell=tell)
    except NotTypeset as why:
        freezing.discard()
        raise NotPrepared(_too_much() if why.status is Status.TOO_LARGE else _no_document()) from None
    except sandbox.Busy:
        freezing.discard()
        raise NotPrepared(_("Other files are being made right now. Try again in a minute.")) from None
    except BaseException:
        freezing.discard()
        raise


def hand_over(opened: OpenIncident, frozen: Frozen, *, at: datetime) -> HandedOver:
    """Send a frozen packet; that it leaves is written before the first byte.

    Raises, before anything is written:
        Denied: the seat may not take a packet out, or the reporter said no to it.
        NotPrepared: a file that belongs in it is gone; the message names it.

    While it is sent, a file that is not what was frozen breaks it off (`Mismatch`), and the ledger says which.
    """
    insist_on_handing_over(opened)
    members = _members(opened, frozen)
    opened.record(events.PacketHandedOver(at=at, by=opened.by, object=frozen.id))
    return HandedOver(
        name=f"{frozen.folder}.zip",
        length_bytes=length_bytes(frozen),
        chunks=_watched(opened, frozen, stream.stream(frozen.folder, members)),
    )


def _too_much() -> str:
    return _("The document could not be made: there is too much for one packet.")


def _no_document() -> str:
    return _("The document could not be made. Nothing is lost: tell who runs this site, and try again.")


def length_bytes(frozen: Frozen) -> int:
    """Return how long the ZIP of a packet is."""
    return stream.length_bytes(frozen.folder, frozen.members)


def _freeze(opened: OpenIncident, draft: Draft, freezing: Freezing, *, tell: Callable[[str], None]) -> Frozen:
    head = checkpoints.sign(at=draft.at)
    clocks = _Clocks(stamps.ask_now(Subject.CHECKPOINT, head.note.encode(), seconds=STAMP_SECONDS / 2))
    gathered = dossier.gather(opened, draft, head, clocks.of_head)
    payload = []
    for one in (one for export in EXPORTERS for one in export(gathered)):
        payload.append(one)
        tell(one.name)
    desk = opened.desk
    assert desk is not None  # noqa: S101 # `prepare` asked
    laid = bag.lay_out(
        payload,
        information=_information(gathered),
        documents=report.documents(gathered),
        seal=lambda tagmanifest: {
            "tagmanifest-sha256.sig": desk.signer.sign(tagmanifest),
            "signer-ed25519.pem": desk.signer.public_pem,
            "ledger.vkey": f"{gathered.ledger.key}\n".encode(),
            **clocks.seal(tagmanifest),
        },
    )
    kept = [_kept(one, freezing) for one in laid]
    tagmanifest = next(one for one in kept if one.name == "tagmanifest-sha256.txt")
    frozen = freezing.finish(opened, kept, folder=gathered.folder, tagmanifest_sha256=tagmanifest.sha256)
    for asked in clocks.asked:
        stamps.want(asked, packet_id=frozen.id, on=draft.at.date())
    return frozen


@dataclass(slots=True)
class _Clocks:
    """What outside clocks say while a packet is frozen; a stamp that comes later is a file beside the ZIP."""

    of_head: Asked
    asked: list[Asked] = field(default_factory=list)

    def seal(self, tagmanifest: bytes) -> Mapping[str, bytes]:
        """Return the files of `seal/` that speak of time: a stamp, and the certificates trusted for each clock."""
        of_files = stamps.ask_now(Subject.TAGMANIFEST, tagmanifest, seconds=STAMP_SECONDS / 2)
        self.asked = [self.of_head, of_files]
        found = {}
        if of_files.token and of_files.token.reply:
            found["tagmanifest-sha256.tsr"] = of_files.token.reply
        if chains := stamps.chains():
            found["tsa-chain.pem"] = chains
        return found


def _kept(one: Member, freezing: Freezing) -> Kept:
    """Keep one file: what was made is sealed in the order in which it is sent; an original stays where it lies."""
    at = 0 if one.origin else freezing.write(b"".join(one.chunks()))
    return Kept(one.name, one.size_bytes, one.crc32, one.sha256, one.sha512, at=at, exhibit=one.origin)


def _information(gathered: Dossier) -> Sequence[tuple[str, str]]:
    return (
        ("Source-Organization", gathered.organization),
        ("External-Identifier", gathered.folder),
        ("Bagging-Date", gathered.prepared_at.date().isoformat()),
        ("Bag-Software-Agent", AGENT),
        ("Testigo-Grade", gathered.grade.name.lower()),
    )


def _members(opened: OpenIncident, frozen: Frozen) -> list[Member]:
    """Return the files of a packet, each with the way to read it that its origin asks for."""
    exhibits = {str(exhibit.id): exhibit for exhibit in opened.files}
    gone = [kept.name for kept in frozen.members if kept.exhibit and kept.exhibit not in exhibits]
    if gone:
        raise NotPrepared(
            _("%(files)s: removed since this packet was made. Prepare a new one.") % {"files": ", ".join(gone)}
        )
    made = frozen.reader()
    return [
        Member(
            kept.name,
            kept.size_bytes,
            kept.crc32,
            kept.sha256,
            kept.sha512,
            partial(_authentic, kept, opened.reader(exhibits[kept.exhibit]) if kept.exhibit else made),
        )
        for kept in frozen.members
    ]


def _authentic(kept: Kept, reader: Reader) -> Iterator[bytes]:
    """Yield one file's bytes; a part in storage that is not the one that was stored is a mismatch of this file."""
    try:
        yield from reader.chunks() if kept.exhibit else packets.chunks(reader, kept)
    except (Tampered, storage.Unavailable):
        raise Mismatch(kept.name) from None


def _watched(opened: OpenIncident, frozen: Frozen, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Pass the bytes on; where they break off, write which file it was."""
    ends = time.monotonic() + LONGEST_SECONDS
    try:
        for chunk in chunks:
            if time.monotonic() > ends:
                raise TimeoutError
            yield chunk
    except Mismatch as broken:
        event = events.PacketBroken(at=timezone.now(), by=opened.by, object=frozen.id, member=broken.name)
        opened.record(event)
        raise
