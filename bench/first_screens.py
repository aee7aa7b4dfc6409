"""First screens of busy people beside the bare page, in one run: `python -m bench.first_screens`.

A coach with 25 teachers and 2,000 comments on their clips; a teacher with 500 open things: feedback
to answer, feedback owed, goals, and steps that are due.
"""

from __future__ import annotations

import argparse
import random
from datetime import date, timedelta
from itertools import count
from typing import Any

from flask import Flask
from sqlalchemy import select

from bench.bare import bare_engine
from bench.browser import Browser
from bench.measuring import Target, again, measure, show
from bench.seed import FIELDS, PLAN, SAID, seed, set_bare_page
from bench.side_by_side import side_by_side
from pdportal import clock
from pdportal.accounts.models import Person, Role, RoleName
from pdportal.coaching.notes.models import CoachNote, Contact, Readers
from pdportal.cohorts.models import Coaching
from pdportal.db import committing, db
from pdportal.feedback.comments.answers import CommentKind
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Revision, Work
from pdportal.goals.models import Goal, Step
from pdportal.video.models import Clip, ClipShare

TEACHERS, CLIPS, COMMENTS = 25, 4, 20
"""Clips of each teacher, and comments of the coach on each clip."""
OPEN = 100
"""Of each: works with feedback to answer, reviews owed, goals; and twice as many steps."""
_number = count()


def main() -> None:
    """Seed, serve, measure, print."""
    ask = argparse.ArgumentParser(prog="python -m bench.first_screens", description=__doc__)
    ask.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    ask.add_argument("--rounds", type=int, default=5, help="how often each is measured (5)")
    ask.add_argument("--seconds", type=float, default=2.0, help="how long each time (2)")
    given = ask.parse_args()
    random.seed(1)
    people: dict[str, int] = {}
    with side_by_side(given.database, lambda app: people.update(_fill(app))) as both:
        targets = []
        engine = bare_engine(both.address)
        for name, path in (("coach", "/coaching"), ("home", "/")):
            (browser,) = both.browsers([people[name]])
            answer = browser.get(path)
            size, bare = len(answer.text.encode()), f"bare page for {name}"
            set_bare_page(engine, name, max(0, size - 1200))
            print(f"{name}: {path} answers {answer.status}, {size / 1000:.0f} kB")
            asked = [Browser(both.bare.port).getting(f"/page/{name}")]
            targets += [
                Target(bare, both.bare, again(asked)),
                Target(name, both.portal, again([browser.getting(path)]), beside=bare),
            ]
        engine.dispose()
        measure(targets, given.rounds, given.seconds, [1, 8])
        show(targets)


def _fill(app: Flask) -> dict[str, int]:
    seed(app, 0)
    with app.app_context(), committing():
        coach = _person(RoleName.COACH)
        protocol = db.session.scalars(select(Protocol).where(Protocol.slug == "tag")).one()
        for number in range(TEACHERS):
            _coached(coach, number)
        busy = _busy(protocol.id)
        return {"coach": coach.id, "home": busy.id}


def _person(role: RoleName) -> Person:
    ada = db.session.get_one(Person, 1)
    number = next(_number)
    person = Person(
        district_id=ada.district_id, name=f"Nia {number}", email=f"nia.{number}@example.org"
    )
    _add(person, Role(person=person, name=role))
    return person


def _coached(coach: Person, number: int) -> None:
    """A teacher, with clips that the coach has talked about; every fifth waits for a first word."""
    teacher, now = _person(RoleName.TEACHER), clock.now()
    since = now - timedelta(days=number + 1)
    _add(Coaching(coach_id=coach.id, teacher_id=teacher.id, since=now - timedelta(days=90)))
    for nth in range(CLIPS):
        key = f"clip-{number}-{nth}"
        clip = Clip(
            **{"owner": teacher, "title": f"Lesson {nth}", "delete_by": _day(200), "size": 1},
            **{"file_name": "a.mp4", "content_type": "video/mp4", "sha256": key},
            **{"storage_key": key, "seconds": 600.0, "processed_at": now, "cleaned_at": now},
        )
        waits = nth == 0 and number % 5 == 0
        share = ClipShare(clip=clip, person_id=coach.id, question=SAID, shared_at=since)
        if not waits:
            share.answered_at = share.finished_at = now
        work, revision = _work(teacher, "clip", clip=clip)
        said = {"revision": revision, "author_id": coach.id, "kind": CommentKind.NOTE}
        _add(share, work, *(Comment(text=SAID, **said) for _each in range(COMMENTS)))
        note = {"contact": Contact.VISIT, "minutes": 20, "kept_at": since, "readers": Readers.ME}
        pair = {"author_id": coach.id, "teacher_id": teacher.id, "form_key": key}
        follow_on = _day(number % 7) if nth == 0 else None
        _add(CoachNote(text=SAID, on_day=_day(-9), follow_on=follow_on, **pair, **note))


def _busy(protocol_id: int) -> Person:
    """Somebody for whom much is open at once."""
    person = _person(RoleName.TEACHER)
    for number in range(OPEN):
        for author, reviewer in ((person.id, 2 + number % 50), (2 + number % 50, person.id)):
            _asked(author, reviewer, protocol_id, is_given=author == person.id)
        work, _revision = _work(person, "goal")
        goal = Goal(work=work, owner_id=person.id, kept_at=clock.now())
        steps = [
            Step(owner_id=person.id, goal=goal, text=f"Wait {n} seconds.", due_on=_day(n - 3))
            for n in range(2)
        ]
        _add(goal, *steps)
    return person


def _asked(author: int, reviewer: int, protocol_id: int, *, is_given: bool) -> None:
    now = clock.now()
    work, revision = _work(db.session.get_one(Person, author), "lesson_plan")
    round_ = Round(
        **{"work": work, "revision": revision, "protocol_id": protocol_id, "question": "Where?"},
        **{"asked": 1, "needed": 1, "shared_at": now, "grace_until": now},
    )
    review = Review(round=round_, reviewer_id=reviewer, lease_until=now + timedelta(days=9))
    _add(work, round_, review)
    if is_given:
        review.begun_at = review.given_at = now
        said = {"revision": revision, "review": review, "author_id": reviewer}
        _add(Comment(text=SAID, kind=CommentKind.SUGGESTION, stage="give", **said))


def _work(author: Person, kind: str, **more: Any) -> tuple[Work, Revision]:
    work = Work(author=author, kind=kind, title="Which is larger", fields=FIELDS, **more)
    return work, Revision(work=work, number=1, content=PLAN)


def _add(*rows: Any) -> None:
    db.session.add_all(rows)
    db.session.flush()


def _day(ahead: int) -> date:
    return clock.now().date() + timedelta(days=ahead)


if __name__ == "__main__":
    main()
