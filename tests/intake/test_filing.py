"""A witness files a report, adds to it, leaves, and comes back."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.conf import settings as site_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import operations, queries
from accounts.models import Desk
from incidents.checklist.catalogue import CATALOGUE
from incidents.custody import checkpoints
from incidents.models import Exhibit, Incident, Report
from sealing import merkle, notes

pytestmark = pytest.mark.django_db

PAGE = {"area": "Everywhere", "languages": ["en"], "phone": "555-0100", "what_next": "We read it.", "not_done": "No."}
SAID = {"still_happening": "no", "badge": "4471B", "place": "IL", "started": "today"}


@pytest.fixture
def desk(site):  # noqa: ARG001 # a folder of its own
    """A desk with a tested kit, as the directory lists it."""
    founded = operations.found("Harbor Legal Aid", lead_email="lead@example.org", at=timezone.now(), page=PAGE)
    row = Desk.objects.get(slug=founded.slug)
    operations.try_kit(row, founded.kit, at=timezone.now())
    return queries.receiving(founded.slug)


@pytest.fixture
def witness():
    """A browser that was never here."""
    return Client()


@pytest.fixture
def chosen(witness, desk):
    """A browser that came by the desk's own link."""
    witness.get(reverse("intake:to", args=[desk.slug, desk.fingerprint]))
    return witness


@pytest.fixture
def filed(chosen):
    """A browser right after the first save."""
    assert chosen.post(reverse("intake:report"), SAID).status_code == 302
    return chosen


def words_of(browser):
    page = browser.get(reverse("intake:receipt")).content.decode()
    return " ".join(re.findall(r"<span>([^<]+)</span> ", page))


def nobody_comes_back(browser, *, minutes):
    session = browser.session
    session["filing_used_at"] -= int(timedelta(minutes=minutes).total_seconds())
    session.save()


@pytest.mark.parametrize("name", ["start", "groups", "back"])
def test_nobody_needs_an_account(witness, desk, name):  # noqa: ARG001 # the directory has one
    assert witness.get(reverse(f"intake:{name}")).status_code == 200


def test_a_link_with_another_fingerprint_is_refused(witness, desk):
    response = witness.get(reverse("intake:to", args=[desk.slug, "0" * 24]))

    assert response.status_code == 404
    assert "We do not know that link" in response.content.decode()
    assert witness.get(reverse("intake:report")).url == reverse("intake:groups")


def test_what_was_answered_is_filed_and_the_words_are_shown_until_written_down(filed):
    words = words_of(filed)

    assert len(words.split()) == 6
    assert words_of(filed) == words
    filed.post(reverse("intake:receipt"))
    assert filed.get(reverse("intake:receipt")).url == reverse("intake:more")
    assert Report.objects.count() == 1


def test_digits_are_drawn_where_they_are_asked_for(chosen):
    chosen.post(reverse("intake:report"), SAID | {"how_back": "digits"})

    assert re.fullmatch(r"[0-9]{24}", words_of(chosen).replace(" ", ""))


def test_an_empty_form_files_nothing_and_says_so(chosen):
    response = chosen.post(reverse("intake:report"), {})

    assert response.status_code == 422
    assert "Please answer one question at least" in response.content.decode()
    assert not Incident.objects.exists()


def test_a_file_is_sealed_as_it_comes(chosen):
    photo = SimpleUploadedFile("photo.jpg", b"\xff\xd8 not a photo", content_type="image/jpeg")

    response = chosen.post(reverse("intake:report"), SAID | {"file": photo})

    assert response.url == reverse("intake:receipt")
    assert Exhibit.objects.count() == 1


@pytest.mark.parametrize(("content", "said"), [(b"", "empty"), (b"x" * 2000, "too large")])
def test_a_file_that_cannot_be_kept_leaves_the_answers_standing(chosen, settings, content, said):
    settings.FILE_LIMIT_BYTES = 1000

    response = chosen.post(reverse("intake:report"), SAID | {"file": SimpleUploadedFile("a.mp4", content)})

    assert response.status_code == 422
    assert f"This file is {said}" in response.content.decode()
    assert "4471B" in response.content.decode()
    assert not Incident.objects.exists()


