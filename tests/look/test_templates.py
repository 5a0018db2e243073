"""What every template keeps to: nothing inline, nothing from elsewhere, every word marked, plain English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import textstat
from django.conf import settings

FOLDER = Path(settings.BASE_DIR, "templates")
TEMPLATES = sorted(FOLDER.rglob("*.html"))
DESK = ("desk.html", "423.html", "account/", "review/", "handover/", "components/exhibit", "components/ledger")
KEPT_BY_NOBODY = r'autocomplete="(?:off|current-password)"'  # a member's words may lie in a password manager
WORD_FOR_WORD = "A seized or copied server that is switched off"  # product.md has it exactly so, whatever its grade
NEVER = ("court-ready", "admissible", "anonymous", "untraceable", "unbreakable", "guaranteed", "invalid", "required")
each_template = pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(FOLDER)))


def sentences(source: str) -> list[str]:
    """Return every text that is marked for translation, one line each."""
    tag = r"""\{%\s*translate\s+(?:"([^"]*)"|'([^']*)')"""
    marked = [first or second for first, second in re.findall(tag, source)]
    for block in re.findall(r"\{% blocktranslate[^%]*%\}(.*?)\{% endblocktranslate %\}", source, re.DOTALL):
        marked += block.split("{% plural %}")
    return [re.sub(r"\{\{.*?\}\}", "ten", " ".join(text.split())) for text in marked]


def visible(source: str) -> str:
    """Return what stands outside of tags, variables, comments and marked texts."""
    for gone in (
        r"\{#.*?#\}",
        r"\{% blocktranslate.*?\{% endblocktranslate %\}",
        r"\{% block look %\}.*?\{% endblock %\}",  # a class
        r"\{%.*?%\}",
        r"\{\{.*?\}\}",
        r"<!.*?>",
        r"<[^>]*>",
    ):
        source = re.sub(gone, " ", source, flags=re.DOTALL)
    return re.sub(r"SHA-(256|512)|\.zip", "", source)


@each_template
def test_a_template_says_what_it_is_given(path):
    assert path.read_text().startswith("{# context: ")


@each_template
def test_nothing_stands_inline_and_nothing_comes_from_elsewhere(path):
    source = path.read_text()

    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", source)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", source))
    assert not re.search(r"""(?:src|href|action)=["']?(?:https?:)?//""", source)


@each_template
def test_an_include_sees_only_what_it_is_handed(path):
    includes = re.findall(r"\{% include [^%]*%\}", path.read_text())

    assert [tag for tag in includes if not tag.endswith(" only %}")] == []


@each_template
def test_every_visible_word_is_marked_for_translation(path):
    assert re.findall(r"[A-Za-z]{2,}", visible(path.read_text())) == []


@each_template
def test_labels_in_attributes_are_marked_too(path):
    spoken = re.findall(r"""(?:aria-label|alt|title|placeholder)=["']([^"']*)""", path.read_text())

    assert [text for text in spoken if "{" not in text] == []


@each_template
def test_no_form_lets_the_browser_keep_what_is_typed(path):
    source = path.read_text()
    written = [tag for tag in re.findall(r"<input[^>]*>", source) if 'type="hidden"' not in tag]

    assert [tag for tag in re.findall(r"<form[^>]*>", source) if 'autocomplete="off"' not in tag] == []
    assert [tag for tag in written if not re.search(KEPT_BY_NOBODY, tag)] == []


@each_template
def test_words_that_promise_too_much_are_not_said(path):
    said = " ".join(sentences(path.read_text())).lower()

    assert [word for word in NEVER if word in said] == []


@each_template
def test_a_witness_meets_no_sentence_above_the_sixth_grade(path):
    if str(path.relative_to(FOLDER)).startswith(DESK):
        return
    textstat.set_lang("en_US")
    texts = [text for text in sentences(path.read_text()) if not text.startswith(WORD_FOR_WORD)]

    graded = {text: textstat.flesch_kincaid_grade(text) for text in texts if len(text.split()) > 4}

    assert {text: grade for text, grade in graded.items() if grade > 6} == {}


def test_what_may_be_said_of_a_seized_server_is_said_word_for_word():
    start = sentences((FOLDER / "intake/start.html").read_text())

    assert (
        "A seized or copied server that is switched off, its disks and its backups show how many reports each group "
        "has, on which days they came, their sizes, and who the members are. They do not show what happened, where, "
        "to whom, or which agent. This does not protect against someone who controls the running server while people "
        "use it."
    ) in start
