"""结果应用: rectification of each problem, next year's budget proposals, officers' decisions."""

from datetime import date

from sqlmodel import Field, SQLModel, UniqueConstraint

from models.base import check, fen, key, one_of, ref, word
from models.vocabulary import Grade


class Rectification(SQLModel, table=True):
    """整改要求: what a department owes for one problem, and by when."""

    problem_key: str = Field(title="问题标识", primary_key=True, foreign_key="problem.key")
    department_code: str = ref("责任部门", "department.code")
    asked_on: date = Field(title="下达日期")
    due_on: date = Field(title="整改期限")
    basis: str = Field(title="依据")
    owner: str = Field(title="责任单位", default="")
    owner_email: str = Field(title="责任单位邮箱", default="")
    reopens: str = Field(title="上年同一问题", default="")


class RectificationReply(SQLModel, table=True):
    """整改意见回复; a reply that was not accepted stays, the next is a new version."""

    __table_args__ = (UniqueConstraint("problem_key", "version"),)

    key: str = key("回复标识")
    problem_key: str = ref("问题标识", "rectification.problem_key")
    version: int = Field(title="版次")
    submission: str = ref("报送件", "submission.sha256")
    replied_on: date = Field(title="回复日期")
    measure: str = Field(title="整改措施")
    outcome: str = Field(title="整改结果")
    evidence: str = Field(title="佐证材料", default="")


class BudgetProposal(SQLModel, table=True):
    """预算安排建议: the machine's, from a decided rule; an undecided rule gives a blank and says so."""

    __table_args__ = (
        UniqueConstraint("project_key", "applied_year", "ground"),
        one_of("grade", Grade),
        check("base_fen >= 0 AND (proposed_fen IS NULL OR proposed_fen >= 0)", "amounts"),
        check("proposed_fen IS NOT NULL OR undecided <> ''", "blank_says_why"),
    )

    key: str = key("建议标识")
    project_key: str = ref("项目标识", "project.key")
    work_year: int = ref("工作年度", "workyear.year")
    applied_year: int = Field(title="应用的预算年度")
    ground: str = Field(title="事由")
    grade: Grade | None = word("等级", Grade, optional=True)
    treatment: str = Field(title="应用方式")
    base_fen: int = fen("基数（分）")
    proposed_fen: int | None = fen("建议数（分）", optional=True)
    undecided: str = Field(title="未定原因", default="")
    basis: str = Field(title="依据")
    proposed_on: date = Field(title="提出日期")


class BudgetDecision(SQLModel, table=True):
    """核定: an officer's, beside the proposal, never over it."""

    __table_args__ = (check("decided_fen >= 0", "amount"),)

    proposal_key: str = Field(title="建议标识", primary_key=True, foreign_key="budgetproposal.key")
    decided_fen: int = fen("核定数（分）")
    officer: str = ref("经办人", "officer.name")
    reason: str = Field(title="理由")
    decided_on: date = Field(title="核定日期")
