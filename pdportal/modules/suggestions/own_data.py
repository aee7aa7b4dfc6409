"""What somebody saved, put aside, recommended and was recommended."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, or_

from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Piece, as_data, carry_out
from pdportal.modules.models import Edition, Module
from pdportal.modules.suggestions import policy
from pdportal.modules.suggestions.models import ModuleMark, Recommendation


def collect(person: Person) -> Iterator[Piece]:
    """The marks with their reasons, and the recommendations of both directions."""
    marks = (
        policy.marks_of(person)
        .join(Module, Module.id == ModuleMark.module_id)
        .join(Edition, Edition.id == Module.current_id)
        .with_only_columns(
            Edition.title, ModuleMark.saved_at, ModuleMark.put_aside_at, ModuleMark.reason
        )
        .order_by(Edition.title)
    )
    yield Piece("modules-saved-and-put-aside.json", as_data(marks))
    for name, rows, other in (
        ("recommended-to-me", policy.recommendations_to(person), Recommendation.from_id),
        ("recommended-by-me", policy.recommendations_by(person), Recommendation.to_id),
    ):
        told = (
            rows.join(Module, Module.id == Recommendation.module_id)
            .join(Edition, Edition.id == Module.current_id)
            .join(Person, Person.id == other)
            .with_only_columns(
                Edition.title,
                Person.name.label("colleague"),
                Recommendation.why,
                Recommendation.at,
                Recommendation.thanked_at,
            )
            .order_by(Recommendation.id)
        )
        yield Piece(f"{name}.json", as_data(told))


def forget(person: Person) -> None:
    """All of it goes, also what they recommended to others."""
    mine = or_(Recommendation.from_id == person.id, Recommendation.to_id == person.id)
    marks = delete(ModuleMark).where(ModuleMark.person_id == person.id)
    carry_out(marks, delete(Recommendation).where(mine))


PART = OwnPart(
    "suggestions",
    _l("Saved modules and recommendations"),
    collect,
    forget,
    goes=_l("What you saved, put aside and recommended, and what was recommended to you."),
)
