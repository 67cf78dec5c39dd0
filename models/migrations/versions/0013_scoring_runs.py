"""Whole years scored again: runs and what they gave each project"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import models.base

revision = '0013'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('scoringrun',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('fiscal_year', sa.Integer(), nullable=False),
    sa.Column('rules', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('rules_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', models.base.Moment(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_scoringrun'))
    )
    op.create_index(op.f('ix_scoringrun_fiscal_year'), 'scoringrun', ['fiscal_year'])
    op.create_table('scoredproject',
    sa.Column('run', sa.Integer(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('project_key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('execution_micro', sa.BigInteger(), nullable=True),
    sa.Column('total_micro', sa.BigInteger(), nullable=True),
    sa.Column('grade', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('undecided', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('points', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['run'], ['scoringrun.number'], name=op.f('fk_scoredproject_run')),
    sa.PrimaryKeyConstraint('run', 'place', name=op.f('pk_scoredproject')),
    sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table('scoredproject')
    op.drop_table('scoringrun')
