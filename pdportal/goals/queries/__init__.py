"""What pages about goals, steps and evidence read; one file for each noun."""

from __future__ import annotations

from pdportal.goals.queries.evidence import evidence, evidence_of
from pdportal.goals.queries.goals import (
    ClosedGoal,
    NextStep,
    closed_goals,
    goal_from_form,
    goal_of_work,
    goal_page,
    goals_with_next_step,
    open_goal,
    open_goals,
    unfinished,
)
from pdportal.goals.queries.steps import (
    DueStep,
    done_alone,
    next_in_chain,
    removed_alone,
    step,
    step_from,
    steps_alone,
    steps_due,
    steps_of,
    to_look_back,
)

__all__ = [
    "ClosedGoal",
    "DueStep",
    "NextStep",
    "closed_goals",
    "done_alone",
    "evidence",
    "evidence_of",
    "goal_from_form",
    "goal_of_work",
    "goal_page",
    "goals_with_next_step",
    "next_in_chain",
    "open_goal",
    "open_goals",
    "removed_alone",
    "step",
    "step_from",
    "steps_alone",
    "steps_due",
    "steps_of",
    "to_look_back",
    "unfinished",
]
