"""绩效评价: self-evaluations, key projects, commissions, results with every indicator's points, problems found."""

from datetime import date

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import Field, SQLModel, UniqueConstraint, col, select

from models.base import check, fen, key, micro, one_of, ref, word
from models.vocabulary import EvaluationKind, Grade, RoundKind


class Commission(SQLModel, table=True):
    """委托: one project given to one third party or expert for one kind of work."""

    __table_args__ = (UniqueConstraint("round_key", "project_key", "third_party"), one_of("kind", RoundKind))

    key: str = key("委托标识")
    round_key: str = ref("布置标识", "round.key")
    kind: RoundKind = word("委托事项", RoundKind)
    project_key: str = ref("项目标识", "project.key")
    third_party: str = ref("受托方", "thirdparty.name")
    commissioned_on: date = Field(title="委托日期")
    due_on: date = Field(title="应交日期")


class ReportQuality(SQLModel, table=True):
    """报告质量表: an officer's re-check of what a third party delivered; a corrected sheet is a new version."""

    __table_args__ = (
        UniqueConstraint("commission_key", "version"),
        one_of("grade", Grade),
        check("total_micro BETWEEN 0 AND 100000000", "total"),
        check("overturned >= 0", "overturned"),
    )

    key: str = key("质量表标识")
    commission_key: str = ref("委托标识", "commission.key")
    version: int = Field(title="版次")
    total_micro: int = micro("质量总分")
    overturned: int = Field(title="经复核不成立的问题数")
    grade: Grade | None = word("复核等级", Grade, optional=True)
    reason: str = Field(title="说明")
    basis: str = Field(title="依据")
    officer: str = ref("复核人", "officer.name")
    checked_on: date = Field(title="复核日期")


class QualityPoint(SQLModel, table=True):
    """One item of a quality sheet."""

    __table_args__ = (
        UniqueConstraint("quality_key", "sequence"),
        check("points_micro BETWEEN 0 AND full_micro", "within_full"),
    )

    key: str = key("质量得分标识")
    quality_key: str = ref("质量表标识", "reportquality.key")
    sequence: int = Field(title="序号")
    part: str = Field(title="部分")
    item: str = Field(title="项目")
    full_micro: int = micro("分值")
    points_micro: int = micro("得分")


class KeyProject(SQLModel, table=True):
    """重点评价对象: proposed by the rule, approved by the party group with its record."""

    __table_args__ = (UniqueConstraint("work_year", "project_key"), one_of("kind", EvaluationKind))

    key: str = key("重点项目标识")
    work_year: int = ref("工作年度", "workyear.year")
    project_key: str = ref("项目标识", "project.key")
    kind: EvaluationKind = word("评价类型", EvaluationKind)
    sequence: int = Field(title="序号")
    reason: str = Field(title="入选理由")
    proposed_on: date = Field(title="提出日期")
    meeting: str = Field(title="党组会议记录", default="")
    approved_on: date | None = Field(title="审定日期", default=None)


class Evaluation(SQLModel, table=True):
    """评价结果 of one project in one version; total and grade by the rule, or undecided with the reason."""

    __table_args__ = (
        UniqueConstraint("kind", "project_key", "version"),
        one_of("kind", EvaluationKind),
        one_of("grade", Grade),
        check("total_micro IS NULL OR total_micro BETWEEN 0 AND 100000000", "total"),
        check("kind <> '单位自评' OR commission_key IS NULL", "self_evaluation_is_own_work"),
    )

    key: str = key("评价标识")
    kind: EvaluationKind = word("评价类型", EvaluationKind)
    project_key: str = ref("项目标识", "project.key")
    version: int = Field(title="版次")
    submission: str | None = ref("报送件", "submission.sha256", optional=True)
    commission_key: str | None = ref("委托标识", "commission.key", optional=True)
    received_on: date = Field(title="收到日期")
    budget_fen: int | None = fen("全年预算数（分）", optional=True)
    spent_fen: int | None = fen("全年执行数（分）", optional=True)
    execution_micro: int | None = micro("预算执行得分", optional=True)
    reported_micro: int | None = micro("填报总分", optional=True)
    total_micro: int | None = micro("核算总分", optional=True)
    grade: Grade | None = word("等级", Grade, optional=True)
    undecided: str = Field(title="未定原因", default="")
    background: str = Field(title="项目背景", default="")
    effects: str = Field(title="主要成效", default="")
    reason: str = Field(title="偏差原因", default="")
    measures: str = Field(title="改进措施", default="")
    basis: str = Field(title="依据")


class IndicatorScore(SQLModel, table=True):
    """One indicator's points in an evaluation: what was reported and what the rule gives."""

    __table_args__ = (UniqueConstraint("evaluation_key", "sequence"),)

    key: str = key("得分标识")
    evaluation_key: str = ref("评价标识", "evaluation.key")
    sequence: int = Field(title="序号")
    level_1: str = Field(title="一级指标")
    level_2: str = Field(title="二级指标", default="")
    level_3: str = Field(title="三级指标")
    target: str = Field(title="指标值", default="")
    actual: str = Field(title="实际完成值", default="")
    full_micro: int | None = micro("分值", optional=True)
    reported_micro: int | None = micro("填报得分", optional=True)
    points_micro: int | None = micro("核算得分", optional=True)
    reason: str = Field(title="偏差原因", default="")
    basis: str = Field(title="计分依据", default="")


class Problem(SQLModel, table=True):
    """评价发现的问题: one row a problem, each with its own rectification."""

    __table_args__ = (UniqueConstraint("evaluation_key", "sequence"),)

    key: str = key("问题标识")
    evaluation_key: str = ref("评价标识", "evaluation.key")
    project_key: str = ref("项目标识", "project.key")
    sequence: int = Field(title="序号")
    text: str = Field(title="存在问题")
    requirement: str = Field(title="整改要求", default="")
    found_on: date = Field(title="发现日期")


def newest() -> ColumnElement[bool]:
    """SQL: no corrected version of the evaluation has come."""
    later = aliased(Evaluation)
    return ~(
        select(later.key)
        .where(
            later.project_key == Evaluation.project_key,
            later.kind == Evaluation.kind,
            col(later.version) > Evaluation.version,
        )
        .exists()
    )
