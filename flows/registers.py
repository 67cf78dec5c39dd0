"""登记: forms for what officers enter themselves — exceptions, the four registers, rules decided, a new year."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from prefect import flow
from prefect.states import State

from flows.clock import now
from flows.desk import Reason, settle, table
from flows.rounds import WorkYear, asked, run_name, year_of
from models.database import transaction
from models.registers import Publicity, RuleDocument, Training, TypicalCase, dated_key, titled_key
from models.vocabulary import DecisionKind, RoundKind
from tasks.decisions import DecisionRefused
from tasks.exchange.errors import ExchangeError
from tasks.opening import open_year
from tasks.registers import Exempt, enter, grant_exception
from tasks.rule_setting import Setting, read_lines, set_rule

EVERYTHING = "全部事项"
Matter = Literal[
    "全部事项",
    "事前评估申请",
    "绩效目标申报",
    "绩效目标调整",
    "绩效运行监控",
    "单位自评",
    "整改回复",
]
Title = Annotated[str, asked("名称", min_length=2)]


@flow(name="批准例外", flow_run_name=run_name("批准例外"))
async def grant(
    about: Annotated[str, asked("对象", "部门名称、部门编码或项目标识，只填一个。", min_length=1)],
    kind: Annotated[
        Literal["延期", "免报", "不适用"],
        asked("类别", "延期：截止日改为失效日期；免报：不再催报；不适用：相关核对不再提出。"),
    ],
    until: Annotated[date, asked("失效日期", "延期填新的截止日。")],
    reason: Annotated[str, asked("理由", "记入台账和年度报告。", min_length=4)],
    matter: Annotated[Matter, asked("事项")] = "全部事项",
    work_year: WorkYear = 0,
) -> State[Any]:
    """An exception with reason, approver and expiry."""

    def take(officer: str) -> str:
        at = now()
        one = None if matter == EVERYTHING else RoundKind(matter)
        if kind != "不适用" and one is None:
            raise DecisionRefused(
                f"{kind}须选定一个事项（如 绩效运行监控），不能是“{EVERYTHING}”。未作任何改动。"
            )
        key, new = grant_exception(
            Exempt(kind, about, one, reason, until), officer, year_of(work_year, at) or at.year, at
        )
        then = "催报和核对从现在起按此办理；列入年度报告的例外清单。"
        return table([DecisionKind.GRANT_EXCEPTION], [key], new, then)

    return await settle("批准例外", take)


@flow(name="登记培训", flow_run_name=run_name("登记培训"))
async def training(
    title: Title,
    held_on: Annotated[date, asked("日期")],
    attendance: Annotated[int, asked("人次", "实到人数，按签到表。", ge=1, le=100000)],
    audience: Annotated[str, asked("参训对象", "如 预算单位财务人员和业务骨干")] = "",
    place: Annotated[str, asked("地点")] = "",
    content: Annotated[str, asked("内容", "讲授的主题，如 绩效目标编制、运行监控、自评。")] = "",
    work_year: WorkYear = 0,
) -> State[Any]:
    """A training for the register and the annual report."""

    def take(officer: str) -> str:
        row = Training(
            key=dated_key(held_on, title),
            work_year=work_year or held_on.year,
            held_on=held_on,
            title=title,
            place=place,
            audience=audience,
            attendance=attendance,
            content=content,
            officer=officer,
        )
        return _entered(enter(row), f"{held_on}“{title}”{attendance}人次", officer)

    return await settle("登记培训", take)


@flow(name="登记制度文件", flow_run_name=run_name("登记制度文件"))
async def rule_document(
    title: Title,
    issued_on: Annotated[date, asked("印发日期")],
    in_force_on: Annotated[date, asked("施行日期")],
    number: Annotated[str, asked("文号")] = "",
    summary: Annotated[str, asked("主要内容")] = "",
    work_year: WorkYear = 0,
) -> State[Any]:
    """A rule document for the register and the annual report."""

    def take(officer: str) -> str:
        year = work_year or issued_on.year
        row = RuleDocument(
            key=titled_key(year, title),
            work_year=year,
            title=title,
            number=number,
            issued_on=issued_on,
            in_force_on=in_force_on,
            summary=summary,
            officer=officer,
        )
        return _entered(enter(row), f"《{title}》{number}", officer)

    return await settle("登记制度文件", take)


@flow(name="登记宣传", flow_run_name=run_name("登记宣传"))
async def publicity(
    title: Title,
    published_on: Annotated[date, asked("日期")],
    medium: Annotated[str, asked("媒体或对象", "如 区融媒体中心、区人大常委会", min_length=2)],
    work_year: WorkYear = 0,
) -> State[Any]:
    """A report in the media, or to the Party committee, the government, the People's Congress."""

    def take(officer: str) -> str:
        row = Publicity(
            key=dated_key(published_on, title),
            work_year=work_year or published_on.year,
            published_on=published_on,
            medium=medium,
            title=title,
            officer=officer,
        )
        return _entered(enter(row), f"{published_on}{medium}“{title}”", officer)

    return await settle("登记宣传", take)


