"""What leads may see of how others are doing: that things happened, never their content.

Names, dates, counts, done or waiting: those who run a cohort see these of its people, because
reminding them is their job, and only from what belongs to this cohort: the modules assigned to it
and the feedback asked of it. Titles, texts, answers, goals, clips and comments they never see.

A figure that sums up what the names do not already show (what becomes of comments, say) is over
what was asked of the cohort, which nobody changes by adding or removing people, and it moves by
whole lots of five people other than the reader: reading it twice tells no more than reading it once
(`docs/decisions/0013-figures-in-lots.md`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pdportal.accounts.models import Person
from pdportal.cohorts.models import Cohort
from pdportal.cohorts.policy import may_run

FEWEST = 5
"""The fewest people behind a figure that does not name them, and behind each change of it."""


def may_help(person: Person, cohort: Cohort) -> bool:
    """Whoever runs the cohort, while it lasts: asks people, asks colleagues, gives more time."""
    return cohort.is_open and may_run(person, cohort)


class Answer(NamedTuple):
    """An author's answer to a comment."""

    person_id: int
    comment_id: int
    verdict: str


def countable(answers: Iterable[Answer], reader_id: int) -> dict[int, str]:
    """Of each comment the verdict that the reader's figures may count.

    `answers` come in the order in which they were given; the last one on a comment holds. They
    count in lots: a lot is whole once `FEWEST` people besides the reader are behind it.
    """
    counted: dict[int, str] = {}
    lot: dict[int, str] = {}
    people: set[int] = set()
    for answer in answers:
        lot[answer.comment_id] = answer.verdict
        people.add(answer.person_id)
        if len(people - {reader_id}) >= FEWEST:
            counted |= lot
            lot, people = {}, set()
    return counted
