"""Rounds that hide names, seen from every side.

A name that is hidden must not only be absent: nothing else may tell it. So everybody reads all
pages there are twice, and in between two people change places in the database: the one who is
hidden and one who might as well have been. Not a letter of any page may differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes
from sqlalchemy import select, update

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.looks import Look
from pdportal.cohorts.models import Member
from pdportal.db import db
from pdportal.feedback import own_data
from pdportal.feedback.comments import helping
from pdportal.feedback.comments import services as comment_services
from pdportal.feedback.comments.answers import Verdict
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.kinds import all_kinds
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews import policy as review_policy
from pdportal.feedback.reviews import services as review_services
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds import policy, showing, veil
from pdportal.feedback.rounds import services as round_services
from pdportal.feedback.rounds.hiding import Hides
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.renewal import renew_asks
from pdportal.feedback.rounds.veil import is_hidden_reviewer
from pdportal.feedback.works.models import Work
from pdportal.inbox import kinds
from pdportal.inbox import own_data as inbox_data
from pdportal.inbox.letters import write_letters
from pdportal.inbox.models import Letter, Notice
from pdportal.inbox.services import notify
from pdportal.inbox.unsubscribing import unsubscribe_url
from pdportal.web.errors import Refused
from tests.conftest import Visit
from tests.feedback import given
from tests.people import World
from tests.test_the_wall import addresses as all_addresses

NOON = datetime(2026, 11, 17, 17, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_noon(addresses: object) -> Iterator[None]:
    with clock.at(NOON):
        yield


def loop(world: World, round_: Round, *givers: Person) -> None:
    """All that can happen in a round after it was shared."""
    for number, giver in enumerate(givers):
        with clock.at(NOON - timedelta(hours=3 - number)):
            given.given(round_, giver, tell=f"Tell {number}", give=f"Give {number}")
    reviews = [given.review_of(round_, giver) for giver in givers]
    first, second = (given.said_by(review, "give") for review in reviews[:2])
    review_services.thank(world.ada, reviews[0], "Thank you for the second line.")
    comment_services.reply(world.ada, first, "What do you mean by first?")
    comment_services.reply(givers[0], first, "Before they talk.")
    given.decided(first, Verdict.ADAPT, "One minute.")
    given.decided(second, Verdict.USE)
    content = given.PLAN | {"plan": "They write first."}
    ticks = {first.id: None, second.id: None}
    round_services.revise(world.ada, round_, content=content, why="Time.", ticks=ticks)
    comment_services.confirm(givers[0], first)
    helping.say_how_it_helped(world.ada, first, "thinking", "Who is quiet?")
    comment_services.ask_again(givers[1], second, "And the quiet ones?")


@pytest.fixture
def hidden(world: World, tag: Protocol) -> World:
    """Ada's plan with Ben and Dee, both sides hidden; and another that her cohort still has."""
    for name in ("Gus Weber", "Ida Novak", "Jon Adeyemi", "Kim Osei"):
        person = world.person(name, school=world.lake)
        db.session.add(Member(cohort_id=world.autumn.id, person_id=person.id))
        setattr(world, person.called.lower(), person)
    db.session.flush()
    named = [world.ben, world.dee]
    world.named = given.shared(
        given.plan(world.ada, "Rivers"), tag, named=named, hides=Hides.BOTH, coach_may=False
    )
    world.by_turns = given.shared(
        given.plan(world.ada, "Magnets"), tag, cohort=world.autumn, hides=Hides.BOTH
    )
    loop(world, world.named, world.ben, world.dee)
    world.asked = asked = [review.reviewer for review in world.by_turns.reviews]
    given.given(world.by_turns, asked[0], tell="Well begun")
    given.begun(world.by_turns, asked[1])
    last = given.review_of(world.by_turns, asked[2])
    review_services.decline(asked[2], last, "Report cards, sorry.")
    free = {world.fay, world.gus, world.ida, world.jon, world.kim}
    (world.spare,) = free - set(
        db.session.scalars(select(Person).join(Review, Review.reviewer_id == Person.id))
    )
    with clock.at(NOON + timedelta(days=1)):
        write_letters()
    db.session.commit()
    return world


