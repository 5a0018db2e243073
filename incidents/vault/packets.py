"""Number what is handed over, sign it with the desk's sub-key, remember it to the byte."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.keyring import OpenDesk
from incidents.custody import events
from incidents.models import Incident, Packet, PacketPart
from incidents.vault.exhibits import Reader, Sealer
from incidents.vault.openings import Absent, OpenIncident
from sealing import keys, wraps
from sealing.keys import Secret
from sealing.types import Place, Recipient, Sealed

FOLDER = "packets"
CHUNK_BYTES = 1 << 18
SALT_BYTES = 16
MOST = 2**31 - 1  # what the column holds


@dataclass(frozen=True, slots=True)
class Kept:
    """One file of a frozen packet with its four numbers, digests in hex.

    `at` is where its bytes begin among those that were made for the packet; an exhibit's lie where they always lay.
    """

    name: str
    size_bytes: int
    crc32: int
    sha256: str
    sha512: str
    at: int = 0
    exhibit: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A packet that has its number and its event, and nothing else yet; only this holds its secret."""

    id: UUID
    number: int
    grade: str
    recipient: str
    purpose: str
    at: datetime
    salts: Mapping[str, str] = field(repr=False)
    secret: Secret = field(default_factory=Secret.new, repr=False)


@dataclass(frozen=True, slots=True)
class Frozen:
    """A packet as it was frozen, open: what is in it and for whom, and its own key."""

    id: UUID
    number: int
    grade: str
    folder: str
    recipient: str
    purpose: str
    prepared_at: datetime
    signer: str  # fingerprint of the desk's packet key
    tagmanifest_sha256: str
    members: Sequence[Kept]
    made: Mapping[str, object] = field(repr=False)  # manifest of the bytes that were made for it
    secret: Secret = field(repr=False)

    def reader(self) -> Reader:
        """Return the bytes that were made for it, one after the other."""
        return Reader(self.id, self.made, self.secret.identity, folder=FOLDER)


def begin(opened: OpenIncident, *, grade: str, recipient: str, purpose: str, at: datetime) -> Draft:
    """Give a packet the incident's next number, and write that it is being prepared, for whom and why.

    The event holds salted commitments: a later packet shows it to others. The words rest in the packet's row.
    """
    salts = {name: secrets.token_hex(SALT_BYTES) for name in ("recipient", "purpose")}
    with transaction.atomic():
        Incident.objects.select_for_update().get(pk=opened.id)  # two at once get two numbers
        number = 1 + max(_numbers(opened), default=0)
        draft = Draft(uuid.uuid4(), number, grade, recipient, purpose, at, salts)
        event = events.PacketPrepared(
            at=at,
            by=opened.by,
            object=draft.id,
            number=number,
            grade=grade,
            recipient=_commitment(salts["recipient"], recipient),
            purpose=_commitment(salts["purpose"], purpose),
        )
        opened.record(event)
    return draft


class Freezing:
    """The bytes that are made for a packet, sealed to its own secret as they come, so that memory stays flat."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._sealer = Sealer(to=draft.secret.recipient, folder=FOLDER, id=draft.id)
        self._size = 0

    def write(self, data: bytes) -> int:
        """Take the bytes of one file, and return where they begin."""
        begins = self._size
        self._sealer.write(data)
        self._size += len(data)
        return begins

    def discard(self) -> None:
        """Remove what was stored: nothing half-frozen stays."""
        self._sealer.discard()

    def finish(self, opened: OpenIncident, members: Sequence[Kept], *, folder: str, tagmanifest_sha256: str) -> Frozen:
        """Write the packet's row and its event: from here on it can be handed over, and never changes."""
        draft, desk = self._draft, _desk_of(opened)
        stored = self._sealer.close(name="", media_type="")
        frozen = Frozen(
            id=draft.id,
            number=draft.number,
            grade=draft.grade,
            folder=folder,
            recipient=draft.recipient,
            purpose=draft.purpose,
            prepared_at=draft.at,
            signer=desk.signer.fingerprint,
            tagmanifest_sha256=tagmanifest_sha256,
            members=members,
            made=stored.manifest,
            secret=draft.secret,
        )
        with transaction.atomic():
            row = Packet(
                id=draft.id,
                desk_id=desk.id,
                incident_id=opened.id,
                number=draft.number,
                generation=desk.generation,
                recipient=draft.secret.recipient,
                wrapped=wraps.wrap(draft.secret, desk.secret.recipient),
            )
            row.sealed = keys.seal(desk.secret.sub("cases"), _document(frozen, salts=draft.salts), _place(row))
            row.save(force_insert=True)
            PacketPart.objects.bulk_create(
                PacketPart(packet=row, number=n, sealed_bytes=part.sealed_bytes, sealed_sha256=part.sealed_sha256)
                for n, part in enumerate(stored.parts, 1)
            )
            sealed = events.PacketSealed(at=timezone.now(), by=opened.by, object=draft.id, sha256=tagmanifest_sha256)
            opened.record(sealed, of=bytes(row.sealed))
        return frozen


