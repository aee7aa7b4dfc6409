"""Who may see and do what, in every state of the loop."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.comments import policy as comment_policy
from pdportal.feedback.comments.answers import Verdict
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews import policy as review_policy
from pdportal.feedback.reviews import services as review_services
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds import policy as round_policy
from pdportal.feedback.rounds import services as round_services
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works import policy as work_policy
from pdportal.feedback.works import services as work_services
from pdportal.feedback.works.models import Work
from tests.conftest import Visit
from tests.feedback import given
from tests.people import World

State = Callable[[World, Protocol], Work]


def draft(world: World, tag: Protocol) -> Work:
    return given.plan(world.ada)


def shared(world: World, tag: Protocol) -> Work:
    work = given.plan(world.ada)
    given.shared(work, tag, named=[world.ben, world.dee])
    return work


def taken_back(world: World, tag: Protocol) -> Work:
    work = given.plan(world.ada)
    round_services.take_back(world.ada, given.shared(work, tag, named=[world.ben, world.dee]))
    return work


def begun(world: World, tag: Protocol) -> Work:
    work = given.plan(world.ada)
    round_ = given.shared(work, tag, named=[world.ben, world.dee])
    given.written(world.ben, given.begun(round_, world.ben), "tell", "Half a thought")
    return work


def declined(world: World, tag: Protocol) -> Work:
    work = given.plan(world.ada)
    round_ = given.shared(work, tag, named=[world.ben, world.dee], coach_may=True)
    review_services.decline(world.ben, given.review_of(round_, world.ben), "Next time.")
    return work


def one_given(world: World, tag: Protocol) -> Work:
    work = given.plan(world.ada)
    round_ = given.shared(work, tag, named=[world.ben, world.dee])
    given.given(round_, world.ben)
    given.begun(round_, world.dee)
    return work


def both_given(world: World, tag: Protocol) -> Work:
    work = given.plan(world.ada)
    round_ = given.shared(work, tag, named=[world.ben, world.dee])
    given.given(round_, world.ben)
    given.given(round_, world.dee)
    return work


def revised(world: World, tag: Protocol) -> Work:
    work = both_given(world, tag)
    round_ = db.session.scalars(select(Round)).one()
    comment = given.said_by(given.review_of(round_, world.ben), "give")
    given.decided(comment, Verdict.ADAPT)
    content = given.PLAN | {"plan": "They write first."}
    round_services.revise(world.ada, round_, content=content, why="Time.", ticks={comment.id: None})
    return work


def closed(world: World, tag: Protocol) -> Work:
    work = revised(world, tag)
    round_services.close(world.ada, db.session.scalars(select(Round)).one(), learned="A lot.")
    return work


def closed_early(world: World, tag: Protocol) -> Work:
    work = one_given(world, tag)
    round_services.close(world.ada, db.session.scalars(select(Round)).one())
    return work


STATES = [
    draft, shared, taken_back, begun, declined, one_given, both_given, revised, closed,
    closed_early,
]  # fmt: skip

MAY_SEE = {
    "draft": {"ada"},
    "shared": {"ada", "ben", "dee"},
    "taken_back": {"ada"},
    "begun": {"ada", "ben", "dee"},
    # Ben left it to others; the author's coach was asked, as the author allowed.
    "declined": {"ada", "dee"},
    "one_given": {"ada", "ben", "dee"},
    "both_given": {"ada", "ben", "dee"},
    "revised": {"ada", "ben", "dee"},
    "closed": {"ada", "ben", "dee"},
    "closed_early": {"ada", "ben"},
}


@pytest.fixture(autouse=True)
def _addresses(addresses: object) -> None:
    return


def _names(world: World, may: Callable[[Person], bool]) -> set[str]:
    return {person.given_name.lower() for person in world.everyone if may(person)}


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_a_work_is_seen_by_its_author_and_those_it_is_shared_with(
    world: World, tag: Protocol, state: State
):
    work = state(world, tag)
    db.session.flush()

    def sees(person: Person) -> bool:
        return work in db.session.scalars(work_policy.works_seen_by(person)).all()

    assert _names(world, sees) == MAY_SEE[state.__name__]


def _has_received(person: Person, comment: Comment) -> bool:
    may = comment_policy.may_decide(person, comment) and comment_policy.may_see(person, comment)
    return may and comment.review is not None and comment.is_written


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_lists_and_pages_agree_over_the_whole_cast(world: World, tag: Protocol, state: State):
    state(world, tag)
    db.session.flush()
    db.session.expire_all()
    for person in world.everyone:
        for seen_by, may, model in (
            (work_policy.works_talked_about_by, work_policy.may_talk, Work),
            (lambda one: round_policy.rounds_run_by(one.id), round_policy.may_run, Round),
            (review_policy.reviews_seen_by, review_policy.may_see, Review),
            (comment_policy.comments_seen_by, comment_policy.may_see, Comment),
            (lambda one: comment_policy.comments_received_by(one.id), _has_received, Comment),
        ):
            everything = list(db.session.scalars(select(model)))
            listed = {one.id for one in db.session.scalars(seen_by(person))}
            assert listed == {one.id for one in everything if may(person, one)}, (
                person.name,
                model.__name__,
            )


@pytest.mark.one_database
@pytest.mark.parametrize(
    "state", [draft, declined, one_given, closed], ids=lambda state: state.__name__
)
def test_pages_open_for_nobody_but_those(world: World, tag: Protocol, state: State, visit: Visit):
    work = state(world, tag)
    db.session.commit()
    rounds = list(db.session.scalars(select(Round)))
    reviews = list(db.session.scalars(select(Review)))
    comments = list(db.session.scalars(select(Comment)))
    authors = [
        f"/feedback/works/{work.id}/{page}" for page in ("edit", "history", "share", "compare")
    ]
    authors += [f"/feedback/rounds/{round_.id}{page}" for round_ in rounds
                for page in ("", "/revise", "/close", "/ask")]  # fmt: skip
    for person in world.everyone:
        browser = visit(person)
        name = person.given_name.lower()
        may = name in MAY_SEE[state.__name__]
        assert browser.get(f"/feedback/works/{work.id}").status_code in (
            (200, 302) if may else (404,)
        ), name
        for url in authors:
            answer = browser.get(url)
            assert (answer.status_code in (200, 302)) == (name == "ada"), (name, url)
            assert name == "ada" or answer.status_code == 404
        for review in reviews:
            mine = review.reviewer_id == person.id
            for page in ("", "/practice", "/look", "/outcome"):
                answer = browser.get(f"/feedback/reviews/{review.id}{page}")
                assert (answer.status_code in (200, 302)) == mine, (name, page)
            if not mine:
                for act in ("begin", "decline", "write", "give"):
                    assert browser.post(f"/feedback/reviews/{review.id}/{act}").status_code == 404
        for comment in comments:
            if name not in {"ada", "ben", "dee"}:
                for act in ("decide", "confirm", "ask-again"):
                    answer = browser.post(f"/feedback/comments/{comment.id}/{act}")
                    assert answer.status_code == 404


REFUSED_TO_OTHERS = (
    ("POST", "works/{work}/edit"), ("POST", "works/{work}/keep"), ("POST", "works/{work}/share"),
    ("POST", "works/{work}/put-away"), ("POST", "works/{work}/bring-back"),
    ("POST", "rounds/{round}/take-back"), ("POST", "rounds/{round}/ask"),
    ("POST", "rounds/{round}/close"), ("POST", "rounds/{round}/reflection"),
    ("POST", "rounds/{round}/revise"), ("POST", "rounds/{round}/revise/keep"),
    ("POST", "reviews/{review}/thank"),
)  # fmt: skip


@pytest.mark.parametrize(("method", "url"), REFUSED_TO_OTHERS)
def test_only_the_author_acts_on_a_work(
    world: World, tag: Protocol, visit: Visit, method: str, url: str
):
    work = one_given(world, tag)
    db.session.commit()
    round_ = db.session.scalars(select(Round)).one()
    review = given.review_of(round_, world.ben)
    address = f"/feedback/{url.format(work=work.id, round=round_.id, review=review.id)}"
    for person in world.everyone:
        if person is not world.ada:
            assert visit(person).open(address, method=method).status_code == 404, person.name


def test_a_giver_may_not_decide_and_an_author_may_not_confirm(
    world: World, tag: Protocol, visit: Visit
):
    both_given(world, tag)
    db.session.commit()
    round_ = db.session.scalars(select(Round)).one()
    comment = given.said_by(given.review_of(round_, world.ben), "give")
    url = f"/feedback/comments/{comment.id}"
    assert visit(world.ben).post(f"{url}/decide", data={"decision": "use"}).status_code == 403
    assert visit(world.ada).post(f"{url}/confirm").status_code == 403
    assert visit(world.ada).post(f"{url}/ask-again", data={"words": "x"}).status_code == 403
    # Dee reads it, since she has given hers, and may do nothing with it.
    assert visit(world.dee).post(f"{url}/confirm").status_code == 403
    # What has not been answered cannot be confirmed.
    assert visit(world.ben).post(f"{url}/confirm").status_code == 409


def test_unknown_ids_lead_nowhere(world: World, visit: Visit):
    ada = visit(world.ada)
    for url in ("works/999", "works/999/edit", "rounds/999", "reviews/999", "reviews/999/look",
                "protocols/none", "protocols/none/students", "works/9999999999999"):  # fmt: skip
        assert ada.get(f"/feedback/{url}").status_code == 404, url
    assert ada.post("/feedback/comments/999/decide").status_code == 404
    assert ada.post("/feedback/reviews/999/give").status_code == 404


def test_a_giver_sees_the_revision_reviewed_and_what_answers_and_no_other(
    world: World, tag: Protocol, visit: Visit
):
    work = revised(world, tag)
    work_services.save_revision(
        world.ada, work, why="Later.", content=given.PLAN | {"plan": "A secret third plan."}
    )
    db.session.commit()
    review = given.review_of(db.session.scalars(select(Round)).one(), world.ben)
    page = visit(world.ben).get(f"/feedback/reviews/{review.id}/outcome").text
    assert "<ins>" in page
    assert "secret third plan" not in page
    review = given.review_of(db.session.scalars(select(Round)).one(), world.dee)
    page = visit(world.dee).get(f"/feedback/reviews/{review.id}/outcome").text
    assert "In pairs they" in page
    assert "<ins>" not in page
    assert "secret third plan" not in page


def test_the_author_sees_to_whom_the_server_handed_it_out(
    world: World, tag: Protocol, visit: Visit
):
    work = shared(world, tag)
    db.session.commit()
    round_ = db.session.scalars(select(Round)).one()
    for person in (world.ben, world.dee):
        url = f"/feedback/reviews/{given.review_of(round_, person).id}"
        browser = visit(person)
        if person is world.dee:
            browser.head(url)
            browser.get(url, headers={"Sec-Purpose": "prefetch;prerender"})
        else:
            assert browser.get(url).status_code == 200
    assert visit(world.zoe).get(f"/feedback/works/{work.id}").status_code == 404
    assert visit(world.ada).get(f"/feedback/works/{work.id}").status_code == 200
    page = visit(world.ada).get(f"/feedback/works/{work.id}").text
    assert "Ben Silva" in page.split("Who looked")[1]
    for name in ("Ada Okafor", "Dee", "Zoe"):
        assert name not in page.split("Who looked")[1], name
