"""A copy that was put off is made up for alone; a letter put back begins anew"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import models.base

revision = '0025'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Columns are added in place: making the table anew (batch) would break the rows that refer to it.
    for column in ('copy_of', 'only_to'):
        op.add_column('letter', sa.Column(column, sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))
    op.add_column('letter', sa.Column('tries_before', sa.Integer(), nullable=False, server_default='0'))
    op.add_column('letter', sa.Column('requeued_at', models.base.Moment(timezone=True), nullable=True))
    op.create_index('ix_letter_copy_of', 'letter', ['copy_of'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_letter_copy_of', 'letter')
    for column in ('requeued_at', 'tries_before', 'only_to', 'copy_of'):
        op.drop_column('letter', column)
