"""The one sheet: contrast recomputed, layers in order, no direction but the reader's, small on the wire."""

from __future__ import annotations

import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings

SHEET = Path(settings.BASE_DIR, "static/css/app.css").read_text()
LAYERS = ["reset", "tokens", "base", "layout", "parts", "desk", "print"]
TEXT, CONTROL = 4.5, 3.0
PAIRS = [
    ("ink", "bg", 7),
    ("ink", "surface", 7),
    ("ink", "sunken", 7),
    ("ink", "warn-bg", 7),
    ("ink", "ok-bg", 7),
    ("ink", "err-bg", 7),
    ("muted", "bg", TEXT),
    ("muted", "surface", TEXT),
    ("muted", "sunken", TEXT),
    ("link", "bg", TEXT),
    ("link", "surface", TEXT),
    ("link", "sunken", TEXT),
    ("link", "warn-bg", TEXT),
    ("visited", "bg", TEXT),
    ("on-action", "action", TEXT),
    ("on-action", "action-2", TEXT),
    ("bg", "ink", TEXT),
    ("ok", "ok-bg", TEXT),
    ("warn", "warn-bg", TEXT),
    ("err", "err-bg", TEXT),
    ("err", "bg", TEXT),
    ("focus-ink", "focus", TEXT),
    ("line", "bg", CONTROL),
    ("line", "surface", CONTROL),
    ("line", "sunken", CONTROL),
    ("action", "surface", CONTROL),
]


def tokens(scheme: str) -> dict[str, str]:
    """Return the colours of a scheme; dark replaces what it names and keeps the rest."""
    light, dark = SHEET.split("@media (prefers-color-scheme: dark)", 1)
    found = re.findall(r"--([a-z0-9-]+): (#[0-9A-F]{6})", light)
    if scheme == "dark":
        found += re.findall(r"--([a-z0-9-]+): (#[0-9A-F]{6})", dark)
    return dict(found)


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_counted_as_wcag_counts_it():
    assert round(contrast("#000000", "#FFFFFF"), 2) == 21
    assert round(contrast("#767676", "#FFFFFF"), 2) == 4.54


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_every_pair_of_colours_can_be_read(scheme, front, back, least):
    colours = tokens(scheme)

    assert contrast(colours[front], colours[back]) >= least


def test_the_focus_ring_stands_out_from_the_page():
    assert contrast(tokens("light")["focus-ink"], tokens("light")["bg"]) >= 7
    assert contrast(tokens("dark")["focus"], tokens("dark")["bg"]) >= 7


def test_layers_come_in_the_order_they_are_announced():
    assert f"@layer {', '.join(LAYERS)};" in SHEET
    assert re.findall(r"^@layer (\w+) \{", SHEET, re.MULTILINE) == LAYERS


def test_no_rule_knows_left_from_right():
    physical = re.compile(
        r"(?<![\w-])(?:(?:margin|padding|border|scroll-padding)-(?:left|right|top|bottom)|left|right|top|bottom"
        r"|(?:min-|max-)?(?:width|height)|float|text-align: (?:left|right))\s*:"
    )
    rules = re.sub(r"@media [^{]*", "", SHEET)

    assert physical.findall(rules) == []


def test_the_sheet_fetches_nothing_and_moves_nothing():
    assert not re.search(r"url\(|@import|@font-face|animation|transition|scroll-behavior", SHEET)


def test_the_sheet_is_small_on_the_wire():
    assert len(brotli.compress(SHEET.encode())) <= 4500
