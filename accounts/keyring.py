"""Open, wrap, re-seat and rotate: member key, desk keys, recovery kits."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from accounts import acts, pins
from accounts.models import Desk, FormerKey, Kit, Member, Role, Seat
from sealing import keys, notes, words, wraps
from sealing.keys import Identity, Secret, Tampered
from sealing.types import Key, Place, Recipient, Sealed


@dataclass(frozen=True, slots=True)
class OtherKeys:
    """What a desk's keyring document holds: keys of earlier generations for the record, and which kit is its own."""

    kit: str = ""  # the recipient of the kit that was vouched for
    ledger: Mapping[int, Key] = field(default_factory=dict, repr=False)  # by generation


@dataclass(frozen=True, slots=True)
class OpenDesk:
    """A desk's secret in one request's memory, with the seat it was opened from."""

    id: UUID
    slug: str
    name: str
    generation: int
    seat_id: UUID
    role: Role
    secret: Secret
    cards_only: bool = False
    others: OtherKeys = field(default_factory=OtherKeys, repr=False)
    _earlier: dict[int, Secret] = field(default_factory=dict, repr=False)

    @property
    def signer(self) -> notes.Signer:
        """The desk's packet key: only an unlocked seat can sign."""
        return notes.Signer(bytes(self.secret.sub("packet")))

    def secret_of(self, generation: int) -> Secret:
        """Return the secret of this or an earlier generation, walked to down the chain.

        Raises:
            Tampered: the chain does not reach it, or a link is not the one that was stored.
        """
        if generation == self.generation:
            return self.secret
        if generation not in self._earlier:
            self._earlier.update(_chain(self.id, self.secret))
        if generation not in self._earlier:
            raise Tampered("A key of this desk that something still hangs on is not there.")
        return self._earlier[generation]

    def ledger_keys(self) -> Sequence[Key]:
        """Return the keys of this desk's events, the present one first: bodies are never sealed again."""
        return [self.secret.sub("ledger"), *(key for _, key in sorted(self.others.ledger.items(), reverse=True))]


def give_new_secret(member: Member) -> Secret:
    """Right after `set_password`: a fresh identity, its secret sealed under the phrase. The caller saves."""
    secret = Secret.new()
    member.recipient = secret.recipient
    member.sealed_secret = keys.seal(_wrap_key(member), {"key": secret.key_file}, _member_place(member))
    member.kept_head = None  # it was sealed under the former secret
    return secret


def open_member(member: Member) -> Secret:
    """Right after `check_password`: the member's secret.

    Raises:
        Tampered: the row holds another member's secret, or another recipient.
    """
    document = keys.unseal(_wrap_key(member), bytes(member.sealed_secret), _member_place(member))
    secret = Secret.from_key_file(str(document["key"]))
    if secret.recipient != member.recipient:
        raise Tampered("This member's recipient does not belong to their secret.")
    return secret


def seat(desk: Desk, member: Member, *, role: Role, secret: Secret) -> Seat:
    """Wrap the desk's secret to a member and vouch for recipient and role. The caller saves."""
    held = Seat.objects.filter(desk=desk, member=member).first() or Seat(desk=desk, member=member)
    held.role, held.generation = role, desk.generation
    held.wrapped = wraps.wrap(secret, Recipient(member.recipient))
    vouch = {"recipient": member.recipient, "role": int(role)}
    held.sealed = keys.seal(secret.sub("seats"), vouch, _seat_place(held))
    return held


def insist_vouched(held: Seat, *, recipient: str, secret: Secret) -> None:
    """Go on only where this seat's recipient and role are those that the desk vouched for last.

    Raises:
        Tampered: they are not, or somebody put an earlier vouch back: the record names the newest.
    """
    vouch = keys.unseal(secret.sub("seats"), bytes(held.sealed), _seat_place(held))
    if vouch != {"recipient": recipient, "role": held.role}:
        raise Tampered("This seat is not the one that was vouched for.")
    if acts.vouched_last(held.pk, key=secret.sub("ledger")) != hashlib.sha256(bytes(held.sealed)).digest():
        raise Tampered("This seat is not the one that the record names last.")


def open_desk(held: Seat, using: Secret) -> OpenDesk:
    """Open a desk from one of its seats.

    Raises:
        Tampered: the desk's recipient, the member's or the role is not what was vouched for; or the desk's key is
            neither the pinned one nor one that followed it.
    """
    desk = held.desk
    secret = wraps.take(bytes(held.wrapped), using.identity, expected=Recipient(desk.recipient))
    insist_vouched(held, recipient=using.recipient, secret=secret)
    if not stands_on_pin(desk, secret):
        raise Tampered("This desk's key is not the pinned one, and did not follow it.")
    return OpenDesk(
        id=desk.pk,
        slug=desk.slug,
        name=desk.name,
        generation=desk.generation,
        seat_id=held.pk,
        role=Role(held.role),
        secret=secret,
        cards_only=desk.cards_only,
        others=other_keys(desk, secret),
    )


