"""A file goes from a phone to the desk, sealed on the phone: in a real browser, on lines that break."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import expect

from incidents.models import Arriving, ArrivingPart, Exhibit
from tests.factories import make_desk
from tests.journeys.conftest import open_site  # noqa: F401 # a fixture
from tests.sending.opened import files_of
from tests.sending.phone import choose, hashed, made, on_files_page, press, row, see, send

pytestmark = [pytest.mark.journey, pytest.mark.django_db(databases="__all__", transaction=True)]

GPS = {1: "N", 2: (41.0, 52.0, 30.0), 3: "W", 4: (87.0, 37.0, 48.0)}


@pytest.fixture
def desk(open_site, tmp_path):  # noqa: F811, ARG001 # the site comes first
    return make_desk(tmp_path)


@pytest.fixture
def page(open_site, browser, desk):  # noqa: F811, ARG001 # there is a group to file to
    page = on_files_page(browser, open_site)
    yield page
    page.context.close()


def test_what_is_chosen_waits_with_its_size_and_a_guess_and_arrives_as_it_was(page, desk, tmp_path):
    clip, note = made(tmp_path, "clip.mp4", 9 << 20), made(tmp_path, "a note.txt", 3)

    choose(page, clip[0], note[0])
    expect(row(page, "clip.mp4")).to_contain_text("9 MB")
    expect(page.locator("[data-total]")).to_have_text("9 MB to send. This may take about 10 seconds.")
    assert not Arriving.objects.exists()
    send(page)
    see(page, "a note.txt", "saved")

    see(page, "clip.mp4", "saved")
    expect(page.get_by_text("This was locked on your phone before it was sent.")).to_be_visible()
    assert files_of(desk.slug, desk.words) == {"clip.mp4": clip[1], "a note.txt": note[1]}
    assert page.said == []


def test_a_phone_that_goes_offline_at_half_goes_on_by_itself(page, desk, tmp_path):
    clip = made(tmp_path, "clip.mp4", 20 << 20)
    choose(page, clip[0])

    def cut(route):
        page.context.set_offline(True)
        route.abort("internetdisconnected")

    page.route(re.compile(r"/parts/2$"), cut, times=1)
    send(page)
    see(page, "clip.mp4", "offline")
    expect(row(page, "clip.mp4")).to_contain_text("It goes on by itself when you are back.")
    held = [part.number for part in ArrivingPart.objects.all()]
    page.context.set_offline(False)

    see(page, "clip.mp4", "saved")
    assert held == [1]
    assert files_of(desk.slug, desk.words) == {"clip.mp4": clip[1]}


def test_a_file_is_paused_goes_on_and_what_is_removed_is_gone(page, desk, tmp_path):
    clip, other = made(tmp_path, "clip.mp4", 20 << 20), made(tmp_path, "other.mp4", 9 << 20)
    page.route(re.compile(r"/parts/2$"), lambda _route: None)  # a slow line: the second part never ends
    choose(page, clip[0], other[0])
    send(page)
    expect(row(page, "clip.mp4")).to_contain_text("Sending part 2 of 3")

    press(page, "clip.mp4", "Pause")
    see(page, "clip.mp4", "paused")
    expect(row(page, "other.mp4")).to_contain_text("Sending part 2 of 2")
    press(page, "other.mp4", "Remove")
    expect(row(page, "other.mp4")).to_have_count(0)
    page.unroute_all()
    press(page, "clip.mp4", "Go on")

    see(page, "clip.mp4", "saved")
    assert files_of(desk.slug, desk.words) == {"clip.mp4": clip[1]}
    assert not Arriving.objects.exists()


def test_two_tabs_that_send_one_file_make_one_of_it(page, desk, tmp_path):
    clip = made(tmp_path, "clip.mp4", 20 << 20)
    choose(page, clip[0])
    page.route(re.compile(r"/parts/3$"), lambda _route: None)
    send(page)
    expect(row(page, "clip.mp4")).to_contain_text("Sending part 3 of 3")
    remembered = page.evaluate("sessionStorage.getItem('sending')")
    assert "clip" not in remembered

    second = page.context.new_page()  # as a tab that was doubled: it remembers the same
    second.goto(page.url)
    second.evaluate("text => sessionStorage.setItem('sending', text)", remembered)
    second.reload()
    see(second, "A file you began to send", "pick")
    choose(second, clip[0])
    send(second)
    see(second, "clip.mp4", "saved")
    page.unroute_all()
    press(page, "clip.mp4", "Pause")
    press(page, "clip.mp4", "Go on")

    see(page, "clip.mp4", "saved")
    assert Exhibit.objects.count() == 1
    assert files_of(desk.slug, desk.words) == {"clip.mp4": clip[1]}
    assert page.evaluate("sessionStorage.length") == 0


def test_a_photo_says_that_it_holds_a_place_and_a_copy_without_it_goes_along(page, desk, tmp_path):
    picture, path = Image.new("RGB", (640, 480), "teal"), tmp_path / "foto.jpg"
    exif = picture.getexif()
    exif.get_ifd(0x8825).update(GPS)
    picture.save(path, exif=exif)
    choose(page, path)
    expect(row(page, "foto.jpg").get_by_text("This file shows where it was taken.")).to_be_visible()
    assert not Arriving.objects.exists()
    assert Axe().run(page).violations_count == 0

    page.get_by_text("Send a second copy without the place too").click()
    send(page)
    see(page, "foto without place.jpg", "saved")

    found = files_of(desk.slug, desk.words)
    assert found["foto.jpg"] == hashed(path)
    assert set(found) == {"foto.jpg", "foto without place.jpg"}
    assert page.said == []


def test_answers_beside_the_files_go_when_the_files_are_there(page, desk, tmp_path):
    clip = made(tmp_path, "clip.mp4", 1 << 20)
    choose(page, clip[0])
    page.get_by_text("Screenshot", exact=True).click()

    page.get_by_role("button", name="Send files and answers").click()

    expect(page.get_by_text("Saved. 1 file so far.")).to_be_visible()
    assert files_of(desk.slug, desk.words) == {"clip.mp4": clip[1]}


def test_without_the_worker_the_form_sends_the_files_and_says_who_sees_them(page, desk, tmp_path):
    clip = made(tmp_path, "clip.mp4", 1 << 20)
    page.route("**/seal*.js", lambda route: route.abort())

    choose(page, clip[0])
    expect(page.get_by_text("For a moment our server can see it.")).to_be_visible()
    send(page)

    expect(page.get_by_text("Saved. 1 file so far.")).to_be_visible()
    assert files_of(desk.slug, desk.words) == {"clip.mp4": clip[1]}