def test_what_was_sealed_for_a_form_that_is_refused_is_removed(chosen, site):
    wrong = SAID | {"place": "not a state", "file": SimpleUploadedFile("a.mp4", b"moving")}

    assert chosen.post(reverse("intake:report"), wrong).status_code == 422
    assert [path for path in site.rglob("objects/**/*") if path.is_file()] == []


def test_a_post_without_its_token_is_refused_where_files_are_taken(desk):
    strict = Client(enforce_csrf_checks=True)
    strict.get(reverse("intake:to", args=[desk.slug, desk.fingerprint]))

    assert strict.post(reverse("intake:report"), SAID).status_code == 403
    assert not Incident.objects.exists()


def test_a_post_with_its_token_is_taken_with_its_file(desk):
    strict = Client(enforce_csrf_checks=True)
    strict.get(reverse("intake:to", args=[desk.slug, desk.fingerprint]))
    page = strict.get(reverse("intake:report")).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    posted = SAID | {"csrfmiddlewaretoken": token, "file": SimpleUploadedFile("a.mp4", b"moving")}

    assert strict.post(reverse("intake:report"), posted).url == reverse("intake:receipt")
    assert Exhibit.objects.count() == 1


@pytest.mark.parametrize("name", ["report", "files", "back"])
def test_another_language_brings_the_same_form_back_and_saves_nothing(filed, name):
    response = filed.post(f"{reverse(f'intake:{name}')}?language=ar", {"badge": "4471B", "words": "one two"})

    assert response.status_code == 200
    assert response.cookies["__Host-language"].value == "ar"
    assert 'lang="ar" dir="rtl"' in response.content.decode()
    assert 'class="summary' not in response.content.decode()
    assert Report.objects.count() == 1


@pytest.mark.parametrize("key", [section.key for section in CATALOGUE.sections])
def test_every_section_has_its_page(filed, key):
    response = filed.get(reverse("intake:section", args=[key]))

    assert response.status_code == 200
    assert len(response.context["questions"]) <= 6


def test_a_section_in_another_language_keeps_what_was_typed_and_saves_nothing(filed):
    url = f"{reverse('intake:section', args=['agents'])}?language=ar"

    response = filed.post(url, {"name": "Whitlock", "badge-reading": "no such code"})

    assert response.status_code == 200
    assert "Whitlock" in response.content.decode()
    assert 'class="summary' not in response.content.decode()
    assert Report.objects.count() == 1


def test_a_section_is_sent_when_it_is_saved_and_never_shown_again(filed):
    response = filed.post(reverse("intake:section", args=["agents"]), {"name": "Whitlock", "another": "yes"})

    assert response.url == reverse("intake:section", args=["agents"])
    assert Report.objects.count() == 2
    assert "Whitlock" not in filed.get(response.url).content.decode()
    assert "Saved" in filed.get(reverse("intake:more")).content.decode()


def test_files_can_be_added_later(filed):
    response = filed.post(reverse("intake:files"), {"file": SimpleUploadedFile("a.mp4", b"moving")})

    assert response.url == reverse("intake:files")
    assert Exhibit.objects.count() == 1
    assert "1 file so far" in filed.get(response.url).content.decode()


def test_files_after_half_an_hour_are_asked_again_once_the_words_are_right(filed):
    words = words_of(filed)
    nobody_comes_back(filed, minutes=31)
    clip = {"original": "yes_first_file", "words": words}

    first = filed.post(reverse("intake:files"), clip | {"file": SimpleUploadedFile("a.mp4", b"moving")})
    again = filed.post(reverse("intake:files"), clip | {"file": SimpleUploadedFile("a.mp4", b"moving")})

    assert first.status_code == 422
    assert "Please choose your files again" in first.content.decode()
    assert again.status_code == 302
    assert Exhibit.objects.count() == 1


def test_a_full_report_takes_no_more_files_and_says_so(filed, settings):
    settings.INCIDENT_LIMIT_FILES = 1
    clips = {"file": [SimpleUploadedFile(name, b"moving") for name in ("a.mp4", "b.mp4")]}

    response = filed.post(reverse("intake:files"), clips)

    assert response.status_code == 422
    assert "This report is full" in response.content.decode()
    assert not Exhibit.objects.exists()


