"""What one person proposes for an assignment, and what is agreed with them about it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import Base, Numbered, Timestamped, all_null, unique_where
from pdportal.feedback.works.models import Revision
from pdportal.modules.models import Assignment, Module


class Agreement(Base):
    """Another date for one person, or that they are done with it another way."""

    __tablename__ = "agreement"

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    due_on: Mapped[date | None]
    """Theirs alone; None where the date of the assignment holds."""
    instead_id: Mapped[int | None] = mapped_column(ForeignKey("module.id"), index=True)
    """The module that counts in its place, once they have finished it."""
    done_at: Mapped[datetime | None]
    """When it counted as done another way."""
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)

    assignment: Mapped[Assignment] = relationship()


class ProposalKind(StrEnum):
    """What somebody would rather do, bring or have."""

    MODULE = "module"
    EVIDENCE = "evidence"
    DATE = "date"


class Proposal(Numbered, Timestamped, Base):
    """What somebody proposes for an assignment, shown to one lead: who says yes, or asks."""

    __tablename__ = "proposal"
    __table_args__ = (
        unique_where("uq_proposal_open", "assignment_id", "person_id", where="settled_at IS NULL"),
    )

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """The one lead who reads it."""
    kind: Mapped[ProposalKind]
    module_id: Mapped[int | None] = mapped_column(ForeignKey("module.id"))
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"))
    """The version of a work of theirs that this lead may read; no later one."""
    link: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date | None]
    words: Mapped[str] = mapped_column(Text)
    settled_at: Mapped[datetime | None]
    accepted: Mapped[bool] = mapped_column(default=False)
    """Settled by a yes; else it was withdrawn."""

    assignment: Mapped[Assignment] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=person_id)
    to: Mapped[Person] = relationship(foreign_keys=to_id)
    module: Mapped[Module | None] = relationship()
    revision: Mapped[Revision | None] = relationship()
    lines: Mapped[list[ProposalLine]] = relationship(order_by="ProposalLine.id")

    is_open = all_null("settled_at")
    """Neither accepted nor withdrawn."""


class ProposalLine(Numbered, Base):
    """A question of the lead, or an answer to it."""

    __tablename__ = "proposal_line"

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(default=clock.now)

    author: Mapped[Person] = relationship()
