"""Walks, visits elsewhere, and the appointments of visits.

Revision: 0081, after 0080
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0081"
down_revision = "0080"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visit_elsewhere",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("form_key", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "school",
                "company",
                "conference",
                "other",
                name="placekind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("look_for", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("follow_up", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_visit_elsewhere_owner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_elsewhere")),
        sa.UniqueConstraint(
            "owner_id", "form_key", name=op.f("uq_visit_elsewhere_owner_id_form_key")
        ),
    )
    with op.batch_alter_table("visit_elsewhere", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_elsewhere_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "walk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organizer_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("form_key", sa.String(length=40), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("rooms", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("look_fors", sa.Text(), nullable=False),
        sa.Column("described", sa.Text(), nullable=False),
        sa.Column("patterns", sa.Text(), nullable=False),
        sa.Column("predicted", sa.Text(), nullable=False),
        sa.Column("next_level", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rooms_seen", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("work_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("rooms BETWEEN 3 AND 26", name=op.f("ck_walk_rooms")),
        sa.CheckConstraint("sent_at IS NULL OR closed_at IS NOT NULL", name=op.f("ck_walk_sent")),
        sa.ForeignKeyConstraint(["organizer_id"], ["person.id"], name=op.f("fk_walk_organizer_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_walk_school_id")),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_walk_work_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walk")),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_walk_appointment_id")
        ),
        sa.UniqueConstraint("appointment_id", name=op.f("uq_walk_appointment_id")),
        sa.UniqueConstraint("form_key", name=op.f("uq_walk_form_key")),
    )
    with op.batch_alter_table("walk", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_walk_organizer_id"), ["organizer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_walk_school_id"), ["school_id"], unique=False)

    op.create_table(
        "walker",
        sa.Column("walk_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_walker_person_id")),
        sa.ForeignKeyConstraint(["walk_id"], ["walk.id"], name=op.f("fk_walker_walk_id")),
        sa.PrimaryKeyConstraint("walk_id", "person_id", name=op.f("pk_walker")),
    )
    with op.batch_alter_table("walker", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_walker_person_id"), ["person_id"], unique=False)

    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("appointment_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_visit_appointment_id"), "appointment", ["appointment_id"], ["id"]
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_visit_appointment_id"), ["appointment_id"]
        )
