"""What a school or a district means by a word of the glossary."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal.accounts.models import District, Person, School
from pdportal.db import Base, Numbered, Timestamped


class OwnDefinition(Numbered, Timestamped, Base):
    """One wording of a definition; the latest of a place holds, and an empty one takes it back."""

    __tablename__ = "own_definition"
    __table_args__ = (Index("ix_own_definition_term", "district_id", "term"),)

    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    """None: it holds in the whole district."""
    term: Mapped[str] = mapped_column(String(80))
    """The address of the term when this was written; the glossary knows former ones."""
    text: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    district: Mapped[District] = relationship()
    school: Mapped[School | None] = relationship()
    by: Mapped[Person] = relationship()
