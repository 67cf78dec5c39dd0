"""Commands of reports."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from flows.options import WorkYear


class Version(StrEnum):
    """For whom the report is."""

    annual = "annual"
    government = "government"
    congress = "congress"


report = typer.Typer(help="报告：年度绩效工作报告。", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Hang the commands on the app."""
    app.add_typer(report, name="report")


@report.command("annual", help="编制年度报告；--json 给出每个数字及其来源行。")
def annual(
    work_year: WorkYear,
    out: Annotated[Path | None, typer.Option("--out", help="Word 文件")] = None,
    version: Annotated[
        Version, typer.Option("--version", help="版本：annual 全文，government 报政府，congress 报人大")
    ] = Version.annual,
    as_json: Annotated[str, typer.Option("--json", help="JSON 文件；- 为屏幕")] = "",
) -> None:
    """The report as Word, its figures as JSON, or both; what should still be looked at goes to stderr."""
    from models.migrations.upgrade import upgrade
    from models.rules.calendar import plan
    from tasks.year_report import annual_report, doubts_in_words, figures_json

    upgrade()
    report = annual_report(work_year, plan(work_year).moments["report"], version.value)
    if out is not None:
        out.write_bytes(report.data)
    if as_json == "-":
        typer.echo(figures_json(work_year, report))
    elif as_json:
        Path(as_json).write_text(figures_json(work_year, report), encoding="utf-8")
    if out is not None and as_json != "-":
        typer.echo(f"已编制：{out}")
    if out is None and not as_json:
        for one in report.figures:
            typer.echo(f"{one.title}：{one.says}{one.unit}（{one.query}）")
    for line in doubts_in_words(report.doubts):
        typer.echo(f"请核对：{line}", err=True)


@report.command("template", help="把报告的Word模板放到数据目录，供本局修改（已有的不覆盖）。")
def template() -> None:
    """Copy the shipped templates into the home folder."""
    from models.files import write_whole
    from tasks.reports.rendering import NAMES, SHIPPED, own_template

    for name in NAMES:
        path = own_template(name)
        if path.exists():
            typer.echo(f"已有：{path}")
        else:
            write_whole(path, (SHIPPED / f"{name}.docx").read_bytes())
            typer.echo(f"已放入：{path}")


@report.command("approvals", help="制作尚未制作的绩效目标批复；--pdf 同时生成PDF（须安装LibreOffice）。")
def approvals(
    work_year: WorkYear,
    pdf: Annotated[bool, typer.Option("--pdf", help="每份批复旁生成PDF")] = False,
) -> None:
    """Word letters that are missing; with --pdf also the PDF files that are missing."""
    from flows.clock import now
    from models.migrations.upgrade import upgrade
    from tasks.reports.pdf import to_pdf
    from tasks.year_report import approval_files, write_approvals

    upgrade()
    made = write_approvals(work_year, now().date())
    typer.echo(f"新制作批复和绩效目标表{len(made)}份。")
    if pdf:
        missing = [path for path in approval_files(work_year) if not path.with_suffix(".pdf").exists()]
        typer.echo(f"新生成PDF{len(to_pdf(missing))}份。")
