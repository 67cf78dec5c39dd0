"""Registers: who entered what, typical cases; conflicts of interest and quality sheets of third parties' reports."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0028"
down_revision = "0025"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
REGISTERS = ("training", "ruledocument", "publicity", "thirdparty")


def upgrade() -> None:
    for name in REGISTERS:
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("officer", TEXT(), nullable=False, server_default=""))
    op.create_table(
        "typicalcase",
        sa.Column("key", TEXT(length=200), nullable=False),
        sa.Column("work_year", sa.Integer(), nullable=False),
        sa.Column("collected_on", sa.Date(), nullable=False),
        *(
            sa.Column(name, TEXT(), nullable=False)
            for name in ("title", "about", "summary", "adopted", "officer")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_typicalcase")),
    )
    op.create_index(op.f("ix_typicalcase_work_year"), "typicalcase", ["work_year"])
    op.create_table(
        "interest",
        sa.Column("key", TEXT(length=200), nullable=False),
        sa.Column("third_party", TEXT(), nullable=False),
        sa.Column("department_code", TEXT(), nullable=False),
        sa.Column("reason", TEXT(), nullable=False),
        sa.Column("officer", TEXT(), nullable=False),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["third_party"], ["thirdparty.name"], name=op.f("fk_interest_third_party")),
        sa.ForeignKeyConstraint(
            ["department_code"], ["department.code"], name=op.f("fk_interest_department_code")
        ),
        sa.ForeignKeyConstraint(["officer"], ["officer.name"], name=op.f("fk_interest_officer")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_interest")),
        sa.UniqueConstraint("third_party", "department_code", name=op.f("uq_interest_third_party")),
    )
    for column in ("third_party", "department_code", "officer"):
        op.create_index(op.f(f"ix_interest_{column}"), "interest", [column])
    op.create_table(
        "reportquality",
        sa.Column("key", TEXT(length=200), nullable=False),
        sa.Column("commission_key", TEXT(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("total_micro", sa.BigInteger(), nullable=False),
        sa.Column("overturned", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(length=20), nullable=True),
        sa.Column("reason", TEXT(), nullable=False),
        sa.Column("basis", TEXT(), nullable=False),
        sa.Column("officer", TEXT(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.CheckConstraint("total_micro BETWEEN 0 AND 100000000", name=op.f("ck_reportquality_total")),
        sa.CheckConstraint("overturned >= 0", name=op.f("ck_reportquality_overturned")),
        sa.CheckConstraint("grade IN ('优', '良', '中', '差')", name=op.f("ck_reportquality_grade_vocabulary")),
        sa.ForeignKeyConstraint(
            ["commission_key"], ["commission.key"], name=op.f("fk_reportquality_commission_key")
        ),
        sa.ForeignKeyConstraint(["officer"], ["officer.name"], name=op.f("fk_reportquality_officer")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_reportquality")),
        sa.UniqueConstraint("commission_key", "version", name=op.f("uq_reportquality_commission_key")),
    )
    op.create_index(op.f("ix_reportquality_commission_key"), "reportquality", ["commission_key"])
    op.create_index(op.f("ix_reportquality_officer"), "reportquality", ["officer"])
    op.create_table(
        "qualitypoint",
        sa.Column("key", TEXT(length=200), nullable=False),
        sa.Column("quality_key", TEXT(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("part", TEXT(), nullable=False),
        sa.Column("item", TEXT(), nullable=False),
        sa.Column("full_micro", sa.BigInteger(), nullable=False),
        sa.Column("points_micro", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "points_micro BETWEEN 0 AND full_micro", name=op.f("ck_qualitypoint_within_full")
        ),
        sa.ForeignKeyConstraint(
            ["quality_key"], ["reportquality.key"], name=op.f("fk_qualitypoint_quality_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_qualitypoint")),
        sa.UniqueConstraint("quality_key", "sequence", name=op.f("uq_qualitypoint_quality_key")),
    )
    op.create_index(op.f("ix_qualitypoint_quality_key"), "qualitypoint", ["quality_key"])


def downgrade() -> None:
    for name in ("qualitypoint", "reportquality", "interest", "typicalcase"):
        op.drop_table(name)
    for name in REGISTERS:
        with op.batch_alter_table(name) as table:
            table.drop_column("officer")
