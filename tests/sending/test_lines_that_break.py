"""One large file over a bad day: the connection is cut, the server killed, the page loaded anew."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.sending.own_server import Server
from tests.sending.phone import choose, made, on_files_page, row, see, send

pytestmark = pytest.mark.journey

MEBIBYTE = 1 << 20
LONG = 30 * 60_000  # milliseconds


def walk(browser, server, clip, *, parts, timeout):
    """Send a file and let all go wrong that can, in the middle of it; return which parts went out after the reload."""
    page = on_files_page(browser, server.address)
    begun, held = row(page, clip.name), []
    page.route(re.compile("/parts/2$"), lambda route: route.abort("connectionreset"), times=2)
    page.route(re.compile(f"/parts/{parts // 2}$"), lambda route: held.append(route), times=1)  # noqa: PLW0108 # its way
    page.route(re.compile(f"/parts/{parts - 2}$"), lambda _route: None)
    choose(page, clip)
    send(page)
    expect(begun).to_contain_text(f"Sending part {parts // 2} of {parts}", timeout=timeout)
    while not held:
        page.wait_for_timeout(50)
    server.kill()
    held[0].abort("connectionreset")
    page.wait_for_timeout(1000)  # it tries again meanwhile, and nobody is there
    server.start()
    expect(begun).to_contain_text(f"Sending part {parts - 2} of {parts}", timeout=timeout)
    page.reload()
    page.unroute_all()

    sent = []
    page.on("request", lambda asked: sent.append(asked.url) if asked.method == "PUT" else None)
    see(page, "A file you began to send", "pick")
    choose(page, clip)
    send(page)
    see(page, clip.name, "saved", timeout=timeout)
    page.context.close()
    return sent


def test_a_file_arrives_whole_over_a_cut_line_a_killed_server_and_a_reload(browser, tmp_path):
    clip, sha256 = made(tmp_path, "clip.mp4", 64 * MEBIBYTE - 5)
    (tmp_path / "site").mkdir()
    server = Server(tmp_path / "site")
    desk = server.found_desk()

    with server:
        after = walk(browser, server, clip, parts=8, timeout=60_000)
        found = server.files_of(desk)

    assert found == {"clip.mp4": sha256}
    assert [url.rsplit("/", 1)[1] for url in after] == ["6", "7", "8"]


@pytest.mark.nightly
def test_two_gibibytes_arrive_whole_over_the_same(browser, tmp_path):
    clip, sha256 = made(tmp_path, "clip.mp4", 2048 * MEBIBYTE - 5)
    (tmp_path / "site").mkdir()
    server = Server(tmp_path / "site")
    desk = server.found_desk()

    with server:
        after = walk(browser, server, clip, parts=256, timeout=LONG)
        found = server.files_of(desk)

    assert found == {"clip.mp4": sha256}
    assert [url.rsplit("/", 1)[1] for url in after] == ["254", "255", "256"]