def swap(world: World, one: Person, other: Person) -> None:
    """Let two people have been each other in all rounds, each some hours later than they were."""
    for table, name in ((Review, "reviewer_id"), (Comment, "author_id"), (Work, "author_id")):
        for was, now in ((one, world.max), (other, one), (world.max, other)):
            column = getattr(table, name)
            db.session.execute(update(table).where(column == was.id).values({name: now.id}))
    for number, review in enumerate(db.session.scalars(select(Review).order_by(Review.id)), 1):
        later = timedelta(hours=1, minutes=7 * number)
        for name in ("asked_at", "begun_at", "given_at"):
            if getattr(review, name) is not None:
                setattr(review, name, getattr(review, name) + later)
    for comment in db.session.scalars(
        select(Comment).where(Comment.author_id.in_([one.id, other.id]))
    ):
        comment.written_at += timedelta(hours=2)
    db.session.commit()
    db.session.expire_all()


_NOISE = re.compile(
    r'(csrf[_-]token|form_key)"[^>]*>|(X-Request-ID|Set-Cookie|Content-Length): .*\r?\n'
)
Said = dict[tuple[str, str], str]
"""What somebody read on a page, by their name and its address."""


def all_read(app: Flask, visit: Visit, people: list[Person], again: Said | None = None) -> Said:
    """All pages with their headers, and all downloads, as each of these people gets them.

    `again`: only what is there for them, and what they did not read before.
    """
    said = {}
    pages = [page for page in all_addresses(app) if not _OF_NOBODY.search(page)]
    for called, person_id in [(person.called, person.id) for person in people]:
        person = db.session.get_one(Person, person_id)
        for page in pages:
            if again and _NOTHING in again.get((called, page), ""):
                continue
            answer = visit(person).get(page)
            assert answer.status_code < 500, page
            read = f"{answer.status_code} {answer.headers}\n{answer.get_data().decode()}"
            said[called, page] = _NOISE.sub("", read)
        for part in (own_data.PART, inbox_data.PART):
            for piece in part.collect(person):
                said[called, f"download: {piece.path}"] = str(piece.content)
    return said


_OF_NOBODY = re.compile(
    r"^/(demo|goals|help|learn|skills|profile|clips|video|frameworks|people|notes|proposals|comfort"
    r"|my-modules|account/(email|leave)|coaching/(booking|open|visits|walks|elsewhere|cycles|hello))"
    r"|/nothing|/protocols/|from=1"
)
"""Pages with a key that nothing has, of published things, and of features that know no rounds."""

_NOTHING = "There is nothing here"


def differing(before: Said, after: Said) -> dict[tuple[str, str], tuple[str, str]]:
    """The first line that differs of each page that was read both times."""
    found = {}
    for where in before.keys() & after.keys():
        lines = zip_longest(before[where].splitlines(), after[where].splitlines())
        found |= next(({where: pair} for pair in lines if pair[0] != pair[1]), {})
    return found


def test_nothing_tells_who_gave_which_review(hidden: World, app: Flask, visit: Visit):
    before = all_read(app, visit, [hidden.ada, hidden.cora, hidden.lee, hidden.zoe])
    assert "Reviewer A" in before["Ada", f"/feedback/rounds/{hidden.named.id}"]
    assert "You asked Ben Silva, Dee Tran" in before["Ada", f"/feedback/rounds/{hidden.named.id}"]
    swap(hidden, hidden.ben, hidden.dee)
    swap(hidden, hidden.asked[0], hidden.spare)
    readers = [hidden.ada, hidden.cora, hidden.lee, hidden.zoe]
    assert differing(before, all_read(app, visit, readers, before)) == {}


def test_nothing_tells_whose_work_it_is(hidden: World, app: Flask, visit: Visit):
    readers = [hidden.ben, hidden.asked[0], hidden.asked[1], hidden.cora, hidden.lee]
    before = all_read(app, visit, readers)
    parts = [where for where, said in before.items() if "Author X" in said]
    assert {who for who, _page in parts} == {"Ben", *(each.called for each in hidden.asked[:2])}
    assert len(parts) > 10
    swap(hidden, hidden.ada, hidden.spare)
    assert differing(before, all_read(app, visit, readers, before)) == {}


def test_a_search_leads_to_the_work_of_a_hidden_author_by_the_review(hidden: World, visit: Visit):
    review = given.review_of(hidden.named, hidden.ben)
    found = visit(hidden.ben).get("/search?q=Rivers").text
    assert f'href="/feedback/reviews/{review.id}"' in found
    assert "/feedback/works/" not in found


