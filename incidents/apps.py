"""The app that Django loads; it hands over what those above must call without knowing it."""

from __future__ import annotations

from http import HTTPStatus

from django.apps import AppConfig

from accounts import acts


class IncidentsConfig(AppConfig):
    """Incidents, from a witness to a lawyer."""

    name = "incidents"

    def ready(self) -> None:
        """Let acts on desks be written, open cards be forgotten at lock, and storage have its pages.

        accounts knows none of them.
        """
        from accounts import middleware, unlock  # noqa: PLC0415 # models are ready only now
        from incidents.custody import ledger  # noqa: PLC0415 # the same
        from incidents.vault import cards, exhibits, storage  # noqa: PLC0415 # the same

        acts.listen(ledger.append_desk_act, newest=ledger.newest_of)
        unlock.when_locked(cards.forget)
        middleware.answer_with("no_room.html", status=HTTPStatus.INSUFFICIENT_STORAGE, to=storage.Full)
        middleware.answer_with("storage_away.html", status=HTTPStatus.SERVICE_UNAVAILABLE, to=storage.Unavailable)
        middleware.answer_with("tampered.html", status=HTTPStatus.BAD_GATEWAY, to=exhibits.NotAsStored)