def test_files_too_large_together_are_refused(chosen, settings):
    settings.POST_LIMIT_BYTES = 1000
    clips = {"file": [SimpleUploadedFile(name, b"x" * 600) for name in ("a.mp4", "b.mp4")]}

    response = chosen.post(reverse("intake:report"), SAID | clips)

    assert response.status_code == 422
    assert "too large to send at one time" in response.content.decode()


def test_after_half_an_hour_the_words_are_asked_again_and_nothing_typed_is_lost(filed):
    words = words_of(filed)
    url = reverse("intake:section", args=["agents"])
    nobody_comes_back(filed, minutes=31)

    refused = filed.post(url, {"name": "Whitlock"})
    wrong = filed.post(url, {"name": "Whitlock", "words": "abandon"})
    saved = filed.post(url, {"name": "Whitlock", "words": words})

    assert (refused.status_code, wrong.status_code, saved.status_code) == (422, 422, 302)
    assert 'name="words"' in refused.content.decode()
    assert "Whitlock" in refused.content.decode()
    assert Report.objects.count() == 2


def test_the_words_open_what_was_sent(filed):
    words = words_of(filed)
    elsewhere = Client()

    response = elsewhere.post(reverse("intake:back"), {"words": words.upper()})
    page = elsewhere.get(response.url).content.decode()

    assert response.url == reverse("intake:back_report")
    assert "4471B" in page
    assert "Harbor Legal Aid" in page


def test_words_of_nobody_open_nothing(witness, desk):  # noqa: ARG001 # there is a site
    assert witness.post(reverse("intake:back"), {"words": "4821 0937"}).status_code == 422
    assert witness.get(reverse("intake:back_report")).url.startswith(reverse("intake:back"))


def test_the_proof_holds_no_answer_and_every_event_is_under_the_signed_root(filed, desk):
    response = filed.get(reverse("intake:proof"))
    proof = json.loads(response.content)
    signed = notes.read_checkpoint(proof["checkpoint"], checkpoints.verifier_key())

    assert proof["events"]
    for event in proof["events"]:
        assert merkle.included(
            merkle.leaf(bytes.fromhex(event["entry"])),
            index=event["index"],
            size=signed.size,
            proof=[bytes.fromhex(sibling) for sibling in event["path"]],
            root=signed.root,
        )
    for told in ("4471B", desk.name, desk.slug, str(desk.id), str(Incident.objects.get().pk)):
        assert told not in response.content.decode()


def test_done_says_what_comes_next(filed):
    assert "We read it." in filed.get(reverse("intake:done")).content.decode()


def test_leaving_ends_the_visit(filed):
    response = filed.get(reverse("intake:leave"))

    assert (response.status_code, response.url) == (303, site_settings.EXIT_URL)
    assert response.headers["Clear-Site-Data"] == '"cache"'
    assert filed.get(reverse("intake:more")).url == reverse("intake:back")


def test_a_page_that_goes_away_ends_the_visit_without_a_token(desk):  # noqa: ARG001 # there is a site
    assert Client(enforce_csrf_checks=True).post(reverse("intake:leave")).status_code == 204


def test_a_language_is_remembered_and_leads_back_only_here(witness):
    url = reverse("intake:language")

    here = witness.post(url, {"language": "ar", "next": "/groups/"})
    elsewhere = witness.post(url, {"language": "ar", "next": "https://example.org/"})

    assert (here.url, elsewhere.url) == ("/groups/", "/")
    assert here.cookies["__Host-language"].value == "ar"


@pytest.mark.parametrize("sent_by", ["cross-site", "same-site"])
def test_a_link_on_another_site_ends_no_visit_and_takes_no_words(filed, sent_by):
    words = words_of(filed)
    half = filed.cookies.pop("__Host-receipt")  # a hop from another site does not bring it

    response = filed.get(reverse("intake:leave"), headers={"sec-fetch-site": sent_by})

    assert (response.status_code, response.url) == (303, site_settings.EXIT_URL)
    filed.cookies["__Host-receipt"] = half.value
    assert words_of(filed) == words
