"""The first screen of each of the three people: what it costs, what it says, what it never says."""

from __future__ import annotations

import re
from datetime import UTC, date, timedelta

import pytest

from pdportal import clock
from pdportal.accounts.models import Person, Role, RoleName
from pdportal.cohorts.models import Cohort, Member
from pdportal.db import db
from pdportal.feedback.meetings.models import Meeting, Seat
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews import queries as review_queries
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds import services as round_services
from pdportal.feedback.works import services as work_services
from pdportal.goals.services import goals as goal_services
from pdportal.goals.steps import services as step_services
from tests.conftest import Visit
from tests.feedback import given
from tests.people import World


@pytest.fixture
def tag(world: World, tmp_path) -> Protocol:
    return given.tag(tmp_path)


def bring(author: Person, protocol: Protocol, cohort: Cohort, title: str) -> None:
    """A lesson plan, kept and shared with a cohort."""
    work = work_services.begin_work(author, "lesson_plan", title, content={"aim": "A secret aim."})
    work_services.save_revision(author, work)
    round_services.share(
        author, work, protocol=protocol, question="A secret question?", cohort=cohort
    )


@pytest.mark.parametrize("who", ["ada", "fay", "cora", "lee", "max", "olu", "zoe"])
def test_everybody_has_a_first_screen_in_eight_statements(
    world: World, visit: Visit, statements, who: str
):
    client = visit(getattr(world, who))
    with statements() as said:
        page = client.get("/")
    assert page.status_code == 200
    assert f"{getattr(world, who).given_name}" in page.text
    assert len(said) <= 8, said


def test_somebody_with_three_roles_has_one_page_in_eight_statements(
    world: World, visit: Visit, statements
):
    for name in (RoleName.TEACHER, RoleName.LEAD):
        db.session.add(Role(person_id=world.cora.id, name=name))
    db.session.commit()
    client = visit(world.cora)
    with statements() as said:
        page = client.get("/").text
    assert len(said) <= 8, said
    places = [page.index(h) for h in ("Waiting longest", "Who is stuck", "Your own learning")]
    assert places == sorted(places)


def test_a_first_screen_costs_the_same_however_much_waits(
    app, world: World, visit: Visit, statements, tag: Protocol
):
    def cost(person: Person) -> int:
        with statements() as said:
            visit(person).get("/")
        return len(said)

    with app.test_request_context():
        bring(world.ada, tag, world.autumn, "A first lesson")
    db.session.commit()
    before = {name: cost(getattr(world, name)) for name in ("ada", "ben", "lee")}
    with app.test_request_context():
        for number in range(12):
            for author in (world.ada, world.ben, world.dee):
                bring(author, tag, world.autumn, f"Lesson {number} of {author.name}")
        for number in range(9):
            goal = goal_services.begin_goal(world.ben, {"change": "More voices"})
            goal_services.keep_goal(world.ben, goal, {"change": "More voices"})
            step_services.add_step(world.ben, goal, f"Wait {number}.", due_on=clock.today(UTC))
    db.session.commit()
    assert before == {name: cost(getattr(world, name)) for name in ("ada", "ben", "lee")}
    # What stands behind the first four is counted, and one link away; what presses is among them.
    owed = review_queries.reviews_owed(world.ben)
    last = db.session.get_one(Review, owed[-1].review_id)
    last.lease_until = clock.now() + timedelta(hours=1)
    db.session.commit()
    page = " ".join(visit(world.ben).get("/").text.split())
    assert f'href="/feedback/reviews/{last.id}"' in page[page.index('class="next"') :][:900]
    more = re.findall(r'href="(/\w+)">and (\d+) more<span class="sr-only">: ([\w ]+)<', page)
    assert more == [  # of nine steps four stand with their goals
        ("/goals", "5", "Your goals"),
        ("/goals", "1", "Due soon"),
        ("/feedback", str(len(owed) - 5), "Waiting for you"),
    ]


def test_a_lead_sees_who_waits_and_nothing_of_what_they_wrote(
    app, world: World, visit: Visit, tag: Protocol
):
    with app.test_request_context(), clock.at(clock.now() - timedelta(days=2)):
        bring(world.ada, tag, world.autumn, "A secret title")
    db.session.commit()
    page = visit(world.lee).get("/").text
    assert "Ada Okafor" in page
    assert "waiting for feedback since" in page
    assert "secret" not in page.lower()
    assert "Ada Okafor" not in visit(world.olu).get("/").text


def test_a_lead_without_cohorts_is_told_what_to_do_first(world: World, visit: Visit):
    page = visit(world.olu).get("/").text
    assert "No cohort yet" in page
    assert 'href="/cohorts/new"' in page


def test_people_of_a_cohort_count_once_and_facilitators_do_not(world: World, visit: Visit):
    later = world.cohort("Later", world.ada, world.ben, facilitator=world.fay)
    db.session.add(Member(cohort_id=later.id, person_id=world.zoe.id, left_at=clock.now()))
    later.starts_on = date(2026, 11, 1)
    db.session.commit()
    page = " ".join(visit(world.lee).get("/").text.split())
    assert page.index("Later") < page.index("Winter")
    assert "2 take part" in page


@pytest.mark.parametrize(
    ("begins_in", "heading"), [(0, "Meetings"), (None, "Meetings"), (3, "Meetings to come")]
)
def test_a_meeting_stands_first_on_its_day_and_beside_the_rest_before(
    world: World, visit: Visit, tag: Protocol, begins_in: int | None, heading: str
):
    round_ = given.shared(given.plan(world.ben, "Two ways to 24"), tag, named=[world.ada])
    meeting = Meeting(
        work_id=round_.work_id,
        revision_id=round_.revision_id,
        protocol_id=tag.id,
        question="Which one first?",
        planned_at=None if begins_in is None else clock.now() + timedelta(days=begins_in),
    )
    meeting.seats = [Seat(person_id=world.ada.id)]
    db.session.add(meeting)
    db.session.commit()
    page = visit(world.ada).get("/").text
    assert f">{heading}</h2>" in page
    first, next_thing = page.index(f"/feedback/meetings/{meeting.id}"), page.index('class="next"')
    assert (first < next_thing) == (heading == "Meetings")