def of(opened: OpenIncident) -> list[Frozen]:
    """Return the packets that this desk made of an incident, the first one first."""
    desk = _desk_of(opened)
    rows = Packet.objects.filter(desk_id=desk.id, incident_id=opened.id).order_by("number")
    return [_opened(row, desk) for row in rows]


def one(opened: OpenIncident, *, number: int) -> Frozen:
    """Return one packet of this desk.

    Raises:
        Absent: this desk has none of that number.
        Tampered: the row is not the one that was stored.
    """
    desk = _desk_of(opened)
    row = Packet.objects.filter(desk_id=desk.id, incident_id=opened.id, number=min(number, MOST)).first()
    if row is None:
        raise Absent
    return _opened(row, desk)


def chunks(reader: Reader, kept: Kept) -> Iterator[bytes]:
    """Yield the bytes of one made file out of those of all."""
    reader.seek(kept.at)
    left = kept.size_bytes
    while left and (chunk := reader.read(min(left, CHUNK_BYTES))):
        left -= len(chunk)
        yield chunk


def _numbers(opened: OpenIncident) -> Iterator[int]:
    """Yield the numbers that were given out, whichever desk has them: they are never used again."""
    for event in opened.custody():
        if event.said["act"] == events.PacketPrepared.act:
            yield int(event.said["number"])


def _document(frozen: Frozen, *, salts: Mapping[str, str]) -> dict[str, object]:
    return {
        "packet": 1,
        "grade": frozen.grade,
        "folder": frozen.folder,
        "recipient": frozen.recipient,
        "purpose": frozen.purpose,
        "salts": dict(salts),
        "prepared_at": events.moment(frozen.prepared_at),
        "signer": frozen.signer,
        "tagmanifest_sha256": frozen.tagmanifest_sha256,
        "members": [asdict(kept) for kept in frozen.members],
        "made": dict(frozen.made),
    }


def _opened(row: Packet, desk: OpenDesk) -> Frozen:
    held = desk.secret_of(row.generation)
    said = keys.unseal(held.sub("cases"), Sealed(bytes(row.sealed)), _place(row))
    secret = wraps.take(bytes(row.wrapped), held.identity, expected=Recipient(row.recipient))
    members: Sequence[Mapping[str, str]] = said["members"]  # type: ignore[assignment] # as `_document` wrote it
    made: Mapping[str, object] = said["made"]  # type: ignore[assignment] # the same
    return Frozen(
        id=row.pk,
        number=row.number,
        grade=str(said["grade"]),
        folder=str(said["folder"]),
        recipient=str(said["recipient"]),
        purpose=str(said["purpose"]),
        prepared_at=datetime.strptime(str(said["prepared_at"]), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC),
        signer=str(said["signer"]),
        tagmanifest_sha256=str(said["tagmanifest_sha256"]),
        members=[Kept(**one) for one in members],  # type: ignore[arg-type] # the same
        made=made,
        secret=secret,
    )


def carried(row: Packet, *, desk: OpenDesk) -> Packet:
    """Return a packet's row of a former generation under the present key, not yet saved; what it says stays."""
    former = desk.secret_of(row.generation)
    said = keys.unseal(former.sub("cases"), Sealed(bytes(row.sealed)), _place(row))
    row.wrapped = wraps.rewrap(bytes(row.wrapped), former.identity, desk.secret.recipient)
    row.sealed = keys.seal(desk.secret.sub("cases"), said, _place(row))
    row.generation = desk.generation
    return row


def _desk_of(opened: OpenIncident) -> OpenDesk:
    if opened.desk is None:  # a reporter takes no packet
        raise Absent
    return opened.desk


def _commitment(salt: str, text: str) -> str:
    return hashlib.sha256(bytes.fromhex(salt) + text.encode(errors="surrogatepass")).hexdigest()


def _place(row: Packet) -> Place:
    return ("packet", str(row.desk_id), str(row.pk), row.version)