@flow(name="登记典型案例", flow_run_name=run_name("登记典型案例"))
async def typical_case(
    title: Title,
    collected_on: Annotated[date, asked("日期")],
    about: Annotated[str, asked("单位或项目", "部门名称、部门编码或项目标识；全区性的不填。")] = "",
    summary: Annotated[str, asked("主要做法")] = "",
    adopted: Annotated[str, asked("采用情况", "如 市财政局《绩效简报》第3期采用；没有的不填。")] = "",
    work_year: WorkYear = 0,
) -> State[Any]:
    """A typical case for the register and the annual report."""

    def take(officer: str) -> str:
        row = TypicalCase(
            key=dated_key(collected_on, title),
            work_year=work_year or collected_on.year,
            collected_on=collected_on,
            title=title,
            about=about,
            summary=summary,
            adopted=adopted,
            officer=officer,
        )
        return _entered(enter(row), f"典型案例“{title}”", officer)

    return await settle("登记典型案例", take)


def _entered(new: bool, what: str, officer: str) -> str:
    return f"{officer}登记了{what}，将列入年度报告。" if new else f"{what}此前已登记，未作改动。"


@flow(name="确定规则", flow_run_name=run_name("确定规则"))
async def decide_rule(
    lines: Annotated[
        str,
        asked(
            "规则和值",
            "每行一条：规则 = 值，如 budget_effect.effects.中.cut_percent = 10。未定的规则见“等我处理”页面。",
            min_length=3,
        ),
    ],
    source: Annotated[
        str,
        asked("依据", "作出决定的文件或会议，如 局党组会议（2024年9月2日）。", min_length=4),
    ],
    in_force: Annotated[date, asked("施行日期", "从这天起按新规则办理，此前的结果不变。")],
    work_year: WorkYear = 0,
    reason: Reason = "",
) -> State[Any]:
    """An undecided rule becomes a dated version of the bureau's own profile."""

    def take(officer: str) -> str:
        at = now()
        asked = Setting(read_lines(lines), in_force, source, reason)
        about, new = set_rule(asked, officer, year_of(work_year, at) or at.year, at)
        then = "写入本局规则集；从施行日期起，新的建议和核对按此计算，已有结果不变。"
        return table([DecisionKind.SET_RULE], [about], new, then)

    return await settle("确定规则", take)


@flow(name="开启工作年度", flow_run_name="开启工作年度 {work_year}年度")
async def open_work_year(
    folder: Annotated[Path, asked("数据目录", "服务器上放一体化导出表、人员、第三方名单的文件夹。")],
    work_year: Annotated[int, asked("工作年度", ge=2000, le=2100)],
) -> State[Any]:
    """Take over the tables of a folder."""

    def take(officer: str) -> str:
        if not folder.is_dir():
            raise DecisionRefused(f"服务器上没有文件夹“{folder}”。请核对路径。未作任何改动。")
        try:
            with transaction() as session:
                count = open_year(session, folder, work_year, now().date())
        except ExchangeError as wrong:
            raise DecisionRefused(f"{wrong} 未作任何改动。") from None
        return f"{officer}开启{work_year}工作年度，新增{count}条记录。"

    return await settle("开启工作年度", take)
