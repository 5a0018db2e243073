"""A form that did not come from a page of ours does nothing, and says what to do."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client

from accounts.queries import receiving
from tests.accounts.members import let_in
from tests.architecture.test_access_table import TABLE, World

pytestmark = pytest.mark.django_db(databases="__all__")

# Ending a visit harms nobody, and a page that goes away has no token. What a script sends goes by a token of its own,
# which no other site's page has: nothing here asks a cookie.
EXEMPT = {"intake:leave", "intake:send", "intake:send_part", "intake:send_finish"}


@pytest.fixture
def world(site):
    return World(site)


@pytest.fixture
def strict(world):
    """A browser in which a witness files and a member is signed in, without any token."""
    client = Client(enforce_csrf_checks=True)
    client.handler.enforce_csrf_checks = False
    let_in(client, world.desk)
    client.get(f"/to/{world.desk.slug}/{receiving(world.desk.slug).fingerprint}/")
    client.post("/report/", {"place-town": "Cicero"})
    client.handler.enforce_csrf_checks = True
    return client


def rows():
    return list(connection.connection.iterdump())


def test_a_post_without_its_token_is_refused_at_every_address(world, strict):
    before = rows()

    for name in TABLE.keys() - EXEMPT:
        response = strict.post(world.address(name), {"words": "4471B", "text": "x", "language": "en"})
        assert response.status_code == 403, name
        assert "This was not sent" in response.content.decode()

    assert rows() == before


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_a_token_from_another_site_is_refused(strict, origin):
    page = strict.get("/back/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]

    refused = strict.post("/back/", {"csrfmiddlewaretoken": token, "words": "x"}, headers={"origin": origin})

    assert refused.status_code == 403


@pytest.mark.parametrize("sent_by", ["cross-site", "same-site"])
def test_what_the_browser_says_comes_from_another_site_is_refused_at_every_address(world, strict, sent_by):
    strict.handler.enforce_csrf_checks = False
    before = rows()

    for name in TABLE:
        response = strict.post(world.address(name), {"words": "4471B"}, headers={"sec-fetch-site": sent_by})
        assert response.status_code == 403, name
        assert "This was not sent" in response.content.decode()

    assert rows() == before


@pytest.mark.parametrize("sent_by", ["same-origin", "none", None])
def test_what_comes_from_our_own_page_or_an_old_browser_goes_on(strict, sent_by):
    strict.handler.enforce_csrf_checks = False

    assert (
        strict.post("/back/", {"words": "x"}, headers={"sec-fetch-site": sent_by} if sent_by else {}).status_code == 422
    )


def test_a_link_from_another_site_opens_the_page(strict):
    assert strict.get("/back/", headers={"sec-fetch-site": "cross-site"}).status_code == 200


def test_the_refused_form_says_what_to_do_and_gives_back_what_was_typed(strict):
    response = strict.post("/report/", {"place-town": "Calle <26>", "badge": "4471B", "csrfmiddlewaretoken": "quetzal"})
    page = response.content.decode()

    assert response.status_code == 403
    assert "Open the page again and send it once more." in page
    assert 'href="/report/"' in page
    assert "Calle &lt;26&gt;" in page
    assert "4471B" in page
    assert "quetzal" not in page


@pytest.mark.parametrize(("production", "said"), [(False, True), (True, False)], ids=["loopback", "production"])
def test_on_loopback_it_names_the_browser_that_keeps_no_secure_cookie_there(strict, settings, production, said):
    settings.PRODUCTION = production

    assert ("Safari" in strict.post("/back/", {}).content.decode()) == said
