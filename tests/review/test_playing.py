"""A copy is sent whole or one range of it, and no part is opened that nobody reads."""

from __future__ import annotations

import pytest
from django.utils.timezone import now

from incidents.media.protocol import Status
from incidents.media.recipes import Recipe
from incidents.vault.derivatives import Making
from tests.review.looking import Looking, hang_up, photo

pytestmark = pytest.mark.django_db(databases="__all__")

PART = 1000


@pytest.fixture
def held(site):
    """An incident whose copy lies in many small parts."""
    made = Looking(site, {"a.jpg": photo()})
    opened = made.opened()
    making = Making(opened, opened.exhibits[0], Recipe.CLEAN, {}, now(), part_bytes=PART)
    assert making.run() is Status.MADE
    made.copy = making.finish()[0]
    made.whole = made.opened().reader(made.copy).read()
    made.at = made.address(1, "copies", str(made.copy.id))
    return made


def sent(held, asked):
    answer = held.browser.get(held.at, headers={"range": asked} if asked else {})
    return answer, b"".join(answer.streaming_content) if answer.streaming else answer.content


RANGES = {
    "bytes=0-99": (0, 99),
    f"bytes={PART - 10}-{PART + 9}": (PART - 10, PART + 9),
    f"bytes={PART - 1}-{3 * PART}": (PART - 1, 3 * PART),
    "bytes=0-0": (0, 0),
    "bytes=2500-": (2500, None),
    "bytes=5-999999999": (5, None),
    "bytes=-1500": (-1500, None),
    "bytes=-999999999": (0, None),
}


def test_a_range_over_part_borders_equals_the_slice(held):
    for asked, (first, last) in RANGES.items():
        answer, body = sent(held, asked)

        wanted = held.whole[first:] if last is None else held.whole[first : last + 1]
        begins = len(held.whole) + first if first < 0 else first
        assert (asked, answer.status_code, body) == (asked, 206, wanted)
        assert answer["Content-Length"] == str(len(wanted))
        assert answer["Content-Range"] == f"bytes {begins}-{begins + len(wanted) - 1}/{len(held.whole)}"


def test_what_is_no_single_range_gets_the_whole_and_one_beyond_the_end_its_length(held):
    for asked in ("", "bytes=0-1,5-9", "bytes=9-5", "bytes=-", "lines=1-2", "bytes=a-b"):
        answer, body = sent(held, asked)

        assert (asked, answer.status_code, answer["Accept-Ranges"]) == (asked, 200, "bytes")
        assert body == held.whole

    answer, body = sent(held, f"bytes={len(held.whole)}-")
    assert (answer.status_code, body) == (416, b"")
    assert answer["Content-Range"] == f"bytes */{len(held.whole)}"


def test_parts_are_opened_as_they_are_read_and_a_missing_one_is_an_error_page_where_it_comes_first(held, site):
    (site / "objects/exhibits" / str(held.copy.id) / "2.age").unlink()

    answer = held.browser.get(held.at, headers={"range": "bytes=0-"})
    first = next(iter(answer.streaming_content))
    hang_up(answer)  # the player hangs up, and the missing part is never asked for

    assert first == held.whole[:PART]
    assert sent(held, f"bytes={2 * PART}-{2 * PART + 5}")[1] == held.whole[2 * PART : 2 * PART + 6]
    assert held.browser.get(held.at, headers={"range": f"bytes={PART}-"}).status_code == 502
