"""Each requirement names the test that holds it, and that test is there."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
THREATS = (TESTS.parent / "docs/threat-model.md").read_text(encoding="utf-8")
SECTION = THREATS.partition("\n## The requirements, and the test that holds each\n")[2].partition("\n## ")[0]
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in SECTION.splitlines() if line.startswith("| ")]
LAST = 54
HELD = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
WAITS = re.compile(r"waits for (removal|backup|media|tables|stamps)\b")


@cache
def names_in(name):
    """Return the names of a file's tests, read and not run."""
    path = TESTS / name
    tree = ast.parse(path.read_text(encoding="utf-8")) if path.exists() else ast.Module([], [])
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_each_requirement_has_one_row():
    numbers = Counter(number for number, *_rest in ROWS if number.isdecimal())

    assert numbers == Counter(map(str, range(1, LAST + 1)))


@pytest.mark.parametrize("row", ROWS[1:], ids=lambda row: row[0])
def test_each_row_names_tests_that_are_there_or_says_what_it_waits_for(row):
    _number, requirement, held_by = row
    named = HELD.findall(held_by)

    assert requirement
    assert named or WAITS.search(held_by)
    assert held_by.count("`") == 2 * len(named), "something in code that is no `file.py::test_name`"
    assert [f"{file}::{test}" for file, test in named if test not in names_in(file)] == []
