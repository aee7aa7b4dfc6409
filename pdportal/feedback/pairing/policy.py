"""Who arranges who gives feedback to whom, and who reads why."""

from __future__ import annotations

from pdportal.accounts.models import Person
from pdportal.accounts.policy import leads_where
from pdportal.cohorts.models import Cohort


def may_see_pairs(person: Person, cohort: Cohort) -> bool:
    """Leads of where the cohort belongs; its facilitators, who are colleagues, do not."""
    return leads_where(person, cohort)


def may_arrange(person: Person, cohort: Cohort) -> bool:
    """The same leads, while the cohort lasts."""
    return cohort.is_open and may_see_pairs(person, cohort)