def test_no_wish_and_no_rule_about_pairs_tells_a_hidden_name(hidden: World, visit: Visit):
    """Whoever sets one and watches what is asked already learns nothing, for nothing changes."""
    review, cohort = hidden.by_turns.reviews[-1], f"/cohorts/{hidden.autumn.id}"
    assert review.is_wanted
    assert review.begun_at is None
    pages = {
        review.reviewer: ["/feedback", f"/feedback/reviews/{review.id}"],
        hidden.ada: [f"/feedback/rounds/{hidden.by_turns.id}"],
        hidden.lee: [f"{cohort}/progress", f"{cohort}/reviews", f"{cohort}/reviews/waiting.csv"],
    }

    def read() -> list[str]:
        return [
            _NOISE.sub("", visit(who).get(page).text)
            for who, some in pages.items()
            for page in some
        ]

    before = read()
    for who, other in ((review.reviewer, hidden.ada), (hidden.ada, review.reviewer)):
        visit(who).post("/feedback/not-with", data={"named": other.id})
        assert other.name in visit(who).get("/feedback/not-with").text
    pair = {"person": hidden.ada.id, "kind": "apart", "other": review.reviewer_id}
    visit(hidden.lee).post(f"/feedback{cohort}/pairs", data=pair)
    assert "never give each other" in visit(hidden.lee).get(f"/feedback{cohort}").text
    assert read() == before


def test_no_notice_or_mail_names_anybody(hidden: World):
    everybody = {person.id: person for person in db.session.scalars(select(Person))}
    told = db.session.scalars(select(Notice).where(Notice.kind.startswith("feedback_"))).all()
    assert {notice.kind for notice in told} >= {
        "feedback_asked", "feedback_given", "feedback_thanked", "feedback_replied",
        "feedback_revised", "feedback_confirmed", "feedback_asked_again",
    }  # fmt: skip
    for notice in told:
        assert notice.from_id is None, notice.kind
        assert not [
            word for word in notice.words.values() if isinstance(word, dict) and "person" in word
        ]
        assert notice.at > NOON + timedelta(hours=2), "the hour of the day is not told"
    letters = db.session.scalars(select(Letter)).all()
    assert len(letters) >= 5
    for letter in letters:
        others = [person for person in everybody.values() if person.id != letter.person_id]
        token = unsubscribe_url(
            letter.person_id, letter.about
        )  # drawn letters: any word may be in it
        said = f"{letter.subject} {letter.text}".replace(token or "\0", "")
        assert not [p.name for p in others if p.name in said or p.email in said or p.called in said]
        assert "Reviewer" in said or "Author X" in said


def test_the_order_of_notices_does_not_tell_when_something_came(hidden: World):
    told = select(Notice).where(Notice.person_id == hidden.ada.id)
    nameless = [each for each in db.session.scalars(told) if kinds.by_day(each.words)]
    assert len({each.at for each in nameless}) == len(nameless) > 2, "drawn, not one by one"
    with clock.at(NOON + timedelta(hours=3)):
        notify(hidden.ada.id, "feedback_decided", "/feedback", author=hidden.ben, title="A plan")
    notices = next(iter(inbox_data.PART.files(hidden.ada))).content
    assert isinstance(notices, str)
    days = [line[2:18] for line in notices.splitlines() if line.startswith("- 2")]
    assert days == sorted(days, reverse=True)
    assert "A plan" in notices.splitlines()[-1], "what has its hour comes before the day's end"


def test_no_hidden_reviewer_is_noted_as_having_looked(hidden: World, visit: Visit):
    for person in (hidden.ben, hidden.dee):
        page = f"/feedback/reviews/{given.review_of(hidden.named, person).id}/outcome"
        assert visit(person).get(page).status_code == 200
        assert is_hidden_reviewer(person, hidden.named.work_id), "nor when they open its files"
    assert not is_hidden_reviewer(hidden.zoe, hidden.named.work_id)
    assert db.session.scalars(select(Look)).all() == []


