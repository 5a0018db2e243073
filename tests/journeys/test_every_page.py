"""Nobody is shut out: axe on every page of both ways, and no page scrolls sideways."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

from tests.factories import deposit, make_desk
from tests.spare_code import spare_code
from tests.walk import Site, lead, member, witness

pytestmark = [pytest.mark.journey, pytest.mark.django_db(databases="__all__", transaction=True)]

WIDTHS = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 900}}
ANSWERS = {
    "language": "es",
    "sections": {
        "agents": [{"answers": {"badge": {"value": {"seen": "44?1", "reading": "partial"}}}}],
        "papers": [{"answers": {"shown": {"value": "read_it"}, "header": {"value": "homeland_security"}}}],
        "people": [{"answers": {"alias": {"value": "mi prima"}, "name": {"value": "Dalia Montúfar"}}}],
        "story": [{"answers": {"text": {"value": "W" * 300 + " una camioneta sin placas."}}}],
    },
}


@pytest.mark.parametrize("way", [witness, member, lead])
@pytest.mark.parametrize("shown", ["en phone light", "es phone dark", "ar phone light", "es desk light"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_site, browser, tmp_path, way, shown):
    language, width, scheme = shown.split()
    desk = make_desk(tmp_path)
    make_desk(tmp_path, "Southside Legal", "other@example.org")
    files = [tmp_path / "foto.jpg", tmp_path / "una nota con un nombre bastante largo para una pantalla estrecha.txt"]
    Image.new("RGB", (80, 60), "teal").save(files[0])
    files[1].write_text("nota")
    made = deposit(desk, ANSWERS, *files, folder=tmp_path)
    context = browser.new_context(viewport=WIDTHS[width], color_scheme=scheme, locale=language)
    page, seen = context.new_page(), []

    def look(name, at=page):
        seen.append(name)
        found = Axe().run(at)
        assert found.violations_count == 0, f"{name}\n{found.generate_report()}"
        over = at.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over == 0, f"{name} scrolls sideways by {over}"

    way(page, Site(open_site, desk.email, desk.words, made["receipt"], lambda: spare_code(desk.email)), look)

    assert len(seen) == {witness: 13, member: 18, lead: 9}[way]
    context.close()
