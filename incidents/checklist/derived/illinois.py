"""Facts that go to the factors of 740 ILCS 16/5-15; whether the law stands is in litigation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from incidents.checklist.answers import Answers
from incidents.checklist.derived.facts import Seen, codes_of, seen
from incidents.checklist.derived.places import where


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor: `reported`, `reported_otherwise`, `mixed` or `not_known`, with the answers that say so.

    Args:
        notes: what counsel has to know before leaning on it, in English codes.
    """

    factor: str
    state: str
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Evidence:
    reported: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def illinois(reports: Sequence[Answers], *, orders: Sequence[str] = ()) -> tuple[Factor, ...]:
    """Return all factors of an incident in Illinois, none elsewhere; `reported`: a witness gave such a fact.

    Args:
        orders: names of the Orders in force that day of which a member noted a possible violation; no answer tells it.
    """
    if where(reports).state != "IL":
        return ()
    noted = [_Evidence(tuple(f"order = {order}" for order in orders))]
    told = (_factor(name, rule(reports)) for name, rule in FACTORS.items())
    return (*told, _factor("order_violated", noted))


def _factor(name: str, evidence: Iterable[_Evidence]) -> Factor:
    found = list(evidence)
    reported = tuple(reason for one in found for reason in one.reported)
    otherwise = tuple(reason for one in found for reason in one.otherwise)
    notes = tuple(dict.fromkeys(note for one in found for note in one.notes))
    if reported and otherwise:
        return Factor(name, "mixed", (*reported, *otherwise), notes)
    state = "reported" if reported else "reported_otherwise" if otherwise else "not_known"
    return Factor(name, state, reported or otherwise, notes)


def _acting(one: Seen) -> bool:
    return bool(set(codes_of(one.entry, "role")) - {"only_there"})


def _face_covering(reports: Sequence[Answers]) -> Iterable[_Evidence]:
    """One covered face is enough within a Report; only faces all bare say otherwise."""
    for number in range(1, len(reports) + 1):
        told = [one for one in seen(reports, "agents") if one.report == number]
        agents = [one for one in told if _acting(one)]
        covered = [why for one in agents for why in one.among("face", ("mask_or_neck_gaiter", "full_face_mask"))]
        bare = [why for one in agents for why in one.among("face", ("not_covered",))]
        other = [one for one in agents if one.among("face", ("helmet_visor", "sunglasses_and_hat"))]
        untold = [one for one in told if codes_of(one.entry, "face") and not codes_of(one.entry, "role")]
        notes = (*(["visor_or_sunglasses"] if other else []), *(["role_not_told"] if untold else []))
        all_bare = tuple(bare) if bare and len(bare) == len(agents) else ()
        yield _Evidence(tuple(covered), () if covered else all_bare, notes)


def _no_identification(reports: Sequence[Answers]) -> Iterable[_Evidence]:
    for one in seen(reports, "agents"):
        refused = one.among("when_asked", ("refused", "ignored_it", "hid_it"))
        silent, nothing = one.among("agency_said", ("said_nothing",)), one.among("visible_id", ("neither",))
        shown = one.among("visible_id", ("agency_and_name_or_number",)) + one.among(
            "when_asked", ("gave_name_and_badge",)
        )
        yield _Evidence(refused + (silent + nothing if silent and nothing else ()), shown)


def _no_body_camera(reports: Sequence[Answers]) -> Iterable[_Evidence]:
    for one in seen(reports, "agents"):
        none = one.among("body_camera", ("none_seen",))
        worn = one.among("body_camera", ("worn", "light_was_on"))
        yield _Evidence(none, worn, ("whether_one_was_required",) if none else ())


def _plate(reports: Sequence[Answers]) -> Iterable[_Evidence]:
    for one in seen(reports, "vehicles"):
        states, kinds = codes_of(one.entry, "plate_state"), codes_of(one.entry, "plate_kind")
        hidden = one.among("plate_kind", ("no_plate", "covered_up"))
        government = {"us_government"} & {*states, *kinds}
        foreign = {"other_country"} & {*states}
        away = () if government or foreign else one.among("plate_state", {*states} - {"IL"})
        home = one.among("plate_state", ("IL",)) + one.among("plate_kind", ("regular",))
        notes = ("us_government_plate",) if government else ("plate_of_another_country",) if foreign else ()
        yield _Evidence(hidden + away, home if len(home) == 2 else (), notes)


def _crowd_control(reports: Sequence[Answers]) -> Iterable[_Evidence]:
    for one in seen(reports, "force"):
        yield _Evidence(one.among("kind", ("pepper_spray", "tear_gas_or_crowd_control", "rubber_or_other_rounds")))
    for one in seen(reports, "agents"):
        yield _Evidence(notes=("carried_only",) if one.among("weapons", ("launcher",)) else ())


FACTORS: dict[str, Callable[[Sequence[Answers]], Iterable[_Evidence]]] = {
    "face_covering": _face_covering,
    "no_identification": _no_identification,
    "no_body_camera": _no_body_camera,
    "plate": _plate,
    "crowd_control": _crowd_control,
}
