"""绩效目标批复: a numbered official letter a project, with its target table, ready to print."""

from pathlib import Path

from sqlmodel import Session, col, select

from models.amounts import points_exact, wan
from models.files import write_whole
from models.people import Department
from models.projects import Project
from models.settings import settings
from models.target_review import IndicatorTarget, Target, TargetApproval
from notifications.render import day_in_words
from notifications.target_review import approval_file
from tasks.reports.document import Official
from tasks.targets import indicators_of

TITLES = ("一级指标", "二级指标", "三级指标", "指标值", "分值")
WIDTHS = (22, 28, 56, 34, 14)


def approval_path(work_year: int, number: str) -> Path:
    """The file of an official approval."""
    return settings().home / approval_file(work_year, number)


def write_approvals(session: Session, work_year: int) -> list[Path]:
    """Write every formal approval that has no file yet; returns the new files."""
    rows = session.exec(
        select(TargetApproval, Target, Project, Department)
        .join(Target, col(Target.key) == TargetApproval.target_key)
        .join(Project, col(Project.key) == Target.project_key)
        .join(Department, col(Department.code) == Project.department_code)
        .where(TargetApproval.work_year == work_year, col(TargetApproval.formal))
        .order_by(Target.key)
    ).all()
    missing = [row for row in rows if not approval_path(work_year, row[0].number).exists()]
    indicators = indicators_of(session, [target.key for _, target, _, _ in missing])
    paths = []
    for approval, target, project, department in missing:
        path = approval_path(work_year, approval.number)
        write_whole(path, _letter(approval, target, project, department, indicators.get(target.key, [])))
        paths.append(path)
    return paths


def _letter(
    approval: TargetApproval,
    target: Target,
    project: Project,
    department: Department,
    rows: list[IndicatorTarget],
) -> bytes:
    page = Official()
    adjusted = target.origin == "调整"
    page.title(f"{settings().bureau}关于{department.name}\n{project.name}绩效目标的批复")
    page.paragraph(approval.number, indent=False)
    page.paragraph(f"{department.name}：", indent=False)
    change = "随预算调整报送的" if adjusted else ""
    page.paragraph(
        f"你单位{change}{project.fiscal_year}年度“{project.name}”（{project.code}）绩效目标收悉。经审核，现予批复，"
        f"项目预算{wan(approval.amount_fen)}万元，绩效目标见附表。"
    )
    page.paragraph(
        "请据此组织项目实施，开展绩效运行监控和绩效自评。批复的绩效目标原则上不予调整；预算调整时，应同步报送调整后的绩效目标。"
    )
    if adjusted:
        page.paragraph("本批复印发后，原批复的绩效目标停止使用。")
    page.sign(settings().bureau, day_in_words(approval.approved_on))
    page.attachment("附件")
    page.title(f"{project.name}绩效目标表")
    page.paragraph(f"年度绩效目标：{target.annual_goal}")
    cells = [
        (
            row.level_1,
            row.level_2,
            row.level_3,
            f"{'' if row.operator == '定性' else row.operator}{row.value}{row.unit}",
            "" if row.weight_micro is None else f"{points_exact(row.weight_micro)}",
        )
        for row in rows
    ]
    page.table(TITLES, cells, WIDTHS)
    return page.data()
