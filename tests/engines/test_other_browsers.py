"""A file is sealed and sent in browsers of other families, and arrives as it was."""

from __future__ import annotations

import subprocess

import pytest

from tests.engines.engine import Firefox, WebKit
from tests.sending.own_server import Server
from tests.sending.phone import made

pytestmark = [pytest.mark.journey, pytest.mark.nightly]

MEBIBYTE = 1 << 20
PRESS = "document.querySelector(arguments[0]).click()"


@pytest.fixture
def certificate(tmp_path):
    """A site on https: WebKit keeps no cookie of a site on plain http, on this machine either."""
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names]
    paths = [tmp_path / "cert.pem", tmp_path / "key.pem"]
    subprocess.run([*command, "-out", paths[0], "-keyout", paths[1]], check=True, capture_output=True)
    return paths


def walk_to_files(browser, site):
    browser.go(f"{site}/groups/")
    browser.run(PRESS, "main a.button")
    browser.until("return !!document.querySelector('[name=place-town]')", seconds=30)
    browser.run("document.querySelector('[name=place-town]').value = 'Cicero'")
    browser.run(PRESS, "#answers p.actions button")
    browser.until("return location.pathname == '/report/receipt/'", seconds=30)
    browser.go(f"{site}/report/files/")


@pytest.mark.parametrize("engine", [Firefox, WebKit])
def test_a_file_arrives_as_it_was_from_a_browser_of_another_family(engine, tmp_path, certificate):
    clip, sha256 = made(tmp_path, "clip.mp4", 64 * MEBIBYTE + 3)
    (tmp_path / "site").mkdir()
    server = Server(tmp_path / "site", certificate=certificate)
    desk = server.found_desk()

    with server:
        browser = engine(tmp_path)
        try:
            walk_to_files(browser, server.address)
            browser.choose(clip)
            browser.until("return !document.querySelector('[data-start]').hidden", seconds=30)
            browser.run(PRESS, "[data-start] button")
            browser.until("return !!document.querySelector('.upload[data-state=saved]')", seconds=300)
        finally:
            browser.close()
        found = server.files_of(desk)

    assert found == {"clip.mp4": sha256}
