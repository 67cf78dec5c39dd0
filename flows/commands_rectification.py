"""Commands of rectification: where every problem stands, and who has to put it right."""

from typing import Annotated

import typer

from flows.options import WorkYear

rectification = typer.Typer(
    help="整改台账：每个问题的责任单位、期限、回复、验收、逾期。", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    """Hang the commands on the app."""
    app.add_typer(rectification, name="rectification")


@rectification.command("status", help="整改进展；有逾期未完成的退出码为1。")
def status(
    work_year: WorkYear, day: Annotated[str, typer.Option("--day", help="日期；不填为今天")] = ""
) -> None:
    """One line a problem, overdue ones first."""
    from flows.clock import moment_of
    from flows.commands_year import as_date
    from models.database import transaction
    from models.migrations.upgrade import upgrade
    from tasks.rectification_ledger import states
    from tasks.rounds import the_year

    upgrade()
    with transaction() as session:
        rows = states(session, the_year(session, work_year), moment_of(as_date(day)).date())
        for one in sorted(rows, key=lambda row: (not row.overdue, row.row.due_on, row.problem.key)):
            mark = "逾期　" if one.overdue else ""
            again = "　上年问题重新出现" if one.reopens else ""
            typer.echo(
                f"{mark}{one.state.value}　期限{one.row.due_on}　{one.owner}　“{one.project.name}”"
                f"{one.problem.text}{again}　{one.problem.key}"
            )
    late = sum(one.overdue for one in rows)
    typer.echo(f"共{len(rows)}项，逾期未完成{late}项。")
    raise typer.Exit(1 if late else 0)


@rectification.command("owner", help="指定一个问题的责任单位（可以是没有账号的镇、街道、公司等）。")
def owner(
    problem: Annotated[str, typer.Argument(help="问题标识（见 jixiao rectification status 末列）")],
    body: Annotated[str, typer.Option("--owner", help="责任单位名称")],
    email: Annotated[str, typer.Option("--email", help="责任单位邮箱")] = "",
) -> None:
    """Name the body that has to put a problem right."""
    from models.database import transaction
    from models.migrations.upgrade import upgrade
    from tasks.rectification_ledger import assign

    upgrade()
    with transaction() as session:
        assign(session, problem, body, email)
    typer.echo("已登记。")
