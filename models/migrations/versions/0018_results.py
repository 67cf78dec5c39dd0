"""Rectification owners and returned problems; disclosure: what is withheld, who published when."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0018"
down_revision = "0016"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    with op.batch_alter_table("rectification") as table:
        for name in ("owner", "owner_email", "reopens"):
            table.add_column(sa.Column(name, TEXT(), nullable=False, server_default=""))
    op.create_table(
        "withholding",
        sa.Column("project_key", TEXT(), nullable=False),
        sa.Column("reason", TEXT(), nullable=False),
        sa.Column("officer", TEXT(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["project_key"], ["project.key"], name=op.f("fk_withholding_project_key")),
        sa.ForeignKeyConstraint(["officer"], ["officer.name"], name=op.f("fk_withholding_officer")),
        sa.PrimaryKeyConstraint("project_key", name=op.f("pk_withholding")),
    )
    op.create_index(op.f("ix_withholding_officer"), "withholding", ["officer"])
    op.create_table(
        "publication",
        sa.Column("key", TEXT(length=200), nullable=False),
        sa.Column("work_year", sa.Integer(), nullable=False),
        sa.Column("department_code", TEXT(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("link", TEXT(), nullable=False),
        sa.Column("officer", TEXT(), nullable=False),
        sa.CheckConstraint(
            "published_on IS NULL OR link <> ''", name=op.f("ck_publication_published_somewhere")
        ),
        sa.ForeignKeyConstraint(["work_year"], ["workyear.year"], name=op.f("fk_publication_work_year")),
        sa.ForeignKeyConstraint(
            ["department_code"], ["department.code"], name=op.f("fk_publication_department_code")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_publication")),
    )
    op.create_index(op.f("ix_publication_work_year"), "publication", ["work_year"])
    op.create_index(op.f("ix_publication_department_code"), "publication", ["department_code"])


def downgrade() -> None:
    op.drop_table("publication")
    op.drop_table("withholding")
    with op.batch_alter_table("rectification") as table:
        for name in ("owner", "owner_email", "reopens"):
            table.drop_column(name)
