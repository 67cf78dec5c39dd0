"""Commands of letters: look at today's before anything is sent, send, prove what arrived, ask who is still there."""

from pathlib import Path
from typing import Annotated

import typer

letters = typer.Typer(help="函件：预览、发送、送达情况、联系人核实。", no_args_is_help=True)
WorkYear = Annotated[int, typer.Option("--work-year", help="工作年度，如 2024")]
Day = Annotated[str, typer.Option("--day", help="日期，如 2024-07-01；不填为今天")]


def register(app: typer.Typer) -> None:
    """Hang the commands on the app."""
    app.add_typer(letters, name="letters")


@letters.command("preview", help="把今天应发的全部函件做成一页，不发送。")
def preview(
    work_year: WorkYear,
    day: Day = "",
    out: Annotated[Path, typer.Option("--out", help="输出文件")] = Path("letters.html"),
) -> None:
    """One page with every letter owed today."""
    from flows.clock import moment_of
    from flows.commands_year import as_date
    from models.migrations.upgrade import upgrade
    from tasks.letters import preview as page

    upgrade()
    html, count = page(work_year, moment_of(as_date(day)).date())
    out.write_text(html, encoding="utf-8")
    typer.echo(f"今天应发{count}封，预览：{out}" if count else "今天没有应发的函件。")


@letters.command("send", help="拟写并发送今天应发的函件。")
def send(work_year: WorkYear, day: Day = "") -> None:
    """Write what is owed and send what waits."""
    from flows.clock import moment_of
    from flows.commands_year import as_date
    from models.migrations.upgrade import upgrade
    from tasks.letters import send_letters, write_owed_letters

    upgrade()
    at = moment_of(as_date(day))
    written = write_owed_letters(work_year, at.date(), at)
    typer.echo(f"拟写{written}封，发出{send_letters(at.date(), at)}封。")


@letters.command("status", help="各单位函件的送达情况；可指定单位。")
def status(
    work_year: WorkYear, addressee: Annotated[str, typer.Option("--addressee", help="单位名称")] = ""
) -> None:
    """Who was sent what, when, and what became of it."""
    from models.migrations.upgrade import upgrade
    from tasks.letters import delivery

    upgrade()
    for line in delivery(work_year, addressee):
        typer.echo(line)


@letters.command("verify-contacts", help="列出没有可用联系人的单位，以及长期没有回复的联系人。")
def verify_contacts(work_year: WorkYear) -> None:
    """Departments that cannot be reached, or never answered."""
    from models.migrations.upgrade import upgrade
    from tasks.letters import doubtful_contacts

    upgrade()
    lines = doubtful_contacts(work_year)
    for line in lines:
        typer.echo(line)
    if not lines:
        typer.echo("所有单位都有可用的联系人，且都有回复。")
    raise typer.Exit(1 if lines else 0)
