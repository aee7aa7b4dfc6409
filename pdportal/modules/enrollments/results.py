"""What somebody finished, to be named as evidence for a goal."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _
from sqlalchemy import or_, select

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.goals.evidence.offers import Offer
from pdportal.inbox.services import address
from pdportal.modules import policy
from pdportal.modules.checks.models import CheckTry
from pdportal.modules.models import Edition, Enrollment, Module

MOST = 30


def results_of(person: Person) -> Iterator[Offer]:
    """Modules that were finished, or of which a check was met; the last first."""
    met = select(CheckTry.id).where(
        CheckTry.enrollment_id == Enrollment.id, CheckTry.is_met.is_(True)
    )
    rows = db.session.execute(
        policy.enrollments_of(person)
        .join(Edition, Edition.id == Enrollment.edition_id)
        .join(Module, Module.id == Enrollment.module_id)
        .where(or_(Enrollment.finished_at.is_not(None), met.exists()))
        .with_only_columns(Enrollment.id, Module.slug, Edition.title, met.exists())
        .order_by(Enrollment.last_at.desc())
        .limit(MOST)
    )
    for enrollment_id, slug, title, is_met in rows:
        label = _("Module: %(title)s, finished", title=title)
        if is_met:
            label = _("Module: %(title)s, check met", title=title)
        yield Offer(f"module-{enrollment_id}", label, address("modules.module_page", slug=slug))
