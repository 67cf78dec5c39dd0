"""`jixiao score`, `rules …`, `explain` as other programs call them: JSON alone on stdout, exit codes 0, 1, 2."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from flows import commands_rules

CASES = Path(__file__).parents[1] / "cases" / "scoring"
YONGDE, JINBU = CASES / "self_2022_yongde_yingyang", CASES / "self_2020_hubei_jinbu"


@pytest.fixture
def run(home):
    """Runs a command in a fresh installation; returns (exit code, stdout, stderr)."""
    app = typer.Typer(pretty_exceptions_enable=False)
    commands_rules.register(app)

    def call(*arguments):
        result = CliRunner().invoke(app, [str(one) for one in arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.stdout, result.stderr

    return call


def test_score_prints_one_document_with_the_keys_that_others_rely_on(run):
    code, out, err = run("score", YONGDE, "--rules", "mof-2020", "--year", "2022", "--json")
    found = json.loads(out)
    assert (code, err) == (1, "")
    assert set(found["rules"]) >= {"profile", "in_force", "unverified"}
    (project,) = found["projects"]
    assert project["execution"] | {"basis": ""} == {
        "budget": "387664.62",
        "spent": "387664.62",
        "rate": "1.000000",
        "full": "10",
        "points": "10.000000",
        "basis": "",
    }
    assert (project["total"], project["reported_total"], project["grade"]) == ("99.800000", "96.000000", "优")
    assert set(project["indicators"][0]) == {
        "row",
        "lv1",
        "lv2",
        "lv3",
        "kind",
        "full",
        "points",
        "reported",
        "basis",
    }
    assert [set(one) for one in project["findings"]] == [{"code", "row", "says", "basis"}] * 2


def test_score_without_findings_ends_with_0(run, tmp_path):
    text = (JINBU / "PM_SELF_EVAL_INDICATOR.csv").read_text(encoding="utf-8").replace("%,≥90%,", "%,93%,")
    for path in JINBU.glob("*.csv"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "PM_SELF_EVAL_INDICATOR.csv").write_text(text, encoding="utf-8")
    code, out, _ = run("score", tmp_path, "--rules", "huangshi")
    assert code == 0
    assert "核算100.000000" in out


def test_score_uses_the_bureaus_profile_when_none_is_named(run):
    assert json.loads(run("score", JINBU, "--json")[1])["rules"]["profile"] == "huangshi"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("score", "nowhere", "--rules", "mof-2020"), "没有文件夹"),
        (("score", YONGDE, "--rules", "hubei"), "没有名为“hubei”的规则集"),
        (("score", YONGDE, "--year", "1999"), "没有1999年度"),
        (("rules", "show", "hubei"), "没有名为"),
        (("rules", "show", "huangshi", "--on", "昨天"), "日期“昨天”不对"),
        (("explain", "P404", "--year", "2024"), "数据库中没有2024年度的项目P404"),
        (("explain", "P404", "--year", "2022", "--data", YONGDE), "没有2022年度的项目P404"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_exit_code_2(run, arguments, says):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1


def test_rules_are_listed_shown_and_compared(run):
    assert [one["name"] for one in json.loads(run("rules", "list", "--json")[1])["profiles"]] == [
        "huangshi",
        "mof-2020",
        "mof-2021",
        "sichuan-2025",
    ]
    assert "湖北黄石" in run("rules", "list")[1]
    shown = json.loads(run("rules", "show", "sichuan-2025", "--on", "2025-06-01", "--json")[1])
    assert "budget_effect.effects.差.cut_percent" in shown["undecided"]
    assert "［未核对］" in run("rules", "show", "sichuan-2025")[1]
    found = json.loads(run("rules", "diff", "mof-2020", "huangshi", "--json")[1])["differences"]
    assert {"path": "self_evaluation.execution.full", "mof-2020": "10", "huangshi": "20"} in found
    assert "linear\tinverse" in run("rules", "diff", "mof-2020", "huangshi")[1]


def test_a_trial_of_other_rules_names_what_changes(run):
    code, out, _ = run("rules", "dry-run", YONGDE, "--from", "mof-2020", "--to", "huangshi", "--json")
    found = json.loads(out)
    assert (code, found["changed"]) == (1, 1)
    assert found["projects"][0]["changes"] == ["得分"]
    assert found["not_checked"][0]["code"] == "LIGHTS"
    assert "1个项目有变化" in run("rules", "dry-run", YONGDE, "--from", "mof-2020", "--to", "huangshi")[1]
    assert run("rules", "dry-run", YONGDE, "--from", "mof-2020", "--to", "mof-2020")[0] == 0


def test_a_trial_compares_grades_and_lights_too(run, tmp_path):
    head = "PRO_CODE,FISCAL_YEAR,LV1_PERF_IND_NAME,LV2_PERF_IND_NAME,LV3_PERF_IND_NAME,COMPUTESIGN,KPI_VAL,METERUNIT"
    row = "P1,2024,产出指标,数量指标,场次,≥,100,场"
    (tmp_path / "PM_SELF_EVAL_INDICATOR.csv").write_text(
        f"{head},IND_COMP,IND_WEIGHT\n{row},72,90\n", encoding="utf-8"
    )
    (tmp_path / "PM_PERF_SELF_BGT.csv").write_text(
        "PRO_CODE,FISCAL_YEAR,REPLY_AMT,CUR_AMT,YEAR_EXE_AMT\nP1,2024,100,100,95\n", encoding="utf-8"
    )
    (tmp_path / "PAY_PERF_MONITOR_INFO.csv").write_text(
        f"{head},PERF_COMP,PERIOD\n{row},33,\n", encoding="utf-8"
    )
    code, out, _ = run("rules", "dry-run", tmp_path, "--from", "sichuan-2025", "--to", "huangshi", "--json")
    one = json.loads(out)["projects"][0]
    assert code == 1
    assert (one["from"]["total"], one["to"]["total"]) == ("74.300000", "76.600000")
    assert (one["from"]["grade"], one["to"]["grade"]) == ("中", "中")
    assert one["changes"] == ["得分", "总分", "目标灯"]
    assert (one["from"]["target_light"], one["to"]["target_light"]) == ("红", "黄")


def test_explain_from_a_folder_goes_back_to_row_and_rule(run):
    code, out, _ = run("explain", "PYINGYANG", "--year", "2022", "--data", YONGDE, "--rules", "mof-2020")
    assert code == 0
    assert "政策知晓率：9.800000　来自PM_SELF_EVAL_INDICATOR 第6行，填报9.000000" in out
    assert "等级：优" in out


def test_the_commands_import_nothing_heavy_until_they_run():
    code = "import sys, flows.commands_rules; print({'pandas','sqlmodel','prefect'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
