"""A Report goes in and comes out as it was, and is read by one walk."""

from __future__ import annotations

import json

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from incidents.checklist.answers import Answer, Answers, search_text
from incidents.checklist.items import Grade, Missing
from incidents.checklist.kinds import WrongType
from tests import strategies

BADGE = {"value": {"seen": "44?1", "reading": "partial"}}
NONCE = "0f" * 16


def report(sections, **head):
    return {"report": 1, "catalogue": 1, "form": "full", "channel": "web", **head, "sections": sections}


def one_agent(**answers):
    return report({"agents": [{"id": "agents-1", "answers": answers}]})


def line_of(answers, path):
    return next(line for line in answers.lines() if f"{line.section.key}.{line.item.key}" == path)


def drawn(line):
    return " ".join(render_to_string("components/line.html", {"line": line}).split())


@given(document=strategies.documents())
def test_a_report_comes_out_exactly_as_it_went_in(document):
    before = json.dumps(document)

    answers = Answers.checked(document)

    assert json.dumps(answers.to_json()) == before
    assert answers.troubles == ()
    assert answers.unknown == ()
    assert Answers.from_json(json.loads(before)).sections == answers.sections


@given(document=strategies.documents())
def test_every_stored_answer_is_met_once_on_the_walk(document):
    answers = Answers.from_json(document)

    met = [(line.entry.id, line.item.key) for line in answers.lines() if line.item.key in line.entry.answers]

    stored = [
        (entry["id"], key) for entries in document["sections"].values() for entry in entries for key in entry["answers"]
    ]
    assert sorted(met) == sorted(stored)


@given(document=strategies.documents())
def test_every_line_can_be_drawn_put_in_cells_and_shown_at_every_grade(document):
    for line in Answers.from_json(document).lines():
        assert isinstance(line.text, str)
        assert isinstance(line.basis + line.certainty + line.label, str)
        assert line.missing or line.cells()
        for grade in Grade:
            assert (line.at(grade) is None) or line.item.shown_at >= grade


@given(document=strategies.json_values())
def test_whatever_is_stored_can_be_read_and_is_kept(document):
    answers = Answers.from_json(document)

    assert all(isinstance(line.text, str) for line in answers.lines())
    assert answers.to_json() == document if isinstance(document, dict) else answers.troubles


@given(document=strategies.documents(), data=st.data())
def test_a_damaged_report_still_reads_and_loses_nothing(document, data):
    places = [
        (entry["answers"], key)
        for entries in document["sections"].values()
        for entry in entries
        for key in entry["answers"]
    ]
    if not places:
        return
    where, key = data.draw(st.sampled_from(places))
    where[key] = data.draw(strategies.json_values())
    before = json.dumps(document)

    answers = Answers.from_json(document)

    assert json.dumps(answers.to_json()) == before
    assert key in {line.item.key for line in answers.lines()}


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ([], "a Report is an object"),
        (report({}, first="yes"), "first"),
        (report({}, nonce=7), "nonce"),
        (report([]), "sections"),
        (report({"agents": {}}), "sections.agents"),
        (report({"agents": ["tall one"]}), "sections.agents[0]"),
        (report({"event": [{}, {}]}), "sections.event"),
        (report({"agents": [{"id": 7}]}), "sections.agents[0].id"),
        (report({"agents": [{"id": "a"}], "vehicles": [{"id": "a"}]}), "sections.vehicles[0].id"),
        (report({"agents": [{"answers": []}]}), "sections.agents[0].answers"),
        (one_agent(badge="4471"), "sections.agents[0].answers.badge"),
        (one_agent(badge={"value": {"seen": 4471}}), "sections.agents[0].answers.badge.value.seen"),
        (one_agent(badge={**BADGE, "missing": "unknown"}), "sections.agents[0].answers.badge"),
        (one_agent(badge={"missing": "no_idea"}), "sections.agents[0].answers.badge.missing"),
        (one_agent(badge={**BADGE, "basis": 4}), "sections.agents[0].answers.badge.basis"),
        (one_agent(face={"value": ["not_covered"]}), "sections.agents[0].answers.face.value"),
        (one_agent(role={"value": ["drove", 4]}), "sections.agents[0].answers.role.value[1]"),
    ],
)
def test_what_comes_in_wrong_is_refused_by_its_path_and_what_is_stored_wrong_is_told(document, path):
    with pytest.raises(WrongType) as wrong:
        Answers.checked(document)
    stored = Answers.from_json(document)

    assert (wrong.value.path or wrong.value.sentence).startswith(path)
    assert [trouble for trouble in stored.troubles if trouble.startswith(path)]


