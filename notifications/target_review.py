"""绩效目标批复: told with the official letter, or with the target table where the budget is the approval."""

import hashlib
import re
from collections.abc import Iterator
from datetime import date

from sqlmodel import Session, col, select

from models.projects import Project
from models.settings import settings
from models.target_review import Target, TargetApproval
from notifications.owed import Owed, not_told

WITH_BUDGET = "随预算批复"


def owed(session: Session, work_year: int, day: date) -> Iterator[Owed]:
    """One item an approval; it waits until its letter or table is made."""
    rows = session.exec(
        select(TargetApproval, Target, Project)
        .join(Target, col(Target.key) == TargetApproval.target_key)
        .join(Project, col(Project.key) == Target.project_key)
        .where(TargetApproval.work_year == work_year, not_told("approval/", Target.key))
        .order_by(Target.key)
    ).all()
    for approval, target, project in rows:
        path = approval_file(approval)
        if not (settings().home / path).exists():
            continue
        title = "绩效目标批复" if approval.formal else "绩效目标表"
        attachments = ((path, f"{title}（{project.name}）.docx"),)
        facts = {
            "project": project.name,
            "number": approval.number if approval.formal else WITH_BUDGET,
            "amount_fen": approval.amount_fen,
            "version": target.version,
            "adjusted": target.origin == "调整",
        }
        about = target.key
        yield Owed(
            f"approval/{about}", "approval", about, work_year, project.department_code, facts, attachments
        )


def approval_file(approval: TargetApproval) -> str:
    """Where the official letter, or the table of a target without one, lies below the home folder."""
    results = f"results/{approval.work_year}"
    if approval.formal:
        return f"{results}/approvals/{approval.number}.docx"
    key = approval.target_key  # holds a project's code as a department wrote it
    mark = hashlib.sha256(key.encode()).hexdigest()[:8]
    name = re.sub(r"[^\w-]+", "_", key)[:80]
    return f"{results}/targets/{name}-{mark}.docx"
