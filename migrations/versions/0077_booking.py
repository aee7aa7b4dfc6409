"""Times that are offered, who waits for them, questions for office hours, and thanks.

Revision: 0077, after 0076
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0077"
down_revision = "0076"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "slot_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "talk",
                "visit",
                "walk",
                "hours",
                "classroom",
                name="appointmentkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("about", sa.String(length=400), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("room", sa.Integer(), nullable=False),
        sa.Column("closes_hours", sa.Integer(), nullable=False),
        sa.Column("for_teachers", sa.Boolean(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=True),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("to_district", sa.Boolean(), nullable=False),
        sa.Column("feedback_requested", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("room BETWEEN 1 AND 200", name=op.f("ck_slot_offer_room")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_slot_offer_cohort_id")),
        sa.ForeignKeyConstraint(["host_id"], ["person.id"], name=op.f("fk_slot_offer_host_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_slot_offer_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot_offer")),
    )
    op.create_index(op.f("ix_slot_offer_cohort_id"), "slot_offer", ["cohort_id"])
    op.create_index(op.f("ix_slot_offer_host_id"), "slot_offer", ["host_id"])
    op.create_index(op.f("ix_slot_offer_school_id"), "slot_offer", ["school_id"])

    op.create_table(
        "slot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("appointment_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_slot_order")),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_slot_appointment_id")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["slot_offer.id"], name=op.f("fk_slot_offer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot")),
        sa.UniqueConstraint("appointment_id", name=op.f("uq_slot_appointment_id")),
    )
    op.create_index(op.f("ix_slot_offer_id"), "slot", ["offer_id"])
    op.create_index(op.f("ix_slot_starts_at"), "slot", ["starts_at"])

    op.create_table(
        "hours_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("may_show", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answer_version", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("for_all", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asker_id"], ["person.id"], name=op.f("fk_hours_question_asker_id")
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_hours_question_slot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_question")),
    )
    op.create_index(op.f("ix_hours_question_asker_id"), "hours_question", ["asker_id"])
    op.create_index(
        "uq_hours_question_draft",
        "hours_question",
        ["slot_id", "asker_id"],
        unique=True,
        sqlite_where=sa.text("asked_at IS NULL"),
        postgresql_where=sa.text("asked_at IS NULL"),
    )

    op.create_table(
        "slot_thanks",
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("thanked_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_slot_thanks_person_id")
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_slot_thanks_slot_id")),
        sa.PrimaryKeyConstraint("slot_id", "person_id", name=op.f("pk_slot_thanks")),
    )
    op.create_index(op.f("ix_slot_thanks_person_id"), "slot_thanks", ["person_id"])

    op.create_table(
        "slot_waiter",
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_slot_waiter_person_id")
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_slot_waiter_slot_id")),
        sa.PrimaryKeyConstraint("slot_id", "person_id", name=op.f("pk_slot_waiter")),
    )
    op.create_index(op.f("ix_slot_waiter_person_id"), "slot_waiter", ["person_id"])
