"""What pages about goals read: rows and columns, all of them the owner's own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    Row,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased, joinedload

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import db, rows_of
from pdportal.feedback.works.models import Work
from pdportal.goals import policy
from pdportal.goals.models import Evidence, Goal, Outcome, Step, StepKind
from pdportal.web.locale import zone_here


class NextStep(NamedTuple):
    """A goal one works on, how far it is, and what comes next."""

    goal_id: int
    title: str
    kept: bool
    """Whether its words are kept; until then it is a draft."""
    done: int
    total: int
    step_id: int | None
    step_name: str | None
    step_kind: StepKind | None
    due_on: date | None


class DueStep(NamedTuple):
    """A step or try-out that waits, with its date."""

    step_id: int
    name: str
    kind: StepKind
    due_on: date | None
    goal_id: int | None
    goal_title: str | None
    from_title: str
    from_url: str


class ClosedGoal(NamedTuple):
    """A goal that was met or let go."""

    goal_id: int
    title: str
    kept: bool
    met_at: datetime | None
    let_go_at: datetime | None
    done: int
    total: int


class TakenUp(NamedTuple):
    """A try-out taken up from a page, and how it stands."""

    step_id: int
    from_url: str
    title: str
    due_on: date | None
    done: bool
    outcome: Outcome | None


_name = case((Step.title != "", Step.title), else_=Step.text)


def goals_with_next_step(person: Person) -> list[NextStep]:
    """The goals somebody works on, each with the first step to do; what is due first is first."""
    rows = rows_of(_open_goals(), {"owner_id": person.id})
    return [NextStep(*row) for row in rows]


@cache
def _open_goals() -> Select[*tuple[Any, ...]]:
    """Built once: every first screen asks it."""
    owner: BindParameter[int] = bindparam("owner_id")
    ranked = (
        select(
            Step.id,
            Step.goal_id,
            _name.label("name"),
            Step.kind,
            Step.due_on,
            func.row_number()
            .over(partition_by=Step.goal_id, order_by=(Step.place, Step.id))
            .label("rank"),
        )
        .where(Step.owner_id == owner, Step.done_at.is_(None), Step.removed_at.is_(None))
        .subquery()
    )
    return (
        policy.goals_of(owner)
        .join(Work, Work.id == Goal.work_id)
        .outerjoin(ranked, and_(ranked.c.goal_id == Goal.id, ranked.c.rank == 1))
        .where(Goal.met_at.is_(None), Goal.let_go_at.is_(None))
        .with_only_columns(
            Goal.id,
            Work.title,
            Goal.kept_at.is_not(None),
            _count(done=True),
            _count(),
            ranked.c.id,
            ranked.c.name,
            ranked.c.kind,
            ranked.c.due_on,
        )
        .order_by(
            Goal.kept_at.is_(None), ranked.c.due_on.is_(None), ranked.c.due_on, Goal.id.desc()
        )
        .limit(100)
    )


def steps_due(person: Person, within_days: int = 7) -> list[DueStep]:
    """Steps and try-outs overdue or due soon, the earliest first; none of a closed goal."""
    until = clock.today(zone_here()) + timedelta(days=within_days)
    rows = rows_of(_due(), {"owner_id": person.id, "until": until})
    return [DueStep(*row) for row in rows]


@cache
def _due() -> Select[*tuple[Any, ...]]:
    """Built once, likewise."""
    return _to_do(bindparam("owner_id"), Step.due_on <= bindparam("until"))


def to_look_back(person: Person) -> list[DueStep]:
    """Try-outs whose day has come, for which nobody has said yet what happened."""
    today = clock.today(zone_here())
    return _waiting(
        person,
        and_(
            Step.kind == StepKind.TRYOUT,
            or_(Step.due_on <= today, Step.due_on.is_(None), Step.happened != ""),
        ),
    )


def steps_alone(person: Person) -> list[DueStep]:
    """Steps and try-outs that belong to no goal, still to do."""
    return _waiting(person, Step.goal_id.is_(None))


def done_alone(person: Person, limit: int = 10) -> Sequence[Row[Any]]:
    """The same, done; the last first."""
    return db.session.execute(
        policy.steps_seen_by(person)
        .where(Step.goal_id.is_(None), Step.removed_at.is_(None), Step.done_at.is_not(None))
        .with_only_columns(Step.id, _name.label("name"), Step.kind, Step.done_at, Step.outcome)
        .order_by(Step.done_at.desc(), Step.id.desc())
        .limit(limit)
    ).all()


def closed_goals(person: Person) -> list[ClosedGoal]:
    """Goals met or let go, the last first."""
    rows = db.session.execute(
        policy.goals_seen_by(person)
        .join(Work, Work.id == Goal.work_id)
        .where(or_(Goal.met_at.is_not(None), Goal.let_go_at.is_not(None)))
        .with_only_columns(
            Goal.id,
            Work.title,
            Goal.kept_at.is_not(None),
            Goal.met_at,
            Goal.let_go_at,
            _count(done=True),
            _count(),
        )
        .order_by(func.coalesce(Goal.met_at, Goal.let_go_at).desc(), Goal.id.desc())
        .limit(100)
    )
    return [ClosedGoal(*row) for row in rows]


def open_goals(person: Person) -> Sequence[Row[int, str]]:
    """The goals that a new step can belong to: id and title."""
    return db.session.execute(
        policy.goals_seen_by(person)
        .join(Work, Work.id == Goal.work_id)
        .where(Goal.kept_at.is_not(None), Goal.met_at.is_(None), Goal.let_go_at.is_(None))
        .with_only_columns(Goal.id, Work.title)
        .order_by(Goal.id.desc())
        .limit(100)
    ).all()


def open_goal(person: Person, goal_id: int) -> Goal | None:
    """One of those, by id."""
    return db.session.scalars(
        policy.goals_seen_by(person).where(
            Goal.id == goal_id,
            Goal.kept_at.is_not(None),
            Goal.met_at.is_(None),
            Goal.let_go_at.is_(None),
        )
    ).one_or_none()


def unfinished(person: Person) -> Row[int, datetime] | None:
    """The goal somebody began to write and has not kept yet, the last one: id and since when."""
    return db.session.execute(
        policy.goals_seen_by(person)
        .where(Goal.kept_at.is_(None), Goal.let_go_at.is_(None))
        .with_only_columns(Goal.id, Goal.created_at)
        .order_by(Goal.id.desc())
        .limit(1)
    ).one_or_none()


def goal_page(person: Person, goal_id: int) -> Select[Goal]:
    """One goal of one's own, with its work and draft."""
    return (
        policy.goals_seen_by(person)
        .where(Goal.id == goal_id)
        .options(
            joinedload(Goal.work).joinedload(Work.draft),
            joinedload(Goal.work).joinedload(Work.author),
        )
    )


