"""Which cohorts pages open, and for whom: also those of features above."""

from __future__ import annotations

from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from pdportal.accounts import me
from pdportal.accounts.policy import leads_where
from pdportal.cohorts import policy, queries
from pdportal.cohorts.models import Cohort
from pdportal.web.errors import Refused, require


def seen_cohort(cohort_id: int) -> tuple[Cohort, bool]:
    """A cohort that whoever asks sees, and whether they run it; else 404, in words if it ended."""
    opened = queries.cohort_opened(me(), cohort_id)
    if opened is None:
        raise _ended() if policy.was_in_when_it_closed(me(), cohort_id) else NotFound
    return opened


def run_cohort(cohort_id: int) -> Cohort:
    """A cohort that whoever asks runs; 403 where they only see it."""
    cohort, runs = seen_cohort(cohort_id)
    require(runs)
    return cohort


def led_cohort(cohort_id: int) -> Cohort:
    """A cohort that belongs to where whoever asks leads."""
    cohort = run_cohort(cohort_id)
    require(leads_where(me(), cohort))
    return cohort


def _ended() -> Refused:
    return Refused(
        _("This cohort has ended. What you learned, wrote and received in it is still yours."),
        status=404,
    )
