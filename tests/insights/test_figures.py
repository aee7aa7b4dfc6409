"""A figure never points at fewer than five people, however often and with whomever it is read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given as each
from hypothesis import strategies as some

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.cohorts import services as cohorts
from pdportal.cohorts.models import Cohort
from pdportal.cohorts.policy import FEWEST
from pdportal.db import db
from pdportal.feedback.comments import services as comments
from pdportal.feedback.comments.answers import CommentKind, Verdict
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.protocols.models import Protocol
from pdportal.insights.policy import Answer, Comments, comments_counted
from pdportal.insights.progress import progress_of
from tests.conftest import Visit
from tests.insights import given
from tests.people import World

NOW = datetime(2026, 11, 10, 15, 0, tzinfo=UTC)
USED = (Verdict.USE, Verdict.ADAPT)

answers = some.lists(
    some.builds(
        lambda comment_id, verdict: Answer(comment_id % 9, comment_id, verdict),
        comment_id=some.integers(1, 30),
        verdict=some.sampled_from(list(Verdict)),
    ),
    max_size=80,
)
"""Of nine authors, each with three or four comments."""


def parts(log: list[Answer]) -> dict[int, Comments]:
    """What the last answers of each person add to the figure, where that is anything."""
    last = {one.comment_id: one for one in log}.values()
    people: dict[int, Comments] = {}
    for one in last:
        answered, used = people.get(one.person_id, (0, 0))
        people[one.person_id] = Comments(
            answered + (one.verdict in {*USED, Verdict.DECLINE}), used + (one.verdict in USED)
        )
    return {person: part for person, part in people.items() if part.answered}


@each(answers)
def test_a_figure_moves_by_the_answers_of_five_people_besides_any_reader(
    log: list[Answer],
) -> None:
    before, since = None, 0
    for read in range(len(log) + 1):
        now = comments_counted(log[:read])
        if now != before:
            moved = set()
            for n in range(since, read):
                moved |= dict(parts(log[: n + 1]).items() ^ parts(log[:n]).items()).keys()
            for reader in range(9):
                assert len(moved - {reader}) >= FEWEST
            before, since = now, read


@each(answers)
def test_a_figure_is_what_was_answered_when_it_moved(log: list[Answer]) -> None:
    before = None
    for read in range(len(log) + 1):
        now = comments_counted(log[:read])
        if now != before:
            whole = [sum(column) for column in zip(*parts(log[:read]).values(), strict=True)]
            assert (now or Comments(0, 0)) == tuple(whole)
            before = now


def _said(*answers: tuple[int, Verdict]) -> list[Answer]:
    """Each person's answer to the one comment they have."""
    return [Answer(person, person, verdict) for person, verdict in answers]


SIX = _said(*((person, Verdict.USE) for person in range(6)))


@pytest.mark.parametrize(
    "more",
    [
        _said(*((person, Verdict.ADAPT) for person in range(5))),
        _said(*((person, verdict) for person in range(5) for verdict in (Verdict.DECLINE, "use"))),
        _said(*((person, Verdict.THANK) for person in range(10, 20))),
        [Answer(person, 30 + person, Verdict.THANK) for person in range(5)],
    ],
)
def test_who_leaves_the_figure_as_it_was_hides_nobody_elses_answer(more: list[Answer]) -> None:
    assert comments_counted([*SIX, *more, *_said((5, Verdict.DECLINE))]) == Comments(6, 6)


def test_two_answers_that_make_up_for_each_other_hide_nobody_elses() -> None:
    pairs = [(Answer(n, n, Verdict.USE), Answer(n, 30 + n, Verdict.DECLINE)) for n in range(6)]
    first = [one for pair in pairs for one in pair]
    figure = comments_counted(first)
    for used, declined in pairs[:5]:
        first += [used._replace(verdict="decline"), declined._replace(verdict="use")]
    assert figure == comments_counted([*first, Answer(5, 5, Verdict.DECLINE)])


def test_an_answer_changed_into_thanks_moves_the_figure() -> None:
    gone = _said(*((person, Verdict.THANK) for person in range(6)))
    assert comments_counted(SIX) == Comments(6, 6)
    assert comments_counted([*SIX, *gone]) is None
    assert comments_counted([*SIX, *gone[:5]]) == Comments(6, 6)


def _answered(
    author: Person, cohort: Cohort, world: World, verdict: Verdict, protocol: Protocol
) -> Comment:
    """The author's answer to the feedback of a cohort."""
    round_ = given.shared(author, protocol, NOW - timedelta(days=5), cohort=cohort)
    comment = given.asked(round_, world.zoe, given_at=NOW - timedelta(days=1)).comments[0]
    comment.kind = CommentKind.STRENGTH if verdict == Verdict.THANK else CommentKind.SUGGESTION
    comments.decide(author, comment, verdict, "It is the weak place.")
    db.session.commit()
    return comment


def test_the_figure_comes_with_six_who_answered_and_no_member_moves_it(
    world: World, visit: Visit
) -> None:
    protocol = given.protocol()
    people = [world.person(f"Kim Osei {number}") for number in range(10)]
    cohorts.add_people(world.lee, world.autumn, people)
    lee, fay, page = visit(world.lee), visit(world.fay), f"/cohorts/{world.autumn.id}/progress"
    with clock.at(NOW):
        for person in people[:5]:
            _answered(person, world.autumn, world, Verdict.ADAPT, protocol)
        assert "so that nobody can be identified" in lee.get(page).text
        assert "suggestions that authors answered, they" not in lee.get(page).text
        _answered(people[5], world.autumn, world, Verdict.DECLINE, protocol)
        said = "Of 6 suggestions that authors answered, they used or adapted 5."
        assert said in lee.get(page).text
        for person in people[:9]:  # five left would be few; none is any
            cohorts.remove_person(world.lee, world.autumn, person)
            db.session.commit()
            assert said in lee.get(page).text
        cohorts.add_people(world.lee, world.autumn, [*people, world.zoe])
        db.session.commit()
        for person in [*people[6:], world.fay]:
            _answered(person, world.autumn, world, Verdict.DECLINE, protocol)
            assert said in lee.get(page).text, "five more are too few to tell apart"
            assert said in fay.get(page).text, "it is the same for who is one of them"


def test_thanks_do_not_make_a_figure_over_one_person(world: World) -> None:
    protocol = given.protocol()
    people = [world.person(f"Kim Osei {number}") for number in range(6)]
    cohorts.add_people(world.lee, world.autumn, people)
    with clock.at(NOW):
        for person in people[:5]:
            _answered(person, world.autumn, world, Verdict.THANK, protocol)
        _answered(people[5], world.autumn, world, Verdict.DECLINE, protocol)
        assert progress_of(world.autumn).comments is None


def test_an_answer_that_was_changed_moves_nothing_by_itself(world: World) -> None:
    protocol = given.protocol()
    people = [world.person(f"Kim Osei {number}") for number in range(6)]
    cohorts.add_people(world.lee, world.autumn, people)
    with clock.at(NOW):
        last = [_answered(person, world.autumn, world, Verdict.USE, protocol) for person in people][
            -1
        ]
        assert progress_of(world.autumn).comments == Comments(6, 6)
        comments.decide(people[5], last, Verdict.DECLINE, "It did not work.")
        assert progress_of(world.autumn).comments == Comments(6, 6)
