"""What can happen: one class an act, its fields, its sentence in the record."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from incidents.custody.desk_acts import DESK_ACTS

RECEIPT, FILING, SITE = "receipt", "filing", "site"


def moment(at: datetime) -> str:
    """Return a moment as bodies write it: UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An act as its body tells it: codes, opaque ids, hashes and moments; ASCII, no name, no free text."""

    act: ClassVar[str]
    kind: ClassVar[str]  # the coarse class that stands in the open
    sentence: ClassVar[Promise]

    at: datetime
    by: str  # a seat's id, or one of RECEIPT, FILING, SITE
    object: UUID

    @property
    def kind_in_the_open(self) -> str:
        """The coarse class of this act."""
        return self.kind

    def body(self) -> dict[str, str]:
        """Return what is sealed, with a nonce so that nobody guesses it from its hash."""
        return {
            "act": self.act,
            "at": moment(self.at),
            "by": self.by,
            "nonce": secrets.token_hex(16),
            "object": str(self.object),
            **self.fields(),
        }

    def fields(self) -> Mapping[str, str]:
        """Return what this act says beside the common five."""
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hashed(Event):
    """An act on a thing whose plaintext is known: its SHA-256 in hex."""

    sha256: str

    def fields(self) -> Mapping[str, str]:
        """Return what this act says beside the common five."""
        return {"sha256": self.sha256}


class ReportReceived(Hashed):
    """`sha256` is of the sealed document without padding."""

    act, kind, sentence = "report_received", "received", _("A report arrived and was sealed.")


class ExhibitReceived(Hashed):
    """`sha256` is of the whole file; empty where a browser sealed it, and who opens it takes the hash."""

    act, kind, sentence = "exhibit_received", "received", _("A file arrived and was sealed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivativeMade(Hashed):
    """`recipe` and its version, `parent` is what it was made of; `sha256` is of the whole copy."""

    act, kind, sentence = "derivative_made", "made", _("A copy was made of a file and sealed.")
    recipe: str
    parent: UUID

    def fields(self) -> Mapping[str, str]:
        """Return what this act says beside the common five."""
        return {"parent": str(self.parent), "recipe": self.recipe, "sha256": self.sha256}


class WordsAdded(DerivativeMade):
    """A transcript, a translation, a description; `recipe` says which."""

    act, kind, sentence = "words_added", "made", _("Words about a file were added and sealed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted(Event):
    """`basis` says why, as a code."""

    act, kind, sentence = "granted", "granted", _("A desk was given the key, as the reporter chose.")
    desk: UUID
    basis: str

    def fields(self) -> Mapping[str, str]:
        """Return what this act says beside the common five."""
        return {"basis": self.basis, "desk": str(self.desk)}


@dataclass(frozen=True, slots=True, kw_only=True)
class OfAUse(Event):
    """What the reporter said of one use after the first report. `desk` is an id; empty: said to every desk."""

    use: str
    desk: str = ""

    def fields(self) -> Mapping[str, str]:
        """Return what this act says beside the common five."""
        return {"use": self.use} | ({"desk": self.desk} if self.desk else {})


class UseAllowed(OfAUse):
    """The reporter said yes."""

    act, kind, sentence = "use_allowed", "granted", _("The reporter said yes to a use of this report.")


class UseWithdrawn(OfAUse):
    """The reporter said no, or not any more."""

    act, kind, sentence = "use_withdrawn", "withdrawn", _("The reporter said no to a use of this report.")


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDesk(Event):
    """An act on another desk than the one that acts."""

    desk: UUID

    def fields(self) -> Mapping[str, str]:
        """Return what this act says beside the common five."""
        return {"desk": str(self.desk)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared(OnDesk):
    """`basis` says why, as a code; `digits` are of the key it was sealed to; `until` is the last day, or empty.

    `giver` is the desk that shared it: a seat's id leads to its desk only while somebody sits there.
    """

    act, kind, sentence = "shared", "granted", _("The incident was shared with another desk.")
    basis: str
    digits: str
    giver: UUID
    until: str = ""

    def fields(self) -> Mapping[str, str]:
        """Return what this act says beside the common five."""
        said = {"basis": self.basis, "desk": str(self.desk), "digits": self.digits, "giver": str(self.giver)}
        return said | ({"until": self.until} if self.until else {})


class Withdrawn(OnDesk):
    """What that desk has read cannot be unread."""

    act, kind, sentence = "withdrawn", "withdrawn", _("A desk's key to the incident was taken back.")


class KeyNotPinned(OnDesk):
    """Somebody wrote into the database; an act of the desk that found it."""

    act, kind, sentence = (
        "key_not_pinned",
        "checked",
        _("A desk's key was not the pinned one. Nothing was shared."),
    )


class CardPosted(OnDesk):
    """An act of the desk: a coalition got a short card."""

    act, kind, sentence = "card_posted", "granted", _("A short card was posted to a coalition.")


class CardWithdrawn(OnDesk):
    """An act of the desk."""

    act, kind, sentence = "card_withdrawn", "withdrawn", _("The card that was posted to a coalition was taken back.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted(Event):
    """What waited as an inbox form became a row: `old` and `new` are SHA-256 of the stored bytes."""

    act, kind, sentence = "converted", "converted", _("What had arrived sealed was checked and entered.")
    old: str
    new: str

    def fields(self) -> Mapping[str, str]:
        """Return what this act says beside the common five."""
        return {"new": self.new, "old": self.old}


class Rekeyed(Event):
    """From here on everything of the incident is sealed under another secret."""

    act, kind, sentence = "rekeyed", "rotated", _("The incident got a new key.")


class RowRekeyed(Converted):
    """`old` and `new` are SHA-256 of the stored bytes."""

    act, kind, sentence = "row_rekeyed", "rotated", _("A report or file was sealed under the new key.")


class Opened(Event):
    """Once an incident, session and day."""

    act, kind, sentence = "opened", "opened", _("The incident was opened and read.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitOpened(Event):
    """Once an exhibit, session, day and `what`: "preview" for its copies, "original" for the file, "part" of it."""

    act, kind, sentence = "exhibit_opened", "opened", _("A file was opened or downloaded.")
    what: str

    def fields(self) -> Mapping[str, str]:
        """Return what this act says beside the common five."""
        return {"what": self.what}


class CopyChecked(Event):
    """Before it no packet takes a covered copy along."""

    act, kind, sentence = "copy_checked", "checked", _("A member looked at a covered copy. It may be used.")


class ReporterMailed(Event):
    """In the open it looks like a reading: that a reporter can be mailed is nobody's to see. No address is in it."""

    act, kind, sentence = "reporter_mailed", "opened", _("A mail told the reporter that something waits for them.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved(Event):
    """An act of the desk: sealed under it, so that no other desk and no packet sees it. `reason` closes."""

    act, kind, sentence = "moved", "moved", _("The incident was moved to another state.")
    to: str
    reason: str = ""

    def fields(self) -> Mapping[str, str]:
        """Return what this act says beside the common five."""
        return {"to": self.to} | ({"reason": self.reason} if self.reason else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketPrepared(Event):
    """Recipient and purpose are salted commitments: later packets show this event to others."""

    act, kind, sentence = "packet_prepared", "handed_over", _("A packet was prepared.")
    number: int
    grade: str
    recipient: str
    purpose: str

    def fields(self) -> Mapping[str, str]:
        """Return what this act says beside the common five."""
        return {
            "grade": self.grade,
            "number": str(self.number),
            "purpose": self.purpose,
            "recipient": self.recipient,
        }


class PacketSealed(Hashed):
    """`sha256` is of the tagmanifest."""

    act, kind, sentence = "packet_sealed", "handed_over", _("The packet was frozen and signed.")


class PacketHandedOver(Event):
    """Written before the first byte leaves."""

    act, kind, sentence = "packet_handed_over", "handed_over", _("The packet was downloaded.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketBroken(Event):
    """`member` is the name in the bag, which is ours."""

    act, kind, sentence = "packet_broken", "handed_over", _("A download broke off: a file is not what was frozen.")
    member: str

    def fields(self) -> Mapping[str, str]:
        """Return what this act says beside the common five."""
        return {"member": self.member}


class PacketCarried(Event):
    """The desk got another key; its record of the packet was sealed under it, and says what it said."""

    act, kind, sentence = "packet_carried", "rotated", _("The record of a packet was sealed under the desk's new key.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskChanged(Event):
    """An act on a desk, told by accounts, which knows no ledger."""

    act, kind, sentence = "desk_changed", "seated", _("Something was done to the desk.")
    named: str
    said: Mapping[str, str]

    def fields(self) -> Mapping[str, str]:
        """Return what accounts told; the act it named stands in place of this class's."""
        return {"act": self.named, **self.said}

    @property
    def kind_in_the_open(self) -> str:
        """The coarse class that the act's name stands for."""
        return DESK_ACTS[self.named][0]
