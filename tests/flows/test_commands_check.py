"""`jixiao check` in words: with many projects each line still says whose it is and where."""

from pathlib import Path

import typer
from typer.testing import CliRunner

from flows import commands_forms
from tasks.exchange.writer import write_tables

COLUMNS = ("PRO_CODE", "FISCAL_YEAR", "PERIOD_END", "LV1_PERF_IND_NAME", "LV2_PERF_IND_NAME", "LV3_PERF_IND_NAME",
           "COMPUTESIGN", "KPI_VAL", "METERUNIT", "PERF_COMP", "COMPLETE", "ANA_DEV_REASONS")  # fmt: skip


def lines_of(folder: Path, likelihood: str) -> tuple[int, list[str]]:
    """(exit code, lines) for a table of 40 projects that all have the same indicator."""
    rows = [
        (
            f"P{number}",
            2024,
            "6",
            "产出指标",
            "数量指标",
            "培训人次",
            "≥",
            "100",
            "人次",
            "60",
            likelihood,
            "",
        )
        for number in range(1, 41)
    ]
    write_tables(folder, {"PAY_PERF_MONITOR_INFO": (COLUMNS, rows)})
    app = typer.Typer(pretty_exceptions_enable=False)
    commands_forms.register(app)
    done = CliRunner().invoke(app, ["check", str(folder), "--rules", "huangshi"])
    return done.exit_code, done.output.splitlines()


def test_every_line_names_project_table_and_row(tmp_path: Path) -> None:
    code, lines = lines_of(tmp_path, "不可能")
    assert (code, len(lines)) == (1, 41)
    assert lines[6].startswith("【F-REASON】项目P7 PAY_PERF_MONITOR_INFO第7行：“培训人次”")
    assert len(set(lines)) == 41
    assert lines[-1].startswith("（未核对 F-MEASURE）项目P1、P2、P3等40个：")


def test_a_clean_table_has_no_line_of_findings(tmp_path: Path) -> None:
    code, lines = lines_of(tmp_path, "确定能")
    assert code == 0
    assert lines == ["（未核对 F-FORECAST）项目P1、P2、P3等40个：没有填写全年预计完成情况"]
