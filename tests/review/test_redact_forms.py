"""What a member may write into the form of boxes, and what the recipe is told."""

from __future__ import annotations

from incidents.review.redact_forms import Covering, Frame

PICTURE = Frame(640, 480)
CLIP = Frame(1280, 720, is_clip=True)
END = float(1 << 20)


def row(prefix, **said):
    return {f"{prefix}-{name}": str(value) for name, value in said.items()}


def box(number, x, y, w, h, **said):
    return row(f"box-{number}", x=x, y=y, w=w, h=h, **{"reason": "face", **said})


def problems(covering):
    return [error for field in covering for error in field.errors] + covering.non_field_errors()


def test_boxes_are_told_in_pixels_and_each_has_a_name_that_counts_its_reason():
    boxes = box(0, 10, 20, 30, 40) | box(1, 1, 2, 3, 4, reason="plate") | box(2, 600, 400, 10, 10)

    covering = Covering({"box-rows": "3"} | boxes, frame=PICTURE)

    assert covering.is_valid()
    assert covering.parameters() == {
        "boxes": [[10, 20, 30, 40], [1, 2, 3, 4], [600, 400, 10, 10]],
        "names": ["face 1", "plate 1", "face 2"],
    }


def test_what_lies_outside_the_picture_is_cut_off_and_a_box_wholly_outside_is_a_problem():
    cut = Covering({"box-rows": "1"} | box(0, 600, 470, 500, 500), frame=PICTURE)
    outside = Covering({"box-rows": "1"} | box(0, 640, 0, 5, 5), frame=PICTURE)

    assert cut.is_valid()
    assert cut.parameters()["boxes"] == [[600, 470, 40, 10]]
    assert problems(outside) == ["The box must begin inside the picture."]


def test_blank_rows_and_rows_to_be_left_out_say_nothing():
    rows = box(0, "", "", "", "") | box(1, 5, 5, 5, 5) | box(2, "no number", -4, 0, "", remove="on")

    covering = Covering({"box-rows": "4"} | rows, frame=PICTURE)

    assert covering.is_valid()
    assert covering.parameters() == {"boxes": [[5, 5, 5, 5]], "names": ["face 1"]}


def test_a_half_written_row_says_what_is_missing():
    covering = Covering({"box-rows": "1"} | box(0, 5, "", 0, "x"), frame=PICTURE)

    assert not covering.is_valid()
    assert problems(covering) == [
        "Write a whole number.",
        "Ensure this value is greater than or equal to 1.",
        "Write a whole number.",
    ]


def test_nothing_covered_is_a_problem_and_never_a_copy():
    covering = Covering({"box-rows": "1"}, frame=PICTURE)

    assert not covering.is_valid()
    assert problems(covering) == ["Nothing is covered yet. Add a box first."]


def test_a_clips_boxes_and_silences_have_times_and_blank_ones_reach_to_the_end():
    rows = (
        box(0, 1, 2, 3, 4)
        | box(1, 5, 6, 7, 8, begin=1.5, end=3)
        | row("mute-0", begin=2, end=4.25)
        | row("mute-1", begin=9)
    )

    covering = Covering({"box-rows": "2", "mute-rows": "2", "drop_sound": ""} | rows, frame=CLIP)

    assert covering.is_valid()
    assert covering.parameters() == {
        "boxes": [
            {"x": 1, "y": 2, "w": 3, "h": 4, "from": 0.0, "to": END},
            {"x": 5, "y": 6, "w": 7, "h": 8, "from": 1.5, "to": 3.0},
        ],
        "mute": [[2.0, 4.25], [9.0, END]],
        "drop_sound": False,
        "softened": False,
        "names": ["face 1", "face 2"],
    }


def test_a_span_that_ends_before_it_begins_is_a_problem():
    rows = box(0, 1, 2, 3, 4, begin=5, end=5) | row("mute-0", begin=9, end=2)

    covering = Covering({"box-rows": "1", "mute-rows": "1"} | rows, frame=CLIP)

    assert problems(covering) == ["It must end after it begins."] * 2


def test_taking_all_sound_out_is_enough_for_a_clip_and_means_nothing_for_a_picture():
    dropped = {"box-rows": "0", "drop_sound": "on"}

    assert Covering(dropped, frame=CLIP).is_valid()
    assert Covering(dropped, frame=CLIP).parameters()["drop_sound"] is True
    assert not Covering(dropped, frame=PICTURE).is_valid()


def test_one_more_row_keeps_what_was_typed_and_judges_nothing():
    typed = {"box-rows": "2", "more": "box"} | box(0, 700, "abc", 5, "") | box(1, 1, 1, 1, 1, remove="on")

    covering = Covering(typed, frame=PICTURE, more="box")

    assert [form["y"].value() for form in covering.boxes] == ["abc", None]
    assert problems(covering) == []
    assert not covering.is_valid()


def test_a_count_of_rows_that_is_none_or_too_large_ends_at_the_limit():
    counts = ["", "-1", "9" * 400, "x", "100", "101"]

    assert [len(Covering({"box-rows": said}, frame=PICTURE).boxes) for said in counts] == [0, 0, 0, 0, 100, 100]
