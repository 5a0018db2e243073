"""What a member sees at a desk, and what nobody else sees."""

from __future__ import annotations

import io
import re

import pytest
from django.test import Client
from PIL import Image

from tests.accounts.members import let_in
from tests.factories import deposit, make_desk

pytestmark = pytest.mark.django_db(databases="__all__")

ANSWERS = {
    "language": "es",
    "sections": {
        "papers": [{"answers": {"shown": {"value": "read_it"}, "header": {"value": "homeland_security"}}}],
        "story": [{"answers": {"text": {"value": "Una camioneta blanca <b>sin placas</b>."}}}],
    },
}


@pytest.fixture
def desk(site):
    return make_desk(site)


@pytest.fixture
def made(desk, site):
    photo = site / "IMG_1.jpg"
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "JPEG")
    photo.write_bytes(out.getvalue())
    return deposit(desk, ANSWERS, photo, folder=site)


def signed_in(desk):
    client = Client(enforce_csrf_checks=False)
    answer = let_in(client, desk)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return client


def test_a_member_signs_in_with_five_words_and_sees_the_list(desk, made):
    client = signed_in(desk)

    page = client.get(f"/desk/{desk.slug}/")

    assert page.status_code == 200
    assert made["reference"] in page.content.decode()


def test_an_incident_shows_what_the_witness_wrote_and_what_follows(desk, made):
    client = signed_in(desk)

    page = client.get(f"/desk/{desk.slug}/{made['reference']}/").content.decode()

    assert "Una camioneta blanca &lt;b&gt;sin placas&lt;/b&gt;." in page
    assert "What was at the top of the paper? Department of Homeland Security" in page
    assert "First account" in page
    assert "A report arrived and was sealed." in page
    assert "EX-0001" in page


def test_the_original_of_a_file_is_a_download_under_a_name_of_ours(desk, made, site):
    client = signed_in(desk)
    page = client.get(f"/desk/{desk.slug}/{made['reference']}/").content.decode()
    [file] = re.findall(r'/desk/[^"]*/files/[^"]*/', page)

    sent = client.get(f"{file}original/")

    assert sent["Content-Disposition"].startswith("attachment; filename=")
    assert "IMG_1" not in sent["Content-Disposition"]
    assert b"".join(sent.streaming_content) == (site / "IMG_1.jpg").read_bytes()


def test_a_member_of_another_desk_gets_the_same_404_as_for_nothing(desk, made, site):
    other = make_desk(site, "Southside Legal", "other@example.org")
    client = signed_in(other)

    answers = [
        client.get(f"/desk/{desk.slug}/{made['reference']}/"),
        client.get(f"/desk/{desk.slug}/ZZZZ-ZZZZ/"),
        client.get(f"/desk/{other.slug}/{made['reference']}/"),
        client.get(f"/desk/{desk.slug}/"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    bodies = [answer.content.decode().replace(made["reference"], "ZZZZ-ZZZZ") for answer in answers[:2]]
    assert len({re.sub(r'csrfmiddlewaretoken" value="\w+"', "", body) for body in bodies}) == 1


def test_a_locked_session_is_signed_in_and_opens_nothing(desk, made):
    client = signed_in(desk)
    client.post("/member/lock/")

    page = client.get(f"/desk/{desk.slug}/{made['reference']}/")
    again = client.post("/member/unlock/", {"words": desk.words, "next": f"/desk/{desk.slug}/"})

    assert page.status_code == 423
    assert again.status_code == 302
    assert client.get(f"/desk/{desk.slug}/").status_code == 200


@pytest.mark.parametrize("lost", ["__Host-unlock", "row"])
def test_one_part_of_the_session_alone_opens_nothing(desk, made, lost):
    client = signed_in(desk)
    if lost == "row":
        session = client.session
        del session["unlock"]
        session.save()
    else:
        del client.cookies[lost]

    assert client.get(f"/desk/{desk.slug}/{made['reference']}/").status_code == 423


def test_wrong_words_and_an_unknown_address_answer_alike(desk):
    client = Client()

    answers = [
        client.post("/member/sign-in/", {"login": email, "password": "one two three four five"})
        for email in (desk.email, "nobody@example.org")
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    texts = [answer.content.decode().replace(desk.email, "X").replace("nobody@example.org", "X") for answer in answers]
    assert "do not fit together" in texts[0]
    assert len({re.sub(r'csrfmiddlewaretoken" value="\w+"', "", text) for text in texts}) == 1


def test_nobody_reads_without_signing_in(desk, made):
    answer = Client().get(f"/desk/{desk.slug}/{made['reference']}/")

    assert answer.status_code == 302
    assert "/member/sign-in/" in answer["Location"]
