"""What learners answer, write and do is kept as data."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from pdportal.goals.kind import GOAL
from pdportal.modules.compiler.interactive import GOAL_PARTS
from tests.modules.compiler.folders import MODULE, PAGE, QUESTION, html, module, page, told, whole


def test_a_question_has_options_with_feedback_and_an_explanation(tmp_path: Path) -> None:
    made, compilation = page(tmp_path, "Before.\n\n" + QUESTION + "\nAfter.")
    assert told(compilation) == []
    assert html(made) == "<p>Before.</p>[[pause]]<p>After.</p>"
    (block,) = made.blocks
    assert (block.key, block.kind) == ("pause", "question")
    assert block.data == {
        "title": "",
        "prompt_html": "<p>What helps most?</p>",
        "multiple": False,
        "options": [
            {
                "key": "ask-somebody-by-name",
                "html": "Ask somebody by name.",
                "feedback_html": "<p>It ends the silence.</p>",
                "right": False,
            },
            {
                "key": "wait-longer",
                "html": "Wait <em>longer</em>.",
                "feedback_html": "<p>Yes.</p>",
                "right": True,
            },
        ],
        "hint_html": "",
        "explanation_html": "<p>Most people need three seconds.</p>",
    }


def test_several_right_options_mean_choose_all(tmp_path: Path) -> None:
    made, _ = page(tmp_path, QUESTION.replace("[ ]", "[x]"))
    assert made.blocks[0].data["multiple"] is True


def test_a_hint_belongs_to_its_question(tmp_path: Path) -> None:
    text = QUESTION.replace("Most people", "::: hint\nThink of *them*.\n:::\n\nMost people")
    made, _ = page(tmp_path, text)
    assert made.blocks[0].data["hint_html"] == "<p>Think of <em>them</em>.</p>"


def test_options_with_the_same_words_have_keys_of_their_own(tmp_path: Path) -> None:
    made, _ = page(
        tmp_path, "::: question\nQ?\n- [x] $a$\n  > f\n- [ ] Yes\n  > f\n- [ ] Yes\n  > f\n:::"
    )
    keys = [option["key"] for option in made.blocks[0].data["options"]]
    assert keys == ["a", "yes", "yes-1"]


TWO = "- [x] a\n  > f\n- [ ] b\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            f"question\nQ?\n{TWO.replace('x', ' ')}  > f",
            "5 error This question has no right option.",
        ),
        ("question\nQ?\n- [x] a\n  > f", "5 error This question has fewer than two options."),
        ("question\nQ?", "5 error This question has fewer than two options."),
        (f"question\n{TWO}  > f", "5 error This question asks nothing."),
        (f"question\nQ?\n{TWO}", "9 warning The option “b” has no feedback."),
        ("reflection", "5 error This reflection has no words."),
        ("task\nDo it.", "5 error This task has no title."),
        ("field\nx", "5 warning A field stands in a task only."),
        ("tryout\nDo it.", "5 warning This try-out has no title."),
    ],
)
def test_faults_in_blocks_are_told_at_their_line(tmp_path: Path, text: str, problem: str) -> None:
    _, compilation = page(tmp_path, f"::: {text}\n:::")
    assert f"01-first.md:{problem}" in told(compilation)


def test_a_task_has_fields_or_one_of_its_own(tmp_path: Path) -> None:
    text = """::: task {#plan title="A lesson with a choice" protocol="tuning"}
Write it.

::: field {#aim label="Your aim" rows=3}
One *sentence*.
:::
:::

::: task {title="Other"}
Write.
:::
"""
    made, compilation = page(tmp_path, text)
    assert told(compilation) == []
    assert made.blocks[0].data == {
        "title": "A lesson with a choice",
        "prompt_html": "<p>Write it.</p>",
        "fields": [{"key": "aim", "label": "Your aim", "hint": "One sentence.", "rows": 3}],
        "protocol": "tuning",
    }
    assert made.blocks[1].key == "other"
    assert [field["key"] for field in made.blocks[1].data["fields"]] == ["text"]


def test_reflections_and_try_outs_have_their_prompts(tmp_path: Path) -> None:
    made, _ = page(
        tmp_path,
        "::: reflection\nWho spoke *least*?\n:::\n\n"
        '::: tryout {title="Twice"}\nWait.\n\nAgain.\n:::',
    )
    first, second = made.blocks
    assert (first.key, first.data["prompt_html"]) == (
        "who-spoke-least",
        "<p>Who spoke <em>least</em>?</p>",
    )
    assert second.data["prompt_text"] == "Wait.\nAgain."


def test_a_block_may_stand_in_a_box_and_the_pieces_joined_are_whole(tmp_path: Path) -> None:
    made, _ = page(tmp_path, f":::: callout\n## Try\nHere:\n\n{QUESTION}\nDone.\n::::")
    assert [list(piece) for piece in made.body] == [["html"], ["block"], ["html"]]
    joined = html(made)
    assert joined.startswith('<div class="callout">')
    assert joined.endswith("<p>Done.</p>\n</div>")


def test_a_challenge_with_a_list_to_choose_from_is_a_question(tmp_path: Path) -> None:
    text = """::: challenge
## Which is it?
Look again.

- [x] This
- [ ] That

::: solution
Because.
:::
:::
"""
    made, _ = page(tmp_path, text)
    (block,) = made.blocks
    assert block.kind == "question"
    assert block.data["title"] == "Which is it?"
    assert block.data["explanation_html"] == "<p>Because.</p>"


def test_a_challenge_to_tick_off_stays_a_box(tmp_path: Path) -> None:
    made, _ = page(tmp_path, "::: challenge\n- [ ] this\n- [ ] that\n:::")
    assert made.blocks == []
    assert "callout-challenge" in html(made)
    assert "<li>☐ this</li>" in html(made)


def test_a_note_is_a_block_of_its_own_with_its_footnotes(tmp_path: Path) -> None:
    made, _ = page(
        tmp_path, "A[^a].\n\n::: instructor\n## Mind\nB[^b].\n:::\n\n[^a]: One.\n[^b]: Two."
    )
    (note,) = made.blocks
    assert (note.kind, note.data["title"]) == ("note", "Mind")
    assert "Two." in note.data["html"]
    assert "Two." not in html(made)
    assert "One." in html(made)


def test_a_question_within_another_block_is_text(tmp_path: Path) -> None:
    made, compilation = page(tmp_path, f":::: reflection\nThink.\n\n{QUESTION}\n::::")
    assert told(compilation) == [
        "01-first.md:8 warning A question inside a reflection is shown as text."
    ]
    assert len(made.blocks) == 1
    assert "Ask somebody by name." in made.blocks[0].data["prompt_html"]


def test_an_id_twice_in_a_module_is_an_error(tmp_path: Path) -> None:
    text = "---\ntitle: A\nminutes: 1\n---\n" + QUESTION
    made = module(tmp_path, {"01-a.md": text, "02-b.md": text})
    assert len(made.errors) == 1
    assert "The id “pause” is there twice in this module" in made.errors[0].message
    assert [block.key for p in whole(made).pages for block in p.blocks] == ["pause", "pause-1"]


NOTE = ":::: instructor\nFor the coach only.\n::::\n"
INDENTED = "  :::: instructor\n  For the coach only.\n  ::::\n"


@pytest.mark.parametrize(
    "text",
    [
        f"::: reflection\nThink.\n\n{NOTE}:::\n",
        f"::: reflection\n{NOTE}Think.\n:::\n",
        f'::: task {{title="T"}}\nDo it.\n\n::: field {{label="L"}}\n{NOTE}:::\n:::\n',
        f'::: tryout {{title="T"}}\nDo it.\n\n- a\n\n{INDENTED}\n:::\n',
        f"::: question\n{NOTE}Q?\n- [x] a\n  > f\n- [ ] b\n  > f\n\nWhy.\n\n{NOTE}:::\n",
        f"::: question\nQ?\n- [x] a\n\n{INDENTED}\n- [ ] b\n:::\n",
        f"::: challenge\nWhich?\n\n- [x] a\n- [ ] b\n\n{NOTE}:::\n",
        f"::: question\nQ?\n- [x] a\n  > f\n- [ ] b\n  > f\n\n{NOTE}",
        f"::: reflection\nThink.\n\n::: hint\n{NOTE}:::\n:::\n",
        f"::: reflection\nThink.\n\n<div class='instructor'>{NOTE[16:-6]}</div>\n:::\n",
        f"::: reflection\nThink.\n\n<div class='instructor'>\n{NOTE[16:-5]}\n</div>\n:::\n",
    ],
)
def test_a_teacher_never_receives_the_words_of_a_note(tmp_path: Path, text: str) -> None:
    made, _ = page(tmp_path, text)
    notes = [block for block in made.blocks if block.kind == "note"]
    others = [block for block in made.blocks if block.kind != "note"]
    assert notes
    assert others
    assert "coach" in "".join(note.data["html"] for note in notes)
    assert "coach" not in f"{html(made)} {made.text} {[(b.key, b.data) for b in others]}"
    about = module(tmp_path, {"module.md": MODULE + text, "01-a.md": PAGE + "a"}, "about")
    assert "coach" not in f"{whole(about).about} {whole(about).summary}"


@pytest.mark.parametrize("opener", ["instructor", "question", "reflection"])
def test_a_block_for_some_that_is_never_closed_is_an_error(tmp_path: Path, opener: str) -> None:
    made, compilation = page(tmp_path, f"Before.\n\n::: {opener}\nThe rest of the page.\n")
    message = f"“::: {opener}” is opened here and never closed."
    assert f"01-first.md:7 error {message}" in told(compilation)
    assert "The rest" not in html(made)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            '::: tryout {title="T" from=my-stp}\nDo it.\n:::',
            "There is no reflection or try-out “my-stp”.",
        ),
        ('::: task {title="T" makes=gaol}\nDo it.\n:::', "A task makes no “gaol”."),
        (
            '::: task {title="T" makes=goal}\nDo it.\n\n::: field {#aim label="A"}\n:::\n:::',
            "The fields of this task are not those of a goal.",
        ),
    ],
)
def test_what_a_task_makes_and_where_words_come_from_are_checked(
    tmp_path: Path, text: str, fault: str
) -> None:
    _, compilation = page(tmp_path, f"::: reflection {{#my-step}}\nWhat?\n:::\n\n{text}\n")
    assert f"error {fault}" in " ".join(told(compilation))


def test_the_parts_of_a_goal_are_those_of_its_kind(app: Flask) -> None:
    with app.test_request_context():
        assert {field["key"] for field in GOAL.fields()} | {"step"} == GOAL_PARTS
