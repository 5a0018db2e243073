"""What is to be covered: boxes on a picture, spans of a clip, sound that goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise, _StrPromise  # the latter is the stubs' name for a lazy text

ROWS_LIMIT = 100
END_SECONDS = float(1 << 20)  # longer than any clip: how long one runs is only its own word


class Reason(StrEnum):
    """What lies under a box; with a number it is the box's name, which stands in the sealed recipe only."""

    FACE = "face"
    PLATE = "plate"
    WRITING = "writing"
    PAPER = "paper"
    PLACE = "place"
    MARK = "mark"
    SCREEN = "screen"
    OTHER = "other"


REASONS: Mapping[Reason, Promise] = {
    Reason.FACE: _("A face"),
    Reason.PLATE: _("A license plate"),
    Reason.WRITING: _("A name or other writing"),
    Reason.PAPER: _("A number on a paper"),
    Reason.PLACE: _("A house, a street or a view"),
    Reason.MARK: _("A tattoo or another mark"),
    Reason.SCREEN: _("A screen or a reflection"),
    Reason.OTHER: _("Something else"),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """What is drawn on: its size in pixels, and whether boxes on it have a time."""

    width: int
    height: int
    is_clip: bool = False


def _pixels(label: _StrPromise, *, least: int) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"autocomplete": "off", "inputmode": "numeric"})
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=1 << 16,
        widget=widget,
        error_messages={"required": _("Write a whole number."), "invalid": _("Write a whole number.")},
    )


def _seconds(label: _StrPromise) -> forms.FloatField:
    return forms.FloatField(
        label=label,
        required=False,
        min_value=0,
        max_value=1 << 20,
        widget=forms.NumberInput(attrs={"autocomplete": "off", "step": "0.01", "inputmode": "decimal"}),
        error_messages={"invalid": _("Write seconds, such as 12.5.")},
    )


class RowForm(forms.Form):
    """One row of a list: left blank, or marked to be left out, it says nothing."""

    use_required_attribute = False
    remove = forms.BooleanField(
        label=_("Leave this one out"), required=False, widget=forms.CheckboxInput(attrs={"autocomplete": "off"})
    )

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        frame: Frame,
        prefix: str,
        initial: dict[str, object] | None = None,
    ) -> None:
        super().__init__(data, prefix=prefix, initial=initial, empty_permitted=True, use_required_attribute=False)
        self.frame = frame

    def has_changed(self) -> bool:
        """Whether a number was written: a reason alone says nothing."""
        numbers = (name for name in self.fields if name not in ("reason", "remove"))
        return any(str(self.data.get(self.add_prefix(name), "")).strip() for name in numbers)

    @property
    def says_nothing(self) -> bool:
        """Whether it is passed over."""
        return bool(self.data.get(self.add_prefix("remove"))) or not self.has_changed()

    def _span(self, cleaned: Mapping[str, object]) -> tuple[float, float]:
        """Return from when to when, in seconds; what is left blank reaches to the clip's own ends."""
        begin, end = cleaned.get("begin"), cleaned.get("end")
        first = begin if isinstance(begin, float) else 0.0
        last = end if isinstance(end, float) else END_SECONDS
        if last <= first:
            self.add_error("end", _("It must end after it begins."))
        return first, last


class BoxForm(RowForm):
    """One box, in the picture's own pixels."""

    reason = forms.ChoiceField(
        label=_("What is under it?"),
        choices=REASONS.items(),
        initial=Reason.FACE,
        widget=forms.Select(attrs={"autocomplete": "off"}),
    )
    x = _pixels(_("Pixels from the left"), least=0)
    y = _pixels(_("Pixels from the top"), least=0)
    w = _pixels(_("Pixels wide"), least=1)
    h = _pixels(_("Pixels high"), least=1)
    begin = _seconds(_("From second"))
    end = _seconds(_("To second"))
    field_order = ("reason", "x", "y", "w", "h", "begin", "end", "remove")

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        frame: Frame,
        prefix: str,
        initial: dict[str, object] | None = None,
    ) -> None:
        super().__init__(data, frame=frame, prefix=prefix, initial=initial)
        if not frame.is_clip:
            del self.fields["begin"], self.fields["end"]

    @property
    def drawn(self) -> Mapping[str, int] | None:
        """The box as far as it is one, for a page that draws it without a script."""
        said = {side: str(self[side].value() or "") for side in ("x", "y", "w", "h")}
        if bool(self.data.get(self.add_prefix("remove"))) or not all(
            value.isdecimal() and len(value) < len("100000") for value in said.values()
        ):
            return None
        return {side: int(value) for side, value in said.items()}

    def clean(self) -> dict[str, object]:
        """A box begins inside the picture; what of it lies outside is cut off."""
        cleaned = super().clean() or {}
        for side, size, whole in (("x", "w", self.frame.width), ("y", "h", self.frame.height)):
            at, length = cleaned.get(side), cleaned.get(size)
            if isinstance(at, int) and at >= whole:
                self.add_error(side, _("The box must begin inside the picture."))
            elif isinstance(at, int) and isinstance(length, int):
                cleaned[size] = min(length, whole - at)
        if self.frame.is_clip:
            cleaned["span"] = self._span(cleaned)
        return cleaned


