"""A module may have checks, and people try them; who meets one before reading tests out.

Revision: 0028, after 0027
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('module_check',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('edition_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('needed', sa.Integer(), nullable=False),
    sa.Column('each_skill', sa.Boolean(), nullable=False),
    sa.Column('exempts', sa.Boolean(), nullable=False),
    sa.Column('required', sa.Boolean(), nullable=False),
    sa.Column('again_days', sa.Integer(), nullable=False),
    sa.Column('intro', sa.Text(), nullable=False),
    sa.Column('skills', sa.JSON(), nullable=False),
    sa.Column('levels', sa.JSON(), nullable=False),
    sa.Column('forms', sa.JSON(), nullable=False),
    sa.Column('help', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_module_check_edition_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_module_check')),
    sa.UniqueConstraint('edition_id', 'key', name=op.f('uq_module_check_edition_id_key'))
    )
    op.create_table('check_try',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('enrollment_id', sa.Integer(), nullable=False),
    sa.Column('check_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('form', sa.Integer(), nullable=False),
    sa.Column('cohort_id', sa.Integer(), nullable=True),
    sa.Column('begun_at', sa.DateTime(), nullable=False),
    sa.Column('typed', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('saved_at', sa.DateTime(), nullable=True),
    sa.Column('handed_in_at', sa.DateTime(), nullable=True),
    sa.Column('is_before', sa.Boolean(), nullable=True),
    sa.Column('is_met', sa.Boolean(), nullable=True),
    sa.Column('answers', sa.JSON(), nullable=False),
    sa.Column('plan', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['check_id'], ['module_check.id'], name=op.f('fk_check_try_check_id')),
    sa.ForeignKeyConstraint(['cohort_id'], ['cohort.id'], name=op.f('fk_check_try_cohort_id')),
    sa.ForeignKeyConstraint(['enrollment_id'], ['enrollment.id'], name=op.f('fk_check_try_enrollment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_check_try')),
    sa.UniqueConstraint('enrollment_id', 'key', 'number', name=op.f('uq_check_try_enrollment_id_key_number'))
    )
    with op.batch_alter_table('check_try', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_check_try_check_id'), ['check_id'], unique=False)

    op.create_table('plan_use',
    sa.Column('try_id', sa.Integer(), nullable=False),
    sa.Column('line', sa.String(length=80), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('done_at', sa.DateTime(), nullable=True),
    sa.Column('step_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['step_id'], ['step.id'], name=op.f('fk_plan_use_step_id')),
    sa.ForeignKeyConstraint(['try_id'], ['check_try.id'], name=op.f('fk_plan_use_try_id')),
    sa.PrimaryKeyConstraint('try_id', 'line', name=op.f('pk_plan_use'))
    )
    with op.batch_alter_table('enrollment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('tested_out_at', sa.DateTime(), nullable=True))
