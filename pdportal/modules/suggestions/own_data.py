"""What somebody saved, put aside, recommended and was recommended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _l
from sqlalchemy import Executable, delete, or_

from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Rows
from pdportal.modules.models import Edition, Module
from pdportal.modules.suggestions import policy
from pdportal.modules.suggestions.models import ModuleMark, Recommendation


def _rows(person: Person) -> Mapping[str, Rows]:
    """The marks with their reasons, and the recommendations of both directions."""
    marks = policy.marks_of(person).join(Module, Module.id == ModuleMark.module_id)
    reasons = ModuleMark.saved_at, ModuleMark.put_aside_at, ModuleMark.reason
    told = Recommendation.why, Recommendation.at, Recommendation.thanked_at
    return {
        "modules-saved-and-put-aside": marks.join(Edition, Edition.id == Module.current_id)
        .with_only_columns(Edition.title, *reasons)
        .order_by(Edition.title),
        **{
            name: rows.join(Module, Module.id == Recommendation.module_id)
            .join(Edition, Edition.id == Module.current_id)
            .join(Person, Person.id == other)
            .with_only_columns(Edition.title, Person.name.label("colleague"), *told)
            .order_by(Recommendation.id)
            for name, rows, other in (
                ("recommended-to-me", policy.recommendations_to(person), Recommendation.from_id),
                ("recommended-by-me", policy.recommendations_by(person), Recommendation.to_id),
            )
        },
    }


def _gone(person: Person) -> Iterable[Executable]:
    """All of it, also what they recommended to others."""
    mine = or_(Recommendation.from_id == person.id, Recommendation.to_id == person.id)
    marks = delete(ModuleMark).where(ModuleMark.person_id == person.id)
    return marks, delete(Recommendation).where(mine)


PART = OwnPart(
    "suggestions",
    _l("Saved modules and recommendations"),
    _rows,
    gone=_gone,
    goes=_l("What you saved, put aside and recommended, and what was recommended to you."),
)
