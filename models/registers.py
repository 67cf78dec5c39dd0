"""登记簿: trainings, rule documents issued, publicity, typical cases, exceptions granted, disclosure."""

from datetime import date

from sqlmodel import Field, SQLModel

from models.base import check, key, ref


def dated_key(on: date, title: str) -> str:
    """Identity of what happened on a day under a title."""
    return f"{on.isoformat()}/{title}"


def titled_key(work_year: int, title: str) -> str:
    """Identity of what a work year has once under a title."""
    return f"{work_year}/{title}"


class Training(SQLModel, table=True):
    """培训."""

    __table_args__ = (check("attendance >= 0", "attendance"),)

    key: str = key("培训标识")
    work_year: int = Field(title="工作年度", index=True)
    held_on: date = Field(title="日期")
    title: str = Field(title="主题")
    place: str = Field(title="地点", default="")
    audience: str = Field(title="参训对象", default="")
    attendance: int = Field(title="人次")
    content: str = Field(title="内容", default="")
    officer: str = Field(title="登记人", default="")


class RuleDocument(SQLModel, table=True):
    """制度文件 issued by the bureau."""

    key: str = key("制度标识")
    work_year: int = Field(title="工作年度", index=True)
    title: str = Field(title="名称")
    number: str = Field(title="文号", default="")
    issued_on: date = Field(title="印发日期")
    in_force_on: date = Field(title="施行日期")
    summary: str = Field(title="主要内容", default="")
    officer: str = Field(title="登记人", default="")


class Publicity(SQLModel, table=True):
    """宣传与汇报."""

    key: str = key("宣传标识")
    work_year: int = Field(title="工作年度", index=True)
    published_on: date = Field(title="日期")
    medium: str = Field(title="媒体或对象")
    title: str = Field(title="题目")
    officer: str = Field(title="登记人", default="")


class TypicalCase(SQLModel, table=True):
    """典型案例 of good performance management, collected by the bureau or taken up by a higher level."""

    key: str = key("案例标识")
    work_year: int = Field(title="工作年度", index=True)
    collected_on: date = Field(title="日期")
    title: str = Field(title="案例名称")
    about: str = Field(title="单位或项目（编码或标识）", default="")
    summary: str = Field(title="主要做法", default="")
    adopted: str = Field(title="采用情况", default="")
    officer: str = Field(title="登记人", default="")


class GrantedException(SQLModel, table=True):
    """例外: not applicable, extension or waiver, with reason, approver and expiry."""

    __tablename__ = "exception"

    key: str = key("例外标识")
    work_year: int = Field(title="工作年度", index=True)
    kind: str = Field(title="类别")
    about: str = Field(title="适用对象")
    round_key: str | None = ref("布置标识", "round.key", optional=True)
    reason: str = Field(title="理由")
    officer: str = ref("批准人", "officer.name")
    granted_on: date = Field(title="批准日期")
    expires_on: date = Field(title="失效日期")


class Withholding(SQLModel, table=True):
    """不公开: a project left out of disclosure, with the reason and who approved it."""

    project_key: str = Field(title="项目标识", primary_key=True, foreign_key="project.key")
    reason: str = Field(title="不公开的理由")
    officer: str = ref("批准人", "officer.name")
    approved_on: date = Field(title="批准日期")


class Publication(SQLModel, table=True):
    """公开登记: when a department's performance tables must be public, when and where they were."""

    __table_args__ = (check("published_on IS NULL OR link <> ''", "published_somewhere"),)

    key: str = key("公开标识")
    work_year: int = ref("工作年度", "workyear.year")
    department_code: str = ref("部门编码", "department.code")
    approved_on: date = Field(title="决算批复日期")
    due_on: date = Field(title="公开期限")
    published_on: date | None = Field(title="公开日期", default=None)
    link: str = Field(title="公开网址", default="")
    officer: str = Field(title="登记人", default="")