def goal_from_form(person: Person, form_key: str) -> Select[Goal]:
    """The goal that a form made when it was sent before."""
    return (
        policy.goals_seen_by(person)
        .where(Goal.form_key == form_key)
        .options(joinedload(Goal.work).joinedload(Work.draft))
    )


def goal_of_work(person: Person, work_id: int) -> Select[Goal]:
    """One goal of one's own, by its work."""
    return policy.goals_seen_by(person).where(Goal.work_id == work_id)


def steps_of(goal: Goal) -> Sequence[Step]:
    """The steps of a goal in order."""
    return db.session.scalars(
        select(Step)
        .where(Step.goal_id == goal.id, Step.removed_at.is_(None))
        .order_by(Step.place, Step.id)
    ).all()


def all_steps_of(goal: Goal) -> Sequence[Step]:
    """The same, with those removed, which can be brought back."""
    return db.session.scalars(
        select(Step).where(Step.goal_id == goal.id).order_by(Step.place, Step.id)
    ).all()


def evidence_of(goal: Goal) -> Sequence[Evidence]:
    """What was gathered for a goal, the oldest first."""
    return db.session.scalars(
        select(Evidence)
        .where(Evidence.goal_id == goal.id, Evidence.removed_at.is_(None))
        .order_by(Evidence.added_at, Evidence.id)
    ).all()


