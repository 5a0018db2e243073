"""The app that Django loads."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Members, desks and seats."""

    name = "accounts"

    def ready(self) -> None:
        """Keep allauth from noting moments."""
        from accounts import second_step  # noqa: PLC0415 # models are ready only now

        second_step.keep_no_moments()
