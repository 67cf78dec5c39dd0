"""Commands of forms: look a file through, receive files by hand."""

import json
import re
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.options import WorkYear

decisions = typer.Typer(help="决定单：等待决定的事项做成一张表，填好后一并办理。", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Hang the commands on the app."""
    app.command("check", help="核对一个文件或一体化导出目录：全部问题一次列出，不保存任何内容。")(check)
    app.command("guide", help="生成《预算绩效目标编审指南》（Word），与申报表的核对规则同一来源。")(guide)
    app.command("codes", help="问题代码表（手册中的表由此生成）。")(codes)
    app.add_typer(decisions, name="decisions")
    app.command("receive", help="收下报送的文件（与收件箱同一处理）：保存原件，受理或退回。")(receive)


def check(
    path: Annotated[Path, typer.Argument(help="表格文件，或一体化导出目录")],
    rules: Annotated[str, typer.Option("--rules", help="规则集名称；不填为设置中的规则集")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """Exit code 0 clean, 1 with findings, 2 when it could not be done."""
    from flows.clock import now
    from models.rules.profiles import RulesError
    from models.settings import settings
    from tasks.checking import check_path
    from tasks.exchange.errors import ExchangeError

    try:
        found = check_path(path, rules or settings().rules, now().date())
    except (RulesError, ExchangeError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    typer.echo(json.dumps(found, ensure_ascii=False, indent=1) if as_json else _in_words(found))
    raise typer.Exit(1 if found["findings"] else 0)


def _in_words(found: dict[str, Any]) -> str:
    lines = [
        f"【{one['code']}】{_place(one)}{one['says'].rstrip('。')}。{one.get('remedy') or ''}".strip()
        for one in found["findings"]
    ]
    lines += [f"（未核对 {one['code']}）{_shortened(one['why'])}" for one in found["not_checked"]]
    return "\n".join(lines) if lines else "没有发现问题。"


def _shortened(why: str) -> str:
    """A reason whose list of projects is cut: the JSON names all of them."""
    projects, stop, reason = why.partition("：")
    names = projects.split("、")
    return f"{'、'.join(names[:3])}等{len(names)}个：{reason}" if stop and len(names) > 5 else why


def guide(
    out: Annotated[Path, typer.Option("--out", help="Word 文件")] = Path("预算绩效目标编审指南.docx"),
    rules: Annotated[str, typer.Option("--rules", help="规则集名称；不填为设置中的规则集")] = "",
) -> None:
    """The bureau's guide, with what its rules demand."""
    from flows.clock import now
    from models.settings import settings
    from tasks.reports.guide import guide as paper
    from tasks.rulebook import rules_of

    out.write_bytes(paper(rules_of(rules or settings().rules, now().date()), settings().bureau).data())
    typer.echo(str(out))


def codes() -> None:
    """Every code of forms and of the audit of self-evaluations."""
    from tasks.finding_codes import audit_table, table

    typer.echo(f"## 表单\n\n{table()}\n## 自评表审核\n\n{audit_table()}", nl=False)


def _place(one: dict[str, Any]) -> str:
    """Where a finding stands: its project; sheet and cell, or the line of a table or text."""
    where = f"{one.get('sheet') or ''} {one.get('cell') or ''}".strip()
    if not one.get("cell") and one.get("row"):
        where += f"第{one['row']}行"
    project = re.sub(r"^\d{4}:", "", one.get("project") or "")  # forms keep the year with the code
    return f"{f'项目{project} ' if project else ''}{where}：".removeprefix("：").replace(" ：", "：")


def receive(
    files: Annotated[list[Path], typer.Argument(help="报送的文件", exists=True, dir_okay=False)],
) -> None:
    """Each file is stored, read, and taken or returned."""
    from flows.clock import now
    from models.database import transaction
    from models.intake import Submission
    from models.migrations.upgrade import upgrade
    from tasks.intake import receive as take

    upgrade()
    at = now()
    for path in files:
        sha = take(at.date(), path.read_bytes(), path.name, "", at)
        with transaction() as session:
            row = session.get_one(Submission, sha)
            typer.echo(f"{path.name}：{row.verdict.value}{f'，{row.says}' if row.says else ''}")


Day = Annotated[str, typer.Option("--day", help="按哪一天办理，如 2024-07-01；不填为今天")]


@decisions.command("list", help="把等待决定的全部事项写成决定单（工作簿）。")
def list_(
    work_year: WorkYear,
    out: Annotated[Path, typer.Option("--out", help="决定单文件")] = Path("决定单.xlsx"),
    day: Day = "",
) -> None:
    """The list as a workbook with the machine's proposals and what may be chosen."""
    from flows.clock import moment_of
    from flows.commands_year import as_date
    from models.migrations.upgrade import upgrade
    from tasks.decision_list import decision_list

    upgrade()
    data, count = decision_list(work_year, moment_of(as_date(day)).date())
    out.write_bytes(data)
    typer.echo(f"{out}：{count}项等待决定。" if count else f"{out}：没有等待决定的事项。")


@decisions.command("take", help="办理填好的决定单：全部有效才入账；有错的写出标红的决定单。")
def take(
    file: Annotated[Path, typer.Argument(help="填好的决定单", exists=True, dir_okay=False)],
    officer: Annotated[str, typer.Option("--officer", help="经办人姓名")],
    work_year: WorkYear,
    day: Day = "",
) -> None:
    """Exit code 1 when something must be corrected first; then nothing was stored."""
    from flows.clock import moment_of
    from flows.commands_year import as_date
    from models.migrations.upgrade import upgrade
    from tasks.decision_list import take_list

    upgrade()
    at = moment_of(as_date(day))
    taken = take_list(file.read_bytes(), file.name, officer=officer, work_year=work_year, at=at)
    if not taken.found:
        typer.echo(f"新记入台账{taken.new}项决定。" if taken.new else "此前都已作过决定，未作改动。")
        return
    back = file.with_name(f"{file.stem}.退回{file.suffix}")
    back.write_bytes(taken.returned)
    for one in taken.found:
        typer.echo(f"{one.sheet} {one.cell} {one.says}")
    typer.echo(f"{len(taken.found)}处须改正，没有入账；已标红：{back}")
    raise typer.Exit(1)
