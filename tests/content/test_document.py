"""Our dialect: what people write comes out as they meant it."""

import re
from pathlib import Path

import pytest

from pdportal.content.boxes import dress_all
from pdportal.content.document import Document
from pdportal.content.html import plain_text, sanitise
from pdportal.content.outline import make_outline
from pdportal.content.problems import Problems
from pdportal.content.read import read_markdown
from pdportal.content.source import read_source
from pdportal.content.tree import inner_html, text_of


def read(text: str) -> Document:
    return read_markdown(text, path="page.md")


def html(text: str) -> str:
    document = read(text)
    make_outline(document, Problems("page.md"))
    dress_all(document, document.root, "en")
    return sanitise(inner_html(document.root)).replace("\n", "")


def told(text: str) -> list[str]:
    return [f"{p.line}: {p.message}" for p in read(text).problems]


def test_a_list_may_follow_a_paragraph_without_a_blank_line() -> None:
    assert html("These help:\n- wait\n- ask") == (
        "<p>These help:</p><ul><li>wait</li><li>ask</li></ul>"
    )


def test_two_spaces_are_enough_for_a_list_in_a_list() -> None:
    assert html("- a\n  - b\n    - c\n- d") == (
        "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li><li>d</li></ul>"
    )


def test_a_sloppily_indented_list_in_a_numbered_item_stays_in_it() -> None:
    assert html("1. a\n  - b\n  - c\n2. d") == (
        "<ol><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ol>"
    )


def test_items_that_begin_one_space_further_in_are_of_the_same_list() -> None:
    assert html(" - a\n    - b\n  - c") == "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"


def test_code_in_a_list_item_belongs_to_the_item() -> None:
    made = html("1. Do\n\n   ```python\n   x = 1\n   ```\n\n   then\n2. Done")
    assert made.count("<ol>") == 1
    assert '<pre class="highlight" tabindex="0"><code class="language-python">' in made
    assert made.count("<li>") == 2


def test_lists_of_two_kinds_do_not_run_into_one_another() -> None:
    assert html("- a\n\n1. b") == "<ul><li>a</li></ul><ol><li>b</li></ol>"


def test_a_list_goes_on_counting_where_it_was_told_to() -> None:
    assert html("1) a\n\ntext\n\n2) b") == (
        '<ol><li>a</li></ol><p>text</p><ol start="2"><li>b</li></ol>'
    )


def test_letters_count_too_if_there_are_two_of_them() -> None:
    assert html("a) x\nb) y") == '<ol type="a"><li>x</li><li>y</li></ol>'
    assert html("I. alone in the room") == "<p>I. alone in the room</p>"


def test_a_year_at_the_start_of_a_line_does_not_begin_a_list() -> None:
    assert html("It was the autumn of\n1998. Then") == "<p>It was the autumn of1998. Then</p>"


def test_an_item_of_several_paragraphs_makes_every_item_one() -> None:
    assert html("- a\n\n  more\n- b") == ("<ul><li><p>a</p><p>more</p></li><li><p>b</p></li></ul>")


def test_three_colons_within_code_are_code() -> None:
    made = html("```\n::: callout\n```\n\n::: tip\ntext\n:::")
    assert "::: callout" in made
    assert made.count('class="callout callout-tip"') == 1


def test_divs_stand_within_one_another_and_any_length_closes_the_innermost() -> None:
    made = html("::: challenge\na\n:::: solution\nb\n:::\nc\n:::::\n\nd")
    assert '<details class="solution"><summary>Solution</summary><p>b</p></details>' in made
    assert made.endswith("<p>c</p></div><p>d</p>")
    assert told("::: challenge\na\n:::: solution\nb\n:::\nc\n:::::\n\nd") == []


@pytest.mark.parametrize(
    "opener",
    [":::tip", "::::::   tip", "::: tip ::::::", "::: {.tip}", ':::{.tip key="v"}', "::: Tip"],
)
def test_an_opener_may_be_written_in_many_ways(opener: str) -> None:
    assert 'class="callout callout-tip"' in html(f"{opener}\ntext\n:::")
    assert told(f"{opener}\ntext\n:::") == []


def test_a_div_that_is_never_closed_is_told_with_the_line_of_its_opener() -> None:
    text = "one\n\n::: tip\ntwo\n\nthree"
    assert told(text) == ["3: “::: tip” is opened here and never closed."]
    assert "three" in html(text)


