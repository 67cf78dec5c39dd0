"""Commands of the integrated budget system's tables: out for upload, in after a look at every difference."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.options import WorkYear

exchange = typer.Typer(help="一体化导出表：导出上报，导入前先核对。", no_args_is_help=True)
Fiscal = Annotated[int, typer.Option("--year", help="预算年度，如 2024")]
Day = Annotated[str, typer.Option("--day", help="按哪一天，如 2024-07-01；不填为今天")]
Folder = Annotated[Path, typer.Argument(help="一体化导出目录", exists=True, file_okay=False)]


def register(app: typer.Typer) -> None:
    """Hang the commands on the app."""
    app.add_typer(exchange, name="exchange")


@exchange.command("out", help="把已批复的目标、监控、自评写成国家标准表，供上报一体化系统，不必重填。")
def out(
    folder: Annotated[Path, typer.Argument(help="写到哪个目录", file_okay=False)],
    work_year: WorkYear,
    day: Day = "",
) -> None:
    """One CSV a table."""
    from flows.clock import moment_of
    from flows.commands_year import as_date
    from models.database import transaction
    from models.migrations.upgrade import upgrade
    from tasks.exchange.upload import tables_for_upload
    from tasks.exchange.writer import write_tables

    upgrade()
    with transaction() as session:
        tables = tables_for_upload(session, work_year, moment_of(as_date(day)).date())
    for name, count in write_tables(folder, tables).items():
        typer.echo(f"{folder / name}.csv：{count}行")


@exchange.command("compare", help="导出表与库中逐项核对：数量、金额、每处不同；不改任何内容。")
def compare(
    folder: Folder,
    year: Fiscal,
    day: Day = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """Exit code 1 when there are differences."""
    from flows.clock import moment_of
    from flows.commands_year import as_date
    from models.database import transaction
    from models.migrations.upgrade import upgrade
    from tasks.exchange.reader import read_folder
    from tasks.exchange.reconcile import compare as ask

    upgrade()
    with transaction() as session:
        found = asdict(ask(session, read_folder(folder), year, moment_of(as_date(day)).date()))
    typer.echo(json.dumps(found, ensure_ascii=False, indent=1) if as_json else _in_words(found))
    raise typer.Exit(1 if found["differences"] else 0)


@exchange.command(
    "take", help="导入导出表中库里没有的单位、项目、目标；先列出差异，加 --yes 才写入，已有的不改。"
)
def take(
    folder: Folder,
    year: Fiscal,
    day: Day = "",
    yes: Annotated[bool, typer.Option("--yes", help="确认写入")] = False,
) -> None:
    """Differences first; nothing is written without --yes, nothing known is ever overwritten."""
    from flows.clock import moment_of
    from flows.commands_year import as_date
    from models.database import transaction
    from models.migrations.upgrade import upgrade
    from tasks.exchange.reader import read_folder
    from tasks.exchange.reconcile import compare as ask
    from tasks.exchange.reconcile import take_new

    upgrade()
    on = moment_of(as_date(day)).date()
    tables = read_folder(folder)
    with transaction() as session:
        found = asdict(ask(session, tables, year, on))
        typer.echo(_in_words(found))
        count = take_new(session, tables, year, on) if yes else 0
    typer.echo(
        f"已写入{count}条；与库中不同的未改，请核对后在原表上更正。"
        if yes
        else "没有写入；核对后加 --yes 写入新增的内容。"
    )


def _in_words(found: dict[str, Any]) -> str:
    lines = [f"{one['what']}：导出表{one['theirs']}，库中{one['ours']}" for one in found["counts"]]
    lines += [
        f"{one['table']} {one['project']} {one['field']}：导出表“{one['theirs']}”，库中“{one['ours']}”"
        for one in found["differences"]
    ]
    lines.append(
        f"不同{len(found['differences'])}处；新增项目{len(found['new_projects'])}个，新增目标{len(found['new_targets'])}个。"
    )
    return "\n".join(lines)
