"""The parts that pages are made of, drawn from real forms and plain values."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

OFF = {"autocomplete": "off"}
HEARD = [("yes", "Yes"), ("no", "No"), ("unknown", "I don't know")]


class Sighting(forms.Form):
    """One field of each sort of control."""

    key = forms.CharField(widget=forms.HiddenInput)
    heard = forms.ChoiceField(label="Did you hear it?", choices=HEARD, widget=forms.RadioSelect(attrs=OFF))
    seen = forms.MultipleChoiceField(
        label="What did you see?", choices=HEARD, required=False, widget=forms.CheckboxSelectMultiple(attrs=OFF)
    )
    badge = forms.CharField(
        label="What number?", help_text="Use ? for a gap.", error_messages={"required": "Write it."}
    )
    reading = forms.ChoiceField(label="How well?", choices=HEARD, required=False, widget=forms.RadioSelect(attrs=OFF))
    missing = forms.ChoiceField(label="Or say why not", choices=HEARD, required=False)
    agreed = forms.BooleanField(label="I agree", required=False)
    photo = forms.FileField(label="A photo", required=False)


class Unlock(forms.Form):
    """The words again."""

    words = forms.CharField(error_messages={"required": "Write your five words."})


def squeezed(html: str) -> str:
    """Return the page with one space where there was any."""
    return re.sub(r"\s+", " ", html).replace("> <", "><")


def drawn(name: str, **context: object) -> str:
    return squeezed(render_to_string(f"components/{name}.html", context))


def page(name: str) -> str:
    """Draw a whole page as Django does when it has nothing to hand over."""
    return squeezed(engines["django"].get_template(name).render())


def test_choices_are_cards_under_the_question_as_legend():
    field = drawn("field", field=Sighting()["heard"])

    assert "<legend> Did you hear it? </legend>" in field
    assert 'for="id_heard_0">Yes</label>' in field
    assert field.count('class="choice"') == 3


def test_help_and_error_stand_before_the_control_under_the_ids_it_names():
    field = drawn("field", field=Sighting({})["badge"])

    assert 'id="id_badge_helptext">Use ? for a gap.' in field
    assert 'aria-describedby="id_badge_helptext id_badge_error"' in field
    assert field.index("Write it.") < field.index("<input")


def test_only_what_may_be_left_out_says_that_it_can_be_skipped():
    assert "(you can skip this)" in drawn("field", field=Sighting()["seen"])
    assert "(you can skip this)" not in drawn("field", field=Sighting()["badge"])


def test_hidden_box_and_file_fields_are_drawn_each_in_their_way():
    form = Sighting()

    assert drawn("field", field=form["key"]) == ' <input type="hidden" name="key" id="id_key"> '
    assert '<label for="id_agreed">I agree</label></div>' in drawn("field", field=form["agreed"])
    assert '<div class="drop"><input type="file"' in drawn("field", field=form["photo"])


def test_a_question_of_several_parts_is_one_group_that_says_why_not_last():
    form = Sighting()
    question = SimpleNamespace(
        key="badge",
        label="What number?",
        help="Do not guess.",
        fields=[form["badge"], form["reading"]],
        missing=form["missing"],
    )

    group = drawn("question", question=question)

    assert group.startswith(' <fieldset class="question" aria-describedby="badge_help">')
    assert 'class="hush" >What number?</label>' in group
    assert "<legend>How well?</legend>" in group
    assert group.index("<legend>How well?") < group.index("Or say why not")


def test_choices_that_are_the_question_itself_need_no_second_legend():
    form = Sighting()
    question = SimpleNamespace(
        key="heard", label="Did you hear it?", help="", fields=[form["heard"], form["badge"]], missing=None
    )

    group = drawn("question", question=question)

    assert group.count("Did you hear it?") == 1
    assert '<label for="id_badge" >What number?</label>' in group


def test_a_question_of_one_part_is_that_field():
    form = Sighting()
    question = SimpleNamespace(key="badge", label="What number?", help="", fields=[form["badge"]], missing=None)

    assert drawn("question", question=question).strip() == drawn("field", field=form["badge"]).strip()


def test_the_summary_of_errors_leads_to_each_field_and_to_the_first_of_its_choices():
    form = Sighting({})
    form.add_error(None, "Answer one question.")

    summary = drawn("errors", form=form, kept=True, files=True)

    assert 'href="#answers">Answer one question.' in summary
    assert 'href="#id_heard_0" >' in summary
    assert 'href="#id_badge" >Write it.' in summary
    assert "choose your files again" in summary
    assert drawn("errors", form=Sighting()).strip() == ""


@pytest.mark.parametrize(
    "missing", ["unknown", "prefer_not_to_say", "not_seen", "not_applicable", "not_asked", "blank"]
)
def test_not_knowing_never_looks_like_an_answer(missing):
    line = SimpleNamespace(label="Who?", text="The words of it", missing=missing)

    assert '<dd class="missing"><span class="tag">The words of it</span></dd>' in drawn("line", line=line)


def test_a_line_keeps_what_was_typed_with_its_language_and_how_it_is_known():
    line = SimpleNamespace(
        label="What?", text="<b>uno\ndos", missing="", language="es", basis="I saw it myself", certainty="Sure"
    )

    shown = drawn("line", line=line)

    assert 'lang="es" dir="auto" > &lt;b&gt;uno<br>dos </dd>' in shown
    assert "How known: I saw it myself" in shown
    assert "How sure: Sure" in shown


def test_a_receipt_of_digits_reads_from_left_to_right_and_one_of_words_in_its_language():
    receipt = {"groups": ["4821", "0937"], "code": {"path": "M4 4.5h7", "size": 29}}

    digits = drawn("receipt", receipt={**receipt, "digits": True})
    words = drawn("receipt", receipt={**receipt, "digits": False, "language": "fr"})

    assert '<output aria-labelledby="receipt" dir="ltr"' in digits
    assert '<output aria-labelledby="receipt" lang="fr"' in words
    assert 'viewBox="0 0 29 29"' in words
    assert 'd="M4 4.5h7"' in words


def test_a_file_in_a_list_leads_to_its_page_and_shows_its_small_picture_where_nothing_is_marked():
    exhibit = SimpleNamespace(
        id="ex1",
        title="Exhibit 1",
        name="a.jpg",
        kind="Photo",
        bytes=1,
        sha256="ab",
        flags=[],
        url="/file",
        thumb="/thumb",
        thumb_text="Small grey picture of exhibit 1",
    )

    shown = drawn("exhibit", exhibit=exhibit)

    assert '<a href="/file">Exhibit 1</a>' in shown
    assert 'src="/thumb"' in shown
    assert 'loading="lazy"' in shown


def test_a_file_that_is_hard_to_watch_says_so_in_a_list():
    shown = drawn("exhibit", exhibit=SimpleNamespace(id="ex2", bytes=1, url="/file", flags=["Injury"], thumb=""))

    assert "Injury" in shown
    assert "<img" not in shown


def test_pages_of_a_list_keep_its_filters():
    pages = Paginator(range(5), 2)
    query = RequestFactory().get("/", {"paper": "i_200", "page": "2"}).GET

    shown = drawn("pager", page=pages.page(2), query=query)

    assert 'href="?paper=i_200&amp;page=1"' in shown
    assert 'href="?paper=i_200&amp;page=3"' in shown
    assert drawn("pager", page=Paginator([], 2).page(1), query=query).strip() == ""


def test_a_row_of_the_list_says_how_many_were_saved():
    saved = drawn("task_row", row=SimpleNamespace(url="/a", title="Agents", saved=2), id="row")
    empty = drawn("task_row", row=SimpleNamespace(url="/a", title="Agents", saved=0), id="row")

    assert "Saved (2)" in saved
    assert "Not yet" in empty


def test_the_custody_table_names_its_columns_again_for_small_screens():
    entry = SimpleNamespace(number=7, at="2026-01-14 12:01", who="Ana", what="Incident opened")

    assert '<td data-label="Who">Ana</td>' in drawn("ledger", entries=[entry])


@pytest.mark.urls("tests.look.addresses")
@pytest.mark.parametrize(
    "name",
    ["400.html", "404.html", "413.html", "429.html", "500.html", "503.html", "no_room.html", "storage_away.html"],
)
def test_an_error_page_stands_with_no_context_and_no_database(name):
    shown = page(name)

    assert shown.count("<h1>") == 1
    assert shown.count("<main") == 1
    assert ">Leave<" in shown


@pytest.mark.urls("tests.look.addresses")
def test_a_form_refused_for_its_cookie_shows_what_was_typed_but_not_the_token():
    request = RequestFactory().post("/report/", {"story": "They <b>came</b>", "csrfmiddlewaretoken": "canary"})

    shown = render_to_string("403_csrf.html", {"loopback": True, "request": request})

    assert "They &lt;b&gt;came&lt;/b&gt;" in shown
    assert "canary" not in shown
    assert "Safari" in shown


@pytest.mark.urls("tests.look.addresses")
def test_a_record_that_is_not_as_stored_is_named():
    assert "Report 7" in render_to_string("tampered.html", {"what": "Report 7"})


@pytest.mark.urls("tests.look.addresses")
def test_the_locked_page_asks_for_the_words_and_goes_back_to_where_the_member_was():
    form = Unlock({"words": ""})

    first = squeezed(render_to_string("423.html", {"next": "/desk/prairie/"}))
    again = squeezed(render_to_string("423.html", {"next": "/desk/prairie/", "form": form}))

    assert 'name="next" value="/desk/prairie/"' in first
    assert "aria-invalid" not in first
    assert 'href="#id_words" >Write your five words.' in again
    assert 'aria-invalid="true" aria-describedby="id_words_error"' in again


@pytest.mark.urls("tests.look.addresses")
def test_a_page_in_arabic_runs_from_right_to_left():
    with translation.override("ar"):
        shown = page("404.html")

    assert '<html lang="ar" dir="rtl">' in shown


@pytest.mark.urls("tests.look.addresses")
def test_the_language_buttons_belong_to_the_form_where_words_are_typed():
    with_form = drawn("language", form_id="answers", files=True)
    alone = drawn("language", back="/intake/", csrf_token="token")

    assert (
        'form="answers" formaction="?language=es" formenctype="application/x-www-form-urlencoded" formnovalidate'
        in with_form
    )
    assert "<form" not in with_form
    assert "Files must be chosen again" in with_form
    assert 'name="next" value="/intake/"' in alone
    assert 'aria-current="true" > English' in alone
