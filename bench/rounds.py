"""Sharing and meeting, beside the bare pages in one run: `python -m bench.rounds`.

Works shared in a cohort of 500, and in cohorts of 20; a tick of a meeting's page that brings
nothing new; then 30 live rooms of 8 people for a minute, as their pages keep it up.
"""

from __future__ import annotations

import argparse
import random
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import uuid4

from flask import Flask
from sqlalchemy import select

from bench.bare import bare_engine
from bench.browser import Browser
from bench.measuring import WARM, Target, again, measure, show
from bench.rooms import Room, a_plan, add_rooms, empty_ticks, hold
from bench.seed import seed, set_bare_page
from bench.side_by_side import SideBySide, side_by_side
from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.cohorts.models import Cohort, Member
from pdportal.db import committing, db
from pdportal.feedback.protocols.models import Protocol

WORKS = 500
"""How many are shared in the one large cohort, and as many in the small ones."""
SMALL = 20
ROOMS, SEATS = 30, 8
BARE_PAGE = 30_000


class Shareable(NamedTuple):
    """Somebody's work, and the cohort it is to be shared with; ids."""

    author: int
    work: int
    cohort: int


def main() -> None:
    """Seed, serve, measure, hold the meetings, print."""
    ask = argparse.ArgumentParser(prog="python -m bench.rounds", description=__doc__)
    ask.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    ask.add_argument("--rounds", type=int, default=5, help="how often each is measured (5)")
    ask.add_argument("--seconds", type=float, default=2.0, help="how long each time (2)")
    ask.add_argument("--minute", type=float, default=60.0, help="how long rooms are held (60)")
    given = ask.parse_args()
    random.seed(1)
    at_most = (WORKS - WARM) // given.rounds
    stock: dict[str, Any] = {}
    with side_by_side(given.database, lambda app: stock.update(_fill(app))) as both:
        rooms: list[Room] = stock["rooms"]
        engine = bare_engine(both.address)
        set_bare_page(engine, "page", BARE_PAGE)
        engine.dispose()
        people = [both.browsers(room.people) for room in rooms]
        targets = _targets(both, stock, people, at_most)
        measure(targets, given.rounds, given.seconds, [8])
        minute = hold(both.portal, rooms, people, given.minute)
        print(f"\n{given.database}, {given.rounds} rounds, median [min to max]\n")
        show(targets)
        minute.show(targets[0].cpu_ms(8))


def _fill(app: Flask) -> dict[str, Any]:
    """Cohorts whose members have something to share, and rooms."""
    seed(app, 1)
    with app.app_context(), committing():
        tuning = db.session.scalars(select(Protocol).where(Protocol.slug == "tuning")).one()
        large, people = _cohort(WORKS)
        return {
            "large": large,
            "small": [each for _n in range(WORKS // SMALL) for each in _cohort(SMALL)[0]],
            "rooms": add_rooms(tuning, people, ROOMS, SEATS),
            "protocol": "tag",
        }


def _cohort(size: int) -> tuple[list[Shareable], list[Person]]:
    """So many people who learn together, each with a work to share."""
    lead = db.session.scalars(select(Person).where(Person.email == "lee.0@example.org")).one()
    cohort = Cohort(
        district_id=lead.district_id,
        name=f"Cohort {uuid4().hex[:8]}",
        starts_on=clock.now().date() - timedelta(days=30),
        created_by_id=lead.id,
    )
    people = [
        Person(district_id=lead.district_id, name="Eve", email=f"{uuid4().hex}@example.org")
        for _number in range(size)
    ]
    db.session.add_all([cohort, *people])
    db.session.flush()
    db.session.add_all(Member(cohort_id=cohort.id, person_id=person.id) for person in people)
    return [Shareable(each.id, a_plan(each).id, cohort.id) for each in people], people


def _targets(
    both: SideBySide, stock: dict[str, Any], people: list[list[Browser]], at_most: int
) -> list[Target]:
    portal, bare = both.portal, both.bare
    page, write = "bare page", "bare write"
    ticks = [
        tick
        for room, browsers in zip(stock["rooms"], people, strict=True)
        for tick in empty_ticks(room, browsers)
    ]
    large, small = (iter(_shares(both, stock, size)) for size in ("large", "small"))
    written = Browser(bare.port).posting("/write", said="Good.")
    return [
        Target(page, bare, again([Browser(bare.port).getting("/page/page")])),
        Target("a room’s empty tick", portal, again(ticks), 304, beside=page),
        Target(write, bare, again([written]), 302, at_most=at_most),
        Target(f"shared with {SMALL}", portal, lambda: small, 302, beside=write, at_most=at_most),
        Target(f"shared with {WORKS}", portal, lambda: large, 302, beside=write, at_most=at_most),
    ]


def _shares(both: SideBySide, stock: dict[str, Any], name: str) -> list[bytes]:
    works: list[Shareable] = stock[name]
    browsers = both.browsers([each.author for each in works])
    return [
        who.posting(
            f"/feedback/works/{each.work}/share",
            protocol=stock["protocol"],
            question="Where would your students stop thinking?",
            who=f"cohort-{each.cohort}",
            hides="nobody",
        )
        for each, who in zip(works, browsers, strict=True)
    ]


if __name__ == "__main__":
    main()
