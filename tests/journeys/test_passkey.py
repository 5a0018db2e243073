"""A member makes a passkey in a real browser, and signs in with it."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from tests.factories import make_desk

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def by_words(page, site, desk):
    page.goto(f"{site}/member/sign-in/")
    page.fill("input[type=email]", desk.email)
    page.fill("input[type=password]", desk.words)
    page.locator("main button").click()


def test_a_passkey_is_made_and_signs_its_member_in(open_site, browser, tmp_path):
    site, desk = open_site.replace("127.0.0.1", "localhost"), make_desk(tmp_path)
    context = browser.new_context()
    page = context.new_page()
    keys = context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    by_words(page, site, desk)
    page.get_by_role("link", name="Make a passkey").click()
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.locator("h1")).to_have_text("Codes on paper")
    page.goto(f"{site}/desk/{desk.slug}/")
    page.get_by_role("button", name="Sign out").click()
    by_words(page, site, desk)
    page.get_by_role("button", name="Use my passkey").click()

    expect(page.locator("h1")).to_have_text("Incidents")
    kept = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN).data["credential"]
    assert kept["clientExtensionResults"] == {}
    context.close()
