"""Commands of the year: open it, rehearse it, do today's round, decide, look after the installation."""

import os
from datetime import date
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from flows.options import WorkYear

year = typer.Typer(help="工作年度：开启、演练、每日办理。", no_args_is_help=True)

Day = Annotated[str, typer.Option("--day", help="日期，如 2024-07-01；不填为今天")]
Data = Annotated[
    Path,
    typer.Option("--data", help="数据目录（一体化导出表、人员、第三方等）", exists=True, file_okay=False),
]


def register(app: typer.Typer) -> None:
    """Hang the commands on the app."""
    app.add_typer(year, name="year")
    app.command("serve", help="启动 Prefect 服务、工作池和全部部署，打印页面地址。")(serve)
    app.command("worker", help="在这台或另一台机器上再开一个工作进程。")(worker)
    app.command("decide", help="作出一项决定（与 Prefect 页面上的决定同一入口）。")(decide)
    app.command("waiting", help="等待经办人决定的事项。")(waiting)
    app.command("doctor", help="检查设置、数据库、Prefect、邮件、日历：哪些正常，缺什么，怎么办。")(doctor)


@year.command("rehearse", help="演练全年：时钟逐日推进到有事可办的日子，答复取自数据目录。")
def rehearse(
    data: Data,
    work_year: WorkYear,
    out: Annotated[Path, typer.Option("--out", help="结果目录")],
    without_prefect: Annotated[
        bool, typer.Option("--without-prefect", help="不经 Prefect，直接调用")
    ] = False,
) -> None:
    """Run a whole work year into `out`; started again after a stop it goes on where it was."""
    _settle_in(out, data)
    import asyncio

    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from flows.annual_cycle import office_days, on_day
    from flows.annual_cycle import rehearse as flow
    from models.migrations.upgrade import upgrade
    from tasks.year_summary import summary

    upgrade()
    days = office_days(work_year)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, transient=True) as progress:
        bar = progress.add_task(f"演练{work_year}年度", total=len(days))

        def tell(day: date) -> None:
            progress.update(bar, completed=days.index(day) + 1, description=f"{day:%m月%d日}")

        token = on_day.set(tell)
        run = flow.fn if without_prefect else flow
        asyncio.run(run(work_year, data.resolve()))
        on_day.reset(token)
    typer.echo(summary(work_year))


@year.command("open", help="开启工作年度：读入数据目录中的部门、项目、预算和上年目标。")
def open_(data: Data, work_year: WorkYear, day: Day = "") -> None:
    """Take over the tables of a folder; harmless when repeated."""
    from flows.clock import moment_of
    from models.database import transaction
    from models.migrations.upgrade import upgrade
    from tasks.opening import open_year

    upgrade()
    with transaction() as session:
        count = open_year(session, data, work_year, moment_of(as_date(day)).date())
    typer.echo(f"已开启{work_year}工作年度，新增{count}条记录。" if count else "没有新增内容。")


@year.command("today", help="每日办理：今天应办的都办（重复运行无害）。")
def today(work_year: WorkYear, day: Day = "") -> None:
    """The daily round by plain calls, for installations without a Prefect server."""
    import asyncio

    from flows.annual_cycle import daily_round
    from models.migrations.upgrade import upgrade

    upgrade()
    done = asyncio.run(daily_round.fn(work_year, as_date(day)))
    typer.echo(f"办理{done}项。" if done else "今天没有应办事项。")


def waiting(work_year: WorkYear, day: Day = "") -> None:
    """List what waits for a decision."""
    from flows.clock import moment_of
    from models.database import transaction
    from models.migrations.upgrade import upgrade
    from tasks.decisions import waiting as ask

    upgrade()
    with transaction() as session:
        items = ask(session, work_year, moment_of(as_date(day)).date())
    for item in items:
        typer.echo(f"{item.kind.value}\t{item.about}\t建议：{item.proposed or '—'}\t{item.says}")
    typer.echo(f"共{len(items)}项。" if items else "没有等待决定的事项。")