def all_evidence_of(goal: Goal) -> Sequence[Evidence]:
    """The same, with what was removed."""
    return db.session.scalars(
        select(Evidence).where(Evidence.goal_id == goal.id).order_by(Evidence.added_at, Evidence.id)
    ).all()


def step(person: Person, step_id: int) -> Select[Step]:
    """One step of one's own, with its goal and the try-out before it."""
    return (
        policy.steps_seen_by(person)
        .where(Step.id == step_id)
        .options(
            joinedload(Step.goal).joinedload(Goal.work),
            joinedload(Step.follows),
        )
    )


def evidence(person: Person, goal: Goal, evidence_id: int) -> Select[Evidence]:
    """One piece of one's own evidence for a goal."""
    return policy.evidence_seen_by(person).where(
        Evidence.id == evidence_id, Evidence.goal_id == goal.id
    )


def step_from(person: Person, text: str, url: str) -> Step | None:
    """The step somebody already made of these words from this page."""
    return db.session.scalars(
        policy.steps_seen_by(person)
        .where(
            Step.kind == StepKind.STEP,
            Step.text == text,
            Step.from_url == url,
            Step.removed_at.is_(None),
        )
        .limit(1)
    ).first()


def removed_alone(person: Person, limit: int = 10) -> Sequence[Row[int, str]]:
    """Steps of no goal that were removed and can be brought back, the last first: id and name."""
    return db.session.execute(
        policy.steps_seen_by(person)
        .where(Step.goal_id.is_(None), Step.removed_at.is_not(None))
        .with_only_columns(Step.id, _name.label("name"))
        .order_by(Step.removed_at.desc(), Step.id.desc())
        .limit(limit)
    ).all()


def next_in_chain(step: Step) -> Row[int, str] | None:
    """The try-out that adapts this one, if there is one: id and title."""
    later = aliased(Step)
    return db.session.execute(
        select(later.id, later.title)
        .where(later.follows_id == step.id, later.removed_at.is_(None))
        .order_by(later.id)
        .limit(1)
    ).one_or_none()


def tryouts_from(person: Person, urls: Collection[str]) -> list[TakenUp]:
    """The try-outs somebody took up from these addresses, the last first."""
    rows = db.session.execute(
        policy.steps_seen_by(person)
        .where(
            Step.kind == StepKind.TRYOUT,
            Step.from_url.in_(list(urls)),
            Step.removed_at.is_(None),
        )
        .with_only_columns(
            Step.id,
            Step.from_url,
            Step.title,
            Step.due_on,
            Step.done_at.is_not(None),
            Step.outcome,
        )
        .order_by(Step.id.desc())
    )
    return [TakenUp(*row) for row in rows]


def _waiting(person: Person, which: Any) -> list[DueStep]:
    return [DueStep(*row) for row in db.session.execute(_to_do(person.id, which))]


def _to_do(owner_id: int | BindParameter[int], which: Any) -> Select[*tuple[Any, ...]]:
    return (
        policy.steps_of(owner_id)
        .outerjoin(Goal, Goal.id == Step.goal_id)
        .outerjoin(Work, Work.id == Goal.work_id)
        .where(
            Step.done_at.is_(None),
            Step.removed_at.is_(None),
            Goal.met_at.is_(None),
            Goal.let_go_at.is_(None),
            which,
        )
        .with_only_columns(
            Step.id,
            _name,
            Step.kind,
            Step.due_on,
            Step.goal_id,
            Work.title,
            Step.from_title,
            Step.from_url,
        )
        .order_by(Step.due_on.is_(None), Step.due_on, Step.id)
        .limit(100)
    )


def _count(*, done: bool = False) -> ScalarSelect[int]:
    counted = (
        select(func.count())
        .select_from(Step)
        .where(Step.goal_id == Goal.id, Step.removed_at.is_(None))
    )
    if done:
        counted = counted.where(Step.done_at.is_not(None))
    return counted.correlate(Goal).scalar_subquery()
