"""Making the district: content, people, and ten weeks of a term, week by week."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask
from flask_security import hash_password

from pdportal import clock
from pdportal.db import committing
from pdportal.demo import (
    arranged,
    booking,
    clips,
    coaching,
    district,
    goals,
    learning,
    loop,
    practice_notes,
    protocols,
    skills,
    versions,
    visits,
    words,
    works,
)
from pdportal.demo.telling import LENGTH, Term, read
from pdportal.inbox.post import send_letters

FIRST_ACT = -40
"""The day on which the district exists; the first cohort begins some weeks later."""


def make_district(
    app: Flask, content: Path, password: str, say: Callable[[str], object] = lambda _text: None
) -> district.Riverbend:
    """Everything through the services, as if it had happened: on an empty database only."""
    term = Term(clock.now(), ZoneInfo(read("people")["zone"]))
    with app.test_request_context(base_url=app.config["PDPORTAL"]["BASE_URL"]):
        riverbend = district.Riverbend(term)
        say("modules and protocols")
        with committing(), clock.at(term.at(FIRST_ACT, 9)):
            learning.publish(content)
        say("schools and people")
        with committing(), clock.at(term.at(FIRST_ACT, 10)):
            district.found(riverbend, hash_password(password))
        term.add(term.at(versions.REVISED_ON, 8), learning.revise, content)
        for part in (
            district, learning, versions, goals, works, practice_notes, clips, skills, words,
            protocols, arranged, booking, coaching, visits,
        ):  # fmt: skip
            part.plan(riverbend)
        with loop.lots_that_fall_alike(term.random):
            say("before the term")
            for week in range(LENGTH // 7 + 1):
                with committing():
                    term.play(min(term.at(7 * week, 4, 0), term.now - timedelta(minutes=7)))
                say(f"week {week + 1}" if week < LENGTH // 7 else "today")
            with committing():
                term.play(term.now)
        say("lengths of the clips, and letters")
        clips.process()
        clips.begin_one(riverbend.people["ada"])
        send_letters()
    return riverbend
