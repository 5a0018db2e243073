"""A first look at every hostile file: shown, or kept without, in bounds, and the next one is looked at."""

from __future__ import annotations

from tests.media import sweeping


def test_every_hostile_file_ends_in_time_and_as_expected(real_data, tmp_path):
    listed = sweeping.indexed(real_data, "hostile")

    swept, faults = sweeping.faults(real_data, listed, into=tmp_path)

    assert faults == []
    # A page that inflates to a gigabyte takes all the memory there is, and its worker with it.
    assert [look.file for look in swept.looks if look.status == "STOPPED"] in (
        [],
        ["hostile/built/bombs/pdf_flate_1GB.pdf"],
    )
    ended = [look.status for look in swept.looks]
    assert len(listed) > 150
    assert min(ended.count(status) for status in ("MADE", "NOT_DECODABLE", "TOO_LARGE")) >= 5
