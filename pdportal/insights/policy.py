"""What leads may see of how others are doing: that things happened, never their content.

Names, dates, counts, done or waiting: those who run a cohort see these of its people, because
reminding them is their job. Titles, texts, answers, goals, clips and comments they never see. A
figure that sums up what the names do not already show (what becomes of comments, say) counts the
people behind it, and is withheld while they are fewer than five.
"""

from __future__ import annotations

from pdportal.accounts.models import Person
from pdportal.cohorts.models import Cohort
from pdportal.cohorts.policy import may_run

FEWEST = 5
"""The fewest people behind a figure that does not name them."""


def may_nudge(person: Person, cohort: Cohort) -> bool:
    """Whoever runs the cohort, while it lasts."""
    return cohort.is_open and may_run(person, cohort)


def is_withheld(people: int) -> bool:
    """Whether a figure about so few people would point at one of them."""
    return people < FEWEST
