"""试算与重算: a whole year scored again under a profile. Runs and their results are appended, never changed."""

from datetime import date, datetime

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field, SQLModel

from models.base import micro, moment


class ScoringRun(SQLModel, table=True):
    """One scoring of the newest self-evaluations of a fiscal year under a profile."""

    number: int | None = Field(title="算分序号", default=None, primary_key=True)
    fiscal_year: int = Field(title="预算年度", index=True)
    rules: str = Field(title="规则集")
    rules_on: date = Field(title="规则截至日期")
    recorded_at: datetime = moment("算分时间")


class ScoredProject(SQLModel, table=True):
    """What a run gave one project; points of its indicators in their order, eight bytes each, least where undecided.

    Rows of a run lie side by side in their order (no index of its own): a million of them are written at once.
    """

    __table_args__ = {"sqlite_with_rowid": False}

    run: int = Field(title="算分序号", primary_key=True, foreign_key="scoringrun.number")
    place: int = Field(title="次序", primary_key=True)
    project_key: str = Field(title="项目标识")
    execution_micro: int | None = micro("预算执行得分", optional=True)
    total_micro: int | None = micro("核算总分", optional=True)
    grade: str | None = Field(title="等级", default=None)
    undecided: str = Field(title="未定原因", default="")
    points: bytes = Field(title="各指标得分", sa_column=Column(LargeBinary, nullable=False))
