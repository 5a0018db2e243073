"""The page of one file: closed, then grey; copies on a click; claims beside what was told; words with their maker."""

from __future__ import annotations

import json
import re

import pytest

from tests.review.looking import FLAGGED, TOLD, Looking, hang_up, photo
from tests.vault.rekeying import named, objects

pytestmark = pytest.mark.django_db(databases="__all__")

SENT = {
    "Cache-Control": "no-store",
    "Content-Disposition": "inline",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Content-Type": "image/jpeg",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
COPY = re.compile(r'(?:src|poster)="(/desk/[^"]+/copies/[^"]+)"')


@pytest.fixture
def held(site):
    return Looking(site, {"a.jpg": photo(), "note.txt": b"no picture"}, sections=TOLD)


def test_nothing_is_made_before_a_member_asks_and_then_it_is_shown_grey(held):
    before = held.page()

    held.make()

    assert COPY.findall(before) == []
    assert "Make a copy to look at" in before
    after = held.page()
    [copy] = COPY.findall(after)
    assert "Make a copy to look at" not in after
    assert (held.browser.get(copy).status_code, held.browser.get(copy)["Content-Type"]) == (200, "image/jpeg")
    assert 'class="color" autocomplete="off" data-key="g"' in after
    assert "checked" not in after.split('class="color"')[1].split(">")[0]


def test_what_is_marked_hard_to_watch_names_no_copy_until_somebody_asks(site):
    held = Looking(site, {"a.jpg": photo()}, sections=FLAGGED)
    held.make()

    closed, shown = held.page(), held.page(query="?show")

    assert "Blood or injury" in closed
    assert COPY.findall(closed) == []
    assert len(COPY.findall(shown)) == 1
    listed = held.browser.get(f"/desk/{held.desk.slug}/{held.made['reference']}/").content.decode()
    assert "Blood or injury" in listed
    assert "copies/" not in listed


def test_claims_of_the_file_stand_beside_what_was_told_and_differences_are_said(held):
    held.make()

    page = held.page()

    assert "2026-03-01T06:41:07" in page
    assert "March 14, 2026" in page
    assert "The file names another day than the reporter: they lie 13 days apart." in page
    assert "The file names another place than the reporter: they lie about 23 kilometers apart." in page
    assert "Canary Camera" in page
    assert "The file carries no signature. That says nothing about it." in page


def test_the_same_day_is_no_difference_and_the_next_may_be_another_clock(site):
    held = Looking(site, {"a.jpg": photo(taken="2026:03:14 23:50:00")}, sections=TOLD)
    near = held.file({"b.jpg": photo(taken="2026:03:15 01:00:00")}, sections=TOLD)
    held.make()
    held.make(made=near)

    assert "another day than" not in held.page()
    assert "A clock in another zone does that." in held.page(made=near)


def test_a_file_of_no_known_kind_is_kept_and_the_page_says_so(held):
    answer = held.make(2)

    assert answer["Location"].endswith("?show&problem=not_copyable#stage")
    assert held.page(2).count("There is no preview of this kind of file yet.") == 1
    assert "Make a copy" not in held.page(2)


def test_a_script_hears_how_far_it_is_and_where_to_go(held):
    answer = held.browser.post(held.address(1, "make"), {"choice": "look"}, headers={"accept": "application/x-ndjson"})

    lines = [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]

    done = [line["done"] for line in lines[:-1]]
    assert done == sorted(done)
    assert done[-1] == 1
    assert lines[-1]["to"] == f"{held.address()}?show#stage"
    assert len(held.acts("derivative_made")) == 3  # what it says of itself, the copy, its thumb


def test_a_connection_that_closes_leaves_nothing_half_made(held):
    answer = held.browser.post(held.address(1, "make"), {"choice": "look"}, headers={"accept": "application/x-ndjson"})
    next(iter(answer.streaming_content))
    hang_up(answer)

    assert objects() == named()
    assert held.opened().copies == []
    assert held.make().status_code == 302


def test_a_copy_is_sent_as_what_we_say_it_is_kept_by_no_browser_and_written_down_once(held):
    held.make()
    [copy] = COPY.findall(held.page())

    answers = [held.browser.get(copy) for _again in range(2)]
    for _again in range(2):
        b"".join(held.browser.get(held.address(1, "original")).streaming_content)

    assert {name: answers[0][name] for name in SENT} == {
        **SENT,
        "Content-Disposition": f'inline; filename="{held.made["reference"]}-EX-0001-C2.jpg"',
    }
    assert [said["what"] for said in held.acts("exhibit_opened")] == ["preview", "original"]
    particulars, clean, _thumb = held.opened().copies
    assert held.browser.get(held.address(1, "copies", str(particulars.id))).status_code == 404  # no file to fetch
    assert held.browser.get(held.address(2, "copies", str(clean.id))).status_code == 404  # another file's


def test_words_about_a_file_name_who_how_and_when(held):
    said = {"kind": "translation", "language": "en", "text": "Get out <b>now</b>", "how": "Heard twice."}

    refused = held.browser.post(held.address(1, "words"), {**said, "how": ""})
    answer = held.browser.post(held.address(1, "words"), said)

    assert refused.status_code == 422
    assert "Say how you came by them." in refused.content.decode()
    assert answer["Location"] == f"{held.address()}#words"
    page = held.page()
    assert "Get out &lt;b&gt;now&lt;/b&gt;" in page
    assert re.search(r"EX-0001-C1 · You · \d{4}-\d\d-\d\d · <bdi>Heard twice.</bdi>", page)
    assert [said["recipe"] for said in held.acts("words_added")] == ["translation/1"]
    assert "Get out" not in json.dumps([dict(said) for said in held.acts("words_added")])


def test_a_picture_that_was_filed_elsewhere_too_is_named_with_its_link(held):
    other = held.file({"sent on.jpg": photo((320, 240), taken="2026:01:01 00:00:00")})
    third = held.file({"else.png": photo()[:-2000]})
    held.make()
    held.make(made=other)
    held.make(made=third)

    page = held.page()

    assert f'This picture may also have been filed in: <a href="{held.address(made=other)}">' in page
    assert f'<a href="{held.address()}">{held.made["reference"]}</a>' in held.page(made=other)


def test_a_damaged_original_is_named_and_the_page_is_there(held, site):
    held.make()
    exhibit = held.opened().exhibits[0]
    (site / "objects/exhibits" / str(exhibit.id) / "1.age").unlink()

    page = held.page()

    assert "What is stored is not what arrived" in page
    assert len(COPY.findall(page)) == 1