def decide(
    kind: Annotated[str, typer.Argument(help="事项，如 批复绩效目标")],
    about: Annotated[str, typer.Argument(help="对象（见 jixiao waiting 第二列）")],
    chosen: Annotated[str, typer.Argument(help="决定")],
    officer: Annotated[str, typer.Option("--officer", help="经办人姓名")],
    work_year: WorkYear,
    reason: Annotated[str, typer.Option("--reason", help="理由")] = "",
    meeting: Annotated[str, typer.Option("--meeting", help="会议名称和日期（审定重点项目时必填）")] = "",
    day: Day = "",
) -> None:
    """Take one decision; a refusal says why and nothing is stored."""
    from flows.clock import moment_of
    from models.migrations.upgrade import upgrade
    from models.vocabulary import DecisionKind
    from tasks.decisions import Choice
    from tasks.decisions import decide as take

    if kind not in [one.value for one in DecisionKind]:
        _stop(f"没有“{kind}”这种决定。可选：{'、'.join(one.value for one in DecisionKind)}。")
    upgrade()
    choice = Choice(DecisionKind(kind), about, chosen, reason, meeting)
    new = take([choice], officer=officer, work_year=work_year, at=moment_of(as_date(day)))
    typer.echo("已记入台账。" if new else "此前已作过决定，未作改动。")


def serve(
    host: Annotated[str, typer.Option("--host", help="监听地址；本机以外的地址一律先登录")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="端口")] = 4200,
    inner: Annotated[
        str,
        typer.Option("--inner", help="Prefect服务自身的地址（主机:端口），其他机器上的工作进程要连它时填"),
    ] = "",
    login: Annotated[
        bool, typer.Option("--login", help="在本机也一律先登录（前面有nginx等代理时用）")
    ] = False,
) -> None:
    """Server, worker and deployments until Ctrl+C."""
    from flows.serving import serve as run
    from models.migrations.upgrade import upgrade
    from models.settings import settings

    upgrade()
    run(settings().home.resolve(), host, port, inner, login=login)


def worker(
    api: Annotated[str, typer.Option("--api", help="Prefect服务自身的地址，如 http://10.0.0.5:4201/api")],
    name: Annotated[str, typer.Option("--name", help="名称；同一台机器上开几个时各取一个")] = "",
) -> None:
    """One more worker until Ctrl+C."""
    from flows.serving import work

    work(api, name)


def doctor() -> None:
    """What is well, what is missing, what to do."""
    from flows.clock import now
    from tasks.doctor import examine

    findings = examine(now().date())
    for line in findings:
        typer.echo(f"{'正常' if line.well else '缺少'}　{line.what}：{line.says}")
    raise typer.Exit(0 if all(line.well for line in findings) else 1)


def _settle_in(out: Path, data: Path) -> None:
    """A rehearsal lives in its own folder, database, post office and Prefect home included."""
    from tasks.opening import district

    about = district(data.resolve())
    home = out.resolve()
    (home / "prefect").mkdir(parents=True, exist_ok=True)
    os.environ["JIXIAO_HOME"] = str(home)
    # Also against a .env: a rehearsal writes to nobody.
    os.environ.update(JIXIAO_SMTP_URL="", JIXIAO_IMAP_URL="")
    os.environ.setdefault("JIXIAO_DATABASE_URL", f"sqlite:///{home / 'jixiao.sqlite3'}")
    for name, setting in (
        ("bureau", "JIXIAO_BUREAU"),
        ("name", "JIXIAO_DISTRICT"),
        ("rules", "JIXIAO_RULES"),
    ):
        os.environ.setdefault(setting, str(about[name]))
    quiet = {
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",  # a busy machine needs more than 20
    }
    for setting, value in quiet.items():
        os.environ.setdefault(setting, value)


def as_date(text: str) -> date | None:
    """The day of an option; an empty one is None, a wrong one ends the command with a sentence."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        _stop(f"日期应写成 2024-07-01 的样子；读到的是“{text}”。")


def _stop(says: str) -> NoReturn:
    typer.echo(says, err=True)
    raise typer.Exit(2)
