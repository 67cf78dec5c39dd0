"""Tasks of whole departments as rows: name, content, money."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.create_table(
        "annualtask",
        sa.Column("key", TEXT(length=200), nullable=False),
        sa.Column("target_key", TEXT(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("name", TEXT(), nullable=False),
        sa.Column("content", TEXT(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("amount_fen IS NULL OR amount_fen >= 0", name=op.f("ck_annualtask_amount")),
        sa.ForeignKeyConstraint(["target_key"], ["target.key"], name=op.f("fk_annualtask_target_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_annualtask")),
        sa.UniqueConstraint("target_key", "sequence", name=op.f("uq_annualtask_target_key")),
    )
    op.create_index(op.f("ix_annualtask_target_key"), "annualtask", ["target_key"])