def test_a_closing_line_too_many_is_told_and_does_no_harm() -> None:
    assert told("one\n\n:::\n\ntwo") == ["3: This ::: closes nothing."]
    assert html("one\n\n:::\n\ntwo") == "<p>one</p><p>two</p>"


def test_an_unknown_block_is_a_plain_box_and_the_nearest_name_is_named() -> None:
    problem = read("::: calout\ntext\n:::").problems[0]
    assert problem.message == "There is no block called “calout”."
    assert problem.hint == "Did you mean “callout”?"
    assert 'class="callout callout-plain"' in html("::: calout\ntext\n:::")


def test_a_heading_at_the_start_of_a_block_is_its_title() -> None:
    made = html("::: tip\n## Words *first*\ntext\n:::")
    assert '<h2 id="words-first" class="callout-title">Words <em>first</em></h2>' in made


def test_a_block_in_a_list_item_stays_in_it() -> None:
    made = html("1. a\n\n   ::: hint\n   psst\n   :::\n\n2. b")
    assert made.count("<ol>") == 1
    assert '<details class="hint">' in made


def test_a_definition_of_a_link_holds_for_the_whole_page_even_inside_a_block() -> None:
    made = html("See [this][x].\n\n::: tip\n[x]: https://example.org/a_b\n:::")
    assert '<a href="https://example.org/a_b" rel="noopener">this</a>' in made


def test_a_link_that_nobody_defines_is_told() -> None:
    problem = read("a\n\nSee [this][wirte].\n\n[write]: https://example.org").problems[0]
    assert (problem.line, problem.hint) == (3, "Did you mean “write”?")


def test_the_text_of_a_picture_may_hold_quotes_and_braces() -> None:
    text = """![](a.svg){alt='A map: \\'start\\' and "end" {x}' width="600px"}"""
    document = read(text)
    ((element, picture),) = document.pictures.items()
    assert picture.attributes.values["alt"] == """A map: 'start' and "end" {x}"""
    assert document.lines[element] == 1


def test_a_picture_alone_in_its_paragraph_is_a_figure_with_its_caption() -> None:
    made = inner_html(read('![A *map* by [Ada](https://example.org)](a.svg){alt="map"}').root)
    assert made.startswith('<figure><img src="a.svg" alt="A map by Ada"><figcaption>A <em>map')
    assert '<a href="https://example.org">Ada</a></figcaption></figure>' in made


def test_formulas_become_mathml_and_prices_do_not() -> None:
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in html("So $x^2$ it is")
    assert '<math display="block">' in html("$$\n\\frac{1}{2}\n$$")
    assert html("It costs $5 or $6.") == "<p>It costs $5 or $6.</p>"


def test_footnotes_tables_and_definitions_are_there() -> None:
    made = html("A[^1]\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\nTerm\n: What it is\n\n[^1]: Source.")
    assert '<td data-label="b" class="align-right">2</td>' in made
    assert "<dl><dt>Term</dt><dd>What it is</dd></dl>" in made
    assert '<li id="fn:1">Source.' in made


def test_an_empty_cell_is_no_head_of_a_column() -> None:
    made = html("| | One step |\n|---|---|\n| When | Monday |")
    assert '<tr><td></td><th scope="col">One step</th></tr>' in re.sub(r">\s+<", "><", made)


def test_a_table_may_follow_a_paragraph_directly() -> None:
    assert "<table>" in html("Look:\n| a | b |\n|---|---|\n| 1 | 2 |")


def test_admonitions_of_other_tools_are_boxes() -> None:
    made = html('!!! note "Mind"\n    the *gap*\n\nafter')
    assert 'class="callout callout-note"' in made
    assert "the <em>gap</em>" in made
    assert made.endswith("</div><p>after</p>")


def test_html_divs_and_details_hold_markdown() -> None:
    made = html("<details>\n<summary>More</summary>\n\n- a\n\n</details>")
    assert made == (
        '<details class="spoiler"><summary><span>More</span></summary><ul><li>a</li></ul></details>'
    )


def test_what_could_act_is_taken_out_and_told() -> None:
    text = 'a\n\n<iframe src="https://x.org"></iframe>\n\n<script>\nalert(1)\n</script>\n'
    assert told(text) == ["3: <iframe> is taken out.", "5: <script> is taken out."]
    assert html(text) == "<p>a</p>"


