"""An incident with files that are looked at: a photo that says when and where, a clip, a note, and a desk."""

from __future__ import annotations

import io
import re

from django.utils.timezone import now
from PIL import Image

from incidents.vault import openings
from tests.accounts.members import sign_in
from tests.factories import Unlocked, deposit, make_desk

WIDE = (640, 480)
FLAGGED = {"exhibit": [{"answers": {"hard_to_watch": {"value": ["blood_or_injury", "no"]}}}]}
TOLD = {
    "event": [{"answers": {"started": {"value": {"day": "2026-03-14", "precision": "day"}}}}],
    "exhibit": [{"answers": {"taken_where": {"value": {"state": "IL", "lat": "41.8500", "lon": "-87.7500"}}}}],
}


def photo(size=WIDE, *, taken="2026:03:01 06:41:07"):
    """Return a JPEG whose EXIF says when and where, and which shows something."""
    picture = Image.radial_gradient("L").resize(size).convert("RGB")
    picture.paste("teal", (0, 0, size[0] // 3, size[1] // 2))
    exif = Image.Exif()
    exif[271] = "Canary Camera"
    exif.get_ifd(0x8769)[36867] = taken
    exif.get_ifd(0x8825).update({1: "N", 2: (42.0, 3.0, 0.0), 3: "W", 4: (87.0, 40.0, 0.0)})
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def hang_up(answer):
    """Close an answer as a server does whose other end went away; the test's database stays open."""
    answer._iterator.close()  # noqa: SLF001 # the test client's own wrapper around it spares the connection


class Looking:
    """A desk, an incident with these files, and a member's browser."""

    def __init__(self, folder, files, *, sections=None):
        self.folder = folder
        self.desk = make_desk(folder)
        self.made = self.file(files, sections=sections)
        self.browser = sign_in(self.desk)

    def file(self, files, *, sections=None):
        """File an incident with these files, and return what the command says."""
        paths = []
        for name, data in files.items():
            paths.append(self.folder / name)
            paths[-1].write_bytes(data)
        story = {"story": [{"answers": {"text": {"value": "A van."}}}]}
        document = {"language": "en", "sections": {**story, **(sections or {})}}
        return deposit(self.desk, document, *paths, folder=self.folder)

    def opened(self, made=None):
        reference = (made or self.made)["reference"]
        return openings.incident(reference, slug=self.desk.slug, using=Unlocked(self.desk), at=now())

    def address(self, number=1, *parts, made=None):
        opened = self.opened(made)
        exhibit = opened.exhibits[number - 1]
        return "/".join(["/desk", self.desk.slug, opened.reference, "files", str(exhibit.id), *parts, ""])

    def page(self, number=1, query="", *, made=None):
        """Return what the page of a file says, in one line."""
        answer = self.browser.get(self.address(number, made=made) + query)
        assert answer.status_code == 200
        return re.sub(r"\s+", " ", answer.content.decode())

    def make(self, number=1, *, choice="look", made=None, **more):
        return self.browser.post(self.address(number, "make", made=made), {"choice": choice, **more})

    def acts(self, act, made=None):
        return [event.said for event in self.opened(made).custody() if event.said["act"] == act]
