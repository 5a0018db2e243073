"""The second step of a sign-in: our choices inside allauth.mfa, and who still lacks one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.base_user import AbstractBaseUser
from django.http.request import validate_host
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import passphrases
from accounts.models import Member

STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
ISSUER = "Testigo"


class SecondStep(DefaultMFAAdapter):
    """What allauth.mfa asks us."""

    error_messages = {  # noqa: RUF012 # allauth reads it like this
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This code does not fit. Wait for the next one; check the clock of your phone."),
        "cannot_delete_authenticator": gettext_lazy("This is your only second step. Set up another one first."),
    }

    def encrypt(self, text: str) -> str:
        """Seal a seed under the site's own key: it protects no content."""
        return passphrases.seal_seed(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a seed."""
        return passphrases.open_seed(encrypted_text)

    def get_totp_issuer(self) -> str:
        """Return the name that a phone shows beside the code: a site's own name may say too much."""
        return ISSUER

    def build_totp_svg(self, url: str) -> str:
        """Draw nothing: the page draws the code itself."""
        del url
        return ""

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Allow it only where another second step stays."""
        return (
            Authenticator.objects.filter(user=authenticator.user_id, type__in=STEPS)
            .exclude(pk=authenticator.pk)
            .exists()
        )

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 # allauth's signature
        """Mail nothing: every mail is one of our fixed texts."""

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:  # noqa: A002 # the same
        """Return a name for a passkey that has none."""
        del user, type
        return _("Passkey")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return for which site a passkey is made: this host, and no other."""
        return {"id": context.request.get_host().partition(":")[0], "name": ISSUER}


def keep_no_moments() -> None:
    """Let allauth note a day and no moment: called at start, for it has no setting."""
    save = Authenticator.save

    def save_by_day(self: Authenticator, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 # Django's signature
        self.created_at = datetime.combine(self.created_at.date(), time(), tzinfo=self.created_at.tzinfo)
        save(self, *args, **kwargs)

    Authenticator.save = save_by_day  # type: ignore[assignment,method-assign]
    Authenticator.record_usage = lambda self: None  # type: ignore[method-assign] # noqa: ARG005


def has_one(member: Member) -> bool:
    """Tell whether a member has a second step."""
    return Authenticator.objects.filter(user=member, type__in=STEPS).exists()


@dataclass(frozen=True, slots=True)
class Held:
    """Which second steps a member has."""

    totp: bool
    passkeys: Sequence[tuple[int, str]]  # id and name
    codes_left: int

    @property
    def ready(self) -> bool:
        """Whether a sign-in can be finished."""
        return self.totp or bool(self.passkeys)


def of(member: Member) -> Held:
    """Return which second steps a member has."""
    rows = list(Authenticator.objects.filter(user=member).order_by("pk"))
    return Held(
        totp=any(row.type == Authenticator.Type.TOTP for row in rows),
        passkeys=[(row.pk, row.wrap().name) for row in rows if row.type == Authenticator.Type.WEBAUTHN],
        codes_left=sum(
            len(row.wrap().get_unused_codes()) for row in rows if row.type == Authenticator.Type.RECOVERY_CODES
        ),
    )


def codes_left(member: Member) -> Sequence[str]:
    """Return a member's codes on paper that were not used; the first look makes ten."""
    return RecoveryCodes.activate(member).get_unused_codes()


def draw_codes(member: Member) -> None:
    """Replace a member's codes on paper."""
    Authenticator.objects.filter(user=member, type=Authenticator.Type.RECOVERY_CODES).delete()
    RecoveryCodes.activate(member)


def connect_app(member: Member) -> str:
    """Connect an app at the terminal, and return the address that it reads: for a site that is tried out."""
    secret = generate_totp_secret()
    TOTP.activate(member, secret)
    return f"otpauth://totp/{quote(member.email)}?secret={secret}&issuer={ISSUER}"


def current_code(address: str) -> str:
    """Return the code that an app with this address shows now."""
    [secret] = parse_qs(urlsplit(address).query)["secret"]
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def start_anew(member: Member) -> int:
    """Forget a member's second steps, for their phone is gone; at their next sign-in they set up another."""
    return Authenticator.objects.filter(user=member).delete()[0]


def may_have_passkeys(host: str) -> bool:
    """Tell whether browsers make passkeys for this host: a name on https, or localhost; never a bare address."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
    return not (name.startswith("[") or validate_host(name.rpartition(".")[2], [str(n) for n in range(256)]))
