"""A passkey is made and used in a real browser, at a name that browsers make passkeys for."""

from __future__ import annotations

import json

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from tests.factories import make_desk

pytestmark = [pytest.mark.journey, pytest.mark.django_db(databases="__all__", transaction=True)]

KEY = {"protocol": "ctap2", "transport": "usb", "hasUserVerification": True, "isUserVerified": True}


@pytest.fixture
def at(open_site):
    return open_site.replace("127.0.0.1", "localhost")


@pytest.fixture
def page(browser):
    """A browser with a key in its slot; what it complains of is kept on it."""
    context = browser.new_context(locale="en", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.said = []
    page.on("console", lambda message: page.said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.devtools = context.new_cdp_session(page)
    page.devtools.send("WebAuthn.enable")
    options = {**KEY, "hasResidentKey": True, "automaticPresenceSimulation": True}
    page.devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield page
    context.close()


def give_words(page, at, desk):
    page.goto(f"{at}/member/sign-in/")
    page.fill("input[type=email]", desk.email)
    page.fill("input[type=password]", desk.words)
    page.locator("main button").click()


HANDS_OUT_A_KEY = """
const send = HTMLFormElement.prototype.requestSubmit;
HTMLFormElement.prototype.requestSubmit = function () {
  const made = JSON.parse(this.elements.credential.value);
  made.clientExtensionResults.prf = { results: { first: "quetzal" } };
  this.elements.credential.value = JSON.stringify(made);
  send.call(this);
};
"""


def test_a_passkey_is_made_and_lets_in_and_no_key_of_an_extension_is_stored(page, at, tmp_path):
    desk = make_desk(tmp_path)
    page.add_init_script(HANDS_OUT_A_KEY)
    give_words(page, at, desk)
    page.get_by_role("link", name="Make a passkey").click()
    page.get_by_label("A name for it").fill("Blue key")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.locator("h1")).to_have_text("Codes on paper")
    page.get_by_role("link", name="I have them on paper").click()
    expect(page).to_have_url(f"{at}/desk/{desk.slug}/")
    page.get_by_role("button", name="Sign out").click()

    give_words(page, at, desk)
    page.get_by_role("button", name="Use my passkey").click()

    expect(page).to_have_url(f"{at}/desk/{desk.slug}/")
    kept = json.dumps(Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN).data)
    assert "Blue key" in kept
    assert "quetzal" not in kept
    assert page.said == []


def test_a_passkey_that_is_not_used_is_told_and_a_code_still_lets_in(page, at, tmp_path):
    desk = make_desk(tmp_path)
    give_words(page, at, desk)
    page.get_by_role("link", name="Make a passkey").click()
    page.get_by_role("button", name="Make a passkey").click()
    code = page.locator("output span").first.text_content()
    page.get_by_role("link", name="I have them on paper").click()
    page.get_by_role("button", name="Sign out").click()

    give_words(page, at, desk)
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('closed')) }")
    page.get_by_role("button", name="Use my passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("The passkey was not used.")
    page.fill("main [name=code]", code)
    page.get_by_role("button", name="Sign in").click()

    expect(page).to_have_url(f"{at}/desk/{desk.slug}/")


def test_without_scripts_the_pages_say_to_connect_an_app(browser, at, tmp_path):
    desk = make_desk(tmp_path)
    page = browser.new_context(locale="en", java_script_enabled=False).new_page()
    give_words(page, at, desk)

    page.get_by_role("link", name="Make a passkey").click()

    expect(page.get_by_text("Here, connect an app.")).to_be_visible()
    expect(page.get_by_role("button", name="Make a passkey")).to_be_hidden()
    page.context.close()