class MuteForm(RowForm):
    """One span in which there is no sound."""

    begin = _seconds(_("From second"))
    end = _seconds(_("To second"))
    field_order = ("begin", "end", "remove")

    def clean(self) -> dict[str, object]:
        """See `_span`."""
        cleaned = super().clean() or {}
        cleaned["span"] = self._span(cleaned)
        return cleaned


class WholeForm(forms.Form):
    """What holds for the whole copy."""

    drop_sound = forms.BooleanField(
        label=_("Take all sound out"), required=False, widget=forms.CheckboxInput(attrs={"autocomplete": "off"})
    )


class Covering:
    """The whole page's form: rows of boxes, and for a clip rows of silence and what holds for all of it."""

    def __init__(self, data: Mapping[str, str] | None = None, *, frame: Frame, more: str = "") -> None:
        """Lay out the rows.

        Args:
            more: "box" or "mute": one more row is wanted. Nothing is judged then, and what was typed stays.
        """
        self.frame, self._given = frame, data is not None and not more
        self.boxes = self._rows(BoxForm, "box", data, more=more)
        self.mutes = self._rows(MuteForm, "mute", data, more=more) if frame.is_clip else []
        self.blank_box = BoxForm(frame=frame, prefix="box-N")
        self.blank_mute = MuteForm(frame=frame, prefix="mute-N")
        kept = data if self._given else None
        self.whole = WholeForm(kept, initial={"drop_sound": bool(data and data.get("drop_sound"))})

    def is_valid(self) -> bool:
        """Tell whether every row makes sense and something is covered at all."""
        return self._given and not self.errors

    @property
    def errors(self) -> bool:
        """Whether anything is wrong, as components/errors.html asks it."""
        return self._given and (any(row.errors for row in self._said()) or bool(self.non_field_errors()))

    def non_field_errors(self) -> list[str]:
        """What is wrong with no single field."""
        nothing = not any(True for _row in self._said()) and not self._drops_sound
        if not self._given or not nothing:
            return []
        return [say("Nothing is covered yet. Add a box first.")]

    def __iter__(self) -> Iterator[BoundField]:
        for row in self._said() if self._given else ():
            yield from row

    def parameters(self) -> dict[str, object]:
        """Return what the recipe is told. `names` go with it into the sealed recipe; no file holds them."""
        boxes = [row.cleaned_data for row in self.boxes if not row.says_nothing]
        told: dict[str, object] = {"names": _names(str(box["reason"]) for box in boxes)}
        if not self.frame.is_clip:
            return told | {"boxes": [[box["x"], box["y"], box["w"], box["h"]] for box in boxes]}
        return told | {
            "boxes": [
                {key: box[key] for key in "xywh"} | {"from": box["span"][0], "to": box["span"][1]} for box in boxes
            ],
            "mute": [list(row.cleaned_data["span"]) for row in self.mutes if not row.says_nothing],
            "drop_sound": self._drops_sound,
            "softened": False,
        }

    @property
    def _drops_sound(self) -> bool:
        return self.frame.is_clip and self.whole.is_valid() and bool(self.whole.cleaned_data["drop_sound"])

    def _said(self) -> Iterator[RowForm]:
        rows: Sequence[RowForm] = [*self.boxes, *self.mutes]
        return (row for row in rows if not row.says_nothing)

    def _rows(self, of: type[RowForm], prefix: str, data: Mapping[str, str] | None, *, more: str) -> list[RowForm]:
        count = _count(data, prefix)
        if data is not None and self._given:
            return [of(data, frame=self.frame, prefix=f"{prefix}-{number}") for number in range(count)]
        kept = [_typed(of, data, f"{prefix}-{number}") for number in range(count)] if data is not None else []
        rows = [row for row in kept if row] + [{}] * (more in ("", prefix))
        return [
            of(frame=self.frame, prefix=f"{prefix}-{number}", initial=typed or None)
            for number, typed in enumerate(rows[:ROWS_LIMIT])
        ]


def _count(data: Mapping[str, str] | None, prefix: str) -> int:
    said = (data or {}).get(f"{prefix}-rows", "")
    return min(int(said), ROWS_LIMIT) if said.isdecimal() and len(said) < len(str(ROWS_LIMIT)) + 1 else 0


def _typed(of: type[RowForm], data: Mapping[str, str], prefix: str) -> dict[str, object]:
    """Return what was typed into a row, or nothing where it is blank or to be left out."""
    typed: dict[str, object] = {name: data.get(f"{prefix}-{name}", "") for name in of.base_fields}
    is_blank = not any(value for name, value in typed.items() if name != "reason")
    return {} if typed.pop("remove") or is_blank else typed


def _names(reasons: Iterator[str]) -> list[str]:
    """Return each reason with its number, such as "face 2"."""
    seen: Counter[str] = Counter()
    names = []
    for reason in reasons:
        seen[reason] += 1
        names.append(f"{reason} {seen[reason]}")
    return names
