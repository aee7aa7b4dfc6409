"""A framework's skills: a tree, the names each is found by, and how they relate to others."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.db import Base, Numbered, unique_where
from pdportal.folding import fold

LONGEST_CODE = 120
LONGEST_NAME = 300
CHILD_OF = "isChildOf"
"""The type of association that makes the tree; all others are relations beside it."""


class Origin(StrEnum):
    """Where a framework comes from."""

    CONTENT = "content"
    CASE = "case"


class Framework(Numbered, Base):
    """One framework as it is now. `district_id` is None where everybody has it."""

    __tablename__ = "framework"
    __table_args__ = (
        UniqueConstraint("district_id", "identifier"),
        # NULLs differ from one another, so what everybody has needs its own index.
        unique_where("uq_framework_for_all", "identifier", where="district_id IS NULL"),
    )

    district_id: Mapped[int | None] = mapped_column(ForeignKey("district.id"))
    origin: Mapped[Origin]
    identifier: Mapped[str] = mapped_column(String(LONGEST_CODE))
    """The GUID of a CASE document, or the file name of our own."""
    title: Mapped[str] = mapped_column(String(LONGEST_NAME))
    summary: Mapped[str] = mapped_column(Text, default="")
    creator: Mapped[str] = mapped_column(String(LONGEST_NAME), default="")
    licence: Mapped[str] = mapped_column(String(LONGEST_NAME), default="")
    language: Mapped[str] = mapped_column(String(16), default="en")
    url: Mapped[str] = mapped_column(String(500), default="")
    content_hash: Mapped[str] = mapped_column(String(64))
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)


class Skill(Numbered, Base):
    """One item of a framework; `parent_id` is the place where it stands first."""

    __tablename__ = "skill"
    __table_args__ = (
        UniqueConstraint("framework_id", "identifier"),
        Index("ix_skill_parent_place", "framework_id", "parent_id", "place"),
    )

    framework_id: Mapped[int] = mapped_column(ForeignKey("framework.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("skill.id"), index=True)
    place: Mapped[int] = mapped_column(default=0)
    """Its order among its siblings."""
    children: Mapped[int] = mapped_column(default=0)
    """How many stand below it, those that stand elsewhere first included."""
    identifier: Mapped[str] = mapped_column(String(LONGEST_CODE))
    """The GUID of a CASE item, or the code in our own file: what it is, whatever it says."""
    code: Mapped[str] = mapped_column(String(LONGEST_CODE), default="")
    """As people write it: `K.CC.A.1`."""
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    statement: Mapped[str] = mapped_column(Text, default="")
    """In plain words."""
    html: Mapped[str] = mapped_column(Text, default="")
    """The statement as safe HTML; "" where it is as plain as `statement`."""
    found_by: Mapped[str] = mapped_column(Text, default="")
    """Code, name and statement, folded."""
    levels: Mapped[list[Any]] = mapped_column(default=list)
    """The progression, the first step first: `{"name", "text"}` each; [] for the general one."""
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What else the source says: notes, item type, grades, subject, address."""
    digest: Mapped[str] = mapped_column(String(32), default="", server_default="")
    """What it is known again by, when its source is read once more."""
    gone_at: Mapped[datetime | None]
    """Since when its framework no longer has it; placements on it stay."""

    framework: Mapped[Framework] = relationship()
    parent: Mapped[Skill | None] = relationship(remote_side="Skill.id")

    @property
    def names(self) -> frozenset[str]:
        """What it is found by, folded: see `SkillName`."""
        names = (self.code, self.name, *self.facts.get("names", []))
        return frozenset(fold(name).strip()[:LONGEST_NAME] for name in names) - {""}

    @property
    def takes_placement(self) -> bool:
        """A skill is placed on; a heading above others is not, unless it has levels of its own."""
        return self.gone_at is None and (bool(self.levels) or not self.children)


class SkillName(Base):
    """What a skill is found by, folded: its code, its name, and other names its file gives it."""

    __tablename__ = "skill_name"

    skill_id: Mapped[int] = mapped_column(
        ForeignKey("skill.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), primary_key=True, index=True)


class SkillLink(Numbered, Base):
    """An association beside the tree, from a skill to another, or to an item that is elsewhere."""

    __tablename__ = "skill_link"
    __table_args__ = (UniqueConstraint("skill_id", "kind", "to_identifier"),)

    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(60))
    """The CASE association type; `isChildOf` for a second parent."""
    place: Mapped[int] = mapped_column(default=0)
    to_id: Mapped[int | None] = mapped_column(
        ForeignKey("skill.id", ondelete="CASCADE"), index=True
    )
    to_identifier: Mapped[str] = mapped_column(String(LONGEST_CODE))
    to_title: Mapped[str] = mapped_column(String(LONGEST_NAME), default="")
    to_url: Mapped[str] = mapped_column(String(500), default="")
