"""Our choices inside allauth: no sign-up, no addresses kept, sealed TOTP seeds."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import keyring, limits, sessions, unlock
from accounts.limits import Flooded
from accounts.models import Member
from accounts.unlock import SiteRequest
from sealing import keys


class Adapter(DefaultAccountAdapter):
    """What allauth asks us."""

    error_messages = {  # noqa: RUF012 # allauth reads it like this
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The address and the words do not fit together. Check both and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: desks seat people."""
        del request
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return a stand-in for the client's address that changes every day and cannot be turned back."""
        header = settings.CLIENT_HEADER
        name = f"HTTP_{header.upper().replace('-', '_')}" if header else "REMOTE_ADDR"
        return keys.address_pseudonym(unlock.boot_half(), request.META.get(name, ""), timezone.now().date())

    def get_http_user_agent(self, request: HttpRequest) -> str:
        """Return nothing: no browser is recorded."""
        del request
        return ""

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:  # noqa: ANN401 # allauth's
        """Count tries an address and client: counted an address alone, anybody could shut a member out for ever."""
        return f"{self.get_client_ip(request)} {super()._get_login_attempts_cache_key(request, **credentials)}"

    def validation_error(self, code: str, *args: object) -> ValidationError:
        """Answer 429 wherever allauth meets a flood, of words or of codes; word everything else."""
        if code in {"too_many_login_attempts", "rate_limited"}:
            raise Flooded
        error: ValidationError = super().validation_error(code, *args)
        return error

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mail nothing: every mail is one of our fixed texts."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 # the same
        """Mail nothing."""

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign in, and note the day."""
        super().login(request, user)
        now = timezone.now()
        request.session["began_at"] = int(now.timestamp())
        sessions.begin(request.session, on=now.date())

    def logout(self, request: HttpRequest) -> None:
        """Sign out, and tell the browser to forget the halves it keeps."""
        site = cast("SiteRequest", request)
        for drop in (site.unlock.drop, site.receipt.drop, site.words.forget):
            drop()
        super().logout(request)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Member | None:  # noqa: ANN401 # allauth's signature
        """Sign in and, with the same stretch, hold the member's key for this session."""
        member = super().authenticate(request, **credentials)
        if isinstance(member, Member) and member.is_active:
            cast("SiteRequest", request).unlock.hold(member, keyring.open_member(member))
            limits.note_words(request)
            return member
        return None
