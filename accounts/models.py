"""Member, Desk and its public page, Seat: everything a seized disk says about people."""

from __future__ import annotations

import hashlib
import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from accounts import passphrases
from sealing.types import Key


class Role(models.IntegerChoices):
    """Nested: each may do all that the lower ones may."""

    CALL_TAKER = 1, "call_taker"
    REVIEWER = 2, "reviewer"
    LAWYER = 3, "lawyer"
    LEAD = 4, "lead"


class Members(BaseUserManager["Member"]):
    """Find members by their mail address."""

    def get_by_natural_key(self, username: str | None) -> Member:
        """Find a member whatever the case of the address."""
        return self.get(email__iexact=username)


class Member(AbstractBaseUser):
    """A person who signs in; what they may read hangs on their seats alone."""

    last_login = None  # a moment nobody needs, and one that a subpoena asks for
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=80, blank=True)
    is_active = models.BooleanField(default=True)
    is_auditor = models.BooleanField(default=False)  # walks the ledger's lines and holds no key
    recipient = models.CharField(max_length=2000)
    sealed_secret = models.BinaryField()
    # The head of the log that this member saw last, sealed under their secret.
    kept_head = models.BinaryField(null=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = Members()

    # Held on the object for one request, between the stretch of a phrase and the opening of the secret.
    wrap_key: Key | None = None

    def __str__(self) -> str:
        return self.name or self.email

    def set_password(self, raw_password: str | None) -> None:
        """Stretch a drawn phrase; the caller seals the member's secret under `wrap_key` at once."""
        if raw_password is None:
            self.set_unusable_password()
            return
        self.password, self.wrap_key = passphrases.stored(raw_password)

    def check_password(self, raw_password: str | None) -> bool:
        """Tell whether the phrase fits; one stretch whatever the answer, and `wrap_key` where it does."""
        self.wrap_key = passphrases.agrees(raw_password or "", column=self.password)
        return self.wrap_key is not None


class Desk(models.Model):
    """A group that reads together, with one key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=40, unique=True)
    recipient = models.CharField(max_length=2000)
    generation = models.PositiveIntegerField(default=1)
    # Sealed under the desk's secret: ledger sub-keys of earlier generations, and the kit that was vouched for.
    keyring = models.BinaryField(default=b"")
    # A coalition's desk: it gets short cards, never a key to an incident.
    cards_only = models.BooleanField(default=False)
    # What the public sees: area, languages, phone, what_next, not_done; each a text, or a text a language. With
    # `"hidden": true` the directory leaves it out, and links to it work.
    page = models.JSONField(null=True)

    def __str__(self) -> str:
        return self.name

    @property
    def called(self) -> str:
        """What the pin file keeps of address and name, so that two desks cannot swap theirs in the database."""
        return hashlib.sha256(f"{self.slug}\n{self.name}".encode()).hexdigest()[:32]

    @property
    def is_listed(self) -> bool:
        """Whether the desk's page is shown in the directory."""
        return self.page is not None and not self.page.get("hidden", False)


class FormerKey(models.Model):
    """The secret of an earlier generation, wrapped to the next one's recipient, until nothing hangs on it."""

    desk = models.ForeignKey(Desk, models.CASCADE, related_name="former_keys")
    generation = models.PositiveIntegerField()
    recipient = models.CharField(max_length=2000)
    wrapped = models.BinaryField()
    replaced_on = models.DateField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["desk", "generation"], name="one_key_a_generation")
        ]

    def __str__(self) -> str:
        return f"Key {self.generation}"


class Kit(models.Model):
    """A seat without a person: the desk's secret wrapped to an identity that lies on paper only."""

    desk = models.OneToOneField(Desk, models.CASCADE, related_name="kit")
    recipient = models.CharField(max_length=2000)
    wrapped = models.BinaryField()
    tested = models.BooleanField(default=False)
    made_on = models.DateField(null=True)

    def __str__(self) -> str:
        return "Kit"


class Seat(models.Model):
    """A member at a desk: the desk's secret wrapped to the member, and a vouch for both sealed by the desk.

    Without a wrap the seat waits: the member has new words, and nobody has compared their check words yet.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    desk = models.ForeignKey(Desk, models.CASCADE, related_name="seats")
    member = models.ForeignKey(Member, models.CASCADE, related_name="seats")
    role = models.PositiveSmallIntegerField(choices=Role.choices)
    generation = models.PositiveIntegerField()
    wrapped = models.BinaryField()
    sealed = models.BinaryField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["desk", "member"], name="one_seat_a_member"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="known_role"),
        ]

    def __str__(self) -> str:
        return self.get_role_display()

    @property
    def waits(self) -> bool:
        """Whether it opens nothing until a colleague seats this member again."""
        return not self.wrapped


class Invitation(models.Model):
    """A one-time code, passed on by voice: it brings somebody in, or gives a member new words. It opens nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    desk = models.ForeignKey(Desk, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    code = models.CharField(max_length=64, unique=True)  # keyed hash of the code
    expires_on = models.DateField()
    gives_words = models.BooleanField(default=False)  # to a member who lost theirs
    member = models.ForeignKey(Member, models.CASCADE, null=True)  # who used it, until they are seated

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["desk", "email"], name="one_invitation_a_member")
        ]

    def __str__(self) -> str:
        return "Invitation"