def test_an_anonymous_request_from_sharing_to_names(world: World, visit: Visit, tag: Protocol):
    work = given.plan(world.ada, plan="Ms. Okafor reads aloud.")
    db.session.commit()
    ada, ben, dee = visit(world.ada), visit(world.ben), visit(world.dee)
    page = f"/feedback/works/{work.id}/share"
    offered = ada.get(page).text
    assert "Your name is in what you share (Plan)" in offered
    assert "If names are hidden, who could still know?" in offered
    ask = {"protocol": "tag", "question": "Is it clear, Ada?", "who": "named", "hides": "both"}
    named_me = ada.post(page, data=ask | {"named": [world.ben.id, world.dee.id]})
    assert named_me.status_code == 422
    assert "Your name is in what you share (Plan, Your one question)" in named_me.text
    ask |= {"question": "Is it clear?", "names_me": "y"}
    alone = ada.post(page, data=ask | {"named": [world.ben.id]})
    assert alone.status_code == 422
    assert "nobody to hide among" in alone.text
    at_round = ada.post(page, data=ask | {"named": [world.ben.id, world.dee.id]}).location
    round_ = db.session.scalars(select(Round)).one()
    assert (round_.hides_author, round_.hides_reviewers) == (True, True)

    # Ben reads what is hidden before he begins, and gives; Dee does, too.
    his, hers = (given.review_of(round_, person).id for person in (world.ben, world.dee))
    request = ben.get(f"/feedback/reviews/{his}").text
    assert "Author X asks you" in request
    assert "Your name is hidden" in request
    assert "Ada" not in request
    assert "Author X" in ben.get("/feedback").text
    given.given(round_, world.ben, give="Let them write first.")
    given.given(round_, world.dee)
    letters = {r.reviewer_id: veil.reviewer_name(r.letter) for r in round_.reviews}
    db.session.commit()
    assert set(letters.values()) == {"Reviewer A", "Reviewer B"}
    assert (
        f"You are {letters[world.ben.id]} here" in ben.get(f"/feedback/reviews/{his}/outcome").text
    )
    assert letters[world.dee.id] in ben.get(f"/feedback/reviews/{his}/outcome").text

    # Ada thanks a letter, decides, revises; Ben may not show himself before that.
    assert f"Thank {letters[world.ben.id]}" in ada.get(at_round).text
    ada.post(f"/feedback/reviews/{his}/thank", data={"thanks": "Gold."})
    early = ben.post(f"/feedback/reviews/{his}/show-me")
    assert (early.status_code, "once the author has moved on" in early.text) == (409, True)
    assert ada.post(f"/feedback/rounds/{round_.id}/show-me").status_code == 409
    comment = given.decided(given.said_by(given.review_of(round_, world.ben), "give"), Verdict.USE)
    content = given.PLAN | {"plan": "They write first."}
    round_services.revise(world.ada, round_, content=content, why="Time.", ticks={comment.id: None})
    db.session.commit()
    became = ben.get(f"/feedback/reviews/{his}/outcome").text
    assert "Thanks from Author X" in became
    assert "can’t be undone" in became
    ben.post(f"/feedback/comments/{comment.id}/confirm", data={"version": "2"})

    # He shows himself, alone and for good; then she does.
    ben.post(f"/feedback/reviews/{his}/show-me")
    shown = ada.get(at_round).text
    assert f'dir="auto">{world.ben.name}' in shown
    assert letters[world.dee.id] in shown
    assert world.ben.name in dee.get(f"/feedback/reviews/{hers}/outcome").text
    assert f"{letters[world.ben.id]} is Ben Silva" in ada.get("/inbox").text
    assert "Author X" in ben.get(f"/feedback/reviews/{his}/outcome").text
    ada.post(f"/feedback/rounds/{round_.id}/show-me")
    assert "by Ada Okafor" in ben.get(f"/feedback/reviews/{his}/outcome").text
    assert ben.post(f"/feedback/reviews/{his}/show-me").status_code == 302


def test_the_hour_in_which_nobody_is_left_does_not_tell_who_was_the_last(
    world: World, tag: Protocol, addresses: object
):
    round_ = given.shared(
        given.plan(world.ada),
        tag,
        named=[world.ben, world.dee],
        hides=Hides.REVIEWERS,
        coach_may=False,
    )
    for person in (world.ben, world.dee):
        review_services.decline(person, given.review_of(round_, person))
    told = select(Notice.id).where(Notice.kind == "feedback_go_on")
    renew_asks()
    assert (round_.nobody_left_at, db.session.scalars(told).all()) == (None, [])
    with clock.at(clock.now() + timedelta(days=1)):
        renew_asks()
    assert round_.nobody_left_at is not None
    assert len(db.session.scalars(told).all()) == 1


