"""A site behind a real port, and what a witness has on the phone."""

from __future__ import annotations

import hashlib
import json
import os
import warnings
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection
from PIL import Image

from tests.conftest import APPEND_ONLY, put_triggers_back

STORY = (
    "El jueves, como a las 6:40 de la mañana, llegaron unos quince agentes con chalecos que decían POLICE.\n"
    "No enseñaron ninguna orden. Uno contestó: «No la necesitamos». En la placa alcancé a ver 4471."
)
PHOTOS = ("photos/exif-samples__DSCN0010.jpg", "photos/makelive__test2.heic")
CLIP = "video_audio/media__sample_portrait.mp4"


@pytest.fixture
def open_site(transactional_db, live_server, tmp_path, settings):  # noqa: ARG001 # a database that threads share
    """An empty site on a port. Afterwards its triggers go, for Django empties every table; the next test has them."""
    put_triggers_back()
    settings.DESK_PINS = tmp_path / "desk_pins"
    default = settings.STORAGES["default"]
    options = {**default["OPTIONS"], "location": tmp_path / "objects"}
    settings.STORAGES = {**settings.STORAGES, "default": {**default, "OPTIONS": options}}
    yield live_server.url.replace("localhost", "127.0.0.1")
    APPEND_ONLY.drop(None, connection.schema_editor())


@dataclass(frozen=True)
class Witnessed:
    """What a witness has to tell: a story, files, and the hash that each must have at the other end."""

    story: str
    files: list[Path]
    sha256: list[str]


@pytest.fixture
def witnessed(tmp_path) -> Witnessed:
    """The Spanish narrative with two real photos and a clip where this machine holds them, else of our own making."""
    named = os.environ.get("TESTIGO_REAL_DATA")
    if named and Path(named).is_dir():
        real = Path(named)
        listed = {one["file"]: one["sha256"] for one in json.loads((real / "INDEX.json").read_text())}
        names = [*PHOTOS, CLIP]
        story = (real / "text" / "narratives" / "N02.es.txt").read_text(encoding="utf-8")
        return Witnessed(story, [real / name for name in names], [listed[name] for name in names])
    warnings.warn("TESTIGO_REAL_DATA names no folder: the journey went with made files", stacklevel=1)
    files = [tmp_path / name for name in ("foto uno.jpg", "foto dos.png", "video.mp4")]
    for path, color in zip(files[:2], ("teal", "salmon"), strict=True):
        Image.new("RGB", (640, 480), color).save(path)
    files[2].write_bytes(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + os.urandom(9 << 20))  # more than one part
    return Witnessed(STORY, files, [hashlib.sha256(path.read_bytes()).hexdigest() for path in files])
