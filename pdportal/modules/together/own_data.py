"""What somebody answered for correcting together: part of what `modules` collects and forgets."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import delete, select

from pdportal.accounts.models import Person
from pdportal.accounts.own_data import Piece, as_data
from pdportal.db import db
from pdportal.modules.models import Block, Edition, Enrollment
from pdportal.modules.together import policy
from pdportal.modules.together.models import Group, Sheet
from pdportal.modules.together.services import delete_empty_groups


def collect(person: Person) -> Iterator[Piece]:
    """One's own answers, and the corrections of the groups one is in; not the others' answers."""
    mine = (
        policy.own_sheets(person)
        .join(Block, Block.id == Sheet.block_id)
        .join(Edition, Edition.id == Block.edition_id)
        .outerjoin(Group, Group.id == Sheet.group_id)
        .with_only_columns(
            Edition.title.label("module"),
            Block.key,
            Sheet.typed,
            Sheet.handed_in_at,
            Sheet.answers,
            Sheet.done_at,
            Group.texts.label("correction"),
        )
        .order_by(Sheet.block_id)
    )
    yield Piece("together.json", as_data(mine))


def forget(person: Person) -> None:
    """Delete the answers; a correction that others are in stays theirs, it names nobody."""
    ways = select(Enrollment.id).where(Enrollment.person_id == person.id)
    db.session.execute(
        delete(Sheet).where(Sheet.enrollment_id.in_(ways)),
        execution_options={"synchronize_session": False},
    )
    delete_empty_groups()