def test_in_a_hidden_request_to_a_cohort_the_author_asks_without_naming(
    hidden: World, visit: Visit
):
    page = f"/feedback/rounds/{hidden.by_turns.id}/ask"
    offered = visit(hidden.ada).get(page).text
    assert "Ask one more colleague" in offered
    assert 'name="named"' not in offered
    count = len(hidden.by_turns.reviews)
    assert visit(hidden.ada).post(page, data={"named": hidden.asked[0].id}).status_code == 302
    db.session.expire_all()
    assert len(hidden.by_turns.reviews) == count + 1
    with pytest.raises(Refused):
        round_services.ask_also(hidden.ada, hidden.by_turns, hidden.zoe)


KNOWS = {
    # Who may know the author, and Ben as a reviewer: before anybody shows themselves, and after.
    "ada": (True, False, True), "ben": (False, True, True), "dee": (False, False, True),
    "cora": (False, False, True), "lee": (False, False, True), "zoe": (False, False, True),
    "max": (False, False, True),
}  # fmt: skip


def test_who_may_know_whom(hidden: World):
    round_ = hidden.named
    review = given.review_of(round_, hidden.ben)
    for name, (author, reviewer, after) in KNOWS.items():
        person = getattr(hidden, name)
        assert policy.may_know_author(person, round_) is author, name
        assert review_policy.may_know_reviewer(person, review) is reviewer, name
        assert policy.may_show_author(person, round_) is (name == "ada"), name
        assert review_policy.may_show_reviewer(person, review) is (name == "ben"), name
        for act, thing in ((showing.show_author, round_), (showing.show_reviewer, review)):
            if name != ("ada" if thing is round_ else "ben"):
                with pytest.raises(Refused):
                    act(person, thing)
        assert after
    showing.show_author(hidden.ada, round_)
    showing.show_reviewer(hidden.ben, review)
    for name in KNOWS:
        assert policy.may_know_author(getattr(hidden, name), round_)
        assert review_policy.may_know_reviewer(getattr(hidden, name), review)
    assert not review_policy.may_know_reviewer(hidden.ada, given.review_of(round_, hidden.dee))


@pytest.mark.parametrize(
    ("hides", "cohort", "named", "refused"),
    [
        (Hides.REVIEWERS, False, 1, "nobody to hide among"),
        (Hides.AUTHOR, False, 1, ""),
        (Hides.BOTH, False, 2, ""),
        (Hides.AUTHOR, True, 0, ""),
    ],
)
def test_what_can_be_hidden(
    world: World, tag: Protocol, hides: Hides, cohort: bool, named: int, refused: str
):
    whom = {"cohort": world.autumn} if cohort else {"named": [world.ben, world.dee][:named]}
    if refused:
        with pytest.raises(Refused, match=refused):
            given.shared(given.plan(world.ada), tag, hides=hides, **whom)
    else:
        assert given.shared(given.plan(world.ada), tag, hides=hides, **whom).is_open


def test_only_kinds_that_say_so_can_hide_their_author():
    hideable = {kind.name for kind in all_kinds() if not kind.names_author}
    assert hideable == {"lesson_plan", "text", "task", "goal", "dilemma", "reflection"}


NO_ROUNDS = (
    "meeting",
    "_meeting",
    "clip",
    "_clip",
    "note",
    "protocol",
    "_protocol",
    "writers",
    "asked_to",
    "cycle_template",
)
"""What is not about people in rounds: nobody is hidden there."""


def test_no_template_of_rounds_reaches_for_people_by_another_way(app: Flask):
    """A name that a template takes from a row would be shown to everybody."""
    folder = Path(app.root_path) / "templates" / "feedback"
    found = []
    for file in sorted(folder.glob("*.html")):
        if file.name.startswith(NO_ROUNDS):
            continue
        for node in app.jinja_env.parse(file.read_text("utf-8")).find_all(nodes.Getattr):
            of_author = isinstance(node.node, nodes.Getattr) and node.node.attr == "author"
            if of_author or node.attr in {"reviewer", "reviewer_id", "author_id", "given_by"}:
                found.append((file.name, node.lineno, node.attr))
    assert found == [], "Ask person_in(round, review) or writer_of(comment)."
