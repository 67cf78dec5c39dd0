"""操作台账: what the machine proposed and what a named officer decided. Rows are added, never changed."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel, UniqueConstraint

from models.base import key, moment, one_of, ref, word
from models.vocabulary import DecisionKind


class Decision(SQLModel, table=True):
    """One decision of one officer about one thing; the proposal it answered stands beside it."""

    __table_args__ = (UniqueConstraint("kind", "about"), one_of("kind", DecisionKind))

    key: str = key("决定标识")
    kind: DecisionKind = word("事项", DecisionKind)
    about: str = Field(title="对象", index=True)
    work_year: int = ref("工作年度", "workyear.year")
    proposed: str = Field(title="系统建议", default="")
    basis: str = Field(title="依据", default="")
    decided: str = Field(title="决定")
    reason: str = Field(title="理由", default="")
    officer: str = ref("经办人", "officer.name")
    decided_on: date = Field(title="决定日期")
    recorded_at: datetime = moment("记录时间")
