"""Who may see goals and steps: their owners, and the partners whom they choose.

What a goal says is a work: its owner may share those words for feedback, and then the policy of
`feedback.works` says who reads them. Partners read its last saved words and its steps, and try-outs
and evidence if the owner says so. Nobody reads any of it for leading, coaching or administering.
"""

from __future__ import annotations

from sqlalchemy import Select, select

from pdportal.accounts.models import Person
from pdportal.cohorts.policy import cohort_ids_of
from pdportal.goals.models import Evidence, Goal, GoalPartner, GoalStart, Step


def goals_seen_by(person: Person) -> Select[Goal]:
    """Owners see their goals."""
    return select(Goal).where(Goal.owner_id == person.id)


def goals_read_by(person: Person) -> Select[Goal]:
    """Partners read the goals they were chosen for, from the first saved version on."""
    return goals_partnered_by(person).where(~Goal.is_draft)


def goals_partnered_by(person: Person) -> Select[Goal]:
    """All that somebody was chosen for."""
    chosen = select(GoalPartner.goal_id).where(GoalPartner.person_id == person.id)
    return select(Goal).where(Goal.id.in_(chosen))


def files_read_by(person: Person) -> Select[int | None]:
    """The files among the evidence for goals that somebody is a partner for, if shown to them."""
    goals = goals_read_by(person).where(Goal.shows_all).with_only_columns(Goal.id)
    return select(Evidence.file_id).where(
        Evidence.goal_id.in_(goals), Evidence.removed_at.is_(None), Evidence.file_id.is_not(None)
    )


def is_read_whole(goal: Goal) -> bool:
    """Whether partners read try-outs and evidence as well, and not only its words and steps."""
    return goal.shows_all


def starts_seen_by(person: Person) -> Select[GoalStart]:
    """Members see what is suggested to their cohorts, as long as it is."""
    mine = cohort_ids_of(person)
    return select(GoalStart).where(GoalStart.cohort_id.in_(mine), GoalStart.is_offered)


def steps_seen_by(person: Person) -> Select[Step]:
    """Owners see their steps and try-outs."""
    return select(Step).where(Step.owner_id == person.id)


def evidence_seen_by(person: Person) -> Select[Evidence]:
    """Owners see what they gathered."""
    return (
        select(Evidence).join(Goal, Goal.id == Evidence.goal_id).where(Goal.owner_id == person.id)
    )


def may_change(person: Person, thing: Goal | Step) -> bool:
    """Only owners write."""
    return thing.owner_id == person.id
