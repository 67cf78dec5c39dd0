"""Projects of a fiscal year and their money, by moment and source."""

import re
from datetime import date

from sqlmodel import Field, SQLModel, UniqueConstraint

from models.base import check, fen, key, one_of, ref, word
from models.vocabulary import BudgetMoment, ProjectKind

STANDARD = re.compile(r"\d{8}[A-Z]\d{12}")
"""A project's code by the national standard: the year's two digits stand at places 7 and 8."""


def same_code(code: str, fiscal_year: int) -> str:
    """The same project's code in another year. A code of another shape tells no year and stays as it is."""
    return f"{code[:6]}{fiscal_year % 100:02d}{code[8:]}" if STANDARD.fullmatch(code) else code


def yearless(code: str) -> str:
    """A project's code without the year, the same in all years."""
    return code[:6] + code[8:] if STANDARD.fullmatch(code) else code


def project_key(fiscal_year: int, code: str) -> str:
    """Identity of a project in one fiscal year, e.g. "2024:42020424T000000000001"."""
    return f"{fiscal_year}:{code}"


class Project(SQLModel, table=True):
    """项目: one row a fiscal year; the whole expenditure of a department is a project of its own kind."""

    __table_args__ = (
        UniqueConstraint("fiscal_year", "code"),
        one_of("kind", ProjectKind),
        check("fiscal_year BETWEEN 2000 AND 2100", "year"),
    )

    key: str = key("项目标识")
    fiscal_year: int = Field(title="预算年度", index=True)
    code: str = Field(title="项目代码", max_length=21)
    name: str = Field(title="项目名称", min_length=1)
    department_code: str = ref("部门编码", "department.code")
    agency_name: str = Field(title="项目单位", default="")
    kind: ProjectKind = word("项目类型", ProjectKind)
    category: str = Field(title="项目类别", default="特定目标类")
    attribute: str = Field(title="项目属性", default="延续")
    funding: str = Field(title="资金类型", default="部门预算项目")
    sector: str = Field(title="领域", default="")
    policy_basis: str = Field(title="立项依据", default="")
    policy_valid_until: date | None = Field(title="政策有效期至", default=None)
    starts_on: date | None = Field(title="开始日期", default=None)
    ends_on: date | None = Field(title="结束日期", default=None)
    leader: str = Field(title="项目负责人", default="")
    phone: str = Field(title="联系电话", default="")
    summary: str = Field(title="项目概况", default="")


class BudgetLine(SQLModel, table=True):
    """One amount of a project at one moment from one source; added, never edited."""

    __table_args__ = (
        UniqueConstraint("project_key", "moment", "source", "as_of"),
        one_of("moment", BudgetMoment),
        check("moment = '调整' OR amount_fen >= 0", "amount"),
    )

    key: str = key("预算行标识")
    project_key: str = ref("项目标识", "project.key")
    moment: BudgetMoment = word("时点", BudgetMoment)
    source: str = Field(title="资金来源")
    as_of: date = Field(title="截至日期")
    amount_fen: int = fen("金额（分）")
    document: str = Field(title="文号或依据", default="")
