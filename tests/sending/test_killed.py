"""A server that is killed at random moments loses nothing that it said it held."""

from __future__ import annotations

import hashlib

import pytest

from tests.sending.killing import Phone, Server, founded, read, send_while_killed

KILLS = 20


@pytest.fixture
def started(tmp_path):
    site, desk = founded(tmp_path)
    server = Server(site, tmp_path)
    server.until_up()
    yield site, desk, server
    server.stop()


def test_every_file_is_whole_whenever_the_server_was_killed(started):
    site, desk, server = started

    sent = send_while_killed(server, Phone(server, desk), kills=KILLS, part_bytes=50_000, parts=6, seed=4)

    found = read(site, desk)
    assert found["unchecked"] == 0
    assert found["files"] == {str(file.id): hashlib.sha256(file.data).hexdigest() for file in sent}
    objects = site.folder.rglob("exhibits/*/*.age")
    assert sorted(f"exhibits/{path.parent.name}/{path.name}" for path in objects) == found["named"]
    assert "Each is what was stored." in found["audit"]
