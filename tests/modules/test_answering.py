"""Questions of every kind, answered through pages: wrong, helped, right, and nothing lost."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from pdportal.db import db
from pdportal.modules import own_data
from pdportal.modules.models import Answer, Block, Edition, Enrollment, Page
from tests.conftest import Visit
from tests.modules.conftest import Publish
from tests.modules.given import plain_page
from tests.modules.test_kinds import EXAMPLES, NEXT
from tests.people import World

HELPED = """::: question {#pauses kind=text see="03-next-page.md#heading" skill=questioning}
What is the pause after an answer called?

- [x] the second pause
    > Yes, that one.
- [ ] think time
    > That is the first one.

It is the one we forget.

::: hint
They are numbered.
:::
:::
"""


@pytest.fixture
def kinds(publish: Publish) -> Edition:
    """A module with a question of each kind, and a page to read again."""
    page = plain_page("One", "\n".join([*EXAMPLES, HELPED]))
    return publish("kinds", pages={"01-one.md": page, "03-next-page.md": NEXT})


PAGE = "/learn/kinds/one"


def question(html: str, key: str) -> str:
    """The part of a page with one question."""
    return html.partition(f'id="question-{key}"')[2].partition("</form>")[0]


def test_wrong_three_times_helped_and_back(world: World, visit: Visit, kinds: Edition):
    ada = visit(world.ada)
    url = f"{PAGE}/pauses/answer"
    assert "They are numbered." in question(ada.get(PAGE).text, "pauses"), "there, but closed"
    ada.post(url, data={"text": " Think  time."})
    once = question(ada.get(PAGE).text, "pauses")
    assert "That is the first one." in once
    assert "This may help" not in once
    assert re.search(r"<details[^>]* open>\s*<summary>A hint", once)

    ada.post(url, data={"text": "silence"})
    twice = question(ada.get(PAGE).text, "pauses")
    assert "1 earlier answer" in twice
    assert "Think time." in twice
    link = re.search(r'<a href="([^"]*)">Heading</a>', twice)
    assert link
    assert link[1] == "/learn/kinds/next-page?back=one/pauses#heading"
    there = ada.get(link[1].partition("#")[0]).text
    assert "Back to the question" in there
    assert f'href="{PAGE}#question-pauses"' in there
    assert "Back to the question" not in ada.get("/learn/kinds/next-page?back=other/pauses").text
    assert "Back to the question" not in ada.get("/learn/kinds/next-page").text

    ada.post(url, data={"text": "the first pause"})
    assert "It is the one we forget." not in ada.get(PAGE).text
    ada.post(url, data={"text": "THE SECOND PAUSE"})
    right = question(ada.get(PAGE).text, "pauses")
    assert "It is the one we forget." in right
    assert "This may help" not in right
    assert "3 earlier answers" in right
    assert "Think time." not in visit(world.ben).get(PAGE).text


def test_a_refused_answer_comes_back_as_it_was_given(world: World, visit: Visit, kinds: Edition):
    ada = visit(world.ada)
    shown = question(ada.get(PAGE).text, "steps-of-a-question")
    names = re.findall(r'name="(place-\w+)"', shown)
    refused = ada.post(f"{PAGE}/steps-of-a-question/answer", data=dict.fromkeys(names, "2"))
    assert refused.status_code == 422
    again = question(refused.text, "steps-of-a-question")
    assert "Number 2 is there more than once." in again
    assert again.count('value="2" selected') == 5
    refused = ada.post(f"{PAGE}/two-pauses/answer", data={"gap-1": "three", "gap-2": " "})
    assert "1 gap is still empty." in refused.text
    assert 'value="three"' in question(refused.text, "two-pauses")
    refused = ada.post(f"{PAGE}/a-quarter/answer", data={"number": "12 <b>cm</b>"})
    assert "Write it in minutes" in refused.text
    assert "12 &lt;b&gt;cm&lt;/b&gt;" in question(refused.text, "a-quarter")
    assert db.session.scalars(select(Answer)).all() == []


def test_an_order_and_pairs_are_found_with_nothing_but_selects(
    world: World, visit: Visit, kinds: Edition
):
    ada = visit(world.ada)
    blocks = {key: data for key, data in db.session.execute(select(Block.key, Block.data)) if data}
    items = blocks["steps-of-a-question"]["items"]
    places = {f"place-{item['key']}": str(n) for n, item in enumerate(items, 1)}
    url = f"{PAGE}/steps-of-a-question/answer"
    ada.post(url, data=places | {f"place-{items[0]['key']}": "2", f"place-{items[1]['key']}": "1"})
    assert "1 is out of place." in ada.get(PAGE).text
    ada.post(url, data=places)
    ada.post(url, data=places)
    pairs = blocks["moves-and-uses"]["pairs"]
    url = f"{PAGE}/moves-and-uses/answer"
    wrong = {f"pair-{pair['key']}": pairs[0]["right"] for pair in pairs}
    ada.post(url, data=wrong)
    assert "1 of 3 right." in question(ada.get(PAGE).text, "moves-and-uses")
    ada.post(url, data={f"pair-{pair['key']}": pair["right"] for pair in pairs})
    verdicts = db.session.execute(select(Answer.verdict).order_by(Answer.id)).scalars().all()
    assert verdicts == [False, True, False, True], "sent twice, it is one"
    assert "Everybody agrees." in question(ada.get(PAGE).text, "moves-and-uses")


def test_a_model_answer_is_shown_beside_one_s_own_and_to_nobody_before(
    world: World, visit: Visit, kinds: Edition
):
    ada, url = visit(world.ada), f"{PAGE}/nervous-students/answer"
    assert "counted to three" not in ada.get(PAGE).text
    ada.post(url, data={"text": "Try it once."})
    beside = question(ada.get(PAGE).text, "nervous-students")
    assert "counted to three" in beside
    assert "Try it once." in beside
    criterion = re.findall(r'name="(criterion-\w+)"', beside)[0]
    ada.post(url, data={"text": "Try it once.", criterion: "beyond", "criterion-x": "at"})
    latest = db.session.scalars(select(Answer).order_by(Answer.id.desc())).first()
    assert latest is not None
    assert latest.verdict is None
    assert list(latest.answer["said"].values()) == ["beyond"]
    assert 'value="beyond" checked' in question(ada.get(PAGE).text, "nervous-students")


def test_an_answer_of_another_shape_harms_nothing(world: World, visit: Visit, kinds: Edition):
    ada = visit(world.ada)
    ada.post("/learn/kinds/begin")
    way = db.session.scalars(select(Enrollment)).one()
    for answer in ([], ["zz"], "zz", {}, {"zz": "y"}):
        for block_id in db.session.scalars(select(Block.id)).all():
            row = Answer(enrollment_id=way.id, block_id=block_id, answer=answer, verdict=False)
            db.session.add(row)
        db.session.commit()
        assert ada.get(PAGE).status_code == 200, answer
    assert "earlier answers" in ada.get(PAGE).text


def test_a_question_of_an_old_edition_goes_on(world: World, visit: Visit, wait: Edition):
    block = db.session.scalars(select(Block).where(Block.key == "what-helps")).one()
    assert "kind" not in block.data
    assert not {"see", "skill"} & block.data.keys()
    block.data = {key: value for key, value in block.data.items() if key != "hint_html"}
    db.session.commit()
    ada = visit(world.ada)
    keys = [option["key"] for option in block.data["options"]]
    for chosen in (keys[:1], keys, keys[:2]):
        ada.post("/learn/wait/try-it/what-helps/answer", data={"option": chosen})
    page = question(ada.get("/learn/wait/try-it").text, "what-helps")
    assert "2 earlier answers" in page
    assert "answered" in page


def test_the_words_that_are_right_are_not_found_by_searching(kinds: Edition):
    first = select(Page.text).where(Page.edition_id == kinds.id).order_by(Page.number)
    text = db.session.scalars(first).first() or ""
    assert "What is the pause after an answer called?" in text
    assert "the second pause" not in text
    assert "Ten feel like" not in text


def test_answers_are_taken_along_in_words(world: World, visit: Visit, kinds: Edition):
    ada = visit(world.ada)
    ada.post(f"{PAGE}/who-gains/answer", data={"gap-1": "longer", "gap-2": "fewer"})
    ada.post(f"{PAGE}/quick-students/answer", data={"option": "true"})
    (answers,) = [
        piece for piece in own_data.PART.collect(world.ada) if piece.path == "answers.json"
    ]
    gaps, statement = answers.content
    assert gaps["asked"].startswith("With a longer wait, answers get ___, and")
    assert gaps["said"] == ["1. longer", "2. fewer"]
    assert (statement["said"], statement["verdict"]) == (["True"], False)
