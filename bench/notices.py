"""One notice for 10,000 people beside the same for 10, in one run: `python -m bench.notices`.

A lead assigns a module to a cohort: what the request costs, and what the job that follows does.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from flask import Flask
from sqlalchemy import delete, func, insert, select

from pdportal import create_app
from pdportal.accounts.models import District, Person, Role, RoleName
from pdportal.cohorts.models import Cohort, Member
from pdportal.db import Base, committing, db, writing
from pdportal.inbox.models import FanOut, Notice
from pdportal.inbox.services import fan_out
from pdportal.modules.models import Assignment, Edition, Module

FEW, MANY = 10, 10_000
MOST = 3.0
"""How many times as long the request may take for `MANY`."""
ROUNDS = 15


def main() -> None:
    """Fill two portals, assign in turn, print the ratio."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    given = ask.parse_args()
    with ExitStack() as stack:
        apps = {number: _portal(stack, given.database, number) for number in (FEW, MANY)}
        times: dict[int, list[float]] = {FEW: [], MANY: []}
        jobs: dict[int, list[float]] = {FEW: [], MANY: []}
        for _round in range(ROUNDS):
            for number in random.sample((FEW, MANY), 2):
                asked, told = _assign(apps[number], number)
                times[number].append(asked)
                jobs[number].append(told)
        few, many = (statistics.median(times[number]) for number in (FEW, MANY))
        mark = "ok" if many <= MOST * few else "!!"
        print(f"{mark} request: {1e3 * few:.1f} ms for {FEW}, {1e3 * many:.1f} ms for {MANY:,}")
        print(f"   {many / few:.1f} × (aim: {MOST} ×)")
        print(f"   the job then takes {statistics.median(jobs[MANY]):.2f} s for {MANY:,}")


def _assign(app: Flask, number: int) -> tuple[float, float]:
    """How long the request takes, and then the job; all of it is undone afterwards."""
    client = app.test_client()
    with app.app_context(), client.session_transaction() as session:
        session["_user_id"] = db.session.get_one(Person, 1).fs_uniquifier
        session["_fresh"] = True
        db.session.remove()
    form = {"module": "wait", "why": "Because.", "due_on": ""}
    began = time.perf_counter()
    answer = client.post("/cohorts/1/assign", data=form)
    asked = time.perf_counter() - began
    assert answer.status_code == 302, answer.text
    began = time.perf_counter()
    while _goes_on(app):
        pass
    told = time.perf_counter() - began
    with app.app_context(), committing():
        count = db.session.scalar(select(func.count(Notice.id)))
        assert count == number, count
        db.session.execute(delete(Notice))
        db.session.execute(delete(Assignment))
    return asked, told


def _goes_on(app: Flask) -> bool:
    with app.app_context(), committing():
        fan_out()
        db.session.flush()
        return db.session.scalar(select(FanOut.id)) is not None


def _portal(stack: ExitStack, database: str, number: int) -> Flask:
    """A portal with a lead, a module, and a cohort of so many."""
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="pdportal-notices-"))
    settings: dict[str, object] = {"DATA": Path(folder), "LOG_LEVEL": "error"}
    if database == "postgresql":
        from tests.postgres import fresh_postgres

        settings["DATABASE_URL"] = stack.enter_context(fresh_postgres())
    app = create_app(settings)
    app.config.update(WTF_CSRF_ENABLED=False)
    with app.app_context(), writing():
        Base.metadata.create_all(db.engine)
        with committing():
            home = District(name="Bench")
            lead = Person(district=home, name="Lee", email="lee@example.org")
            lead.held = [Role(name=RoleName.LEAD)]
            db.session.add(lead)
            db.session.flush()
            said = {"name": "Autumn", "starts_on": date(2026, 9, 1), "created_by_id": lead.id}
            cohort = Cohort(district_id=home.id, **said)
            db.session.add_all([cohort, module := Module(slug="wait")])
            db.session.flush()
            edition = Edition(
                **{"module_id": module.id, "number": 1, "content_hash": "x", "language": "en"},
                **{"title": "Wait", "summary": "", "about": "", "minutes": 40, "skills": []},
                **{"outcomes": [], "prerequisites": [], "authors": [], "facets": {}},
            )
            db.session.add(edition)
            db.session.flush()
            module.current_id = edition.id
            people = [
                {"district_id": home.id, "name": f"T {n}", "email": f"t{n}@example.org"}
                for n in range(number)
            ]
            ids = db.session.scalars(insert(Person).returning(Person.id), people).all()
            members = [{"cohort_id": cohort.id, "person_id": ident} for ident in ids]
            db.session.execute(insert(Member), members)
    return app


if __name__ == "__main__":
    main()
