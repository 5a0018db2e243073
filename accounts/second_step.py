"""The second step of a sign-in: what a member has set up, who gave it, and our choices inside allauth.mfa."""

from __future__ import annotations

import ipaddress
import time as clock
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts import passphrases
from accounts.models import Member

STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
GIVEN, SEED = "second_step", "new_seed"
PERIOD_SECONDS = 30
USED_SECONDS = 120  # longer than a code lives: the present one, and one to each side for clocks that drift

View = TypeVar("View", bound=Callable[..., object])


class SecondStep(DefaultMFAAdapter):
    """What allauth.mfa asks us."""

    error_messages = {  # noqa: RUF012 # allauth reads it like this
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This does not fit. Wait for the next code, and check the clock of your phone."),
    }

    def encrypt(self, text: str) -> str:
        """Seal a seed under the site's own key: it protects no content."""
        return passphrases.seal_seed(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a seed."""
        return passphrases.open_seed(encrypted_text)

    def get_totp_issuer(self) -> str:
        """Return the name that a phone shows beside the code: the one that every page of the site shows."""
        return settings.SITE_TITLE or "Notes"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return for which site a passkey is made: this host, and no other."""
        return {"id": _host(context.request), "name": self.get_totp_issuer()}


@dataclass(frozen=True, slots=True)
class Held:
    """What a member has: an app, passkeys by id and name, codes on paper that are left."""

    app: bool
    passkeys: Sequence[tuple[int, str]]
    codes_left: int

    @property
    def ready(self) -> bool:
        """Whether there is a second step; codes on paper alone are none."""
        return self.app or bool(self.passkeys)

    @property
    def may_give_up(self) -> bool:
        """Whether one may go, because another stays."""
        return self.app + len(self.passkeys) > 1


def before_set_up(view: View) -> View:
    """Mark a view that a member without a second step may reach: nothing of a desk is on it."""
    view.before_second_step = True  # type: ignore[attr-defined] # read by the middleware, as login_required is
    return view


def has_one(member: Member) -> bool:
    """Tell whether a member has a second step."""
    return Authenticator.objects.filter(user=member, type__in=STEPS).exists()


def note_given(request: HttpRequest, member: Member) -> None:
    """Remember that this session's member gave a second step, or set one up here."""
    request.session[GIVEN] = str(member.pk)


def was_given(request: HttpRequest, member: Member) -> bool:
    """Tell whether it was given in this session: one from before the set-up knows only the words."""
    return request.session.get(GIVEN) == str(member.pk)


def of(member: Member) -> Held:
    """Return what a member has set up."""
    held = list(Authenticator.objects.filter(user=member).order_by("pk"))
    return Held(
        app=any(one.type == Authenticator.Type.TOTP for one in held),
        passkeys=[(one.pk, webauthn.WebAuthn(one).name) for one in held if one.type == Authenticator.Type.WEBAUTHN],
        codes_left=len(codes_left(member)),
    )


def new_seed(request: HttpRequest) -> str:
    """Return the seed that this session is setting up; it rests sealed, and a reload shows the same one."""
    if SEED not in request.session:
        request.session[SEED] = passphrases.seal_seed(totp.generate_totp_secret())
    return passphrases.open_seed(request.session[SEED])


def address_of(member: Member, seed: str) -> str:
    """Return what an app scans."""
    return SecondStep().build_totp_url(member, seed)


def connect_app(member: Member) -> str:
    """Connect an app at the terminal, and return the address that it reads: for a site that is tried out."""
    seed = totp.generate_totp_secret()
    _keep(member, Authenticator.Type.TOTP, {"secret": passphrases.seal_seed(seed)})
    return address_of(member, seed)


def current_code(address: str) -> str:
    """Return the code that an app with this address shows now."""
    [seed] = parse_qs(urlsplit(address).query)["secret"]
    return totp.format_hotp_value(totp.hotp_value(seed, int(clock.time()) // PERIOD_SECONDS))


@transaction.atomic
def connect(request: HttpRequest, member: Member, *, code: str) -> bool:
    """Connect the app that this session is setting up, in place of a former one, if it shows this code."""
    seed = new_seed(request)
    if not totp.validate_totp_code(seed, code) or not first_use(member, code):
        return False
    Authenticator.objects.filter(user=member, type=Authenticator.Type.TOTP).delete()
    _keep(member, Authenticator.Type.TOTP, {"secret": passphrases.seal_seed(seed)})
    del request.session[SEED]
    note_given(request, member)
    return True


def passkey_options(member: Member) -> Mapping[str, Any]:
    """Return what the browser is asked to make a passkey from."""
    return webauthn.begin_registration(member, passwordless=False)


def passkey_question(member: Member) -> Mapping[str, Any] | None:
    """Return what the browser is asked to answer with a passkey, or None where the member has none."""
    held = Authenticator.objects.filter(user=member, type=Authenticator.Type.WEBAUTHN).exists()
    return webauthn.begin_authentication(member) if held else None


def keep_passkey(request: HttpRequest, member: Member, *, name: str, credential: object) -> bool:
    """Keep a passkey that the browser made, if it is the answer to what this session asked."""
    made = _bare(credential)
    try:
        webauthn.parse_registration_response(made)
        webauthn.complete_registration(made)
    except (ValidationError, ValueError, KeyError, TypeError, AttributeError):  # whatever a browser may send
        return False
    _keep(member, Authenticator.Type.WEBAUTHN, {"name": name, "credential": made})
    note_given(request, member)
    return True


def give_up(member: Member, *, kind: str, passkey_id: int | None = None) -> bool:
    """Give one second step up, and tell whether it went: the last one stays."""
    with transaction.atomic():
        Member.objects.select_for_update().get(pk=member.pk)
        held = Authenticator.objects.filter(user=member, type=kind)
        if passkey_id is not None:
            held = held.filter(pk=passkey_id)
        return bool(of(member).may_give_up and held.delete()[0])


def codes_left(member: Member) -> Sequence[str]:
    """Return a member's codes on paper that were not used."""
    held = Authenticator.objects.filter(user=member, type=Authenticator.Type.RECOVERY_CODES).first()
    return RecoveryCodes(held).get_unused_codes() if held else []


@transaction.atomic
def draw_codes(member: Member) -> Sequence[str]:
    """Draw ten codes to keep on paper, in place of former ones; they are shown once."""
    Authenticator.objects.filter(user=member, type=Authenticator.Type.RECOVERY_CODES).delete()
    seed = passphrases.seal_seed(RecoveryCodes.generate_seed())
    kept = _keep(member, Authenticator.Type.RECOVERY_CODES, {"seed": seed, "used_mask": 0})
    return [f"{code[:4]} {code[4:]}" for code in RecoveryCodes(kept).generate_codes()]


def first_use(member: Member, code: str) -> bool:
    """Tell whether a code comes for the first time while it lives: whoever looked over a shoulder comes too late."""
    digits = "".join(filter(str.isalnum, code))
    return _first(f"{member.pk} {digits}", seconds=USED_SECONDS)


def first_guessing_today(member: Member) -> bool:
    """Tell whether nobody was told within a day that a member's codes are guessed."""
    return _first(f"{member.pk} guessed", seconds=86_400)


def _first(what: str, *, seconds: int) -> bool:
    name = salted_hmac("testigo/second-step", what, algorithm="sha256").hexdigest()
    return cache.add(f"second-step:{name}", 1, timeout=seconds)


def start_anew(member: Member) -> int:
    """Forget a member's second steps, for their phone is gone; at their next sign-in they set up another."""
    return Authenticator.objects.filter(user=member).delete()[0]


def may_have_passkeys(request: HttpRequest) -> bool:
    """Tell whether browsers make passkeys here: for a name on https, or localhost; never for a bare address."""
    host = _host(request)
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return request.is_secure() or host == "localhost"
    return False


def _host(request: HttpRequest) -> str:
    return split_domain_port(request.get_host())[0]


def _bare(credential: object) -> dict[str, Any]:
    """Leave out whatever else a browser gave: the result of an extension (PRF) is a key, and is never stored."""
    said = credential if isinstance(credential, dict) else {}
    answer = said.get("response")
    answer = answer if isinstance(answer, dict) else {}
    return {
        **{name: said.get(name) for name in ("id", "rawId", "type")},
        "response": {name: answer.get(name) for name in ("clientDataJSON", "attestationObject")},
        "clientExtensionResults": {},
    }


def _keep(member: Member, kind: str, data: Mapping[str, object]) -> Authenticator:
    """Write a row with the day alone: allauth would note the moment, and when it was used last."""
    day = datetime.combine(timezone.now().date(), time(), tzinfo=UTC)
    kept: Authenticator = Authenticator.objects.create(user=member, type=kind, data=data, created_at=day)
    return kept
