"""A figure never points at fewer than five people, however often and with whomever it is read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given as each
from hypothesis import strategies as some

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.cohorts import services as cohorts
from pdportal.cohorts.models import Cohort
from pdportal.db import db
from pdportal.feedback.comments import services as comments
from pdportal.feedback.comments.answers import Verdict
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.protocols.models import Protocol
from pdportal.insights.policy import FEWEST, Answer, countable
from pdportal.insights.progress import Comments, progress_of
from tests.conftest import Visit
from tests.insights import given
from tests.people import World

NOW = datetime(2026, 11, 10, 15, 0, tzinfo=UTC)
READER = 0

answers = some.lists(
    some.builds(
        Answer,
        person_id=some.integers(0, 9),
        comment_id=some.integers(1, 30),
        verdict=some.sampled_from(list(Verdict)),
    ),
    max_size=60,
)


@each(answers)
def test_between_two_readings_stand_five_other_people_or_nothing_has_changed(
    log: list[Answer],
) -> None:
    before, since = countable(log[:0], READER), 0
    for read in range(len(log) + 1):
        now = countable(log[:read], READER)
        if now != before:
            between = {answer.person_id for answer in log[since:read]}
            assert len(between - {READER}) >= FEWEST
            before, since = now, read


@each(answers)
def test_nothing_is_counted_twice_or_otherwise_than_it_was_answered(log: list[Answer]) -> None:
    for comment_id, verdict in countable(log, READER).items():
        assert verdict in {one.verdict for one in log if one.comment_id == comment_id}


def _answered(
    author: Person, cohort: Cohort, world: World, verdict: Verdict, protocol: Protocol
) -> Comment:
    """The author's answer to the feedback of a cohort."""
    round_ = given.shared(author, protocol, NOW - timedelta(days=5), cohort=cohort)
    comment = given.asked(round_, world.zoe, given_at=NOW - timedelta(days=1)).comments[0]
    comments.decide(author, comment, verdict, "It is the weak place.")
    db.session.commit()
    return comment


def test_the_figure_comes_with_five_who_answered_and_no_member_moves_it(
    world: World, visit: Visit
) -> None:
    protocol = given.protocol()
    people = [world.person(f"Kim Osei {number}") for number in range(9)]
    cohorts.add_people(world.lee, world.autumn, people)
    lee, page = visit(world.lee), f"/cohorts/{world.autumn.id}/progress"
    with clock.at(NOW):
        for person in people[:4]:
            _answered(person, world.autumn, world, Verdict.ADAPT, protocol)
        assert "so that nobody can be identified" in lee.get(page).text
        _answered(people[4], world.autumn, world, Verdict.DECLINE, protocol)
        said = "Of 5 suggestions that authors answered, they used or adapted 4."
        assert said in lee.get(page).text
        for person in people[:8]:  # five left would be few; none is any
            cohorts.remove_person(world.lee, world.autumn, person)
            db.session.commit()
            assert said in lee.get(page).text
        cohorts.add_people(world.lee, world.autumn, [*people, world.zoe])
        db.session.commit()
        for person in people[5:]:
            _answered(person, world.autumn, world, Verdict.DECLINE, protocol)
            assert said in lee.get(page).text, "four more are too few to tell apart"


def test_who_reads_is_not_one_of_the_five(world: World) -> None:
    protocol = given.protocol()
    people = [world.person(f"Kim Osei {number}") for number in range(5)]
    cohorts.add_people(world.lee, world.autumn, people)
    with clock.at(NOW):
        for person in (world.fay, *people[:4]):
            _answered(person, world.autumn, world, Verdict.USE, protocol)
        assert progress_of(world.autumn, world.fay.id).comments is None
        assert progress_of(world.autumn, world.lee.id).comments == Comments(answered=5, used=5)


def test_an_answer_that_was_changed_moves_nothing_by_itself(world: World) -> None:
    protocol = given.protocol()
    people = [world.person(f"Kim Osei {number}") for number in range(5)]
    cohorts.add_people(world.lee, world.autumn, people)
    with clock.at(NOW):
        last = [_answered(person, world.autumn, world, Verdict.USE, protocol) for person in people][
            -1
        ]
        before = progress_of(world.autumn, world.lee.id).comments
        comments.decide(people[4], last, Verdict.DECLINE, "It did not work.")
        assert progress_of(world.autumn, world.lee.id).comments == before
