"""Stages that open one after the other, where colleagues write over days.

A stage opens when the one before closes: after its days, or as soon as all have done it. Nobody is
kept out afterwards: whoever is late goes on from where they are, and no longer needs what is over.
What was done in a stage that is over can be read by the author, and by the colleagues who are past
it; it stays as it is. Without windows (`Round.opens` is None) each goes at their own pace.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select

from pdportal import clock
from pdportal.db import db
from pdportal.feedback.protocols.stages import reviewer_stages
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.veil import from_author
from pdportal.inbox.services import address, notify

USUAL_DAYS = 3


class Window(NamedTuple):
    """When a stage is open."""

    name: str
    opens: datetime
    closes: datetime

    @property
    def state(self) -> str:
        """Over, now or later."""
        now = clock.now()
        return "over" if self.closes <= now else "now" if self.opens <= now else "later"


def plan_windows(data: dict[str, Any], days: int | None) -> list[str] | None:
    """The moments at which the stages of a protocol open, and at last the end of the last.

    `days` are those of each stage, else what the protocol says; None where neither does. Stages in
    which nobody writes open together with the next.
    """
    stages = reviewer_stages(data)
    if not days and not any(stage.window for stage in stages):
        return None
    moments = [clock.now()]
    for stage in stages:
        usual = USUAL_DAYS if stage.kinds else 0
        length = (days if stage.kinds else 0) if days else stage.window or usual
        moments.append(moments[-1] + timedelta(days=length))
    return [moment.isoformat() for moment in moments]


def moments_of(opens: Sequence[str] | None) -> list[datetime]:
    """`Round.opens` as moments; none without windows."""
    return [datetime.fromisoformat(each) for each in opens or ()]


def windows_of(round_: Round) -> list[Window]:
    """When each stage of a reviewer is open; none without windows."""
    if not round_.opens:
        return []
    moments = moments_of(round_.opens)
    stages = reviewer_stages(round_.protocol.data)
    return [
        Window(stage.name, *times)
        for stage, *times in zip(stages, moments, moments[1:], strict=False)
    ]


def opens_at(opens: Sequence[str] | None, number: int) -> datetime | None:
    """When the stage with this number opens, from 0, if it is not open yet."""
    moments = moments_of(opens)[:-1]
    return moments[number] if number < len(moments) and moments[number] > clock.now() else None


def is_over(opens: Sequence[str] | None, number: int) -> bool:
    """Whether the window of a stage has passed."""
    moments = moments_of(opens)
    return number + 1 < len(moments) and moments[number + 1] <= clock.now()


def wanted_by(opens: Sequence[str], stage: int) -> datetime:
    """When the window ends in which a reviewer is who has done so many stages."""
    moments = moments_of(opens)
    return moments[min(max(stage, bisect_right(moments, clock.now()) - 1) + 1, len(moments) - 1)]


def has_ended(round_: Round) -> bool:
    """Whether the last window has passed: nobody is waited for any more."""
    return bool(round_.opens) and moments_of(round_.opens)[-1] <= clock.now()


def go_on(round_: Round) -> None:
    """Open the next stage if all have done the one that is open; tell whoever waited for it."""
    moments = moments_of(round_.opens)
    if not moments:
        return
    db.session.flush()
    reviews = db.session.scalars(
        select(Review).where(Review.round_id == round_.id, Review.released_at.is_(None))
    ).all()
    now = clock.now()
    number = min(bisect_right(moments, now), len(moments) - 1) - 1
    if number + 2 < len(moments) and reviews and all(each.stage > number for each in reviews):
        number += 1
        early = moments[number] - now
        moments[number:] = [moment - early for moment in moments[number:]]
        round_.opens = [moment.isoformat() for moment in moments]
    if number <= round_.opened:
        return
    round_.opened = number
    stage = reviewer_stages(round_.protocol.data)[number]
    for review in reviews:
        if review.is_owed and review.begun_at and review.stage <= number and stage.kinds:
            notify(
                review.reviewer_id,
                "feedback_stage_opens",
                address("feedback.review_page", review_id=review.id),
                **from_author(round_),
                title=round_.work.title,
                stage=stage.name,
                until=moments[number + 1].date().isoformat(),
            )
