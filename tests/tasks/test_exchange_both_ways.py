"""National tables out and in: nothing is typed twice, nothing is lost, nothing changes before it was shown."""

import csv
from pathlib import Path

import pytest
from sqlmodel import func, select
from typer.testing import CliRunner

from flows.cli import app
from flows.commands import register_all
from models.database import transaction
from models.projects import Project
from models.target_review import IndicatorTarget, Target
from tasks.exchange.reader import read_folder
from tasks.exchange.reconcile import Comparison, compare, take_new
from tasks.exchange.upload import tables_for_upload
from tasks.exchange.writer import plain, safe, write_tables
from tasks.forms.fill import fill
from tasks.target_review import approve
from tests import people
from tests.walks.test_declaration_walk import INDICATORS, KIND, about, answer, form, send

__all__ = ["form"]
MAY = people.at(5, 6)


@pytest.fixture
def folder(form: bytes, home: Path) -> Path:
    """What was declared and approved, written out."""
    typed = answer(about(form))
    typed.fields["annual_goal"] = '=HYPERLINK("http://x") 为18个社区的老年人服务9600人次，12月底前完成。'
    send(fill(form, KIND, [typed]))
    with transaction() as session:
        target = session.exec(select(Target.key)).one()
        approve(session, target, 2024, "李文静", MAY.date())
    with transaction() as session:
        write_tables(home / "out", tables_for_upload(session, 2024, MAY.date()))
    return home / "out"


def compared(folder: Path) -> Comparison:
    with transaction() as session:
        return compare(session, read_folder(folder), 2024, MAY.date())


def rewrite(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8-sig").replace(old, new), encoding="utf-8-sig")


def test_what_was_declared_goes_out_whole_and_compares_equal(folder: Path) -> None:
    with (folder / "PM_PERF_INDICATOR.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(r["LV3_PERF_IND_NAME"], r["KPI_VAL"], r["WEIGHT"]) for r in rows] == [
        (one[2], one[4], one[6]) for one in INDICATORS
    ]
    found = compared(folder)
    assert found.differences == []
    assert {(one.what, one.theirs, one.ours) for one in found.counts} == {
        ("有绩效目标的项目数", "1", "1"),
        ("绩效指标数", "6", "6"),
    }


def test_foreign_text_is_no_formula_in_the_file_and_itself_again_when_read(folder: Path) -> None:
    text = (folder / "PM_PERF_GOAL_INFO.csv").read_text(encoding="utf-8-sig")
    assert "'=HYPERLINK" in text
    assert read_folder(folder).tables["PM_PERF_GOAL_INFO"]["KPI_TARGET"][0].startswith("=HYPERLINK")


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "\t=1", "'=1"])
def test_every_formula_is_disarmed_and_restored(text: str) -> None:
    assert safe(text)[0] == "'"
    assert text[0] == "'" or plain(safe(text)) == text


@pytest.mark.parametrize("text", ["-5", "+3.5", "≥95%", "1,200.00", "", "-12.5%"])
def test_numbers_and_plain_words_stay(text: str) -> None:
    assert safe(text) == text


def test_every_difference_is_told_before_anything_changes(folder: Path) -> None:
    rewrite(folder / "PM_PERF_GOAL_INFO.csv", "9600人次", "9000人次")
    rewrite(folder / "PM_PERF_INDICATOR.csv", "设施达标率,≥,98", "设施达标率,≥,95")
    found = compared(folder)
    assert [(one.field, one.project[-2:]) for one in found.differences] == [
        ("绩效目标", "01"),
        ("绩效指标", "01"),
    ]
    assert (found.differences[1].theirs, found.differences[1].ours) == ("设施达标率 ≥95%", "设施达标率 ≥98%")
    with transaction() as session:
        assert take_new(session, read_folder(folder), 2024, MAY.date()) == 0
        assert "9600" in session.exec(select(Target.annual_goal)).one()


def test_only_what_is_new_is_taken_and_only_once(folder: Path) -> None:
    tables = {
        "BAS_AGENCY_INFO": (("AGENCY_CODE", "AGENCY_NAME"), [("209001", "区文旅局")]),
        "PM_PROJECT_INFO": (
            ("PRO_CODE", "PRO_NAME", "AGENCY_CODE", "FISCAL_YEAR", "BGT_AMT"),
            [("42020424T000000000077", "图书馆开放", "209001", 2024, "1500000.00")],
        ),
        "PM_PERF_GOAL_INFO": (
            ("PRO_CODE", "FISCAL_YEAR", "KPI_TARGET"),
            [("42020424T000000000077", 2024, "全年开放310天。")],
        ),
        "PM_PERF_INDICATOR": (
            ("PRO_CODE", "FISCAL_YEAR", "LV1_PERF_IND_NAME", "LV2_PERF_IND_NAME", "LV3_PERF_IND_NAME", "KPI_VAL"),
            [("42020424T000000000077", 2024, "产出指标", "数量指标", "开放天数", "≥310天")],
        ),
    }  # fmt: skip
    write_tables(folder / "new", tables)
    exchange = read_folder(folder / "new")
    for count in (5, 0):
        with transaction() as session:
            assert take_new(session, exchange, 2024, MAY.date()) == count
    with transaction() as session:
        assert session.exec(select(func.count()).select_from(Project)).one() == 2
        assert session.exec(select(func.count()).select_from(IndicatorTarget)).one() == 7


def test_the_commands_show_first_and_write_only_when_told(folder: Path) -> None:
    if not app.registered_commands:
        register_all(app)
    rewrite(folder / "PM_PERF_GOAL_INFO.csv", "9600人次", "9000人次")
    run = CliRunner().invoke
    shown = run(app, ["exchange", "compare", str(folder), "--year", "2024", "--day", "2024-05-06"])
    assert shown.exit_code == 1
    assert "9000人次" in shown.output
    taken = run(app, ["exchange", "take", str(folder), "--year", "2024", "--day", "2024-05-06"])
    assert "没有写入" in taken.output
    written = run(
        app, ["exchange", "out", str(folder / "again"), "--work-year", "2024", "--day", "2024-05-06"]
    )
    assert written.exit_code == 0, written.output