def stands_on_pin(desk: Desk, secret: Secret) -> bool:
    """Tell whether a desk's secret is the pinned one, or leads back to it: the pin moves some days after a rotation.

    A desk without a pin stands; it receives nothing from the public pages.
    """
    pinned = pins.pinned(desk.pk)
    if pinned in {None, secret.recipient}:
        return True
    return any(earlier.recipient == pinned for earlier in _chain(desk.pk, secret).values())


def other_keys(desk: Desk, secret: Secret) -> OtherKeys:
    """Open the desk's keyring document; one that was never written holds nothing."""
    if not desk.keyring:
        return OtherKeys()
    said = keys.unseal(secret.sub("keyring"), bytes(desk.keyring), _keyring_place(desk))
    ledger = said["ledger"]
    assert isinstance(ledger, dict)  # noqa: S101 # the seal says that we wrote it
    return OtherKeys(str(said["kit"]), {int(number): Key(bytes.fromhex(text)) for number, text in ledger.items()})


def keep_other_keys(desk: Desk, secret: Secret, others: OtherKeys) -> None:
    """Seal the desk's keyring document. The caller saves."""
    document = {"kit": others.kit, "ledger": {str(n): bytes(key).hex() for n, key in others.ledger.items()}}
    desk.keyring = keys.seal(secret.sub("keyring"), document, _keyring_place(desk))


def renew(desk: Desk, old: Secret, *, on: date, with_kit: bool) -> tuple[Secret, FormerKey]:
    """Draw the desk's next secret, and return it and the link back to the old one. The caller saves both rows.

    Args:
        with_kit: whether the desk goes on vouching for its kit.
    """
    others = other_keys(desk, old)
    new = Secret.new()
    link = FormerKey(
        desk=desk,
        generation=desk.generation,
        recipient=old.recipient,
        wrapped=wraps.wrap(old, new.recipient),
        replaced_on=on,
    )
    ledger = {**others.ledger, desk.generation: old.sub("ledger")}
    desk.generation, desk.recipient = desk.generation + 1, new.recipient
    keep_other_keys(desk, new, OtherKeys(kit=others.kit if with_kit else "", ledger=ledger))
    return new, link


def make_kit(desk: Desk, secret: Secret, *, on: date) -> tuple[Kit, Identity]:
    """Return a kit and the identity to print, which is kept nowhere else. The caller saves kit and desk."""
    on_paper = Secret.new().identity
    wrapped = wraps.wrap(secret, on_paper.recipient)
    keep_other_keys(desk, secret, OtherKeys(on_paper.recipient, other_keys(desk, secret).ledger))
    return Kit(desk=desk, recipient=on_paper.recipient, wrapped=wrapped, made_on=on), on_paper


def forget_kit(desk: Desk, secret: Secret) -> None:
    """Vouch for no kit any more. The caller saves the desk and removes the kit."""
    keep_other_keys(desk, secret, OtherKeys("", other_keys(desk, secret).ledger))


def carry_kit(kit: Kit, new: Secret, *, others: OtherKeys) -> None:
    """Hand a desk's next secret to its kit. The caller saves.

    Raises:
        Tampered: this is not the kit that the desk vouched for.
    """
    if kit.recipient != others.kit:
        raise Tampered("The recovery kit is not the one that was vouched for. Make a new kit first.")
    kit.wrapped = wraps.wrap(new, Recipient(kit.recipient))


def open_kit(desk: Desk, on_paper: Identity) -> Secret | None:
    """Return the desk's secret, or None where this paper belongs to another desk or an older kit."""
    kit = Kit.objects.filter(desk=desk).first()
    if kit is None or kit.recipient != on_paper.recipient:
        return None
    return wraps.take(bytes(kit.wrapped), on_paper, expected=Recipient(desk.recipient))


def check_words(recipient: str) -> Sequence[str]:
    """Return the six words that two people compare by voice, to know that they mean the same key."""
    return words.check_words(Recipient(recipient)).split()


def _chain(desk_id: UUID, newest: Secret) -> dict[int, Secret]:
    """Return the secrets of earlier generations: each is wrapped to the next one's recipient."""
    found, held = {}, newest
    for link in FormerKey.objects.filter(desk_id=desk_id).order_by("-generation"):
        held = wraps.take(bytes(link.wrapped), held.identity, expected=Recipient(link.recipient))
        found[link.generation] = held
    return found


def _wrap_key(member: Member) -> Key:
    if member.wrap_key is None:
        raise Tampered("The member's phrase was not stretched in this request.")
    return member.wrap_key


def _member_place(member: Member) -> Place:
    return ("member", str(member.pk), member.recipient)


def _seat_place(held: Seat) -> Place:
    return ("seat", str(held.desk_id), str(held.pk), held.generation)


def _keyring_place(desk: Desk) -> Place:
    return ("keyring", str(desk.pk), desk.generation)


def seal_head(secret: Secret, note: str, *, member: Member) -> Sealed:
    """Seal the head of the log that a member keeps as the last one they saw."""
    return keys.seal(secret.sub("keyring"), {"note": note}, ("head", str(member.pk)))


def open_head(secret: Secret, member: Member) -> str | None:
    """Return the head that a member keeps, or None where they keep none."""
    if not member.kept_head:
        return None
    return str(keys.unseal(secret.sub("keyring"), bytes(member.kept_head), ("head", str(member.pk)))["note"])
