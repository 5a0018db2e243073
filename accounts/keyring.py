"""Open, wrap, re-seat and rotate: member key, desk keys, recovery kits."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from accounts.models import Desk, Kit, Member, Role, Seat
from sealing import keys, notes, wraps
from sealing.keys import Identity, Secret, Tampered
from sealing.types import Key, Place, Recipient


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

    @property
    def signer(self) -> notes.Signer:
        """The desk's packet key: only an unlocked seat can sign."""
        return notes.Signer(bytes(self.secret.sub("packet")))


def give_new_secret(member: Member) -> Secret:
    """Right after `set_password`: a fresh identity, its secret sealed under the phrase. The caller saves."""
    secret = Secret.new()
    member.recipient = secret.recipient
    member.sealed_secret = keys.seal(_wrap_key(member), {"key": secret.key_file}, _member_place(member))
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


def open_desk(held: Seat, using: Secret) -> OpenDesk:
    """Open a desk from one of its seats.

    Raises:
        Tampered: the desk's recipient, the member's or the role is not what was vouched for.
    """
    desk = held.desk
    secret = wraps.take(bytes(held.wrapped), using.identity, expected=Recipient(desk.recipient))
    vouch = keys.unseal(secret.sub("seats"), bytes(held.sealed), _seat_place(held))
    if vouch != {"recipient": using.recipient, "role": held.role}:
        raise Tampered("This seat is not the one that was vouched for.")
    return OpenDesk(
        id=desk.pk,
        slug=desk.slug,
        name=desk.name,
        generation=desk.generation,
        seat_id=held.pk,
        role=Role(held.role),
        secret=secret,
    )


def make_kit(desk: Desk, secret: Secret) -> tuple[Kit, Identity]:
    """Return a kit, not yet saved, and the identity to print: it is kept nowhere else."""
    on_paper = Secret.new().identity
    return Kit(desk=desk, recipient=on_paper.recipient, wrapped=wraps.wrap(secret, on_paper.recipient)), on_paper


def open_kit(desk: Desk, on_paper: Identity) -> Secret | None:
    """Return the desk's secret, or None where this paper belongs to another desk or an older kit."""
    kit = Kit.objects.filter(desk=desk).first()
    if kit is None or kit.recipient != on_paper.recipient:
        return None
    return wraps.take(bytes(kit.wrapped), on_paper, expected=Recipient(desk.recipient))


def _wrap_key(member: Member) -> Key:
    if member.wrap_key is None:
        raise Tampered("The member's phrase was not stretched in this request.")
    return member.wrap_key


def _member_place(member: Member) -> Place:
    return ("member", str(member.pk), member.recipient)


def _seat_place(held: Seat) -> Place:
    return ("seat", str(held.desk_id), str(held.pk), held.generation)
