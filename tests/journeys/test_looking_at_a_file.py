"""A member looks at a clip that is marked hard to watch: closed, then grey and still, then as they ask for it."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils.timezone import now
from playwright.sync_api import expect

from incidents.models import Exhibit
from incidents.vault import derivatives, openings
from tests.factories import Unlocked, deposit, make_desk
from tests.media.clip_files import make_clip
from tests.spare_code import spare_code

pytestmark = [pytest.mark.journey, pytest.mark.django_db(databases="__all__", transaction=True)]

SECONDS, RATE = 12, 10  # of the made clip, and its pictures a second
FLAGGED = {"sections": {"exhibit": [{"answers": {"hard_to_watch": {"value": ["death"]}}}]}}
PIECE = 64  # bytes
PLAYER = "document.querySelector('video')"


@pytest.fixture
def desk(open_site, tmp_path):
    """A desk with one incident that holds such a clip, on a site that runs."""
    made = make_desk(tmp_path)
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(make_clip(audio="aac", frames=SECONDS * RATE, size=(320, 240)))
    return made, f"{open_site}/desk/{made.slug}/{deposit(made, FLAGGED, clip, folder=tmp_path)['reference']}/"


@pytest.fixture
def page(browser_type, browser_type_launch_args, tmp_path):
    """A browser with a profile on the disk, as a member's is."""
    with browser_type.launch_persistent_context(tmp_path / "profile", **browser_type_launch_args) as context:
        page = context.new_page()
        page.said, page.fetched = [], []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("response", lambda answer: page.fetched.append((answer.status, answer.headers.get("content-type", ""))))
        yield page


def sign_in(page, address, desk):
    code = spare_code(desk.email)
    page.goto(address)
    page.fill("input[type=email]", desk.email)
    page.fill("input[type=password]", desk.words)
    page.locator("main button").click()
    page.fill("main [name=code]", code)
    page.locator("#answers button").click()
    expect(page.locator("h1")).to_contain_text("Incident")


def look_at(page):
    """Go to the file's page and have its copies made."""
    page.locator(".exhibit h3 a").click()
    page.get_by_role("button", name="Make a copy to look at").click()
    page.wait_for_url("**show**")
    page.goto(page.url.partition("?")[0])


def state(page):
    return page.evaluate(
        f"(({{paused, muted, playbackRate}}, {{filter, rotate}}) => ({{paused, muted, playbackRate, filter, rotate}}))"
        f"({PLAYER}, getComputedStyle({PLAYER}))"
    )


def time_after(page, act):
    """Do something that moves the clip, and return where it stands then, in hundredths."""
    page.evaluate(
        "void (window.moved = Promise.race([new Promise((done, late) => setTimeout(late, 9000, 'did not move')), "
        f"new Promise((done) => {PLAYER}.addEventListener('seeked', done, {{once: true}}))]))"
    )
    act()
    page.evaluate("window.moved.then(() => true)")
    return round(page.evaluate(f"{PLAYER}.currentTime") * 100)


def wait_beyond(page, seconds):
    """Wait until the clip stands behind a moment; the page's policy lets nobody evaluate there again and again."""
    for _look in range(200):
        if page.evaluate(f"{PLAYER}.currentTime") > seconds:
            return
        page.wait_for_timeout(50)
    raise AssertionError(page.evaluate(f"[{PLAYER}.currentTime, {PLAYER}.paused]"))


def test_a_marked_clip_opens_grey_still_and_silent_and_then_plays_as_asked(page, desk, tmp_path):
    desk, address = desk
    sign_in(page, address, desk)
    look_at(page)
    assert page.locator("video").count() == 0  # closed behind its mark

    page.fetched.clear()
    page.get_by_role("link", name="Show it").click()
    page.wait_for_load_state("networkidle")

    calm = {"paused": True, "muted": True, "playbackRate": 1, "filter": "grayscale(1)", "rotate": "none"}
    assert state(page) == calm
    assert {kind for _status, kind in page.fetched if kind.startswith(("image/j", "video"))} == {
        "image/jpeg"
    }  # a still
    assert Axe().run(page).violations_count == 0

    page.keyboard.press("Space")
    wait_beyond(page, 0.3)
    page.keyboard.press("Space")
    for key in ("g", "s", "2", "r"):
        page.keyboard.press(key)
    assert state(page) == {
        "paused": True, "muted": False, "playbackRate": 0.5, "filter": "none", "rotate": "90deg",
    }  # fmt: skip

    assert time_after(page, lambda: page.evaluate(f"{PLAYER}.currentTime = 9")) == 900
    assert time_after(page, lambda: page.keyboard.press(".")) == 910
    assert time_after(page, lambda: page.get_by_role("button", name="Frame back").click()) == 900
    assert (206, "video/mp4") in page.fetched
    loops_between(page, 9.0, 9.5)
    assert [said for said in page.said if "favicon" not in said] == []

    page.context.close()
    assert found_in(tmp_path / "profile", desk, address) == []


def loops_between(page, begin, end):
    """Mark a loop, and see the clip come back from its end."""
    for at in (begin, end):
        time_after(page, lambda at=at: page.evaluate(f"{PLAYER}.currentTime = {at}"))
        if at == begin:
            page.keyboard.press("l")
    assert time_after(page, lambda: page.keyboard.press("l")) == begin * 100
    page.keyboard.press("3")
    play = page.get_by_role("button", name="Play or pause")
    play.click()
    wait_beyond(page, begin + 0.2)
    assert begin * 100 <= time_after(page, lambda: None) <= begin * 100 + 20
    play.click()


def found_in(profile, desk, address):
    """Return which files of a browser's profile hold a piece of a copy that it showed, and of which."""
    opened = openings.incident(address.split("/")[-2], slug=desk.slug, using=Unlocked(desk), at=now())
    shown = [copy for copy in opened.copies if copy.media_type in {"video/mp4", "image/jpeg"}]
    assert len(shown) == Exhibit.objects.filter(parent__isnull=False).count() - 1  # all but the facts
    held = {path: path.read_bytes() for path in profile.rglob("*") if path.is_file()}
    assert any(b"127.0.0.1" in data for data in held.values())  # here the browser writes what it knows of the site
    pieces = [(copy, piece) for copy in shown for piece in pieces_of(opened.reader(copy).read())]
    assert {copy.media_type for copy, _piece in pieces} == {"video/mp4", "image/jpeg"}
    return [
        (path.relative_to(profile), derivatives.recipe_of(copy))
        for copy, piece in pieces
        for path, data in held.items()
        if piece in data
    ]


def pieces_of(whole):
    """Yield pieces that no other file would hold: those in which many different bytes stand."""
    for at in range(0, len(whole) - PIECE, PIECE):
        if len(set(whole[at : at + PIECE])) > PIECE // 2:
            yield whole[at : at + PIECE]
