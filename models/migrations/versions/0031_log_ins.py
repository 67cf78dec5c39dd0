"""Log-ins that end at the server too; wrong codes are counted by officer and address, not by officer alone."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import models.base

revision = "0031"
down_revision = "0029"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
MOMENT = models.base.Moment(timezone=True)


def upgrade() -> None:
    op.create_table(
        "login",
        sa.Column("token_hash", TEXT(length=200), nullable=False),
        sa.Column("officer", TEXT(), nullable=False),
        sa.Column("place", TEXT(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["officer"], ["officer.name"], name=op.f("fk_login_officer")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_login")),
    )
    op.create_index(op.f("ix_login_officer"), "login", ["officer"])
    op.create_table(
        "loginplace",
        sa.Column("key", TEXT(length=200), nullable=False),
        sa.Column("officer", TEXT(), nullable=False),
        sa.Column("place", TEXT(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("tried_at", MOMENT, nullable=False),
        sa.Column("wait_until", MOMENT, nullable=True),
        sa.Column("good_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["officer"], ["officer.name"], name=op.f("fk_loginplace_officer")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_loginplace")),
    )
    op.create_index(op.f("ix_loginplace_officer"), "loginplace", ["officer"])
    op.drop_column("officer", "failed_tries")
    op.drop_column("officer", "locked_until")


def downgrade() -> None:
    op.add_column("officer", sa.Column("failed_tries", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("officer", sa.Column("locked_until", MOMENT, nullable=True))
    op.drop_table("loginplace")
    op.drop_table("login")
