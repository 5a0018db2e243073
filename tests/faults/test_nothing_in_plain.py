"""Nothing that is filed rests in plain, whichever way it came: each way is a process of its own, and is watched."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.config.site_process import ROOT, manage, migrated, variables
from tests.faults.browser import Browser
from tests.faults.canaries import WORDS, Watch, found_in, found_under

ANSWERS = {
    "language": "es",
    "sections": {
        "agents": [{"answers": {"name": {"value": WORDS["name"]}, "badge": {"value": {"seen": WORDS["badge"]}}}}],
        "story": [{"answers": {"text": {"value": f"{WORDS['story']} abrió la puerta."}}}],
    },
}
LINE = f"{WORDS['in_the_file']} {WORDS['in_the_file'].upper()}\n".encode()
CLIP = LINE * (9 * 2**20 // len(LINE))  # more than one part

SERVER = (
    *(sys.executable, "-m", "gunicorn", "config.wsgi", "--worker-class", "gthread", "--workers", "1"),
    *("--threads", "16", "--log-level", "warning", "--timeout", "300"),
)


@pytest.fixture
def place(tmp_path):
    """A site, what is handed to it, and a temp folder that is watched; the site is below `site`."""
    for name in ("site", "temp", "handed over"):
        (tmp_path / name).mkdir(mode=0o700)
    migrated(tmp_path / "site")
    return tmp_path


def founded(place):
    page = place / "handed over" / "page.json"
    page.write_text(json.dumps(dict.fromkeys(("area", "languages", "phone", "what_next", "not_done"), "x")))
    made = manage(
        place / "site", "create_desk", "Northside", "--lead", "lead@example.org", "--page", str(page), "--json"
    )
    assert made.returncode == 0, made.stderr
    return json.loads(made.stdout)


def watched(process, watch):
    while process.poll() is None:
        watch.look()
        time.sleep(0.01)
    watch.look()


def test_the_words_are_found_where_they_lie_in_plain(tmp_path):
    (tmp_path / "a").write_bytes(b"x" + "".join(WORDS.values()).encode("utf-16-le").hex().encode())
    (tmp_path / WORDS["file_name"]).touch()

    found = found_under(tmp_path)

    assert found["a"] == set(WORDS)
    assert found[WORDS["file_name"]] == {"file_name"}


def test_what_is_filed_from_the_shell_lies_nowhere_in_plain(place):
    founded(place)
    answers, clip = place / "handed over" / "answers.json", place / "handed over" / f"{WORDS['file_name']}.mp4"
    answers.write_text(json.dumps(ANSWERS))
    clip.write_bytes(CLIP)
    watch = Watch(place / "site", place / "temp")
    attached = ("--attach", str(clip), "--json")
    process = subprocess.Popen(
        [sys.executable, "manage.py", "deposit", "--desk", "northside", "--answers", str(answers), *attached],
        cwd=ROOT,
        env=variables(place / "site", TMPDIR=str(place / "temp")),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )

    watched(process, watch)
    out, err = process.communicate()

    assert process.returncode == 0, err.decode()
    assert set(json.loads(out)) == {"reference", "receipt"}
    assert len(list((place / "site/data/objects").rglob("*.age"))) == 2
    assert watch.found == {}
    assert found_in(out) | found_in(err) == set()
    assert list((place / "temp").iterdir()) == []


@contextmanager
def serving(place, log):
    """The site as `script/server` serves it, its log in a file."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [*SERVER, "--bind", f"127.0.0.1:{port}", "--worker-tmp-dir", str(place / "site/run")],
        cwd=ROOT,
        env=variables(place / "site", TMPDIR=str(place / "temp")),
        stdout=log,
        stderr=log,
    )
    try:
        ends = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert process.poll() is None
                assert time.monotonic() < ends
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def file_on_the_pages(site, slug):
    """Go a witness's way, with an upload that is watched while it is under way; return the answers' statuses."""
    phone = Browser(site)
    _status, page = phone.ask("GET", "/groups/")
    link = re.search(rf'href="(/to/{slug}/\d+/)"', page)[1]
    yield phone.ask("GET", link)[0]
    name = f"{WORDS['file_name']}.mp4"
    body, kind = phone.form("/report/", CLIP, name=name, badge=WORDS["badge"], **{"place-town": WORDS["story"]})
    line = phone.begin("/report/", body, kind, sent=len(body) // 2)
    yield 0
    line.send(body[len(body) // 2 :])
    response = line.getresponse()
    yield response.status
    for cookie in response.headers.get_all("Set-Cookie"):
        key, _, value = cookie.partition(";")[0].partition("=")
        phone.cookies[key] = value
    yield phone.post("/report/more/story/", text=f"{WORDS['story']} abrió la puerta.")[0]
    yield phone.post("/report/more/agents/", name=WORDS["name"], badge=WORDS["badge"])[0]
    yield phone.post(f"/back/?{WORDS['story']}={WORDS['name']}", words=WORDS["story"])[0]
    yield phone.ask("POST", f"/{WORDS['badge']}/?{WORDS['badge']}", WORDS["story"])[0]
    yield phone.ask("GET", f"/{WORDS['badge']}/?{WORDS['badge']}")[0]


def open_files_in(folder, pid):
    """Return the files below a folder that a server and its workers hold open, removed ones too."""
    children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    found = []
    for one in (str(pid), *children.stdout.split()):
        for link in Path(f"/proc/{one}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed meanwhile
                found.append(str(link.readlink()))
    return [name for name in found if name.startswith(str(folder))]


@pytest.mark.skipif(sys.platform != "linux", reason="what a process holds open is asked of /proc")
def test_what_is_filed_on_the_pages_lies_nowhere_in_plain_and_is_in_no_log(place):
    slug = founded(place)["slug"]
    watch, statuses = Watch(place / "site", place / "temp"), []
    with (place / "log").open("wb") as log, serving(place, log) as (site, pid):
        for status in file_on_the_pages(site, slug):
            statuses.append(status)
            watch.look()
            assert open_files_in(place / "temp", pid) == []

    assert statuses == [302, 0, 302, 302, 302, 422, 404, 404]
    assert len(list((place / "site/data/objects").rglob("*.age"))) == 2
    assert watch.found == {}
    assert found_in((place / "log").read_bytes()) == set()
    assert list((place / "temp").iterdir()) == []
