"""The web server's way in refuses the unsafe shapes that a command refuses, in the same words."""

from __future__ import annotations

import sys

import pytest

from tests.config.site_process import load

UNSAFE = {
    "debug": ("DEBUG = True", "DEBUG is on"),
    "cookies": ("SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False", "Cookies would travel over plain HTTP"),
    "files": (
        "FILE_UPLOAD_HANDLERS = ['django.core.files.uploadhandler.TemporaryFileUploadHandler']",
        "files would rest in plain",
    ),
    "mail": ("ADMINS = [('x', 'x@example.org')]", "Errors would be mailed"),
    "second step": ("MIDDLEWARE.remove('accounts.middleware.SecondStepRequired')", "No second step is asked"),
    "database": ("_SQLITE['init_command'] = 'PRAGMA secure_delete=OFF'", "SQLite's secure_delete is 0"),
}


@pytest.mark.parametrize(("line", "said"), UNSAFE.values(), ids=UNSAFE)
def test_the_web_server_gets_no_site_with_an_unsafe_setting(tmp_path, line, said):
    (tmp_path / "unsafe.py").write_text(f"from config.settings import *\nfrom config.settings import _SQLITE\n{line}\n")

    loaded = load(tmp_path, DJANGO_SETTINGS_MODULE="unsafe", PYTHONPATH=str(tmp_path))

    assert loaded.returncode != 0
    assert "serves" not in loaded.stdout
    assert "The site does not start." in loaded.stderr
    assert said in loaded.stderr


def test_the_web_server_gets_a_site_as_it_comes(tmp_path):
    loaded = load(tmp_path)

    assert (loaded.returncode, loaded.stdout) == (0, "serves\n"), loaded.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="what lies in memory is asked of /proc")
def test_the_web_server_gets_no_site_in_production_whose_data_folder_others_may_enter(tmp_path, production):
    (tmp_path / "data").mkdir()
    (tmp_path / "data").chmod(0o755)

    loaded = load(tmp_path, **production)

    assert loaded.returncode != 0
    assert "The data folder data is open to others" in loaded.stderr
