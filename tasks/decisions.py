"""What a named officer decides: one door for all decisions, the same for the UI, the command line and a rehearsal."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from models.amounts import fen_of_yuan
from models.database import transaction
from models.ledger import Decision
from models.people import Officer
from models.projects import Project
from models.vocabulary import DecisionKind, EvaluationKind
from tasks import (
    budget_proposals,
    evaluation,
    mid_year_monitoring,
    prior_assessment,
    result_application,
    target_review,
)
from tasks.ledger import Waiting, record
from tasks.named import without_names
from tasks.rectification_ledger import ACCEPT, SEND_BACK, with_history
from tasks.rounds import the_year

K = DecisionKind
ROOMS: tuple[Callable[[Session, int, date], list[Waiting]], ...] = (
    prior_assessment.waiting,
    target_review.waiting,
    mid_year_monitoring.waiting,
    evaluation.waiting,
    result_application.waiting,
    budget_proposals.waiting,
)


class DecisionRefused(ValueError):
    """The decision cannot be taken; the message says why and what to do."""


def waiting(session: Session, work_year: int, day: date) -> list[Waiting]:
    """Everything that waits for an officer, in the order of the stages. Raises LookupError for a year not opened."""
    the_year(session, work_year)
    return with_history(session, [item for room in ROOMS for item in room(session, work_year, day)])


@dataclass(frozen=True)
class Choice:
    """One decision: `chosen` in words (批复, 退回, 通过, 确认…), an amount in 元 for money, or lines
    "项目标识|评价类型|理由" for the list of key projects."""

    kind: DecisionKind
    about: str
    chosen: str
    reason: str = ""
    meeting: str = ""


def decide(choices: Iterable[Choice], *, officer: str, work_year: int, at: datetime) -> int:
    """Take decisions with their consequences in one transaction; returns how many were new.

    What was decided before stands and is not counted. Raises DecisionRefused with a Chinese sentence; then
    nothing of this call is stored.
    """
    with transaction() as session:
        if session.get(Officer, officer) is None:
            raise DecisionRefused(
                f"经办人“{officer}”未登记，不能作出决定。请核对姓名，或先在人员名单中登记。"
            )
        asked = {(item.kind, item.about): item for item in waiting(session, work_year, at.date())}
        return sum(_take(session, choice, asked, officer, work_year, at) for choice in choices)


class _Refused(Exception):
    """Some of the decisions cannot be taken: none is stored."""


def decide_each(
    choices: Sequence[Choice], officer: str, work_year: int, at: datetime
) -> tuple[int, dict[int, str]]:
    """(how many were new, place → why it was refused) of a list; all are stored, or none where one was refused."""
    refused: dict[int, str] = {}
    new = 0
    try:
        with transaction() as session:
            if session.get(Officer, officer) is None:
                raise DecisionRefused(f"经办人“{officer}”未登记，不能作出决定。请核对姓名。")
            asked = {(item.kind, item.about): item for item in waiting(session, work_year, at.date())}
            for place, choice in enumerate(choices):
                try:
                    with session.begin_nested():
                        new += _take(session, choice, asked, officer, work_year, at)
                except DecisionRefused as error:
                    refused[place] = str(error)
            if refused:
                raise _Refused
    except _Refused:
        return 0, refused
    return new, {}


def _take(
    session: Session,
    choice: Choice,
    asked: dict[tuple[DecisionKind, str], Waiting],
    officer: str,
    work_year: int,
    at: datetime,
) -> bool:
    item = asked.get((_asked_as(choice.kind), choice.about))
    if item is None:
        if _taken(session, choice.kind, choice.about):
            return False
        raise DecisionRefused(
            f"没有待决定的“{choice.kind.value}：{choice.about}”。可能尚未到时间，或名称有误；请从“等我处理”页面中选择。"
        )
    row = Waiting(choice.kind, item.about, item.proposed, item.basis, item.says)
    if not record(session, row, work_year, choice.chosen, choice.reason or choice.meeting, officer, at):
        return False
    _consequence(session, choice, officer, work_year, at.date())
    return True


def _asked_as(kind: DecisionKind) -> DecisionKind:
    """Approving and returning answer the same question."""
    return K.APPROVE_TARGET if kind == K.RETURN_TARGET else kind


def _taken(session: Session, kind: DecisionKind, about: str) -> bool:
    kinds = (K.APPROVE_TARGET, K.RETURN_TARGET) if _asked_as(kind) == K.APPROVE_TARGET else (kind,)
    return any(session.get(Decision, f"{one.value}/{about}") is not None for one in kinds)


def _consequence(session: Session, choice: Choice, officer: str, work_year: int, day: date) -> None:
    """What follows at once from a decision; letters and forms follow from the facts at the next round."""
    match choice.kind:
        case K.ARRANGE_BY_ASSESSMENT:
            prior_assessment.arrange(session, choice.about, _amount(choice.chosen), day)
        case K.APPROVE_TARGET:
            target_review.approve(session, choice.about, work_year, officer, day)
        case K.KEY_PROJECTS:
            if not choice.meeting:
                raise DecisionRefused("重点评价项目须经局党组审定。请填写会议名称和日期后再提交。")
            chosen = _key_list(session, choice.chosen)
            evaluation.approve_key_projects(session, work_year, chosen, choice.meeting, day)
        case K.NEXT_BUDGET:
            amount = _amount(choice.chosen)
            budget_proposals.decide_budget(session, choice.about, amount, officer, choice.reason, day)
        case K.WARNING_MONEY:
            _one_of(choice, mid_year_monitoring.money_choices(session, work_year, day))
        case K.RETURN_TARGET | K.CONFIRM_GRADE | K.ACCEPT_RECTIFICATION:
            _one_of(choice, WORDS[choice.kind])
        case _:
            raise DecisionRefused(f"“{choice.kind.value}”不在此处办理。")


WORDS = {
    K.RETURN_TARGET: (target_review.RETURN,),
    K.CONFIRM_GRADE: (evaluation.CONFIRM,),
    K.ACCEPT_RECTIFICATION: (ACCEPT, SEND_BACK),
}


def _one_of(choice: Choice, words: tuple[str, ...]) -> None:
    if choice.chosen not in words:
        raise DecisionRefused(
            f"“{choice.kind.value}”的决定应为{'、'.join(words)}之一，读到的是“{choice.chosen}”。"
        )


def _amount(chosen: str) -> int:
    try:
        amount = fen_of_yuan(chosen.replace(",", ""))
    except (ValueError, ArithmeticError):
        raise DecisionRefused(f"金额应以元为单位填写，如 1250000.00；读到的是“{chosen}”。") from None
    if amount < 0:
        raise DecisionRefused(f"金额不能为负；读到的是“{chosen}”。")
    return amount


def _key_list(session: Session, chosen: str) -> list[tuple[str, EvaluationKind, str]]:
    rows = []
    for line in filter(None, map(str.strip, chosen.splitlines())):
        project, kind, reason = [part.strip() for part in (*line.split("|", 2), "", "")][:3]
        project = without_names(project).strip()
        if session.get(Project, project) is None:
            raise DecisionRefused(
                f"没有项目“{project}”。每行一个：项目标识|评价类型|理由，项目标识如 2023:4202…，见“等我处理”页面。"
            )
        try:
            rows.append((project, EvaluationKind(kind or EvaluationKind.FISCAL.value), reason))
        except ValueError:
            raise DecisionRefused(f"评价类型应为财政评价或部门评价；读到的是“{kind}”（{line}）。") from None
    if not rows:
        raise DecisionRefused(
            "重点评价项目名单是空的。请至少列出一个项目，每行一个：项目标识|评价类型|理由。"
        )
    return rows
