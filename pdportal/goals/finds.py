"""What a search finds of steps and try-outs; what a goal says is a work."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for
from flask_babel import gettext as _

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.ledger.setbacks import MOST, Setback
from pdportal.goals import policy
from pdportal.goals.models import Outcome, Step, StepKind
from pdportal.search.sources import Hit, fit


def tryouts_abandoned(person: Person) -> Iterable[Setback]:
    """What somebody tried in class and gave up."""
    given_up = (
        policy.steps_seen_by(person)
        .where(Step.outcome == Outcome.ABANDON, Step.removed_at.is_(None))
        .order_by(Step.id.desc())
        .limit(MOST)
    )
    for step in db.session.scalars(given_up):
        url = url_for("goals.tryout_page", step_id=step.id)
        text = step.happened or step.plan or step.text
        yield Setback(text, step.title, _("Try-out"), url, step.done_at or step.created_at)


def find_steps(person: Person, asked: str) -> Iterable[Hit]:
    """One's own steps and try-outs, by all that was written about them."""
    steps = policy.steps_seen_by(person).where(Step.removed_at.is_(None)).order_by(Step.id.desc())
    return [
        Hit(step.name, _address(step), _what(step), _text(step), fits)
        for step in db.session.scalars(steps)
        if (fits := fit(asked, step.name, _text(step)))
    ]


def _text(step: Step) -> str:
    return " ".join((step.text, step.plan, step.prediction, step.happened, step.learned))


def _address(step: Step) -> str:
    from pdportal.goals.views import place_of

    if step.kind == StepKind.TRYOUT:
        return url_for("goals.tryout_page", step_id=step.id)
    return place_of(step)


def _what(step: Step) -> str:
    return _("Try-out") if step.kind == StepKind.TRYOUT else _("Step")
