"""What every hostile file says of itself: read in bounds, or not at all."""

from __future__ import annotations

from incidents.media import kinds
from tests.media import sweeping


def test_reading_what_a_hostile_file_says_ends_in_time(real_data, tmp_path):
    hostile = [str(one["file"]) for one in sweeping.indexed(real_data, "hostile")]
    # Of what is no known kind nothing is read, and starting a worker for it takes its time.
    listed = [name for name in hostile if kinds.find((real_data / name).read_bytes()) is not kinds.OTHER]

    swept = sweeping.swept(real_data, listed, into=tmp_path, recipes=sweeping.FACTS)

    assert sweeping.strains(swept) == []
    assert len(swept.looks) == len(listed) > 80
    # Nothing in a file stops it, so whatever cannot be read is missing and the rest is there.
    assert [(look.file, look.status) for look in swept.looks if look.status not in {"MADE", "TOO_LARGE"}] == []
