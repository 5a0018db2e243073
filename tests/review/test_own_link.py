"""A desk's own link: its lead has it as text and as a picture, listed or not, and it leads witnesses to that desk."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from accounts import qr, queries
from accounts.models import Desk, Kit, Role
from incidents.models import Incident
from tests.accounts.members import seat, sign_in
from tests.factories import make_desk
from tests.vault.neighbours import make_coalition

pytestmark = pytest.mark.django_db(databases="__all__")

LINK = re.compile(r"http://testserver/to/[^<\s]+")


@pytest.fixture
def desk(site):
    return make_desk(site)


def page_of(desk):
    return html.unescape(sign_in(desk).get(f"/desk/{desk.slug}/page/").content.decode())


@pytest.mark.parametrize("listed", [True, False])
def test_the_picture_says_the_link_and_the_link_files_with_this_desk(desk, site, listed):
    make_desk(site, "Southside Legal", "other@example.org")
    if not listed:
        Desk.objects.filter(slug=desk.slug).update(page=None)

    page, witness = page_of(desk), Client()

    [link] = LINK.findall(page)
    drawn, code = re.search(r'class="qr".*?<path d="(M[^"]+)"', page, re.DOTALL)[1], qr.code(link)
    assert drawn == code.path
    assert f'viewBox="0 0 {code.size} {code.size}"' in page
    assert ("No list shows this desk" in page) == (not listed)
    assert witness.get(link).url == "/report/"
    assert witness.post("/report/", {"place-town": "Cicero"}).status_code == 302
    assert sign_in(desk).get(f"/desk/{desk.slug}/{Incident.objects.get().reference}/").status_code == 200


def test_the_link_holds_the_digits_of_the_pinned_key(desk):
    [link] = LINK.findall(page_of(desk))

    assert link.endswith(f"/to/{desk.slug}/{queries.receiving(desk.slug).fingerprint}/")


def test_a_desk_that_gets_no_report_has_no_link(desk):
    Kit.objects.update(tested=False)

    assert LINK.findall(page_of(desk)) == []
    assert LINK.findall(page_of(make_coalition())) == []


def test_a_lead_alone_has_that_page(desk):
    assert sign_in(seat(desk, Role.LAWYER, "lawyer@example.org")).get(f"/desk/{desk.slug}/page/").status_code == 403
