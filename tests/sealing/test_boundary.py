from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
MODULES = ("files", "keys", "merkle", "notes", "receipts", "slots", "stamps", "types", "words", "wraps")


def loaded_by(*modules):
    """Return the top-level packages a fresh Python holds after importing these."""
    code = f"import {', '.join(modules)}, sys; print(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, check=True, text=True)
    return set(done.stdout.split())


def calls_of(module, function):
    """Return where the project's own code names `module.function`."""
    return [
        f"{path.relative_to(PROJECT)}"
        for package in ("sealing", "accounts", "incidents", "config")
        for path in (PROJECT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr == function
        and isinstance(node.value, ast.Name)
        and node.value.id == module
    ]


def test_every_module_is_in_these_tests():
    assert {path.stem for path in (PROJECT / "sealing").glob("*.py")} == {"__init__", *MODULES}


def test_the_boundary_knows_no_django():
    loaded = loaded_by(*(f"sealing.{module}" for module in MODULES))

    assert "pyrage" in loaded
    assert not loaded & {"django", "accounts", "incidents", "config"}


def test_the_tree_needs_the_standard_library_only():
    ours = loaded_by("sealing.merkle") - loaded_by("sys")

    assert ours - set(sys.stdlib_module_names) == {"sealing"}


@pytest.mark.parametrize("function", ["decrypt", "encrypt"])
def test_the_library_is_called_in_one_place(function):
    assert calls_of("pyrage", function) == ["sealing/wraps.py"]


@pytest.mark.parametrize("function", ["decrypt_io", "decrypt_file", "encrypt_io", "encrypt_file", "passphrase"])
def test_its_dangerous_calls_are_never_made(function):
    assert calls_of("pyrage", function) == []
