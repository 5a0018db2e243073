"""What people at a desk do in a browser, one function an act."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from accounts import second_step

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
APP_SECONDS = 30  # that a code of an app lives
PATIENCE = 20_000  # milliseconds: other tests may run on this machine


class Passkeys:
    """What a browser keeps passkeys in: Chromium's stand-in for a phone with a fingerprint."""

    def __init__(self, page):
        self._chromium = page.context.new_cdp_session(page)
        self._chromium.send("WebAuthn.enable")
        made = self._chromium.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        self._where = {"authenticatorId": made["authenticatorId"]}

    def all(self):
        return self._chromium.send("WebAuthn.getCredentials", self._where)["credentials"]

    def add(self, passkey):
        self._chromium.send("WebAuthn.addCredential", {**self._where, "credential": passkey})


@dataclass
class Person:
    """Somebody with a browser of their own, who wrote their words and codes on paper."""

    page: Page
    passkeys: Passkeys
    site: str
    email: str = ""
    words: str = ""
    codes: list[str] = field(default_factory=list)

    def goes_to(self, path):
        return self.page.goto(f"{self.site}{path}")

    def presses(self, name, within=None):
        (within or self.page).get_by_role("button", name=name, exact=True).click()

    def follows(self, name, within=None):
        (within or self.page).get_by_role("link", name=name, exact=True).click()

    def fills(self, label, text):
        self.page.get_by_label(label).fill(text)

    def ticks(self, label):
        self.page.locator("label", has_text=label).click()  # the label lies over its box

    def arrives_at(self, title):
        expect(self.page.locator("h1")).to_contain_text(title, timeout=PATIENCE)

    def reads(self, *texts):
        for text in texts:
            expect(self.page.locator("body")).to_contain_text(text, timeout=PATIENCE)

    def finds_nothing_at(self, path):
        assert self.goes_to(path).status == 404

    @property
    def copied(self):
        """What stands in the page's box to write down."""
        box = self.page.locator("output")
        box.wait_for()
        return " ".join(box.locator("span").all_text_contents())


def people_with_browsers(browser, site):
    """Return how somebody comes in with a browser that knows nothing, and may make passkeys."""
    return partial(_with_a_browser, browser, site)


def _with_a_browser(browser, site, email="", words=""):
    page = browser.new_context(locale="en").new_page()
    return Person(page, Passkeys(page), site, email, words)


def give_words(person):
    person.goes_to("/member/sign-in/")
    person.page.fill("input[type=email]", person.email)
    person.page.fill("input[type=password]", person.words)
    person.presses("Sign in", within=person.page.locator("main"))


def sign_in_with_passkey(person):
    give_words(person)
    person.presses("Use my passkey")
    expect(person.page).not_to_have_url(f"{person.site}/member/second-step/give/", timeout=PATIENCE)


def sign_in_with_paper(person):
    give_words(person)
    person.page.fill("main [name=code]", person.codes.pop())
    person.presses("Sign in", within=person.page.locator("main"))


def sign_out(person):
    person.presses("Sign out")
    person.arrives_at("Sign in")


def connect_an_app(person):
    """Type the code that the app shows, and write the codes down that come then."""
    person.follows("Connect an app")
    secret = person.page.locator(".receipt .mono").inner_text()
    left = APP_SECONDS - time.time() % APP_SECONDS
    if left < 5:
        time.sleep(left)  # as people do: the next one lives longer
    person.page.fill("main [name=code]", second_step.current_code(f"otpauth://totp/x?secret={secret}"))
    person.presses("Connect it")
    write_codes_down(person)


def make_a_passkey(person, name="My phone"):
    person.follows("Make a passkey")
    person.fills("A name for it", name)
    person.presses("Make a passkey")
    write_codes_down(person)


def write_codes_down(person):
    person.arrives_at("Codes on paper")
    person.codes = person.page.locator("output span").all_text_contents()
    assert len(person.codes) == 10
    person.follows("I have them on paper")


def make_the_kit(person, desk):
    """Return the key that is on the sheet."""
    person.goes_to(f"/desk/{desk}/kit/")
    person.presses("Make a new kit")
    return person.page.locator("dl .mono").first.inner_text()


