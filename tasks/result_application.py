"""结果应用: every problem to closure, every grade to next year's budget; the undecided stays undecided."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlmodel import Session, col, func, select

from models.amounts import wan, yuan
from models.calendar import Round, WorkYear
from models.database import insert_new, transaction
from models.evaluation import Commission, Evaluation, Problem, newest
from models.intake import Submission
from models.ledger import Decision
from models.projects import Project, project_key
from models.result_application import BudgetDecision, BudgetProposal, Rectification, RectificationReply
from models.rules.calendar import plan
from models.rules.result_application import budget_effects
from models.rules.workdays import due_day
from models.vocabulary import DecisionKind, EvaluationKind, RoundKind
from tasks.forms.shape import Form, Found, Row, Sheet
from tasks.intake import issue_forms
from tasks.ledger import Waiting, decided
from tasks.money import in_force
from tasks.rounds import covered, forms_for, open_round, the_year
from tasks.rulebook import rules_of
from tasks.step import errand, step
from tasks.targets import text_of

ACCEPT, SEND_BACK = "通过", "退回"


def _confirmed(session: Session, work_year: int) -> list[tuple[Evaluation, Project]]:
    """Evaluations of the work year's key projects whose grade an officer confirmed."""
    rows = session.exec(
        select(Evaluation, Project)
        .join(Project, col(Project.key) == Evaluation.project_key)
        .join(Commission, col(Commission.key) == Evaluation.commission_key)
        .join(Round, col(Round.key) == Commission.round_key)
        .where(Round.work_year == work_year, newest(), decided(DecisionKind.CONFIRM_GRADE, Evaluation.key))
        .order_by(Evaluation.key)
    ).all()
    return list(rows)


def _problems_to_ask(session: Session, work_year: int, at: datetime) -> list[tuple[Problem, Project]]:
    """Problems of confirmed evaluations without a rectification."""
    if open_round(session, work_year, RoundKind.RECTIFICATION, at) is None:
        return []
    confirmed = {evaluation.key: project for evaluation, project in _confirmed(session, work_year)}
    known = select(Rectification.problem_key)
    rows = session.exec(
        select(Problem)
        .where(col(Problem.evaluation_key).in_(list(confirmed)), col(Problem.key).not_in(known))
        .order_by(Problem.key)
    ).all()
    return [(row, confirmed[row.evaluation_key]) for row in rows]


@step("下达整改要求", owed=_problems_to_ask)
def ask_rectifications(session: Session, work_year: int, at: datetime) -> int:
    """One rectification a problem, due in working days by the rule."""
    deadline = rules_of(the_year(session, work_year).rules, at.date()).deadlines.rectification_reply
    round_ = open_round(session, work_year, RoundKind.RECTIFICATION, at)
    assert round_ is not None
    due = due_day(at.date(), deadline) or round_.due_on
    rows = [
        Rectification(
            problem_key=problem.key,
            department_code=project.department_code,
            asked_on=at.date(),
            due_on=due,
            basis=deadline.basis,
        )
        for problem, project in _problems_to_ask(session, work_year, at)
    ]
    return insert_new(session, rows)


def _to_ask(session: Session, work_year: int, at: datetime) -> list[Rectification]:
    """Rectifications not asked for in any form, or sent back since the last one."""
    round_ = open_round(session, work_year, RoundKind.RECTIFICATION, at)
    if round_ is None:
        return []
    asked = covered(session, round_)
    rows = session.exec(
        select(Rectification)
        .join(Problem, col(Problem.key) == Rectification.problem_key)
        .where(col(Problem.evaluation_key).in_([one.key for one, _ in _confirmed(session, work_year)]))
        .order_by(Rectification.problem_key)
    ).all()
    sent_back = _sent_back(session)
    return [
        row
        for row in rows
        if row.problem_key not in asked
        or (row.problem_key in sent_back and f"{row.problem_key}#{sent_back[row.problem_key]}" not in asked)
    ]


def _sent_back(session: Session) -> dict[str, str]:
    """Problem → its newest reply, where an officer sent that reply back."""
    rows = session.exec(
        select(RectificationReply.problem_key, RectificationReply.key, Decision.decided)
        .join(Decision, col(Decision.about) == RectificationReply.key, isouter=True)
        .order_by(RectificationReply.problem_key, col(RectificationReply.version))
    ).all()
    newest = {problem: (reply, verdict) for problem, reply, verdict in rows}
    return {problem: reply for problem, (reply, verdict) in newest.items() if verdict == SEND_BACK}


@errand("发出整改意见回复表", owed=_to_ask)
def issue_rectifications(work_year: int, at: datetime) -> int:
    """One workbook a department, one problem a row; what was sent back comes again with the last reply."""
    with transaction() as session:
        round_ = open_round(session, work_year, RoundKind.RECTIFICATION, at)
        assert round_ is not None
        back = _sent_back(session)
        lists: dict[str, Sheet] = {}
        sheets: dict[str, dict[str, Sheet]] = defaultdict(dict)
        for row in _to_ask(session, work_year, at):
            problem = session.get_one(Problem, row.problem_key)
            project = session.get_one(Project, problem.project_key)
            sheet = lists.setdefault(
                row.department_code, Sheet("list", "整改意见回复", tables={"problems": []}, layout="list")
            )
            line: Row = {
                "problem_key": problem.key,
                "project_name": project.name,
                "text": problem.text,
                "requirement": problem.requirement,
                "due": row.due_on,
            }
            identity = problem.key
            if problem.key in back:
                reply = session.get_one(RectificationReply, back[problem.key])
                line |= {"measure": reply.measure, "outcome": reply.outcome, "evidence": reply.evidence}
                identity = f"{problem.key}#{reply.key}"
            sheet.tables["problems"].append(line)
            sheets[row.department_code][identity] = sheet
        forms = forms_for(session, round_, sheets, "整改未通过，请补充")
    return issue_forms(round_, forms, at)


