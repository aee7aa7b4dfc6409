"""Which modules teach a skill: those that name it, or ask a question about it."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for
from sqlalchemy import select

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.modules.models import Edition, Facet, Module, ModuleTag
from pdportal.skills.teaching import Taught


def modules_that_teach(_person: Person, names: frozenset[str]) -> Iterable[Taught]:
    """The current editions with a tag that has one of these names, however it is written."""
    teach = select(ModuleTag.module_id).where(
        ModuleTag.facet == Facet.SKILL, ModuleTag.folded.in_(names)
    )
    rows = db.session.execute(
        select(Module.slug, Edition.title, Edition.minutes, Edition.summary)
        .join(Edition, Edition.id == Module.current_id)
        .where(Module.id.in_(teach))
        .order_by(Edition.minutes, Module.id)
        .limit(20)
    )
    for row in rows:
        url = url_for("modules.module_page", slug=row.slug)
        yield Taught(row.title, url, row.minutes, row.summary)
