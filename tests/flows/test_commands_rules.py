"""`jixiao score`, `rules …`, `explain` as other programs call them: JSON alone on stdout, exit codes 0, 1, 2."""

import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from flows import commands_rules
from models.settings import settings
from tasks.checking import check_path

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
    words = run("rules", "diff", "mof-2020", "huangshi")[1]
    assert (
        "自评：反向指标未完成（self_evaluation.lower）　算法：分值×(1-|实际-目标|÷目标)，达到目标两倍不得分 → 分值×目标÷实际"
        in words
    )


def test_rules_are_shown_in_words_with_every_question_of_every_profile(run):
    for name in ("huangshi", "mof-2020", "mof-2021", "sichuan-2025"):
        out = run("rules", "show", name)[1]
        told = out.partition("未定：")[0]
        assert len(re.findall(r"^[^ \n].*　施行\d{4}-\d\d-\d\d　", told, flags=re.MULTILINE)) == 39
        assert not re.search(r"[a-z_]{4,}：|None|True|Decimal", out), name
    out = run("rules", "show", "huangshi")[1]
    assert "档次：达成预期 100%（含）—80%（含）；部分达成预期 80%（不含）—50%（含）" in out
    assert "审核内容及分值：完整性 20分（规范完整性 10，明确清晰性 10）" in out
    assert "起点金额：500,000.00元" in out
    assert "  评价结果与预算挂钩：各等级的应用·中·核减比例（%）" in out


REGION = """
[meta]
title = "试验市（新设地区）"
based_on = "mof-2020"

[[self_evaluation.execution]]
in_force = 2024-01-01
source = "试验市自评办法"
clause = "第五条"
verified = true
full = 15
method = "rate"
base = "全年预算数"

[[self_evaluation.lower]]
in_force = 2024-01-01
source = "试验市自评办法"
verified = true
method = "all_or_nothing"

[[self_evaluation.caps]]
in_force = 2024-01-01
source = "试验市自评办法"
verified = true
steps = [{ from = 0, gives = 59 }, { from = 0.5, gives = 79 }, { from = 0.8, gives = 100 }]

[[grades]]
in_force = 2024-01-01
source = "试验市自评办法"
verified = true
excellent = 95
good = 85
fair = 75
"""


def test_a_new_region_is_a_file_and_no_code(run, home, monkeypatch, tmp_path):
    regions, data = tmp_path / "regions", tmp_path / "data"
    regions.mkdir()
    data.mkdir()
    (regions / "shiyan.toml").write_text(REGION, encoding="utf-8")
    monkeypatch.setenv("JIXIAO_RULES_FOLDER", str(regions))
    settings.cache_clear()
    head = "PRO_CODE,FISCAL_YEAR,LV1_PERF_IND_NAME,LV2_PERF_IND_NAME,LV3_PERF_IND_NAME,KPI_VAL,IND_COMP,IND_WEIGHT,EVAL_SCORE"
    rows = "P1,2024,产出指标,数量指标,场次,≥10场,10场,60,60\nP1,2024,产出指标,时效指标,用时,≤10天,11天,25,0"
    (data / "PM_SELF_EVAL_INDICATOR.csv").write_text(f"{head}\n{rows}\n", encoding="utf-8")
    (data / "PM_PERF_SELF_BGT.csv").write_text(
        "PRO_CODE,FISCAL_YEAR,REPLY_AMT,CUR_AMT,YEAR_EXE_AMT\nP1,2024,100,100,80\n", encoding="utf-8"
    )
    (one,) = json.loads(run("score", data, "--rules", "shiyan", "--json")[1])["projects"]
    assert (one["execution"]["full"], one["execution"]["points"]) == ("15", "12.000000")
    assert one["execution"]["basis"] == "试验市自评办法第五条"
    assert [row["points"] for row in one["indicators"]] == ["60.000000", "0.000000"]
    assert (one["total"], one["grade"]) == ("72.000000", "差")
    assert "shiyan\t试验市（新设地区）" in run("rules", "list")[1]
    trial = run("rules", "dry-run", data, "--from", "mof-2020", "--to", "shiyan", "--json")
    assert trial[0] == 1
    assert check_path(data, "shiyan", date(2025, 6, 1))["findings"] == []


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
