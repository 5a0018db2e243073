"""The page says who sees a file on its way: what the browser cannot lock, the server does."""

from __future__ import annotations

import pytest

from tests.sealing.tampering import need
from tests.sending.bundled import MADE

pytestmark = pytest.mark.django_db(databases="__all__")

SERVER_SEES = "This is locked when it arrives. For a moment our server can see it."
ON_THE_PHONE = "Each file is locked on this phone before it is sent."


def files_page(witness):
    return " ".join(witness.get("/report/files/").content.decode().split())


def test_without_scripts_the_page_says_that_the_server_sees_a_file_for_a_moment(witness):
    need((MADE / "seal.js").is_file(), "no bundle here: run script/setup")

    page = files_page(witness)

    assert '<div class="stack" data-plain> <p> You can send' in page
    assert SERVER_SEES in page
    assert page.index("data-scripted hidden") < page.index(ON_THE_PHONE)


def test_where_nothing_was_bundled_no_script_is_named_and_nothing_more_is_promised(witness, settings):
    settings.SEALS_IN_BROWSER = False

    page = files_page(witness)

    assert SERVER_SEES in page
    assert ON_THE_PHONE not in page
    assert "upload.js" not in page
    assert "seal.js" not in page
