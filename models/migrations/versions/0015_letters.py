"""Letters keep their order and every try; what comes back about them"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import models.base

revision = '0015'
down_revision = '0001'
branch_labels = None
depends_on = None

STATES = ('待发', '发送中', '已发', '延后', '被拒', '存疑', '撤回', '过期')
KINDS = ('退信', '暂缓', '自动答复', '送达', '转交')


def _one_of(column, words):
    return f"{column} IN (" + ", ".join(f"'{word}'" for word in words) + ")"


def _text(name, **more):
    return sa.Column(name, sqlmodel.sql.sqltypes.AutoString(**more), nullable=False)


def upgrade() -> None:
    # Columns are added in place: making the table anew (batch) would break the rows that refer to it.
    op.drop_column('letter', 'not_before')
    op.add_column('letter', sa.Column('written_at', models.base.Moment(timezone=True), nullable=False, server_default='2000-01-01 00:00:00'))
    op.add_column('letter', sa.Column('sequence', sa.Integer(), nullable=False, server_default='1'))
    op.add_column('letter', sa.Column('redirected_from', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))
    if op.get_bind().dialect.name == 'postgresql':
        op.execute("UPDATE letter SET written_at = written_on")
    else:
        op.execute("UPDATE letter SET written_at = written_on || ' 00:00:00.000000'")
    op.create_index('ix_letter_message_id', 'letter', ['message_id'], unique=False)
    op.create_index('ix_letter_redirected_from', 'letter', ['redirected_from'], unique=False)
    op.create_table(
        'delivery',
        _text('key', length=200),
        _text('letter_key'),
        sa.Column('tried_at', models.base.Moment(timezone=True), nullable=False),
        _text('recipient'),
        _text('server'),
        sa.Column('state', sa.Enum(*STATES, name='letterstate', native_enum=False, length=20), nullable=False),
        _text('says'),
        _text('answer'),
        sa.CheckConstraint(_one_of('state', STATES), name=op.f('ck_delivery_state_vocabulary')),
        sa.ForeignKeyConstraint(['letter_key'], ['letter.key'], name=op.f('fk_delivery_letter_key')),
        sa.PrimaryKeyConstraint('key', name=op.f('pk_delivery')),
    )
    op.create_table(
        'mailreport',
        _text('key', length=200),
        sa.Column('kind', sa.Enum(*KINDS, name='reportkind', native_enum=False, length=20), nullable=False),
        _text('address'),
        sa.Column('letter_key', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column('reported_at', models.base.Moment(timezone=True), nullable=False),
        _text('status'),
        _text('says'),
        sa.CheckConstraint(_one_of('kind', KINDS), name=op.f('ck_mailreport_kind_vocabulary')),
        sa.ForeignKeyConstraint(['letter_key'], ['letter.key'], name=op.f('fk_mailreport_letter_key')),
        sa.PrimaryKeyConstraint('key', name=op.f('pk_mailreport')),
    )
    op.create_table(
        'contactreply',
        _text('key', length=200),
        _text('letter_key'),
        _text('sender'),
        _text('text'),
        sa.Column('confirmed', sa.Boolean(), nullable=False),
        sa.Column('received_at', models.base.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['letter_key'], ['letter.key'], name=op.f('fk_contactreply_letter_key')),
        sa.PrimaryKeyConstraint('key', name=op.f('pk_contactreply')),
    )
    for table, column in (('delivery', 'letter_key'), ('mailreport', 'letter_key'), ('mailreport', 'address'), ('contactreply', 'letter_key')):
        with op.batch_alter_table(table) as batch:
            batch.create_index(batch.f(f'ix_{table}_{column}'), [column], unique=False)


def downgrade() -> None:
    for table in ('contactreply', 'mailreport', 'delivery'):
        op.drop_table(table)
    op.drop_index('ix_letter_redirected_from', 'letter')
    op.drop_index('ix_letter_message_id', 'letter')
    for column in ('redirected_from', 'sequence', 'written_at'):
        op.drop_column('letter', column)
    op.add_column('letter', sa.Column('not_before', sa.Date(), nullable=True))
