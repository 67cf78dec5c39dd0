"""决定: the forms on which an officer decides what waits. Each may be sent twice: the first decision stands."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from prefect import flow
from prefect.states import State

from flows.clock import now
from flows.desk import Reason, Which, settle, table
from flows.rounds import WorkYear, asked, run_name, year_of
from models.vocabulary import DecisionKind
from tasks import evaluation, result_application, target_review
from tasks.choosing import ALL, amounts, named, same_for
from tasks.decisions import Choice, DecisionRefused, decide

K = DecisionKind


def _take(
    officer: str, choices: Sequence[Choice], work_year: int, then: str, kinds: Sequence[DecisionKind] = ()
) -> str:
    at = now()
    new = decide(choices, officer=officer, work_year=year_of(work_year, at) or at.year, at=at)
    return table(kinds or [choices[0].kind], [one.about for one in choices], new, then)


def _same(
    kind: DecisionKind, which: str, chosen: str, work_year: int, reason: str, proposed: str = ""
) -> list[Choice]:
    at = now()
    return same_for(kind, which, chosen, year_of(work_year, at) or at.year, at.date(), reason, proposed)


def _money(kind: DecisionKind, lines: str, work_year: int, reason: str) -> list[Choice]:
    at = now()
    return amounts(kind, lines, year_of(work_year, at) or at.year, at.date(), reason)


@flow(name="批复绩效目标", flow_run_name=run_name("批复绩效目标"))
async def approve_targets(which: Which, work_year: WorkYear = 0, reason: Reason = "") -> State[Any]:
    """Approve targets; 全部 means those that the machine proposes to approve."""

    def take(officer: str) -> str:
        choices = _same(
            K.APPROVE_TARGET, which, target_review.APPROVE, work_year, reason, target_review.APPROVE
        )
        then = "下次每日办理时编批复文号、制作批复，随函发给部门。"
        return _take(officer, choices, work_year, then, (K.APPROVE_TARGET, K.RETURN_TARGET))

    return await settle("批复绩效目标", take)


@flow(name="退回绩效目标", flow_run_name=run_name("退回绩效目标"))
async def return_targets(
    which: Which,
    reason: Annotated[str, asked("退回理由", "部门据此修改，请写明改哪里、怎样改。", min_length=4)],
    work_year: WorkYear = 0,
) -> State[Any]:
    """Return targets with the reason; the department gets its form again."""

    def take(officer: str) -> str:
        if which.strip() == ALL:
            raise DecisionRefused("退回须逐个写明对象，不能填“全部”。未作任何改动。")
        about = named(K.APPROVE_TARGET, which, year_of(work_year, now()) or now().year, now().date())
        choices = [Choice(K.RETURN_TARGET, one, target_review.RETURN, reason) for one in about]
        then = "下次每日办理时把原表连同理由再发给部门，改报后重新评审。"
        return _take(officer, choices, work_year, then, (K.APPROVE_TARGET, K.RETURN_TARGET))

    return await settle("退回绩效目标", take)


@flow(name="审定重点项目", flow_run_name=run_name("审定重点项目"))
async def approve_key_projects(
    lines: Annotated[
        str,
        asked(
            "审定的名单",
            "每行一个：项目标识|评价类型|理由。评价类型为财政评价或部门评价，可不填。",
            min_length=1,
        ),
    ],
    meeting: Annotated[
        str,
        asked(
            "党组会议",
            "会议名称和日期，如 局党组2024年第8次会议（4月18日）。",
            min_length=6,
        ),
    ],
    work_year: WorkYear = 0,
) -> State[Any]:
    """The list as the party group approved it."""

    def take(officer: str) -> str:
        year = year_of(work_year, now()) or now().year
        choice = Choice(K.KEY_PROJECTS, f"{year}年重点评价项目", lines, meeting=meeting)
        return _take(officer, [choice], year, "财政评价开始之日起委托第三方，发出评价结果表。")

    return await settle("审定重点项目", take)


@flow(name="按评估结论安排预算", flow_run_name=run_name("按评估结论安排预算"))
async def arrange_budgets(
    lines: Annotated[
        str,
        asked(
            "项目和金额",
            "每行一个：对象标识 金额（元）。填“全部”为全部按系统建议安排。",
            min_length=1,
        ),
    ],
    work_year: WorkYear = 0,
    reason: Reason = "",
) -> State[Any]:
    """Initial budgets of assessed projects."""

    def take(officer: str) -> str:
        choices = _money(K.ARRANGE_BY_ASSESSMENT, lines, work_year, reason)
        return _take(officer, choices, work_year, "预算随即安排；目标申报开始时向部门发申报表。")

    return await settle("按评估结论安排预算", take)


@flow(name="预警资金处理", flow_run_name=run_name("预警资金处理"))
async def decide_warnings(
    which: Which,
    chosen: Annotated[
        Literal["继续执行", "调整预算和目标", "取消收回"],
        asked("决定", "对所列对象作同一决定。"),
    ],
    reason: Annotated[str, asked("理由", "记入台账并告知部门。", min_length=2)],
    work_year: WorkYear = 0,
) -> State[Any]:
    """The money of projects that monitoring warned about."""

    def take(officer: str) -> str:
        choices = _same(K.WARNING_MONEY, which, chosen, work_year, reason)
        return _take(officer, choices, work_year, "下次每日办理时把决定函告部门。")

    return await settle("预警资金处理", take)


@flow(name="确认评价等级", flow_run_name=run_name("确认评价等级"))
async def confirm_grades(which: Which, work_year: WorkYear = 0, reason: Reason = "") -> State[Any]:
    """Grades of evaluations, as the rule gives them."""

    def take(officer: str) -> str:
        choices = _same(K.CONFIRM_GRADE, which, evaluation.CONFIRM, work_year, reason)
        return _take(
            officer, choices, work_year, "评价结果反馈部门；每个问题下达一条整改要求；等级用于下年预算建议。"
        )

    return await settle("确认评价等级", take)


@flow(name="整改验收", flow_run_name=run_name("整改验收"))
async def accept_rectifications(
    which: Which,
    chosen: Annotated[Literal["通过", "退回"], asked("决定")] = "通过",
    work_year: WorkYear = 0,
    reason: Annotated[str, asked("理由", "退回时必填：还缺什么。")] = "",
) -> State[Any]:
    """Replies about rectification: accepted, or sent back with what is missing."""

    def take(officer: str) -> str:
        back = chosen == result_application.SEND_BACK
        if back and (len(reason.strip()) < 2 or which.strip() == ALL):
            raise DecisionRefused("退回整改须逐个写明对象，并在“理由”里写明还缺什么。未作任何改动。")
        choices = _same(K.ACCEPT_RECTIFICATION, which, chosen, work_year, reason)
        return _take(officer, choices, work_year, "验收意见函告部门；退回的再发回复表，限期补充。")

    return await settle("整改验收", take)


@flow(name="核定下年预算", flow_run_name=run_name("核定下年预算"))
async def decide_budgets(
    lines: Annotated[
        str,
        asked(
            "项目和金额",
            "每行一个：对象标识 金额（元）。填“全部”为全部按系统建议核定，规则未定、没有建议的不在内。",
            min_length=1,
        ),
    ],
    work_year: WorkYear = 0,
    reason: Reason = "",
) -> State[Any]:
    """Next year's money, one project or a filled list."""

    def take(officer: str) -> str:
        choices = _money(K.NEXT_BUDGET, lines, work_year, reason)
        return _take(officer, choices, work_year, "核定数函告部门，列入下年预算表。")

    return await settle("核定下年预算", take)
