"""What somebody does who cannot give a review: swap it, if both agree, or decline with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from pdportal import clock
from pdportal.cohorts.models import Member
from pdportal.db import db
from pdportal.feedback.pairing.models import PairKind, PairRule
from pdportal.feedback.pairing.services import set_pair, wish_apart
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews import services as reviews
from pdportal.feedback.reviews.models import DeclineWhy, ReleaseWhy, Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.swaps.models import Swap
from pdportal.feedback.swaps.queries import swaps_for
from tests.conftest import Visit
from tests.feedback import given
from tests.feedback.test_allocation import asked, told
from tests.people import World

MONDAY = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _addresses(addresses: object) -> Iterator[None]:
    with clock.at(MONDAY):
        yield


@pytest.fixture
def desks(world: World, tag: Protocol) -> tuple[Review, Review]:
    """Ben owes a review to Ada, and Gus one to Dee; neither owes the other's."""
    world.gus = world.person("Gus Novak", school=world.lake)
    db.session.add(Member(cohort_id=world.autumn.id, person_id=world.gus.id))
    owed = []
    for author, reviewer in ((world.ada, world.ben), (world.dee, world.gus)):
        round_ = given.shared(given.plan(author), tag, named=[reviewer])
        round_.cohort_id = world.autumn.id
        owed.append(given.review_of(round_, reviewer))
    db.session.commit()
    return owed[0], owed[1]


def test_two_swap_when_both_agree(world: World, visit: Visit, desks: tuple[Review, Review]):
    mine, theirs = desks
    ben, gus, offer = visit(world.ben), visit(world.gus), f"/feedback/reviews/{mine.id}/swap"
    said = ben.get(offer).text
    assert "Gus Novak" in said
    assert "Dee" not in said, "Whose work it is one sees once both agree."
    for _twice in range(2):
        assert ben.post(offer, data={"other": theirs.id}).status_code == 302
    assert told(world.gus)[-1:] == ["feedback_swap"]
    review_page = f"/feedback/reviews/{mine.id}"
    assert "You offered to swap with Gus Novak." in ben.get(review_page).text
    swap = db.session.scalars(select(Swap)).one()
    page = f"/feedback/swaps/{swap.id}"
    said = gus.get(page).text
    assert "Ben Silva offers to swap with you" in said
    assert f'href="{page}"' in gus.get(f"/feedback/reviews/{theirs.id}").text
    assert "Ada" not in said
    assert asked(mine.round) == ["Ben Silva"], "Until then nothing changes."
    for who in (world.ben, world.ada, world.dee, world.lee, world.zoe):
        assert visit(who).get(page).status_code == 404
        assert visit(who).post(page, data={"answer": "yes"}).status_code == 404
    assert gus.post(page, data={"answer": "yes"}).status_code == 302
    assert gus.post(page, data={"answer": "yes"}).status_code == 409
    assert asked(mine.round) == ["Gus Novak"]
    assert asked(theirs.round) == ["Ben Silva"]
    assert "feedback_swapped" in told(world.ben)
    assert "This offer is over" in gus.get(page).text
    author = visit(world.ada).get(f"/feedback/rounds/{mine.round_id}").text
    assert "is not asked anymore" in author
    released = db.session.scalars(select(Review.release_why).where(Review.released_at.is_not(None)))
    assert set(released) == {ReleaseWhy.SWAPPED}


def test_no_is_an_answer_and_an_offer_ends_when_a_review_is_begun(
    world: World, visit: Visit, desks: tuple[Review, Review]
):
    mine, theirs = desks
    visit(world.ben).post(f"/feedback/reviews/{mine.id}/swap", data={"other": theirs.id})
    visit(world.gus).post(f"/feedback/reviews/{theirs.id}/swap", data={"other": mine.id})
    first, second = db.session.scalars(select(Swap).order_by(Swap.id)).all()
    visit(world.gus).post(f"/feedback/swaps/{first.id}", data={"answer": "no"})
    assert "feedback_not_swapped" in told(world.ben)
    again = visit(world.ben).get(f"/feedback/reviews/{mine.id}").text
    assert "You offered to swap" not in again
    reviews.begin(world.gus, theirs)
    db.session.commit()
    page = f"/feedback/swaps/{second.id}"
    assert "This offer is over" in visit(world.ben).get(page).text
    assert visit(world.ben).post(page, data={"answer": "yes"}).status_code == 409
    assert (asked(mine.round), asked(theirs.round)) == (["Ben Silva"], ["Gus Novak"])
    answer = visit(world.gus).post(f"/feedback/reviews/{theirs.id}/swap", data={"other": mine.id})
    assert answer.status_code == 422
    nobody = visit(world.zoe).post(f"/feedback/reviews/{mine.id}/swap", data={"other": theirs.id})
    assert nobody.status_code == 404


@pytest.mark.parametrize("why", ["apart", "must", "away", "left", "asked"])
def test_nobody_swaps_into_a_review_they_would_not_be_asked_for(
    world: World, desks: tuple[Review, Review], why: str
):
    mine, theirs = desks
    wish_apart(world.dee, world.ben)
    assert swaps_for(mine) == [theirs], "A wish would show here."
    match why:
        case "apart":
            set_pair(world.lee, world.autumn, PairKind.APART, world.ada, world.gus, "")
        case "must":
            set_pair(world.lee, world.autumn, PairKind.MUST, world.ada, world.ben, "")
        case "away":
            world.gus.active = False
        case "left":
            of_gus = select(Member).where(Member.person_id == world.gus.id)
            db.session.scalars(of_gus).one().left_at = clock.now()
        case "asked":
            db.session.add(
                Review(
                    round_id=mine.round_id,
                    reviewer_id=world.gus.id,
                    lease_until=MONDAY,
                    released_at=MONDAY,
                    release_why=ReleaseWhy.LEASE_OVER,
                )
            )
    db.session.flush()
    assert swaps_for(mine) == []


@pytest.mark.parametrize("why", [*DeclineWhy, None])
def test_the_author_reads_no_reason_and_those_who_run_the_cohort_read_what_is_for_them(
    world: World, visit: Visit, tag: Protocol, why: DeclineWhy | None
):
    round_ = given.shared(given.plan(world.ada), tag, cohort=world.autumn)
    review = given.review_of(round_, world.ben)
    db.session.commit()
    ben, url = visit(world.ben), f"/feedback/reviews/{review.id}"
    assert "only told that somebody else will look" in ben.get(url).text
    long = ben.post(f"{url}/decline", data={"words": "x" * 501, "why": "subject"})
    assert long.status_code == 422
    assert "xxx" in long.text
    typed = {"words": "Exams all week."} | ({"why": why.value} if why else {"why": "<b>"})
    for _twice in range(2):
        assert ben.post(f"{url}/decline", data=typed).status_code == 302
    author = visit(world.ada).get(f"/feedback/rounds/{round_.id}").text
    assert "cannot this time; somebody else will look" in author
    assert "Exams" not in author
    for lead in (world.lee, world.fay):
        said = visit(lead).get(f"/cohorts/{world.autumn.id}/reviews").text
        assert ("Exams all week." in said) == (why is not DeclineWhy.PERSON)
        assert ("gave no reason" in said) == (why in {*list(DeclineWhy)[-2:], None})
        assert round_.work.title not in said
    wishes = db.session.scalars(select(PairRule)).all()
    assert len(wishes) == (why is DeclineWhy.PERSON)
    assert asked(db.session.get_one(Round, round_.id)) == ["Dee Tran", "Fay Haddad"]
