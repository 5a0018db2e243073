"""What cannot be kept is said in clear words, and what was typed stays."""

from __future__ import annotations

import re
from contextlib import ExitStack

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from accounts.queries import receiving
from incidents.models import Exhibit, Incident
from incidents.vault import uploads
from sealing.keys import Secret
from tests.factories import make_desk

pytestmark = pytest.mark.django_db(databases="__all__")

SAID = {"place-town": "Calle 26", "badge": "4471B"}


@pytest.fixture
def witness(site):
    desk = make_desk(site)
    browser = Client(raise_request_exception=False)
    browser.get(f"/to/{desk.slug}/{receiving(desk.slug).fingerprint}/")
    return browser


@pytest.fixture
def filed(witness):
    assert witness.post("/report/", SAID).status_code == 302
    return witness


def clip(size_bytes, name="clip.mp4"):
    return SimpleUploadedFile(name, b"m" * size_bytes)


def objects(folder):
    return [path for path in (folder / "objects").rglob("*") if path.is_file()]


def stands(value, shown):
    """Tell whether a value stands in a field or is chosen there."""
    return re.search(rf'type="text"[^>]* value="{value}"|value="{value}"[^>]* checked>', shown)


WRONG = {
    "an empty file": ({"file": clip(0)}, "This file is empty. Please choose it again: clip.mp4"),
    "a file above the limit": ({"file": clip(1001)}, "This file is too large."),
    "one good file and one empty": ({"file": [clip(10, "good.mp4"), clip(0)]}, "This file is empty."),
    "a post above the limit": ({"file": [clip(900, f"{n}.mp4") for n in range(4)]}, "too large to send at one time"),
}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("path", ["/report/", "/report/files/"])
def test_it_is_said_and_nothing_is_kept(filed, settings, site, path, wrong):
    settings.FILE_LIMIT_BYTES, settings.POST_LIMIT_BYTES = 1000, 3000
    files, said = WRONG[wrong]
    for file in files["file"] if isinstance(files["file"], list) else [files["file"]]:
        file.seek(0)
    typed = SAID if path == "/report/" else {"original": "yes_first_file"}

    response = filed.post(path, typed | files)

    assert response.status_code == 422
    assert said in response.content.decode()
    assert all(stands(value, response.content.decode()) for value in typed.values())
    assert Incident.objects.count() == 1
    assert Exhibit.objects.count() == 0
    assert objects(site) == []


def test_at_the_limit_it_is_kept(filed, settings):
    settings.FILE_LIMIT_BYTES = settings.POST_LIMIT_BYTES = 1000

    assert filed.post("/report/files/", {"file": clip(1000)}).status_code == 302
    assert Exhibit.objects.count() == 1


@pytest.fixture(params=["a file in its place", "no leave to write"])
def storage_refuses(request, site):
    """The folder of objects cannot be written to; return what makes it well again."""
    folder = site / "objects"
    if request.param == "a file in its place":
        folder.write_text("not a folder")
        yield folder.unlink
        return
    folder.mkdir(mode=0o500)
    try:
        (folder / "try").touch()
    except PermissionError:
        yield lambda: folder.chmod(0o700)
    else:
        pytest.skip("this user may write everywhere: permissions were not tried")
    folder.chmod(0o700)


@pytest.mark.parametrize("path", ["/report/", "/report/files/"])
def test_a_storage_that_refuses_is_told_and_the_same_post_works_when_it_is_well_again(filed, storage_refuses, path):
    before = Incident.objects.count()

    refused = filed.post(path, SAID | {"file": clip(10)})
    kept = Incident.objects.count(), Exhibit.objects.count()
    storage_refuses()
    again = filed.post(path, SAID | {"file": clip(10)})

    assert refused.status_code in {500, 503, 507}
    assert "was not saved" in refused.content.decode()
    assert kept == (before, 0)
    assert again.status_code == 302
    assert Exhibit.objects.count() == 1


def test_answers_without_files_are_filed_whatever_the_storage_says(witness, storage_refuses):  # noqa: ARG001
    assert witness.post("/report/", SAID).status_code == 302


@pytest.mark.parametrize("path", ["/report/", "/report/files/"])
def test_a_post_far_above_the_limit_is_cut_off_before_its_files_are_sealed(filed, settings, site, path):
    settings.POST_LIMIT_BYTES = 1000

    response = filed.post(path, SAID | {"file": clip(20_000)})

    assert response.status_code == 413
    assert "That was too much to send at once" in response.content.decode()
    assert "Traceback" not in response.content.decode()
    assert Exhibit.objects.count() == 0
    assert objects(site) == []


def test_while_as_many_uploads_run_as_may_a_report_without_a_file_is_filed(filed, site):
    with ExitStack() as under_way:
        for _ in range(uploads.AT_ONCE):
            request = RequestFactory().post("/report/")
            under_way.enter_context(uploads.sealing(request, to=Secret.new().recipient))
            request.upload_handlers[0].new_file("file", "a.bin", "", None)

        refused = filed.post("/report/files/", {"file": clip(20_000)})
        told = filed.post("/report/more/agents/", {"name": "Whitlock"})

    assert (refused.status_code, told.status_code) == (503, 302)
    assert objects(site) == []
    assert filed.post("/report/files/", {"file": clip(20_000)}).status_code == 302
