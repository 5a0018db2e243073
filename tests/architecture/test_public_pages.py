"""The pages that need no sign-in are exactly these."""

from __future__ import annotations

from django.urls import URLPattern, get_resolver

PUBLIC = {
    "account_login",
    "account_logout",
    "intake:back",
    "intake:back_report",
    "intake:done",
    "intake:files",
    "intake:groups",
    "intake:language",
    "intake:leave",
    "intake:more",
    "intake:proof",
    "intake:receipt",
    "intake:report",
    "intake:section",
    "intake:send",
    "intake:send_finish",
    "intake:send_part",
    "intake:start",
    "join",
    "mfa_authenticate",  # the second half of a sign-in
    "intake:to",
    "intake:uses",
}


def pages(patterns, space=""):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}", pattern.callback
        else:
            yield from pages(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else space)


def test_the_public_pages_are_exactly_the_written_list():
    found = {name for name, view in pages(get_resolver().url_patterns) if not getattr(view, "login_required", True)}

    assert found == PUBLIC
