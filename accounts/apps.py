"""The app that Django loads."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Members, desks and seats."""

    name = "accounts"
