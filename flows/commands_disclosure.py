"""Commands of disclosure: pages for the web, who published when, what is withheld."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from flows.options import WorkYear

disclosure = typer.Typer(help="绩效信息公开：网页、登记、不公开的理由。", no_args_is_help=True)
Officer = Annotated[str, typer.Option("--officer", help="经办人姓名")]
Day = Annotated[str, typer.Option("--day", help="日期，如 2024-09-01；不填为今天")]
DepartmentCode = Annotated[str, typer.Argument(help="部门编码或名称")]
Departments = Annotated[
    list[str], typer.Argument(help="部门编码或名称，可填多个；“全部”为尚未登记的全部部门")
]


def register(app: typer.Typer) -> None:
    """Hang the commands on the app."""
    app.add_typer(disclosure, name="disclosure")


@disclosure.command("pages", help="生成公开网页和数据文件（CSV、JSON），可直接放到网站上。")
def pages(
    work_year: WorkYear,
    out: Annotated[Path, typer.Option("--out", help="输出目录")],
    day: Day = "",
) -> None:
    """Static pages of every department and of the bureau."""
    from flows.clock import moment_of
    from flows.commands_year import as_date
    from models.migrations.upgrade import upgrade
    from tasks.year_report import write_disclosure

    upgrade()
    files = write_disclosure(work_year, moment_of(as_date(day)).date(), out)
    typer.echo(f"已生成{len(files)}个文件，首页：{out / 'index.html'}")


@disclosure.command(
    "approved",
    help="登记部门决算批复的日期（可一次登记多个或全部部门），据此计算公开期限；填错的再登记一次即更正。",
)
def approved(departments: Departments, work_year: WorkYear, officer: Officer, day: Day = "") -> None:
    """The day from which the twenty days count."""
    from flows.clock import moment_of, now
    from flows.commands_year import as_date
    from models.database import transaction
    from models.migrations.upgrade import upgrade
    from tasks.disclosure import accounts_of_all_approved, put_right
    from tasks.rounds import the_year

    upgrade()
    on = moment_of(as_date(day)).date()
    with transaction() as session:
        year = the_year(session, work_year)
        due = accounts_of_all_approved(session, year, departments, on, officer, now().date())
        days = "、".join(sorted({one.due_on.isoformat() for one in due}))
    typer.echo(f"已登记{len(due)}个部门。公开期限：{days}{put_right(due)}。")


@disclosure.command("published", help="登记一个部门公开的日期和网址。")
def published(
    department: DepartmentCode,
    work_year: WorkYear,
    officer: Officer,
    link: Annotated[str, typer.Option("--link", help="公开网址")],
    day: Day = "",
) -> None:
    """When and where a department published."""
    from flows.clock import moment_of, now
    from flows.commands_year import as_date
    from models.database import transaction
    from models.migrations.upgrade import upgrade
    from tasks.disclosure import published_by
    from tasks.rounds import the_year

    upgrade()
    on = moment_of(as_date(day)).date()
    with transaction() as session:
        year = the_year(session, work_year)
        _, state, before = published_by(session, year, department, on, link, officer, now().date())
    changed = f"（原登记为{before}，已更正）" if before else ""
    typer.echo(f"已登记：{state.value}{changed}。")


@disclosure.command("withhold", help="登记一个项目不公开及其理由。")
def withhold(
    project: Annotated[str, typer.Argument(help="项目标识，年度:项目代码")],
    reason: Annotated[str, typer.Option("--reason", help="不公开的理由")],
    officer: Officer,
    day: Day = "",
) -> None:
    """Leave a project out of the pages; the reason is shown, the project is not."""
    from flows.clock import moment_of
    from flows.commands_year import as_date
    from models.database import transaction
    from models.migrations.upgrade import upgrade
    from tasks.disclosure import withhold as leave_out

    upgrade()
    with transaction() as session:
        new = leave_out(session, project, reason, officer, moment_of(as_date(day)).date())
    typer.echo("已登记，这个项目各年度的绩效信息都不公开。" if new else "此前已登记，未作改动。")


@disclosure.command("status", help="各部门公开情况：按期、逾期、待公开；有逾期未公开的退出码为1。")
def status(work_year: WorkYear, day: Day = "") -> None:
    """Who published when, and who is late."""
    from flows.clock import moment_of
    from flows.commands_year import as_date
    from models.database import transaction
    from models.migrations.upgrade import upgrade
    from models.rules.disclosure import Publicity
    from tasks.disclosure import tracker
    from tasks.rounds import the_year

    upgrade()
    with transaction() as session:
        rows = tracker(session, the_year(session, work_year), moment_of(as_date(day)).date())
        for one in rows:
            row = one.publication
            more = f"　期限{row.due_on}　公开{row.published_on or '—'}　{row.link}" if row else ""
            typer.echo(f"{one.department.code}　{one.department.name}　{one.publicity.value}{more}")
    counted = Counter(one.publicity.value for one in rows)
    typer.echo(
        f"共{len(rows)}个部门：{'、'.join(f'{state}{number}个' for state, number in counted.items())}。"
    )
    if counted[Publicity.UNKNOWN.value]:
        typer.echo("登记批复日期：jixiao disclosure approved 全部 --day 批复日期 --officer 姓名")
    raise typer.Exit(1 if any(one.publicity == Publicity.OVERDUE for one in rows) else 0)