@pytest.mark.parametrize("odd", [float("nan"), "\ud800", {1, 2}])
def test_what_no_file_could_hold_does_not_come_in_under_an_unknown_key(odd):
    with pytest.raises(WrongType):
        Answers.checked(report({}, mood=odd))


def test_keys_and_codes_of_a_newer_form_are_kept_reported_and_shown_last_under_their_own_names():
    document = {
        **one_agent(hat={"value": "red"}, face={"value": "ski_mask"}, badge=BADGE),
        "mood": "calm",
    }
    document["sections"]["drones"] = [{"id": "drones-1", "answers": {"color": {"value": "black"}}}]

    answers = Answers.checked(document)

    assert answers.to_json() == document
    assert set(answers.unknown) == {
        "mood",
        "sections.drones",
        "sections.drones[0].answers.color",
        "sections.agents[0].answers.hat",
        "sections.agents[0].answers.face.value: ski_mask",
    }
    last = [(line.section.key, line.label, line.item.shown_at) for line in answers.lines() if not line.known]
    assert last == [("agents", "hat", Grade.FULL), ("drones", "color", Grade.FULL), ("report", "mood", Grade.FULL)]
    assert [line.known for line in answers.lines()][-3:] == [False, False, False]
    assert line_of(answers, "agents.face").text == "ski_mask"


def test_what_is_stored_wrong_stays_readable_under_its_question():
    answers = Answers.from_json(one_agent(badge={"value": 4471}, face={"value": "not_covered"}))

    badge = line_of(answers, "agents.badge")
    assert (badge.label, badge.known) == ("What badge number did you see?", False)
    assert "4471" in badge.text
    assert line_of(answers, "agents.face").text == "Not covered"
    assert answers.troubles == ("sections.agents[0].answers.badge.value: an object in {} belongs here",)


def test_left_blank_and_not_asked_are_two_things():
    quick = Answers.start(form="quick", language="en").with_entry("agents", {"name": Answer(value="Ramirez")})

    states = {line.item.key: line.missing for line in quick.lines() if line.section.key == "agents"}

    assert states["name"] is None
    assert states["badge"] is Missing.BLANK
    assert states["face"] is Missing.NOT_ASKED


def test_a_whole_section_left_blank_shows_on_a_form_in_one_piece_and_not_where_each_section_is_a_choice():
    quick, full = Answers.start(form="quick"), Answers.start(form="full")

    assert {f"{line.section.key}.{line.item.key}" for line in quick.lines()} >= {"event.place", "papers.shown"}
    assert [*full.lines()] == []


def test_files_and_questions_for_the_desk_are_never_left_blank():
    lines = Answers.from_json(report({"exhibit": [{"answers": {}}], "leads": [{"answers": {}}]})).lines()

    keys = {f"{line.section.key}.{line.item.key}" for line in lines}
    assert "exhibit.kind" in keys
    assert not keys & {"exhibit.file", "leads.ask_by", "leads.letter_sent", "leads.answer"}


@pytest.mark.parametrize("state", [state for state in Missing if state is not Missing.BLANK])
def test_each_way_of_not_knowing_is_an_answer_and_reads_in_its_own_words(state):
    answers = Answers.start().with_entry("agents", {"badge": Answer(missing=state)})

    line = line_of(answers, "agents.badge")

    assert answers.is_filled
    assert (line.missing, line.text) == (state, str(state.label))
    assert line.cells() == {"agents.badge-missing": str(state)}


