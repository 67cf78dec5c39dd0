"""The work year: rounds with opening and due dates. People's waiting time is a row here, never a running flow."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel, UniqueConstraint

from models.base import check, key, moment, one_of, ref, word
from models.vocabulary import RoundKind, Stage


class WorkYear(SQLModel, table=True):
    """工作年度 W: reviews and monitors fiscal W (+ offset), evaluates W-1, applies results to W+1."""

    year: int = Field(title="工作年度", primary_key=True)
    target_year: int = Field(title="目标与监控的预算年度")
    evaluated_year: int = Field(title="评价的预算年度")
    applied_year: int = Field(title="结果应用的预算年度")
    rules: str = Field(title="规则集")
    opened_on: date = Field(title="开启日期")


class Round(SQLModel, table=True):
    """一次布置: one kind of form, asked of all who owe it, between two dates."""

    __table_args__ = (
        UniqueConstraint("work_year", "kind", "sequence"),
        one_of("kind", RoundKind),
        one_of("stage", Stage),
        check("opens_on <= due_on", "dates"),
    )

    key: str = key("布置标识")
    work_year: int = ref("工作年度", "workyear.year")
    stage: Stage = word("环节", Stage)
    kind: RoundKind = word("事项", RoundKind)
    sequence: int = Field(title="次", default=1)
    fiscal_year: int = Field(title="预算年度")
    opens_on: date = Field(title="布置日期")
    due_on: date = Field(title="截止日期")
    provisional: bool = Field(title="日期暂按", default=False)


class FormIssue(SQLModel, table=True):
    """发出的表单: which workbook went to whom; its number comes back in the answer."""

    __table_args__ = (UniqueConstraint("round_key", "addressee", "version"),)

    form_number: str = key("表单编号")
    round_key: str = ref("布置标识", "round.key")
    addressee: str = Field(title="收表单位（部门编码或机构名称）", index=True)
    version: int = Field(title="版次", default=1)
    path: str = Field(title="文件")
    sha256: str = Field(title="文件摘要")
    issued_at: datetime = moment("发出时间")
    reason: str = Field(title="发出原因", default="")


class FormCover(SQLModel, table=True):
    """表单所含事项: which projects, targets, problems or adjustments a form asks about."""

    form_number: str = Field(title="表单编号", primary_key=True, foreign_key="formissue.form_number")
    about: str = Field(title="事项标识", primary_key=True, index=True)


class DayDone(SQLModel, table=True):
    """已办日: a day whose round was finished. A missed day is simply not here."""

    work_year: int = Field(title="工作年度", primary_key=True, foreign_key="workyear.year")
    day: date = Field(title="日期", primary_key=True)
    done: int = Field(title="办理事项数")
    finished_at: datetime = moment("完成时间")
