"""A time that is offered is an appointment that waits for those who come.

Revision: 0093, after 0092
"""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0093"
down_revision = "0092"
branch_labels = None
depends_on = None

OF_OFFER = ("host_id", "kind", "title", "place", "link", "zone")
PARTS = {"waiter": ("slot_waiter", "since", "lease_until"), "thanks": ("slot_thanks", "text", "thanked_at")}


def upgrade() -> None:
    with op.batch_alter_table("appointment") as appointment:
        appointment.add_column(sa.Column("offer_id", sa.Integer(), nullable=True))
        appointment.create_foreign_key(
            op.f("fk_appointment_offer_id"), "slot_offer", ["offer_id"], ["id"]
        )
    op.create_index(op.f("ix_appointment_offer_id"), "appointment", ["offer_id"])
    with op.batch_alter_table("hours_question") as question:
        question.add_column(sa.Column("appointment_id", sa.Integer(), nullable=True))
    _make_appointments()

    _create_parts()
    for new, (old, *columns) in PARTS.items():
        names = ", ".join(columns)
        op.execute(
            f"INSERT INTO {new} (appointment_id, person_id, {names}) "  # noqa: S608
            f"SELECT slot.appointment_id, {old}.person_id, {names} "
            f"FROM {old} JOIN slot ON slot.id = {old}.slot_id"
        )
        op.drop_table(old)
    op.execute(
        "UPDATE hours_question SET appointment_id ="
        " (SELECT slot.appointment_id FROM slot WHERE slot.id = hours_question.slot_id)"
    )
    op.drop_index("uq_hours_question_draft", "hours_question")
    with op.batch_alter_table("hours_question") as question:
        question.drop_constraint(op.f("fk_hours_question_slot_id"), type_="foreignkey")
        question.drop_column("slot_id")
        question.alter_column("appointment_id", existing_type=sa.Integer(), nullable=False)
        question.create_foreign_key(
            op.f("fk_hours_question_appointment_id"), "appointment", ["appointment_id"], ["id"]
        )
    draft = sa.text("asked_at IS NULL")
    op.create_index(
        "uq_hours_question_draft", "hours_question", ["appointment_id", "asker_id"],
        unique=True, sqlite_where=draft, postgresql_where=draft,
    )  # fmt: skip
    op.drop_table("slot")
    op.drop_index(op.f("ix_slot_offer_host_id"), "slot_offer")
    with op.batch_alter_table("slot_offer") as offer:
        offer.drop_constraint(op.f("fk_slot_offer_host_id"), type_="foreignkey")
        offer.drop_constraint(op.f("ck_slot_offer_appointmentkind"), type_="check")
        for name in OF_OFFER:
            offer.drop_column(name)


def _make_appointments() -> None:
    """One for each time that nobody had booked; notices lead to it."""
    bind = op.get_bind()
    known = ", ".join(f"slot_offer.{name}" for name in OF_OFFER)
    slots = bind.execute(
        sa.text(
            "SELECT slot.id, slot.offer_id, slot.appointment_id, slot.starts_at, slot.ends_at, "  # noqa: S608
            f"slot.withdrawn_at, slot_offer.created_at, {known} "
            "FROM slot JOIN slot_offer ON slot_offer.id = slot.offer_id ORDER BY slot.id"
        )
    )
    for slot in slots.mappings().all():
        values = dict(slot)
        number, found, values["canceled_at"] = (
            values.pop(name) for name in ("id", "appointment_id", "withdrawn_at")
        )
        if found is None:
            values |= {"uid": uuid4().hex, "sequence": 0, "why": ""}
            names = ", ".join(values)
            boxes = ", ".join(f":{name}" for name in values)
            found = bind.execute(
                sa.text(f"INSERT INTO appointment ({names}) VALUES ({boxes}) RETURNING id"),  # noqa: S608
                values,
            ).scalar_one()
        of = {"found": found, "offer": slot["offer_id"], "slot": number}
        for statement in (
            "UPDATE appointment SET offer_id = :offer WHERE id = :found",
            "UPDATE slot SET appointment_id = :found WHERE id = :slot",
            "UPDATE notice SET url = '/coaching/appointments/' || :page WHERE url = :was",
        ):
            words = {"page": str(found), "was": f"/coaching/booking/times/{number}"}
            bind.execute(sa.text(statement), {**of, **words} if "notice" in statement else of)


def _create_parts() -> None:
    keys = {"appointment_id": "appointment.id", "person_id": "person.id"}
    columns = {
        "waiter": (
            sa.Column("since", sa.DateTime(), nullable=False),
            sa.Column("lease_until", sa.DateTime(), nullable=True),
        ),
        "thanks": (
            sa.Column("text", sa.String(length=300), nullable=False),
            sa.Column("thanked_at", sa.DateTime(), nullable=False),
        ),
    }
    for table, more in columns.items():
        op.create_table(
            table,
            *(sa.Column(name, sa.Integer(), nullable=False) for name in keys),
            *more,
            *(
                sa.ForeignKeyConstraint([name], [key], name=op.f(f"fk_{table}_{name}"))
                for name, key in keys.items()
            ),
            sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{table}")),
        )
        op.create_index(op.f(f"ix_{table}_person_id"), table, ["person_id"])
