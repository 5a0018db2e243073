"""Outside clocks stamp the head of the ledger and packets; whatever they do, nothing waits and nothing is believed."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
import time
import zipfile
from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.utils.timezone import now

from config.env import time_servers
from incidents.custody import stamps
from incidents.custody.stamps import State
from incidents.models import Stamp
from incidents.packet import operations
from sealing.stamps import LIMIT_BYTES, NotStamped, check, request
from tests.custody.clock import Clock, serving
from tests.custody.pages import head_in, text

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(scope="module")
def made_clock(tmp_path_factory):
    return Clock(tmp_path_factory.mktemp("clocks") / "one")


@pytest.fixture
def clock(made_clock, settings):
    """An honest clock that the site knows."""
    made_clock.mood, made_clock.asked = "honest", []
    with serving(made_clock) as url:
        settings.TIME_SERVERS = [(url, made_clock.chain)]
        yield made_clock


def stamp():
    out = StringIO()
    call_command("stamp", stdout=out)
    return out.getvalue()


def test_a_head_is_stamped_and_a_member_takes_head_and_stamp_away_and_checks_them_alone(lead, clock, tmp_path):
    assert "Stamped by a clock outside" not in text(lead.get("/ledger/head/"))

    said = stamp()

    assert re.fullmatch(r"127\.0\.0\.1, about the head at \d+ events: stamped\.\n", said)
    page = lead.get("/ledger/head/")
    assert "Stamped by a clock outside" in text(page)
    head, token = re.findall(r'href="(/ledger/head/stamps/[^"]+)"', page.content.decode())
    for url, name in ((head, "head.txt"), (token, "head.tsr")):
        sent = lead.get(url)
        assert sent["Content-Disposition"].startswith('attachment; filename="ledger-head-')
        (tmp_path / name).write_bytes(sent.content)
    assert head_in((tmp_path / "head.txt").read_text())[0] > 0
    assert clock.verified(tmp_path / "head.txt", tmp_path / "head.tsr")
    (tmp_path / "head.txt").write_text("another head\n")
    assert not clock.verified(tmp_path / "head.txt", tmp_path / "head.tsr")
    assert lead.get("/ledger/head/stamps/999/").status_code == 404


def test_only_a_digest_leaves_and_a_stamped_head_is_not_asked_about_again(clock, site):  # noqa: ARG001 # an empty one
    stamp()
    stamp()

    [asked] = clock.asked
    row = Stamp.objects.get()
    assert hashlib.sha256(row.checkpoint.note.encode()).digest() in asked
    assert len(asked) < 100
    assert bytes(row.reply) == (clock.folder / "r.tsr").read_bytes()


MOODS = {
    "down": State.PENDING,
    "slow": State.PENDING,
    "long": State.FAILED,
    "junk": State.FAILED,
    "of another time": State.FAILED,
    "of another root": State.FAILED,
}


def test_a_clock_that_is_down_slow_or_wrong_holds_nothing_up_and_is_asked_again(auditor, clock, settings, monkeypatch):
    monkeypatch.setattr(stamps, "DAILY_SECONDS", 0.5)
    [(url, chain)] = settings.TIME_SERVERS
    clock.answer(request(bytes(32)).der)
    for mood, state in MOODS.items():
        Stamp.objects.all().delete()
        root = Clock(clock.folder.parent / "two").chain if mood == "of another root" else chain
        clock.mood, settings.TIME_SERVERS = mood, [(url, root)]
        began = time.monotonic()

        stamp()

        assert time.monotonic() - began < 3, mood
        row = Stamp.objects.get()
        assert (row.state, row.reply is not None) == (state, state is State.FAILED), mood
        assert len(row.reply or b"") <= LIMIT_BYTES
    assert "Last time stamp from outside never 1 is asked for again each day" in text(auditor.get("/ledger/health/"))
    clock.mood, settings.TIME_SERVERS = "honest", [(url, chain)]
    assert "stamped." in stamp()
    assert f"Last time stamp from outside {now().date()}, at " in text(auditor.get("/ledger/health/"))


def test_several_clocks_stamp_the_same_head_and_one_that_is_away_stops_none(clock, settings, site):  # noqa: ARG001
    settings.TIME_SERVERS = [("http://127.0.0.1:9/", clock.chain), *settings.TIME_SERVERS]

    stamp()

    assert [row.state for row in Stamp.objects.order_by("pk")] == [State.PENDING, State.OBTAINED]
    assert stamps.newest_head()[0].obtained_on == now().date()


def test_no_bit_of_a_stamp_that_counts_can_be_changed(made_clock):
    asked = request(hashlib.sha256(b"the head").digest())
    reply, chain = made_clock.reply(asked.der), made_clock.chain.read_bytes()
    begins = reply.index(asked.digest)

    assert abs(check(reply, asked, chain=chain) - now()) < timedelta(minutes=1)
    for at in (*range(begins, begins + 32), len(reply) - 1, len(reply) - 10):
        with pytest.raises(NotStamped):
            check(reply[:at] + bytes([reply[at] ^ 1]) + reply[at + 1 :], asked, chain=chain)
    for cut in (b"", reply[:-1], reply[:40], bytes(70_000)):
        with pytest.raises(NotStamped):
            check(cut, asked, chain=chain)


def test_clocks_are_named_with_their_certificates_or_the_site_does_not_start(made_clock):
    chain = str(made_clock.chain)

    assert time_servers(["https://clock.example/ts"], [chain]) == [("https://clock.example/ts", made_clock.chain)]
    for urls, chains in (
        (["https://clock.example"], []),
        (["clock.example"], [chain]),
        (["ftp://clock.example"], [chain]),
        (["https://clock.example"], [str(made_clock.folder / "serial")]),
        (["https://clock.example"], ["/nowhere.pem"]),
    ):
        with pytest.raises(ImproperlyConfigured, match="TESTIGO_TSA_"):
            time_servers(urls, chains)


def packed(lead, desk, made):
    """Prepare a packet, and return its page and its files."""
    at = f"/desk/{desk.slug}/{made['reference']}/packets/"
    url = lead.post(at, {"recipient": "Counsel", "purpose": "Advice"}).url
    body = b"".join(lead.post(f"{url}download/").streaming_content)
    with zipfile.ZipFile(io.BytesIO(body)) as held:
        files = {name.partition("/")[2]: held.read(name) for name in held.namelist()}
    return url, body, files


def test_a_packet_goes_with_its_stamps_and_everybody_can_check_them(lead, desk, made, clock, tmp_path):
    url, body, files = packed(lead, desk, made)

    (tmp_path / "packet.zip").write_bytes(body)
    done = subprocess.run(
        [sys.executable, "-I", operations.report.verify.__file__, tmp_path / "packet.zip"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "ok    seal/tagmanifest-sha256.tsr names the digest of tagmanifest-sha256.txt" in done.stdout
    assert "ok    data/ledger/checkpoint.tsr names the digest of data/ledger/checkpoint.txt" in done.stdout
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    chain = tmp_path / "seal/tsa-chain.pem"
    assert clock.verified(tmp_path / "tagmanifest-sha256.txt", tmp_path / "seal/tagmanifest-sha256.tsr", chain=chain)
    ledger = tmp_path / "data/ledger"
    assert clock.verified(ledger / "checkpoint.txt", ledger / "checkpoint.tsr", chain=chain)
    assert "openssl ts -verify -data tagmanifest-sha256.txt" in files["VERIFY.txt"].decode()
    assert "Time stamp from outside In the packet" in text(lead.get(url))
    assert not Stamp.objects.exists()  # it rests sealed, in the packet


def test_a_packet_does_not_wait_for_a_clock_and_a_stamp_that_comes_later_lies_beside_it(
    lead, desk, made, clock, tmp_path, monkeypatch
):
    monkeypatch.setattr(operations, "STAMP_SECONDS", 0.2)
    clock.mood = "slow"
    url, body, files = packed(lead, desk, made)
    assert "seal/tsa-chain.pem" in files
    assert not [name for name in files if name.endswith(".tsr")]
    assert text(lead.get(url)).count("not yet; it is asked again each day") == 2
    clock.mood = "honest"

    assert stamp().count("about a packet: stamped.") == 2

    page = lead.get(url).content.decode()
    tokens = re.findall(rf'href="({url}stamps/\d+/)"', page)
    for link, subject in zip(tokens, ("data/ledger/checkpoint.txt", "tagmanifest-sha256.txt"), strict=True):
        sent = lead.get(link)
        (tmp_path / "token.tsr").write_bytes(sent.content)
        (tmp_path / "subject").write_bytes(files[subject])
        assert clock.verified(tmp_path / "subject", tmp_path / "token.tsr")
        assert sent["Content-Disposition"].endswith(f'{subject.rpartition("/")[2].replace(".txt", ".tsr")}"')
    assert b"".join(lead.post(f"{url}download/").streaming_content) == body
