"""The officers' desk: who started a run, rounds that failed, tries of a personal code"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import models.base

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('officer', sa.Column('failed_tries', sa.Integer(), nullable=False, server_default='0'))
    op.add_column('officer', sa.Column('locked_until', models.base.Moment(timezone=True), nullable=True))
    op.create_table('failedround',
    sa.Column('run_id', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('failed_on', sa.Date(), nullable=False),
    sa.Column('says', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('run_id', name=op.f('pk_failedround'))
    )
    op.create_index(op.f('ix_failedround_failed_on'), 'failedround', ['failed_on'])
    op.create_table('startedrun',
    sa.Column('run_id', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('officer', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('started_at', models.base.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['officer'], ['officer.name'], name=op.f('fk_startedrun_officer')),
    sa.PrimaryKeyConstraint('run_id', name=op.f('pk_startedrun'))
    )
    op.create_index(op.f('ix_startedrun_officer'), 'startedrun', ['officer'])
