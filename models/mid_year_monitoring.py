"""绩效运行监控（双监控）: what departments reported, and the lights that follow from it."""

from datetime import date

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import Field, SQLModel, UniqueConstraint, col, select

from models.base import check, fen, key, micro, one_of, ref, word
from models.vocabulary import Light


class MonitoringReport(SQLModel, table=True):
    """监控表 of one project up to the end of a month; a corrected one is a new version."""

    __table_args__ = (
        UniqueConstraint("project_key", "month", "version"),
        check("month BETWEEN 1 AND 12", "month"),
        check("spent_fen >= 0 AND budget_fen >= 0", "amounts"),
    )

    key: str = key("监控标识")
    project_key: str = ref("项目标识", "project.key")
    month: int = Field(title="截至月份")
    version: int = Field(title="版次")
    submission: str = ref("报送件", "submission.sha256")
    target_key: str = ref("目标标识", "target.key")
    received_on: date = Field(title="收到日期")
    budget_fen: int = fen("全年预算数（分）")
    spent_fen: int = fen("执行数（分）")
    forecast_fen: int | None = fen("全年预计执行数（分）", optional=True)
    reason: str = Field(title="偏差原因分析", default="")
    measures: str = Field(title="改进措施", default="")


class IndicatorProgress(SQLModel, table=True):
    """One indicator's progress in a monitoring report."""

    __table_args__ = (UniqueConstraint("report_key", "indicator_key"),)

    key: str = key("进度标识")
    report_key: str = ref("监控标识", "monitoringreport.key")
    indicator_key: str = ref("指标标识", "indicatortarget.key")
    actual: str = Field(title="完成情况", default="")
    forecast: str = Field(title="全年预计完成", default="")
    likelihood: str = Field(title="完成目标可能性", default="")
    reason: str = Field(title="偏差原因", default="")
    light: Light | None = word("指标灯", Light, optional=True)


class MonitoringResult(SQLModel, table=True):
    """双监控结果 of a report: lights of money and target, warning, and by when money must be decided."""

    __table_args__ = (
        one_of("overall_light", Light),
        one_of("money_light", Light),
        one_of("target_light", Light),
    )

    report_key: str = Field(title="监控标识", primary_key=True, foreign_key="monitoringreport.key")
    project_key: str = ref("项目标识", "project.key")
    budget_pace_micro: int | None = micro("预算执行率", optional=True)
    target_pace_micro: int | None = micro("目标完成率", optional=True)
    money_light: Light | None = word("资金灯", Light, optional=True)
    target_light: Light | None = word("目标灯", Light, optional=True)
    overall_light: Light | None = word("综合灯", Light, optional=True)
    warning: str = Field(title="预警事项", default="")
    decide_by: date | None = Field(title="资金处理期限", default=None)
    judged_on: date = Field(title="研判日期")
    basis: str = Field(title="依据")


def newest() -> ColumnElement[bool]:
    """SQL: no corrected version of the report has come."""
    later = aliased(MonitoringReport)
    return ~(
        select(later.key)
        .where(
            later.project_key == MonitoringReport.project_key,
            later.month == MonitoringReport.month,
            col(later.version) > MonitoringReport.version,
        )
        .exists()
    )
