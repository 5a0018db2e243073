"""The app that Django loads; it hands over what those above must call without knowing it."""

from __future__ import annotations

from django.apps import AppConfig

from accounts import acts


class IncidentsConfig(AppConfig):
    """Incidents, from a witness to a lawyer."""

    name = "incidents"

    def ready(self) -> None:
        """Let acts on desks be written to the ledger, and open cards be forgotten at lock: accounts knows neither."""
        from accounts import unlock  # noqa: PLC0415 # models are ready only now
        from incidents.custody import ledger  # noqa: PLC0415 # the same
        from incidents.vault import cards  # noqa: PLC0415 # the same

        acts.listen(ledger.append_desk_act, newest=ledger.newest_of)
        unlock.when_locked(cards.forget)
