"""What goes on by itself, where there is no page and no request: in a job."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Flask, has_request_context
from sqlalchemy import select

from pdportal import clock
from pdportal.db import db
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews.models import ReleaseWhy, Review
from pdportal.feedback.rounds import renewal
from pdportal.inbox.models import Notice
from tests.feedback import given
from tests.people import World

MONDAY = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)


def test_the_hourly_job_reminds_passes_on_and_asks_the_next(
    world: World, tag: Protocol, app: Flask
):
    with clock.at(MONDAY), app.test_request_context():
        eve = world.person("Eve Lund")
        cohort = world.cohort("Small", world.ada, world.ben, world.dee, world.zoe, eve)
        made = given.shared(given.plan(world.ada), tag, cohort=cohort)
        db.session.commit()
    assert not has_request_context()
    asked = select(Review).where(Review.round_id == made.id).order_by(Review.id)
    first = db.session.scalars(asked).all()
    for days in (2.5, 3.5):
        with clock.at(MONDAY + timedelta(days=days)):
            renewal.renew_asks()
            db.session.commit()
    reviews = db.session.scalars(asked).all()
    assert {review.release_why for review in first} == {ReleaseWhy.LEASE_OVER}
    assert len(reviews) > len(first)
    kinds = set(db.session.scalars(select(Notice.kind)))
    assert {"feedback_asked", "feedback_passed_on"} <= kinds
    told = db.session.scalars(
        select(Notice).where(Notice.person_id == first[0].reviewer_id, Notice.kind != "joined")
    ).all()
    # Whoever is asked no more is left with no word of what the work is called.
    assert not [notice for notice in told if "title" in notice.words]
    assert all(notice.url.startswith("/feedback/") for notice in told)