def try_the_kit(person, typed):
    person.follows("I have the paper: try it")
    person.fills("The key on the paper", typed)
    person.presses("Try it")


def invite(person, desk, email):
    """Return the code to say on the phone."""
    person.goes_to(f"/desk/{desk}/people/")
    person.follows("Bring somebody in")
    person.fills("Their mail address", email)
    person.presses("Make the code")
    person.reads("It works once, for 7 days, and is shown once.")
    return person.copied


def use_the_code(person, code):
    person.goes_to("/join/")
    person.fills("Your mail address", person.email)
    person.fills("The code you were told", code)
    person.presses("Go on")


def write_words_down(person):
    person.arrives_at("Your five words")
    person.words = person.copied
    assert len(person.words.split()) == 5
    person.follows("I wrote them down: sign in")


def read_check_words(person):
    """Return the six words that somebody reads out who waits for their seat."""
    person.arrives_at("You wait for your seat")
    return person.copied.split()


def give_the_seat(person, desk, link, heard):
    """Compare four words with those heard on the phone, type the other two."""
    person.goes_to(f"/desk/{desk}/people/")
    person.follows(link)
    for number, (shown, said) in enumerate(zip(person.copied.split(), heard, strict=True), 1):
        if shown == "…":
            person.fills(f"Word {number}", said)
        else:
            assert shown == said
    person.ticks("Lawyer")
    person.presses("They fit: give the seat")
    person.arrives_at("Who can still open this desk?")


def row_of(person, text):
    return person.page.get_by_role("row").filter(has_text=text)


def check_words_of(person, desk):
    """Return the check words of a desk, as its members read them out."""
    person.goes_to(f"/desk/{desk}/people/")
    return person.page.locator("section", has_text="Check words of this desk").locator("strong").inner_text()


def file_a_report(person, desk_name, agent):
    person.goes_to("/groups/")
    person.follows(f"Choose {desk_name}")
    person.fills("What name did you see or hear?", agent)
    person.presses("Send this now")
    person.arrives_at("Write down your words")


def open_what_came(person, desk, besides="nothing"):
    """Open the one incident on the list besides the one that is known, and return its reference."""
    person.goes_to(f"/desk/{desk}/")
    link = person.page.locator("table a").filter(has_not_text=besides)
    reference = link.inner_text()
    link.click()
    person.arrives_at(reference)
    return reference


def share(person, other_name, heard):
    """Share the incident that is open: with words that the other desk's lead read out."""
    person.follows("Sharing")
    person.ticks(f"{other_name}: {heard}")
    person.ticks("I compared these words with them")
    person.ticks("We help the same person")
    person.presses("Share it")


class FalseSite:
    """A copy of the page that somebody has open, at another name: what its form sends is caught, and goes nowhere."""

    HOST = "false.localhost"

    def __init__(self, person):
        self._true_site = person.site
        person.page.locator("#passkey-options").wait_for(state="attached")
        self._copy = person.page.content().replace('"localhost"', f'"{self.HOST}"')
        self.caught = []
        self.page = person.page.context.new_page()
        self.passkeys = Passkeys(self.page)
        self.page.route(f"http://{self.HOST}/**", self._answer)
        self.page.goto(f"http://{self.HOST}/")

    def _answer(self, route):
        path = urlsplit(route.request.url).path
        if route.request.method == "POST":
            self.caught.append(passkey_in(route.request))
            route.fulfill(body="Thank you.")
        elif path == "/":
            route.fulfill(body=self._copy, content_type="text/html; charset=utf-8")
        else:
            route.fulfill(response=route.fetch(url=f"{self._true_site}{path}"))

    def presses(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()


def passkey_in(request):
    """Return what a form sends as the passkey, or as the answer of one."""
    return parse_qs(request.post_data)["credential"][0]


def send(person, credential):
    """Post something as the passkey of the form that is open, past the page's script."""
    put = "(form, credential) => { form.elements.namedItem('credential').value = credential; form.submit(); }"
    with person.page.expect_navigation() as coming:
        person.page.locator("form[data-passkey]").evaluate(put, credential)
    return coming.value.status
