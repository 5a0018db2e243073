"""A witness files on a phone, comes back and adds; a desk opens it and takes a packet out: in a real browser."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from incidents.models import Incident
from tests.factories import make_desk
from tests.spare_code import spare_code

pytestmark = [pytest.mark.journey, pytest.mark.django_db(databases="__all__", transaction=True)]

PHONE = {"width": 390, "height": 844}
ADDED = "Me acordé después: la camioneta no tenía letreros."


def file_a_report(page, site, witnessed):
    """Go the witness's way in Spanish to the receipt, and return its words."""
    page.goto(f"{site}/")
    page.get_by_role("link", name="Empezar", exact=True).click()
    if "/groups/" in page.url:
        page.locator("main a.button").first.click()
    page.locator("[name=place]").select_option("IL")
    page.get_by_label("¿Qué número de placa del agente vio?").fill("44?1")
    page.get_by_label("¿Qué nombre vio u oyó?").fill("Ramírez")
    page.set_input_files("input[type=file]", witnessed.files)
    page.get_by_role("button", name="Enviar ahora").click()
    expect(page.locator("h1")).to_contain_text("Anote sus palabras")
    receipt = words_on(page)
    page.reload()
    assert words_on(page) == receipt
    page.get_by_role("button", name="Ya lo anoté").click()
    return receipt


def words_on(page):
    return " ".join(page.locator("output span").all_text_contents())


def tell(page, site, story):
    """Save one more section."""
    page.goto(f"{site}/report/more/story/")
    page.locator("textarea").first.fill(story)
    page.get_by_role("button", name="Guardar", exact=True).click()
    expect(page).to_have_url(f"{site}/report/more/")


def come_back(page, site, receipt):
    """Read it with the words, from a phone that knows nothing."""
    page.goto(f"{site}/back/")
    page.locator("main [name=words]").fill(receipt.upper())
    page.get_by_role("button", name="Abrir mi reporte").click()


def sign_in_and_open(member, site, desk):
    """Open the newest incident of the desk."""
    code = spare_code(desk.email)
    member.goto(f"{site}/member/sign-in/")
    member.fill("input[type=email]", desk.email)
    member.fill("input[type=password]", desk.words)
    member.locator("main button").click()
    member.fill("main [name=code]", code)
    member.locator("#answers button").click()
    member.locator("table a").first.click()


def take_a_packet(member, folder):
    """Prepare it, download it, unpack it, and return its folder."""
    member.get_by_role("link", name="Prepare a packet").click()
    member.get_by_role("button", name="Make the packet").click()
    expect(member.locator("h1")).to_contain_text("Packet 1 is ready", timeout=60_000)
    with member.expect_download() as coming:
        member.get_by_role("button", name="Download the packet").click()
    coming.value.save_as(folder / coming.value.suggested_filename)
    return folder / coming.value.suggested_filename


def run(*command, cwd):
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def accepted(packet):
    """Let other people's tools judge a packet, and return its unpacked folder."""
    where = packet.parent
    run("unzip", "-tq", packet, cwd=where)
    run("unzip", "-q", packet, cwd=where)
    folder = where / packet.stem
    run("sha256sum", "-c", "--quiet", "manifest-sha256.txt", cwd=folder)
    run(sys.executable, Path(sys.executable).with_name("bagit.py"), "--validate", ".", cwd=folder)
    run(sys.executable, "-I", folder / "verify.py", folder, cwd=where)
    run(sys.executable, "-I", folder / "verify.py", packet, cwd=where)
    if shutil.which("qpdf"):
        run("qpdf", "--check", "data/packet.pdf", cwd=folder)
    return folder


@pytest.mark.parametrize("scripted", [False, True], ids=["without scripts", "with scripts"])
def test_a_report_goes_from_a_phone_to_a_lawyer_who_hands_it_over(open_site, browser, tmp_path, witnessed, scripted):
    desk = make_desk(tmp_path)
    phone = browser.new_context(viewport=PHONE, java_script_enabled=scripted, locale="es")
    other_phone = browser.new_context(viewport=PHONE, java_script_enabled=scripted, locale="es")
    office = browser.new_context(viewport=PHONE, java_script_enabled=scripted, locale="en", accept_downloads=True)
    page, back, member = phone.new_page(), other_phone.new_page(), office.new_page()

    receipt = file_a_report(page, open_site, witnessed)
    tell(page, open_site, witnessed.story)
    come_back(back, open_site, receipt)
    expect(back.locator("main")).to_contain_text(witnessed.story.splitlines()[0])
    tell(back, open_site, ADDED)
    sign_in_and_open(member, open_site, desk)
    expect(member.locator("main")).to_contain_text(ADDED)
    expect(member.locator("main")).to_contain_text("44?1")
    expect(member.locator("main")).to_contain_text(witnessed.files[0].name)
    folder = accepted(take_a_packet(member, tmp_path))

    exhibits = sorted((folder / "data" / "exhibits").glob("*/original.*"))
    assert [hashlib.sha256(path.read_bytes()).hexdigest() for path in exhibits] == witnessed.sha256
    reports = "".join(path.read_text() for path in sorted(folder.rglob("R-*.es.txt")))
    assert witnessed.story in reports
    assert ADDED in reports
    for context in (phone, other_phone, office):
        context.close()


def test_the_enter_key_sends_and_does_not_change_the_language(open_site, browser, tmp_path):
    make_desk(tmp_path)
    page = browser.new_context(viewport=PHONE, locale="es").new_page()
    page.goto(f"{open_site}/groups/")
    page.locator("main a.button").first.click()

    page.get_by_label("¿Qué nombre vio u oyó?").fill("Ramírez")
    page.get_by_label("¿Qué nombre vio u oyó?").press("Enter")

    expect(page.locator("h1")).to_contain_text("Anote sus palabras")
    page.context.close()


def test_two_presses_file_one_report(open_site, browser, tmp_path):
    make_desk(tmp_path)
    page = browser.new_context(viewport=PHONE, locale="en").new_page()
    page.goto(f"{open_site}/groups/")
    page.locator("main a.button").first.click()
    page.get_by_label("What name did you see or hear?").fill("Ramirez")

    page.get_by_role("button", name="Send this now").dblclick()

    expect(page.locator("h1")).to_contain_text("Write down your words")
    assert Incident.objects.count() == 1
    page.context.close()