def test_a_report_is_filled_by_one_answer_and_not_by_an_empty_entry():
    empty = Answers.start(form="quick", channel="web", language="es", statement="2026-03/2")

    assert not empty.is_filled
    assert not empty.with_entry("agents", {}).is_filled
    assert empty.with_entry("agents", {"face": Answer(value="not_covered")}).is_filled


def test_a_report_begins_with_what_is_known_of_it():
    started = Answers.start(form="quick", channel="web", language="es", statement="2026-03/2")

    assert started.to_json() == {
        "report": 1,
        "catalogue": 1,
        "form": "quick",
        "channel": "web",
        "language": "es",
        "statement": "2026-03/2",
        "sections": {},
    }


def test_entries_are_added_one_after_the_other_under_ids_that_stay():
    answers = Answers.start()

    grown = answers.with_entry("agents", {"face": Answer(value="not_covered")}).with_entry(
        "agents",
        {"badge": Answer(value={"seen": "7"}, basis="on_my_recording")},
        basis="saw_myself",
        certainty="fairly_sure",
        about="R/agents-1",
    )

    assert answers.to_json()["sections"] == {}
    assert grown.to_json()["sections"]["agents"] == [
        {"id": "agents-1", "answers": {"face": {"value": "not_covered"}}},
        {
            "id": "agents-2",
            "basis": "saw_myself",
            "certainty": "fairly_sure",
            "about": "R/agents-1",
            "answers": {"badge": {"value": {"seen": "7"}, "basis": "on_my_recording"}},
        },
    ]


def test_a_report_is_sealed_with_when_it_came_and_an_id_for_every_entry():
    document = report({"vehicles": [{"id": "agents-1", "answers": {}}], "agents": [{"answers": {"badge": BADGE}}]})
    answers = Answers.checked(document)

    sealed = answers.received(at="2026-01-14T12:40:07Z", nonce=NONCE, first=True)

    assert (sealed["received_at"], sealed["nonce"], sealed["first"]) == ("2026-01-14T12:40:07Z", NONCE, True)
    assert sealed["sections"]["vehicles"] == document["sections"]["vehicles"]
    assert sealed["sections"]["agents"] == [{"id": "agents-2", "answers": {"badge": BADGE}}]
    assert answers.to_json() == document
    assert Answers.checked(sealed).to_json() == sealed


def test_who_says_when_a_report_came_is_the_server_and_not_its_sender():
    answers = Answers.from_json(report({}, received_at="1999-01-01T00:00:00Z", nonce="00", first=True))

    sealed = answers.received(at="2026-01-14T12:40:07Z", nonce=NONCE, first=False)

    assert (sealed["received_at"], sealed["nonce"], sealed["first"]) == ("2026-01-14T12:40:07Z", NONCE, False)


@pytest.mark.parametrize(
    ("role", "basis"),
    [
        ("eyewitness", "I saw it myself (taken from their part in this)"),
        ("person_affected", "It happened to me (taken from their part in this)"),
        ("neighbor", ""),
    ],
)
def test_on_the_short_form_how_it_is_known_follows_from_who_tells_and_says_so(role, basis):
    quick = Answers.start(form="quick").with_entry("reporter", {"role": Answer(value=role)})

    answers = quick.with_entry("papers", {"shown": Answer(value="read_it")})

    assert line_of(answers, "papers.shown").basis == basis


def test_an_answer_with_a_basis_of_its_own_does_not_take_that_of_its_entry():
    answers = Answers.start().with_entry(
        "agents",
        {
            "name": Answer(value="Ramirez", basis="told_by_someone_else", certainty="not_sure"),
            "face": Answer(value="not_covered"),
        },
        basis="saw_myself",
        certainty="certain",
    )

    name, face = line_of(answers, "agents.name"), line_of(answers, "agents.face")

    assert (name.basis, name.certainty) == ("Someone else told me", "Not sure")
    assert (face.basis, face.certainty) == ("I saw it myself", "Sure")
    assert line_of(answers, "agents.badge").basis == ""