def take_rectification(session: Session, submission: Submission, form: Form, day: date) -> list[Found]:
    """One reply a problem; an earlier reply stays."""
    rows = [row for sheet in form.sheets for row in sheet.tables.get("problems", [])]
    replies = []
    for row in rows:
        problem = str(row["problem_key"])
        version = (
            1
            + session.exec(
                select(func.count())
                .select_from(RectificationReply)
                .where(RectificationReply.problem_key == problem)
            ).one()
        )
        replies.append(
            RectificationReply(
                key=f"{problem}/回复{version}",
                problem_key=problem,
                version=version,
                submission=submission.sha256,
                replied_on=day,
                measure=text_of(row, "measure"),
                outcome=text_of(row, "outcome"),
                evidence=text_of(row, "evidence"),
            )
        )
    insert_new(session, replies)
    return []


def _without_proposal(session: Session, work_year: int, at: datetime) -> list[tuple[Evaluation, Project]]:
    """Confirmed evaluations of the evaluated year from which no proposal was drawn yet."""
    if at.date() < plan(work_year).moments["budget_proposals"]:
        return []
    year = the_year(session, work_year)
    known = set(session.exec(select(BudgetProposal.key).where(BudgetProposal.work_year == work_year)).all())
    return [
        (evaluation, project)
        for evaluation, project in _confirmed(session, work_year)
        if project.fiscal_year == year.evaluated_year
        and evaluation.kind == EvaluationKind.FISCAL
        and _proposal_key(year, project) not in known
    ]


def _proposal_key(year: WorkYear, project: Project) -> str:
    return f"{year.applied_year}/{project.code}/财政评价等级"


@step("提出下年预算安排建议", owed=_without_proposal)
def propose_budgets(session: Session, work_year: int, at: datetime) -> int:
    """A proposal from each grade by the rule; where the rule is undecided the amount stays blank and says why."""
    year = the_year(session, work_year)
    rules = rules_of(year.rules, at.date())
    waiting_rows = _without_proposal(session, work_year, at)
    budgets = in_force(session, at.date())
    bases = []
    for _, project in waiting_rows:
        this_year = project_key(year.target_year, _same_code(project.code, year.target_year))
        bases.append(budgets.get(this_year, budgets.get(project.key, 0)))
    frame = budget_effects(
        pd.Series([e.grade.value if e.grade else None for e, _ in waiting_rows], dtype="string"),
        pd.Series(bases, dtype="Int64"),
        rules,
    )
    effects: list[Any] = list(frame.itertuples(index=False))
    rows = [
        BudgetProposal(
            key=_proposal_key(year, project),
            project_key=project.key,
            work_year=work_year,
            applied_year=year.applied_year,
            ground=f"{evaluation.kind.value}等级",
            grade=evaluation.grade,
            treatment=str(effect.treatment),
            base_fen=base,
            proposed_fen=None if pd.isna(effect.proposed_fen) else int(effect.proposed_fen),
            undecided="" if pd.isna(effect.undecided) else str(effect.undecided),
            basis=str(effect.basis),
            proposed_on=at.date(),
        )
        for (evaluation, project), base, effect in zip(waiting_rows, bases, effects, strict=True)
    ]
    return insert_new(session, rows)


def _same_code(code: str, fiscal_year: int) -> str:
    """The same project's code in another year: the standard puts the year's two digits at places 7 and 8."""
    return f"{code[:6]}{fiscal_year % 100:02d}{code[8:]}"


def waiting(session: Session, work_year: int, day: date) -> list[Waiting]:
    """Replies to accept or send back; proposals to decide, undecided ones included (an officer may set an amount)."""
    replies = session.exec(
        select(RectificationReply, Problem)
        .join(Problem, col(Problem.key) == RectificationReply.problem_key)
        .where(~decided(DecisionKind.ACCEPT_RECTIFICATION, RectificationReply.key))
        .order_by(RectificationReply.key)
    ).all()
    proposals = session.exec(
        select(BudgetProposal, Project)
        .join(Project, col(Project.key) == BudgetProposal.project_key)
        .where(BudgetProposal.work_year == work_year, ~decided(DecisionKind.NEXT_BUDGET, BudgetProposal.key))
        .order_by(BudgetProposal.key)
    ).all()
    return [
        Waiting(
            DecisionKind.ACCEPT_RECTIFICATION, reply.key, "", "", f"“{problem.text}”的整改：{reply.measure}"
        )
        for reply, problem in replies
    ] + [
        Waiting(
            DecisionKind.NEXT_BUDGET,
            proposal.key,
            "" if proposal.proposed_fen is None else yuan(proposal.proposed_fen),
            proposal.basis,
            f"“{project.name}”{proposal.treatment}，"
            + (
                f"建议{wan(proposal.proposed_fen)}万元"
                if proposal.proposed_fen is not None
                else proposal.undecided
            ),
        )
        for proposal, project in proposals
    ]


def decide_budget(
    session: Session, proposal: str, amount_fen: int, officer: str, reason: str, day: date
) -> None:
    """The officer's amount beside the proposal."""
    row = BudgetDecision(
        proposal_key=proposal, decided_fen=amount_fen, officer=officer, reason=reason, decided_on=day
    )
    insert_new(session, [row])
