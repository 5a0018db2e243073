"""The app that Django loads; it hands the ledger to those who act on desks."""

from __future__ import annotations

from django.apps import AppConfig

from accounts import acts


class IncidentsConfig(AppConfig):
    """Incidents, from a witness to a lawyer."""

    name = "incidents"

    def ready(self) -> None:
        """Let acts on desks be written to the ledger: seating people is custody, and accounts knows no ledger."""
        from incidents.custody import ledger  # noqa: PLC0415 # models are ready only now

        acts.listen(ledger.append_desk_act)