def test_a_line_on_a_page_has_its_words_their_language_and_how_it_is_known():
    answers = Answers.start(language="es").with_entry(
        "agents", {"looks": Answer(value="alto\ncon <b>barba</b>")}, basis="saw_myself", certainty="fairly_sure"
    )

    shown = drawn(line_of(answers, "agents.looks"))

    assert "<dt>What did they look like?</dt>" in shown
    assert 'lang="es" dir="auto" > alto<br>con &lt;b&gt;barba&lt;/b&gt;' in shown
    assert "How known: I saw it myself" in shown
    assert "How sure: Mostly sure" in shown


def test_a_code_is_in_the_language_of_the_page_and_a_blank_looks_like_no_answer():
    answers = Answers.start(language="es").with_entry("agents", {"face": Answer(value="not_covered")})

    assert "lang=" not in drawn(line_of(answers, "agents.face"))
    assert '<dd class="missing"><span class="tag">Left blank</span></dd>' in drawn(line_of(answers, "agents.badge"))


def test_a_line_reads_in_the_language_in_force_when_it_is_drawn():
    line = line_of(Answers.from_json(one_agent(face={"value": "not_covered"})), "agents.face")

    with translation.override("en"):
        assert (line.label, line.text) == ("Was the face covered?", "Not covered")


def test_the_line_written_beside_a_code_is_read_with_it_and_stays_out_of_public():
    answers = Answers.from_json(report({"entry": [{"answers": {"threats": {"value": ["other"], "other": "my dog"}}}]}))

    line = line_of(answers, "entry.threats")

    assert line.text == "Other: my dog"
    assert line.cells() == {"entry.threats": "other", "entry.threats-other": "my dog"}
    assert line.at(Grade.PSEUDONYMOUS).text == "Other: my dog"
    assert line.at(Grade.PUBLIC).text == "Other"


def test_a_packet_holds_of_a_line_what_its_grade_allows():
    place = {"state": "IL", "county": "17031", "town": "Cicero"}
    answers = Answers.from_json(report({"event": [{"answers": {"place": {"value": place}}}]}))
    name = line_of(Answers.from_json(one_agent(name={"value": "Ramirez"})), "agents.name")

    assert line_of(answers, "event.place").at(Grade.PUBLIC).answer.value == {"state": "IL"}
    assert name.at(Grade.PROTECTIVE_ORDER) == name
    assert name.at(Grade.PSEUDONYMOUS) is None


def test_an_entry_is_called_by_the_name_it_was_given_or_by_its_number():
    answers = Answers.start().with_entry("agents", {"label": Answer(value="tall one")}).with_entry("agents", {})

    section = answers.catalogue.section("agents")

    assert [answers.title_of(section, entry) for entry in answers.entries("agents")] == ["tall one", "Agent 2"]


def test_a_search_finds_what_was_typed_and_what_was_picked_without_accents():
    answers = Answers.from_json(one_agent(name={"value": "Ramírez"}, face={"value": "not_covered"}))

    assert "ramirez" in search_text(answers)
    assert "not covered" in search_text(answers)
    assert "left blank" not in search_text(answers)


def test_every_naughty_string_comes_back_as_it_was(naughty_strings):
    texts = [text[:200] for text in naughty_strings]
    for text in texts:
        document = report(
            {
                "agents": [{"answers": {"name": {"value": text}, "badge": {"value": {"seen": text}}}}],
                "words": [{"answers": {"said": {"value": {"said": text}}}}],
                "story": [{"answers": {"text": {"value": text}}}],
                "event": [
                    {"answers": {"place": {"value": {"where": text}}, "place_type": {"value": "x", "other": text}}}
                ],
            }
        )

        answers = Answers.checked(json.loads(json.dumps(document)))

        assert answers.to_json() == document
        paths = ("agents.name", "agents.badge", "words.said", "story.text", "event.place", "event.place_type")
        assert all(text in line_of(answers, path).text for path in paths)
