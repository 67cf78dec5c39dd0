"""绩效目标批复: told with the official letter where there is one."""

from collections.abc import Iterator
from datetime import date

from sqlmodel import Session, col, select

from models.projects import Project
from models.settings import settings
from models.target_review import Target, TargetApproval
from notifications.owed import Owed, not_told


def owed(session: Session, work_year: int, day: date) -> Iterator[Owed]:
    """One item an approval; the formal ones wait until their letter is made."""
    rows = session.exec(
        select(TargetApproval, Target, Project)
        .join(Target, col(Target.key) == TargetApproval.target_key)
        .join(Project, col(Project.key) == Target.project_key)
        .where(TargetApproval.work_year == work_year, not_told("approval/", Target.key))
        .order_by(Target.key)
    ).all()
    for approval, target, project in rows:
        path = approval_file(work_year, approval.number)
        attachments: tuple[tuple[str, str], ...] = ()
        if approval.formal:
            if not (settings().home / path).exists():
                continue
            attachments = ((path, f"绩效目标批复（{project.name}）.docx"),)
        facts = {
            "project": project.name,
            "number": approval.number if approval.formal else "",
            "amount_fen": approval.amount_fen,
            "version": target.version,
            "adjusted": target.origin == "调整",
        }
        about = target.key
        yield Owed(
            f"approval/{about}", "approval", about, work_year, project.department_code, facts, attachments
        )


def approval_file(work_year: int, number: str) -> str:
    """Where the official letter lies, below the home folder."""
    return f"results/{work_year}/approvals/{number}.docx"
