"""Commands of reports."""

from pathlib import Path
from typing import Annotated

import typer

report = typer.Typer(help="报告：年度绩效工作报告。", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Hang the commands on the app."""
    app.add_typer(report, name="report")


@report.command("annual", help="编制年度报告；--json 给出每个数字及其来源行。")
def annual(
    work_year: Annotated[int, typer.Option("--work-year", help="工作年度，如 2024")],
    out: Annotated[Path | None, typer.Option("--out", help="Word 文件")] = None,
    as_json: Annotated[str, typer.Option("--json", help="JSON 文件；- 为屏幕")] = "",
) -> None:
    """The report as Word, its figures as JSON, or both."""
    from models.migrations.upgrade import upgrade
    from models.rules.calendar import plan
    from tasks.year_report import annual_report, figures_json

    upgrade()
    data, figures = annual_report(work_year, plan(work_year).moments["report"])
    if out is not None:
        out.write_bytes(data)
    if as_json == "-":
        typer.echo(figures_json(work_year, figures))
    elif as_json:
        Path(as_json).write_text(figures_json(work_year, figures), encoding="utf-8")
    if out is None and not as_json:
        for one in figures:
            typer.echo(f"{one.title}：{one.says}{one.unit}（{one.query}）")
