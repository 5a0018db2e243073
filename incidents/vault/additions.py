"""Which incidents hold more than the card that a list shows was made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Count, Manager, QuerySet

from incidents.checklist import summary
from incidents.models import Exhibit, Report


def among(read: Sequence[tuple[UUID, Mapping[str, object]]]) -> set[UUID]:
    """Return those of some incidents, each with its card, that hold more reports or files than the card counts."""
    ids = [incident_id for incident_id, _ in read]
    reports = _counted(Report.objects, ids)
    exhibits = _counted(Exhibit.objects.filter(parent=None), ids)
    return {i for i, card in read if summary.counts(card) != (reports.get(i, 0), exhibits.get(i, 0))}


def _counted(rows_: Manager[Report] | QuerySet[Exhibit], ids: Sequence[UUID]) -> dict[UUID, int]:
    found = rows_.filter(incident_id__in=ids).values_list("incident_id").annotate(Count("pk"))
    return dict(found.values_list("incident_id", "pk__count"))
