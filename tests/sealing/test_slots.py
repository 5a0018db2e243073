from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from sealing.slots import Busy, Purpose, slot


@pytest.mark.parametrize("purpose", Purpose)
def test_a_taken_slot_is_busy_after_the_wait_and_not_before(purpose):
    started = time.monotonic()

    with slot(purpose), pytest.raises(Busy) as caught, slot(purpose, wait_seconds=0.1):
        pass

    assert 0.1 <= time.monotonic() - started < 1
    assert caught.value.retry_after_seconds == 5


def test_a_flood_of_one_purpose_does_not_stop_the_others():
    with ExitStack() as held:
        for purpose in Purpose:
            held.enter_context(slot(purpose, wait_seconds=0))


def test_a_slot_comes_free_when_its_work_failed():
    with pytest.raises(ZeroDivisionError), slot(Purpose.FILING):
        raise ZeroDivisionError

    with slot(Purpose.FILING, wait_seconds=0):
        pass


def test_who_waits_gets_the_slot_when_it_comes_free():
    inside, most = [], []

    def stretch(_):
        with slot(Purpose.SIGN_IN):
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.005)
            inside.pop()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(stretch, range(24)))

    assert most == [1] * 24
