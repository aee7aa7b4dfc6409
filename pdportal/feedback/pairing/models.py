"""How a cohort shares feedback out, and pairs that always or never meet."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from pdportal import clock
from pdportal.db import Base, Numbered, unique_where


class Mix(StrEnum):
    """Whom authors meet: anybody, people of their own school or group, or only of others."""

    ANY = "any"
    SAME = "same"
    OTHER = "other"


class PairKind(StrEnum):
    """`other` is asked about each work of `person`, or neither ever about the other's."""

    MUST = "must"
    APART = "apart"


_MIXES = "('any', 'same', 'other')"
_MIX = Enum(Mix, native_enum=False, length=24, values_callable=lambda kind: [*map(str, kind)])


class Pairing(Base):
    """What a lead chose for one cohort; the portal's settings hold where there is none."""

    __tablename__ = "pairing"
    __table_args__ = (
        CheckConstraint("needed >= 1 AND needed <= asked AND most >= 1", name="counts"),
        CheckConstraint(f"schools IN {_MIXES} AND groups IN {_MIXES}", name="mixes"),
    )

    cohort_id: Mapped[int] = mapped_column(
        ForeignKey("cohort.id"), primary_key=True, autoincrement=False
    )
    asked: Mapped[int]
    needed: Mapped[int]
    most: Mapped[int]
    """How many reviews somebody owes before others are asked in their place."""
    schools: Mapped[Mix] = mapped_column(_MIX, default=Mix.ANY)
    groups: Mapped[Mix] = mapped_column(_MIX, default=Mix.ANY)
    version: Mapped[int] = mapped_column(default=0)


class PairRule(Numbered, Base):
    """Two people who meet always or never: set by a lead for a cohort, or wished by one of them.

    A wish (without a cohort) is private to `person`: it acts, and nobody else ever reads it.
    """

    __tablename__ = "pair_rule"
    __table_args__ = (
        CheckConstraint("person_id <> other_id", name="two_people"),
        CheckConstraint("cohort_id IS NOT NULL OR (kind = 'apart' AND reason = '')", name="wish"),
        Index("uq_pair_rule_in_cohort", "cohort_id", "person_id", "other_id", "kind", unique=True),
        unique_where("uq_pair_rule_wish", "person_id", "other_id", where="cohort_id IS NULL"),
    )

    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[PairKind]
    reason: Mapped[str] = mapped_column(Text, default="")
    """Of a lead, for leads."""
    set_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
