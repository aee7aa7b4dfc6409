"""Words that are explained are links where a text uses them first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdportal.content.glossary import link_first_uses, portal_terms, take_terms, term_of
from pdportal.content.read import read_markdown
from pdportal.content.tree import inner_html, text_of

TERMS = [
    (term_of("Feedback request | feedback requests"), "#fr"),
    (term_of("PLC | PLCs"), "#plc"),
    (term_of("Goal | goals"), "#goal"),
    (term_of("等待时间 | 等待时间"), "#wait"),
    (term_of("लक्ष्य | लक्ष्य"), "#hindi"),
]


def _linked(text: str) -> str:
    root = read_markdown(text).root
    link_first_uses(root, TERMS, ())
    return inner_html(root).replace(' class="term"', "").strip()


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("A goal. Goals, a goal.", '<p>A <a href="#goal">goal</a>. Goals, a goal.</p>'),
        ("Feedback requests help.", '<p><a href="#fr">Feedback requests</a> help.</p>'),
        ("A PLC, plc; plcs.", '<p>A <a href="#plc">PLC</a>, plc; plcs.</p>'),
        ("Goalkeepers, goal-setting, subgoal.", "<p>Goalkeepers, goal-setting, subgoal.</p>"),
        ("# Goals\n\n[a goal](x) `goal`\n\n    goal", None),
        ("**goal** and goal", '<p><strong><a href="#goal">goal</a></strong> and goal</p>'),
        ("学生需要等待时间。等待时间", '<p>学生需要<a href="#wait">等待时间</a>。等待时间</p>'),
        ("लक्ष्यों लक्ष्य", '<p>लक्ष्यों <a href="#hindi">लक्ष्य</a></p>'),
        ("- goal\n- goal", '<ul>\n<li><a href="#goal">goal</a></li>\n<li>goal</li>\n</ul>'),
        ("A PLC’s goal", '<p>A <a href="#plc">PLC</a>’s <a href="#goal">goal</a></p>'),
    ],
)  # fmt: skip
def test_the_first_use_of_a_whole_word_is_a_link(text: str, html: str | None) -> None:
    if html is None:
        assert "#goal" not in _linked(text)
    else:
        assert _linked(text) == html


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("goalsPLC \n*`[]()等待时间ı"))))
def test_no_word_of_any_text_is_lost_or_moved(text: str) -> None:
    root = read_markdown(text).root
    before = text_of(root)
    link_first_uses(root, TERMS, ())
    assert text_of(root) == before


def test_a_term_says_how_it_is_written_and_what_it_was_called() -> None:
    term = term_of("Feedback request | feedback requests | was: Round")
    assert (term.slug, term.name) == ("feedback-request", "Feedback request")
    assert term.forms == ("Feedback request", "feedback requests")
    assert term.former == ("round",)
    assert term_of("Work").forms == (), "an everyday word is explained, and not linked"


def test_the_terms_of_a_page_have_addresses_of_their_own() -> None:
    root = read_markdown("Goal | goals\n:   One.\n\nGoal\n:   Two.").root
    assert [term.slug for term in take_terms(root, {"goal"})] == ["goal-1", "goal-2"]
    assert [text_of(title) for title in root.iter("dt")] == ["Goal", "Goal"]


def test_the_portals_own_words_are_linked_by_the_forms_they_say() -> None:
    linked = {term.slug for term in portal_terms() if term.forms}
    assert {"feedback-request", "focus-question", "protocol", "cohort"} <= linked
    assert linked.isdisjoint({"work", "question", "answer", "step", "lead"})
