"""Registers and third parties from the command line: one line back, refusals as one sentence, exit codes."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from flows.commands import register_all
from tasks.decisions import DecisionRefused
from tests import people

MAY = ("--officer", "李文静", "--work-year", "2024", "--day", "2024-05-16")


@pytest.fixture(autouse=True)
def bureau(home: Path) -> None:
    people.bureau()
    people.department()


def run(*words: str) -> Result:
    app = typer.Typer()
    register_all(app)
    return CliRunner().invoke(app, list(words))


@pytest.mark.parametrize(
    "words",
    [
        ("training", "绩效管理培训", "--attendance", "126", "--place", "区会议中心"),
        ("document", "编审指南", "--number", "财绩〔2024〕1号"),
        ("publicity", "花钱必问效", "--medium", "区融媒体中心"),
        ("case", "按绩效拨款", "--about", "区民政局"),
    ],
)
def test_a_register_takes_a_row_once(words: tuple[str, ...]) -> None:
    first, second = (run("register", *words, *MAY).stdout for _ in range(2))
    assert first == f"已登记“{words[1]}”，将列入年度报告。\n"
    assert second == "此前已登记，未作改动。\n"


def test_parties_are_registered_kept_apart_and_refused_in_a_sentence() -> None:
    by = ("--officer", "李文静")
    assert run("parties", "add", "丙中心", "--email", "c@firm.example", *by).stdout == "已登记。\n"
    apart = run("parties", "conflict", "丙中心", "区民政局", "--reason", "代理记账", *by)
    assert (apart.exit_code, apart.stdout) == (0, "今后不再委托“丙中心”评估、评审、评价区民政局的项目。\n")
    refused = run("parties", "quality", "2024/x", "--points", "上传=20", *by).exception
    assert isinstance(refused, DecisionRefused)
    assert "质量表缺少“要素、语句逻辑、结论、问题、建议”的得分" in str(refused)


def test_the_sheet_is_listed_and_no_commission_is_overdue() -> None:
    assert "内容　建议　满分20\n" in run("parties", "quality").stdout
    status = run("parties", "commissions", "--work-year", "2024")
    assert (status.exit_code, status.stdout) == (0, "共委托0项，逾期未交0项。\n")
