"""Commands of the registers: trainings, rule documents, publicity, typical cases; each once, with who entered it."""

from typing import TYPE_CHECKING, Annotated

import typer

from flows.options import WorkYear

if TYPE_CHECKING:
    from tasks.registers import Entry

registers = typer.Typer(
    help="登记簿：培训、制度文件、宣传、典型案例，列入台账和年度报告。", no_args_is_help=True
)
Title = Annotated[str, typer.Argument(help="名称或题目")]
Day = Annotated[str, typer.Option("--day", help="日期，如 2024-05-16；不填为今天")]
Officer = Annotated[str, typer.Option("--officer", help="登记人姓名")]
Summary = Annotated[str, typer.Option("--summary", help="主要内容或主要做法")]


def register(app: typer.Typer) -> None:
    """Hang the commands on the app."""
    app.add_typer(registers, name="register")


@registers.command("training", help="登记一次培训。")
def training(
    title: Title,
    attendance: Annotated[int, typer.Option("--attendance", help="人次，按签到表")],
    officer: Officer,
    work_year: WorkYear,
    day: Day = "",
    place: Annotated[str, typer.Option("--place", help="地点")] = "",
    audience: Annotated[str, typer.Option("--audience", help="参训对象")] = "",
    content: Annotated[str, typer.Option("--content", help="讲授的主题")] = "",
) -> None:
    """Date, place, head-count, topics."""
    from flows.clock import moment_of
    from flows.commands_year import as_date
    from models.registers import Training, dated_key

    on = moment_of(as_date(day)).date()
    row = Training(
        key=dated_key(on, title),
        work_year=work_year,
        held_on=on,
        title=title,
        place=place,
        audience=audience,
        attendance=attendance,
        content=content,
        officer=officer,
    )
    _enter(row)


@registers.command("document", help="登记一件印发的制度文件。")
def document(
    title: Title,
    officer: Officer,
    work_year: WorkYear,
    day: Day = "",
    in_force: Annotated[str, typer.Option("--in-force", help="施行日期；不填与印发日期相同")] = "",
    number: Annotated[str, typer.Option("--number", help="文号")] = "",
    summary: Summary = "",
) -> None:
    """Title, number, issued when, in force when."""
    from flows.clock import moment_of
    from flows.commands_year import as_date
    from models.registers import RuleDocument, titled_key

    on = moment_of(as_date(day)).date()
    row = RuleDocument(
        key=titled_key(work_year, title),
        work_year=work_year,
        title=title,
        number=number,
        issued_on=on,
        in_force_on=as_date(in_force) or on,
        summary=summary,
        officer=officer,
    )
    _enter(row)


@registers.command("publicity", help="登记一次宣传报道或工作汇报。")
def publicity(
    title: Title,
    medium: Annotated[str, typer.Option("--medium", help="媒体或对象，如 区融媒体中心、区人大常委会")],
    officer: Officer,
    work_year: WorkYear,
    day: Day = "",
) -> None:
    """Where and when it was published, or to whom it was told."""
    from flows.clock import moment_of
    from flows.commands_year import as_date
    from models.registers import Publicity, dated_key

    on = moment_of(as_date(day)).date()
    row = Publicity(
        key=dated_key(on, title),
        work_year=work_year,
        published_on=on,
        medium=medium,
        title=title,
        officer=officer,
    )
    _enter(row)


@registers.command("case", help="登记一个典型案例。")
def case(
    title: Title,
    officer: Officer,
    work_year: WorkYear,
    day: Day = "",
    about: Annotated[str, typer.Option("--about", help="部门名称、部门编码或项目标识")] = "",
    summary: Summary = "",
    adopted: Annotated[str, typer.Option("--adopted", help="采用情况，如 市财政局简报采用")] = "",
) -> None:
    """Whose case, what was done, who took it up."""
    from flows.clock import moment_of
    from flows.commands_year import as_date
    from models.registers import TypicalCase, dated_key

    on = moment_of(as_date(day)).date()
    words = {"about": about, "summary": summary, "adopted": adopted, "officer": officer}
    key = dated_key(on, title)
    _enter(TypicalCase(key=key, work_year=work_year, collected_on=on, title=title, **words))


def _enter(row: "Entry") -> None:
    from models.migrations.upgrade import upgrade
    from tasks.registers import enter

    upgrade()
    typer.echo(f"已登记“{row.title}”，将列入年度报告。" if enter(row) else "此前已登记，未作改动。")
