"""What `demo` prints lets somebody in: words, the address of a second step, and a code that works now."""

from __future__ import annotations

import re

from tests.config.site_process import manage, migrated

SIGNS_IN = """
import os
from django.test import Client
browser = Client(HTTP_HOST="127.0.0.1")
email, words, code = (os.environ[name] for name in ("EMAIL", "WORDS", "CODE"))
print(browser.post("/member/sign-in/", {"login": email, "password": words}).url)
print(browser.post("/member/second-step/give/", {"code": code}).url)
home = browser.get("/desk/", follow=True)
print(home.status_code, home.content.decode().count('data-label="Received"'))
"""


def test_the_printed_words_and_the_code_of_now_open_the_desk(tmp_path):
    migrated(tmp_path)
    first = manage(tmp_path, "demo")
    assert first.returncode == 0, first.stderr

    printed = manage(tmp_path, "demo").stdout
    told = dict(re.findall(r"^(.+?)  +(\S.*)$", printed, re.MULTILINE))
    assert re.fullmatch(r"\d{6}", told["Its code now"])
    assert re.match(r"otpauth://totp/\S+secret=[A-Z2-7]{16,}", told["Second step"])
    let_in = manage(
        tmp_path,
        *("shell", "--verbosity", "0", "-c", SIGNS_IN),
        EMAIL=told["Sign in as"],
        WORDS=told["with the words"],
        CODE=told["Its code now"],
    )

    assert let_in.returncode == 0, let_in.stderr
    asked, given, home = let_in.stdout.splitlines()
    assert asked.startswith("/member/second-step/give/")
    assert given == "/desk/"
    assert re.fullmatch(r"200 [1-9]\d*", home)
    assert told["Second step"] in first.stdout