def test_comments_are_not_shown_but_examples_of_them_are() -> None:
    made = html("a <!-- no\n::: tip\n--> b")
    assert "tip" not in made
    assert "no" not in made
    assert "&lt;!-- yes --&gt;" in html("`<!-- yes -->`")


def test_typographic_quotes_are_set_in_english_and_left_alone_elsewhere() -> None:
    assert "“so”" in html('"so"')
    german = inner_html(read_markdown('"so" -- da', language="de").root)
    assert '"so" – da' in german


def test_marks_of_ours_cannot_be_forged() -> None:
    assert "figure" not in html("\ue000I0\ue001 and \ue000D0\ue001")


def test_deep_nesting_is_refused_and_still_shown() -> None:
    assert any("nested" in message for message in told("> " * 500 + "deep"))
    assert "deep" in html("> " * 500 + "deep")


def test_a_code_block_that_is_never_closed_is_an_error_with_its_line() -> None:
    problem = read("a\n\n```\ncode").problems[0]
    assert (problem.line, problem.level) == (3, "error")


def test_headings_begin_at_two_have_no_gaps_and_ids_of_their_own() -> None:
    document = read("# A\n\n### B & C\n\n# A\n\n## D {#own}")
    outline = make_outline(document, Problems("p"))
    assert outline.headings == [
        (2, "a", "A"), (3, "b-c", "B & C"), (2, "a-1", "A"), (3, "own", "D"),
    ]  # fmt: skip
    assert outline.find("b--c") == "b-c"


def test_the_same_id_twice_is_an_error() -> None:
    problems = Problems("p")
    make_outline(read("## A {#x}\n\n::: tip {#x}\nt\n:::"), problems)
    assert [(p.line, p.level) for p in problems.found] == [(3, "error")]


def test_plain_text_does_not_break_where_the_source_does() -> None:
    assert plain_text("<p>Wait\nthree <em>whole\nseconds</em>,\nthen</p>") == (
        "Wait three whole seconds, then"
    )


def test_plain_text_keeps_words_apart_and_says_what_pictures_show() -> None:
    assert plain_text("<p>One<br>two</p><ul><li>three</li></ul><img src='/a' alt='four'>") == (
        "One\ntwo\nthree\nfour"
    )


def test_sanitising_keeps_our_words_and_nothing_else() -> None:
    dirty = (
        '<p class="callout evil" style="color:red" onclick="x()">a</p>'
        '<a href="javascript:x()">b</a><a href="https://example.org" target="_blank">c</a>'
        "<math><mi>x</mi></math><form><input></form>"
    )
    assert sanitise(dirty) == (
        '<p class="callout">a</p><a rel="noopener">b</a>'
        '<a href="https://example.org" rel="noopener">c</a><math><mi>x</mi></math>'
    )


def test_a_page_of_open_brackets_and_endless_blocks_is_still_read() -> None:
    assert any("brackets" in message for message in told("[a " * 5_000))
    assert any("nested" in message for message in told("::: tip\n" * 500))
    assert any("nested" in message for message in told("<div>\n" * 500))


def test_two_links_side_by_side_are_two_links() -> None:
    made = html("[a] [b] [a][]\n\n[a]: https://example.org/a\n[b]: https://example.org/b")
    assert made.count("<a ") == 3


def test_a_formula_with_a_bar_stays_in_its_cell() -> None:
    text = "::: tip {title='`a|b`'}\n# `e|f`\n:::\n\n| a | b |\n|---|---|\n| $x|y$ | `c|d` |"
    assert told(text) == []
    made = html(text)
    assert "`a|b`" in made
    assert "<code>e|f</code>" in made
    assert "<code>c|d</code>" in made
    assert "\ue000" not in made


def test_named_anchors_of_old_pages_are_addresses() -> None:
    outline = make_outline(read('<a name="old"></a>\n\ntext'), Problems("p"))
    assert outline.find("old") == "old"


def test_a_hard_break_stays_one_in_lists_and_quotes() -> None:
    assert html("- a  \n  b") == "<ul><li>a<br>b</li></ul>"
    assert html("> a\\\n> b") == "<blockquote><p>a<br>b</p></blockquote>"


def test_the_glossary_is_read_by_the_same_engine() -> None:
    source, faults = read_source(Path(__file__).parents[2] / "content" / "glossary.md")
    document = read_markdown(source.body, first_line=source.first_line)
    terms = list(document.root.iter("dt"))
    assert faults + document.problems == []
    assert len(terms) > 20
    assert all(text_of(term) for term in terms)
