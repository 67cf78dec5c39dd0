"""绩效目标: versions with indicators, reviews, approvals and adjustments. A version is added, never edited."""

from datetime import date

from sqlmodel import Field, SQLModel, UniqueConstraint

from models.base import check, fen, key, micro, one_of, ref, word
from models.vocabulary import Grade


def wanted(operator: str, value: str, unit: str) -> str:
    """A target as people read it: "≥98%"; a target in words stands without its 定性."""
    return f"{'' if operator == '定性' else operator}{value}{unit}"


class Target(SQLModel, table=True):
    """绩效目标 of a project in one version: declared, imported, or adjusted."""

    __table_args__ = (UniqueConstraint("project_key", "version"), one_of("origin", ("申报", "导入", "调整")))

    key: str = key("目标标识")
    project_key: str = ref("项目标识", "project.key")
    version: int = Field(title="版次", ge=1)
    origin: str = Field(title="来源")
    submission: str | None = ref("报送件", "submission.sha256", optional=True)
    received_on: date = Field(title="收到日期")
    long_term_goal: str = Field(title="长期目标", default="")
    annual_goal: str = Field(title="年度绩效目标")
    calculation_basis: str = Field(title="测算依据", default="")


class IndicatorTarget(SQLModel, table=True):
    """绩效指标及指标值 of one version."""

    __table_args__ = (
        UniqueConstraint("target_key", "sequence"),
        check("weight_micro IS NULL OR weight_micro BETWEEN 0 AND 100000000", "weight"),
    )

    key: str = key("指标标识")
    target_key: str = ref("目标标识", "target.key")
    sequence: int = Field(title="序号")
    level_1: str = Field(title="一级指标")
    level_2: str = Field(title="二级指标")
    level_3: str = Field(title="三级指标")
    operator: str = Field(title="指标性质", default="")
    value: str = Field(title="指标值")
    unit: str = Field(title="度量单位", default="")
    weight_micro: int | None = micro("分值", optional=True)
    note: str = Field(title="备注", default="")


class AnnualTask(SQLModel, table=True):
    """年度主要任务 of a whole department's target: what will be done for how much."""

    __table_args__ = (
        UniqueConstraint("target_key", "sequence"),
        check("amount_fen IS NULL OR amount_fen >= 0", "amount"),
    )

    key: str = key("任务标识")
    target_key: str = ref("目标标识", "target.key")
    sequence: int = Field(title="序号")
    name: str = Field(title="任务名称")
    content: str = Field(title="主要内容", default="")
    amount_fen: int | None = fen("预算金额（分）", optional=True)


class TargetReview(SQLModel, table=True):
    """专家评审意见 of one version: four headings, total, grade, opinion."""

    __table_args__ = (
        UniqueConstraint("target_key", "reviewer"),
        one_of("grade", Grade),
        check("total_micro BETWEEN 0 AND 100000000", "total"),
    )

    key: str = key("评审标识")
    target_key: str = ref("目标标识", "target.key")
    reviewer: str = Field(title="评审人")
    submission: str | None = ref("报送件", "submission.sha256", optional=True)
    completeness_micro: int = micro("完整性得分")
    relevance_micro: int = micro("相关性得分")
    suitability_micro: int = micro("适当性得分")
    feasibility_micro: int = micro("可行性得分")
    total_micro: int = micro("总分")
    grade: Grade = word("等级", Grade)
    opinion: str = Field(title="评审意见")
    reviewed_on: date = Field(title="评审日期")
    basis: str = Field(title="依据")


class TargetApproval(SQLModel, table=True):
    """绩效目标批复: a numbered letter for one version; re-issued when the target changes."""

    __table_args__ = (UniqueConstraint("number"),)

    target_key: str = Field(title="目标标识", primary_key=True, foreign_key="target.key")
    work_year: int = ref("工作年度", "workyear.year")
    number: str = Field(title="批复文号")
    amount_fen: int = fen("预算金额（分）")
    formal: bool = Field(title="是否正式行文批复")
    officer: str = ref("批复人", "officer.name")
    approved_on: date = Field(title="批复日期")


class TargetAdjustment(SQLModel, table=True):
    """绩效目标调整 that a budget change makes necessary: before and after are both kept."""

    __table_args__ = (
        UniqueConstraint("budget_line"),
        check("before_fen >= 0 AND after_fen >= 0", "amounts"),
    )

    key: str = key("调整标识")
    project_key: str = ref("项目标识", "project.key")
    work_year: int = ref("工作年度", "workyear.year")
    budget_line: str = ref("预算调整", "budgetline.key")
    noticed_on: date = Field(title="发现日期")
    before_fen: int = fen("调整前预算（分）")
    after_fen: int = fen("调整后预算（分）")
    from_target: str | None = ref("原目标", "target.key", optional=True)
    to_target: str | None = Field(title="新目标", default=None, foreign_key="target.key")
    reason: str = Field(title="调整原因", default="")
