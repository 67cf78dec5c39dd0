"""结果应用: every problem to closure: asked, answered, accepted or sent back."""

from collections import defaultdict
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from models.calendar import Round
from models.database import insert_new, transaction
from models.evaluation import Commission, Evaluation, Problem, newest
from models.intake import Submission
from models.ledger import Decision
from models.projects import Project
from models.result_application import Rectification, RectificationReply
from models.rules.workdays import due_day
from models.vocabulary import DecisionKind, RoundKind
from tasks.forms.shape import Form, Found, Row, Sheet
from tasks.intake import issue_forms
from tasks.ledger import Waiting, decided
from tasks.rectification_ledger import SEND_BACK, returned
from tasks.rounds import covered, forms_for, open_round, the_year
from tasks.rulebook import rules_of
from tasks.step import errand, step
from tasks.targets import text_of


def confirmed(session: Session, work_year: int) -> list[tuple[Evaluation, Project]]:
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
    projects = {evaluation.key: project for evaluation, project in confirmed(session, work_year)}
    known = select(Rectification.problem_key)
    rows = session.exec(
        select(Problem)
        .where(col(Problem.evaluation_key).in_(list(projects)), col(Problem.key).not_in(known))
        .order_by(Problem.key)
    ).all()
    return [(row, projects[row.evaluation_key]) for row in rows]


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
            owner=project.agency_name,
            reopens=returned(session, problem, project),
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
        .where(col(Problem.evaluation_key).in_([one.key for one, _ in confirmed(session, work_year)]))
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
                "requirement": _asked(row, problem, project),
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


def _asked(row: Rectification, problem: Problem, project: Project) -> str:
    """The requirement, with the body that owes it and whether the problem returned."""
    again = "（上年同一问题已验收，本年重新出现，请说明原因）" if row.reopens else ""
    named = row.owner and row.owner not in (project.agency_name, row.department_code)
    return f"{problem.requirement}{again}" + (f"（责任单位：{row.owner}）" if named else "")


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


def waiting(session: Session, work_year: int, day: date) -> list[Waiting]:
    """Replies to accept or send back."""
    replies = session.exec(
        select(RectificationReply, Problem)
        .join(Problem, col(Problem.key) == RectificationReply.problem_key)
        .where(~decided(DecisionKind.ACCEPT_RECTIFICATION, RectificationReply.key))
        .order_by(RectificationReply.key)
    ).all()
    return [
        Waiting(
            DecisionKind.ACCEPT_RECTIFICATION, reply.key, "", "", f"“{problem.text}”的整改：{reply.measure}"
        )
        for reply, problem in replies
    ]
