"""Rules of the house that no other tool holds."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for package in ("config", "accounts", "incidents", "sealing", "tests")
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
)
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "manager"}
FORBIDDEN_IN_VIEWS = {"objects", "save", "create", "update", "delete", "atomic"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_short_named_for_its_subject_and_made_of_short_functions(path):
    text = path.read_text(encoding="utf-8")
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]

    assert text.count("\n") <= 400
    assert path.stem not in FORBIDDEN_NAMES
    assert [f.name for f in functions if f.end_lineno - f.lineno + 1 > 50] == []


def test_views_hold_no_query_no_transaction_and_no_change():
    views = [path for path in SOURCES if path.name == "views.py" or path.parent.name == "views"]
    found = [
        f"{path.relative_to(ROOT)}: .{node.attr}"
        for path in views
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in FORBIDDEN_IN_VIEWS
    ]

    assert views
    assert found == []


def test_pinned_requirements_name_no_host_and_no_index():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")

        assert not re.search(r"https?://|--(extra-)?index|--find-links|--trusted", text)
        assert text.count("--hash=sha256:") > text.count("==") - 1
    assert not (ROOT / "uv.lock").exists()


def test_every_setting_is_described_for_operators():
    read = set(
        re.findall(r'"(TESTIGO_[A-Z_]+|DATABASE_URL|RUNTIME_DIRECTORY)"', (ROOT / "config/settings.py").read_text())
    )
    described = (ROOT / "docs/operate.md").read_text(encoding="utf-8")

    assert {name for name in read if name not in described and f"{name}_FILE" not in described} == set()
