"""Published tables, each a folder in the national shape beside what must come out: computed, found, not known."""

import json
import shutil
from pathlib import Path

import pytest

from tasks.scoring import checked, document, read_self_evaluations, rules_for, score

CASES = sorted(path.parent for path in Path(__file__).parent.glob("scoring/*/expect.json"))


def scored(folder: Path, rules: str) -> dict:
    given = read_self_evaluations(folder)
    (project,) = document(score(given, rules_for(rules, given)))["projects"]
    return project


@pytest.mark.parametrize("folder", CASES, ids=lambda path: path.name)
def test_a_published_table_gives_what_stands_beside_it(folder):
    wanted = json.loads((folder / "expect.json").read_text(encoding="utf-8"))
    project = scored(folder, wanted["rules"])
    found = {
        "rules": wanted["rules"],
        "rate": project["execution"]["rate"],
        "execution": project["execution"]["points"],
        "points": [one["points"] for one in project["indicators"]],
        "kinds": [one["kind"] for one in project["indicators"]],
        "total": project["total"],
        "reported_total": project["reported_total"],
        "grade": project["grade"],
        "undecided": project["undecided"],
        "findings": [[one["code"], one["row"], one["says"], one["basis"]] for one in project["findings"]],
        "bases": [one["basis"] for one in project["indicators"]],
    }
    assert found == wanted


def changed(tmp_path: Path, case: str, file: str, *edits: tuple[str, str]) -> Path:
    """A copy of a case with some text replaced; each edit must hit exactly once."""
    source = next(path for path in CASES if path.name == case)
    copy = tmp_path / case
    shutil.copytree(source, copy)
    text = (copy / file).read_text(encoding="utf-8")
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (copy / file).write_text(text, encoding="utf-8")
    return copy


SENTENCES = json.loads((Path(__file__).parent / "fault_sentences.json").read_text(encoding="utf-8"))
CLEAN = "self_2022_yongde_yingyang"
ROWS = "PM_SELF_EVAL_INDICATOR.csv"
MONEY = "PM_PERF_SELF_BGT.csv"
HEAD = "PM_PERF_SELF_EVAL.csv"
MEND = [
    ("资金到位及时率,≥,100,%,100,10,7", "资金到位及时率,≥,100,%,100,10,10"),
    ("=,100,%,98,10,9,,", "=,100,%,100,10,10,,"),
]


def clean(tmp_path: Path) -> Path:
    """The Yongde table with its two faults put right."""
    folder = changed(tmp_path, CLEAN, ROWS, *MEND)
    head = folder / HEAD
    head.write_text(head.read_text(encoding="utf-8").replace(",96,优", ",100,优"), encoding="utf-8")
    return folder


def test_nothing_is_invented_on_a_clean_table(tmp_path):
    project = scored(clean(tmp_path), "mof-2020")
    assert project["findings"] == []
    assert project["total"] == project["reported_total"] == "100.000000"


FAULTS = [
    ("各项得分之和不等于总分", HEAD, ",100,优", ",98,优", ["TOTAL_NOT_SUM"]),
    ("等级不是这个总分的等级", HEAD, ",100,优", ",100,良", ["GRADE_NOT_OF_SCORE"]),
    (
        "分值合计不是100",
        ROWS,
        "学生受资助人数,≥,735,人次,735,10,10",
        "学生受资助人数,≥,735,人次,735,12,10",
        ["LOST_ON_MET", "WEIGHTS_NOT_100"],
    ),
    ("执行率与金额不符", MONEY, ",100%,10,10", ",90%,10,10", ["EXECUTION_RATE"]),
    (
        "执行得分与执行率不符",
        MONEY,
        "年度资金总额,,387664.62,387664.62,100%,10,10",
        "年度资金总额,,387664.62,310131.70,80%,10,10",
        ["TOTAL_ROW_NOT_ROLLED_UP", "EXECUTION_POINTS"],
    ),
    (
        "执行数超过预算数",
        MONEY,
        "年度资金总额,,387664.62,387664.62,100%,10,10\n",
        "年度资金总额,,300000,387664.62,129.22%,10,10\n",
        ["TOTAL_ROW_NOT_ROLLED_UP", "SPENT_ABOVE_BUDGET"],
    ),
    (
        "未完成却得满分",
        ROWS,
        "学生满意度,≥,95,%,100,10,10,,",
        "学生满意度,≥,95,%,90,10,10,,生源变化",
        ["FULL_FOR_MISSED"],
    ),
    (
        "完成却被扣分",
        ROWS,
        "学生满意度,≥,95,%,100,10,10,,",
        "学生满意度,≥,95,%,100,10,8,,",
        ["LOST_ON_MET", "TOTAL_NOT_SUM"],
    ),
    (
        "得分超过分值",
        ROWS,
        "学生满意度,≥,95,%,100,10,10,,",
        "学生满意度,≥,95,%,100,10,12,,",
        ["POINTS_ABOVE_WEIGHT", "TOTAL_NOT_SUM"],
    ),
    (
        "没有实际完成值却有得分",
        ROWS,
        "学生满意度,≥,95,%,100,10,10,,",
        "学生满意度,≥,95,%,,10,10,,",
        ["SCORE_WITHOUT_VALUE"],
    ),
    (
        "实际值照抄目标",
        ROWS,
        "学生满意度,≥,95,%,100,10,10,,",
        "学生满意度,≥,95,%,≥95,10,10,,",
        ["ACTUAL_COPIED"],
    ),
    ("同左", ROWS, "学生满意度,≥,95,%,100,10,10,,", "学生满意度,≥,95,%,同左,10,10,,", ["ACTUAL_COPIED"]),
    (
        "大幅超额未说明",
        ROWS,
        "学生受资助人数,≥,735,人次,735,10,10,,",
        "学生受资助人数,≥,735,人次,1500,10,10,,",
        ["OVER_UNEXPLAINED"],
    ),
    (
        "未完成未说明",
        ROWS,
        "学生受资助人数,≥,735,人次,735,10,10,,",
        "学生受资助人数,≥,735,人次,700,10,9.52,,",
        ["REASON_MISSING", "TOTAL_NOT_SUM"],
    ),
    (
        "得分与公式不符",
        ROWS,
        "学生受资助人数,≥,735,人次,735,10,10,,",
        "学生受资助人数,≥,735,人次,300,10,8,,经费不足",
        ["POINTS_NOT_BY_RULE", "TOTAL_NOT_SUM"],
    ),
    (
        "百分比写法",
        ROWS,
        "营养改善计划覆盖率,≥,100,%,100",
        "营养改善计划覆盖率,≥,100,百分比,100",
        ["UNIT_WORDING"],
    ),
    (
        "满意度超过100%",
        ROWS,
        "学生满意度,≥,95,%,100,10,10,,",
        "学生满意度,≥,95,%,120,10,10,,",
        ["UNIT_WORDING"],
    ),
    ("名称是数字", ROWS, "指标等,学生满意度", "指标等,88", ["NAME_IS_NUMBER"]),
    (
        "数值指标答以文字",
        ROWS,
        "学生满意度,≥,95,%,100,10,10,,",
        "学生满意度,≥,95,%,完成,10,10,,",
        ["VALUE_NOT_NUMBER"],
    ),
    (
        "0.98还是98%",
        ROWS,
        "学生满意度,≥,95,%,100,10,10,,",
        "学生满意度,≥,95,%,0.98,10,10,,",
        ["PERCENT_UNCLEAR"],
    ),
    (
        "单位不能换算",
        ROWS,
        "学生受资助人数,≥,735,人次,735,10,10,,",
        "学生受资助人数,≥,735,人次,100%,10,10,,",
        ["UNIT_MISMATCH"],
    ),
    (
        "档次与得分矛盾",
        ROWS,
        "定性,有效,,有效,10,10,,",
        "定性,有效,,部分达成年度指标并具有一定效果,10,10,,",
        ["JUDGEMENT_OUT_OF_BAND", "REASON_MISSING"],
    ),
    (
        "有符号而指标值不是数值",
        ROWS,
        "促进学校教育事业健康发展,≥,100,%,100",
        "促进学校教育事业健康发展,≥,长期,,长期",
        ["TARGET_NOT_NUMBER"],
    ),
    (
        "预算当数量",
        ROWS,
        "学生受资助人数,≥,735,人次,735,10,10,,",
        "项目资金,≥,387664.62,元,387664.62,10,10,,",
        ["BUDGET_AS_QUANTITY"],
    ),
    (
        "预算当数量_单位写在指标值里",
        ROWS,
        "学生受资助人数,≥,735,人次,735,10,10,,",
        "项目资金,,38.766462万元,,38.766462万元,10,10,,",
        ["BUDGET_AS_QUANTITY"],
    ),
    (
        "总额一行只有执行数不符",
        MONEY,
        "其中:当年财政拨款,,387664.62,387664.62",
        "其中:当年财政拨款,,387664.62,387664.60",
        ["TOTAL_ROW_NOT_ROLLED_UP"],
    ),
    (
        "写无却得分",
        ROWS,
        "学生满意度,≥,95,%,100,10,10,,",
        "学生满意度,≥,95,%,无,10,10,,",
        ["SCORE_WITHOUT_VALUE"],
    ),
    (
        "逾期却得满分",
        ROWS,
        "资金到位及时率,≥,100,%,100,10,10",
        "到位时间,,2022年10月底前,,2022年12月,10,10",
        ["FULL_FOR_MISSED", "REASON_MISSING"],
    ),
    (
        "恰好130%未说明",
        ROWS,
        "学生受资助人数,≥,735,人次,735,10,10",
        "学生受资助人数,>=,1000,人次,1300,10,10",
        ["OVER_UNEXPLAINED"],
    ),
    ("没有指标名称", ROWS, "指标等,学生满意度,≥", "指标等,,≥", ["NAME_MISSING"]),
    ("没有指标值", ROWS, "学生满意度,≥,95,%,100,10,10", "学生满意度,,,,100,10,10", ["TARGET_MISSING"]),
    (
        "执行率低而指标全部满分",
        MONEY,
        "年度资金总额,,387664.62,387664.62,100%,10,10\nPYINGYANG,2022,其中:当年财政拨款,,387664.62,387664.62,,,",
        "年度资金总额,,400000,200000,50%,10,5",
        ["LOW_EXECUTION_NO_EFFECT", "TOTAL_NOT_SUM"],
    ),
    (
        "金额不是数值",
        ROWS,
        "学生满意度,≥,95,%,100,10,10,,",
        "学生满意度,≥,95,%,100,10,1O,,",
        ["AMOUNT_UNREADABLE", "TOTAL_NOT_SUM"],
    ),
]


@pytest.mark.parametrize(("fault", "file", "old", "new", "codes"), FAULTS, ids=[one[0] for one in FAULTS])
def test_a_fault_put_into_a_clean_table_is_found_and_nothing_else(tmp_path, fault, file, old, new, codes):
    folder = clean(tmp_path)
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    found = scored(folder, "mof-2020")["findings"]
    assert sorted(one["code"] for one in found) == sorted(codes)
    # What is said stands beside the tables, to be read by officers before it is changed.
    assert [[one["row"], one["says"]] for one in found] == SENTENCES[fault]


HARMLESS = [
    (
        "超额已说明",
        ROWS,
        "学生受资助人数,≥,735,人次,735,10,10,,",
        "学生受资助人数,≥,735,人次,1500,10,10,,政策扩面",
    ),
    ("满分执行率写作1", MONEY, ",100%,10,10", ",1,10,10"),
    ("执行率写作100", MONEY, ",100%,10,10", ",100,10,10"),
    ("完成值带单位", ROWS, "学生受资助人数,≥,735,人次,735,10,10", "学生受资助人数,≥,735,人次,735人,10,10"),
    ("完成值带百分号", ROWS, "学生满意度,≥,95,%,100,10,10", "学生满意度,≥,95,%,100%,10,10"),
    ("全角数字", ROWS, "学生满意度,≥,95,%,100,10,10", "学生满意度,≥,９５,％,１００,10,10"),
    ("符号写在指标值里", ROWS, "学生满意度,≥,95,%,100,10,10", "学生满意度,,≥95%,,100%,10,10"),
    ("定性答达成", ROWS, "定性,有效,,有效,10,10", "定性,有效,,达成预期指标,10,10"),
    ("金额带单位", MONEY, "年度资金总额,,387664.62,387664.62", '年度资金总额,,38.766462万元,"387,664.62"'),
    ("千分位", ROWS, "学生受资助人数,≥,735,人次,735,10,10", '学生受资助人数,≥,735,人次,"0,735",10,10'),
    (
        "目标定为及时完成",
        ROWS,
        "资金到位及时率,≥,100,%,100,10,10",
        "资金到位及时率,,2022年12月底前,,2022年11月,10,10",
    ),
    ("零事故", ROWS, "资金到位及时率,≥,100,%,100,10,10", "安全事故,=,0,起,无,10,10"),
    ("略低于130%", ROWS, "学生受资助人数,≥,735,人次,735,10,10", "学生受资助人数,≥,1000,人次,1299,10,10"),
    ("零事故写0", ROWS, "资金到位及时率,≥,100,%,100,10,10", "安全事故,≤,0,起,0,10,10"),
]


@pytest.mark.parametrize(("what", "file", "old", "new"), HARMLESS, ids=[one[0] for one in HARMLESS])
def test_other_ways_of_writing_the_same_are_no_fault(tmp_path, what, file, old, new):
    folder = clean(tmp_path)
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    project = scored(folder, "mof-2020")
    assert project["findings"] == []
    assert project["total"] == "100.000000"


ODD = [
    (
        "成本等于类节约不是未完成",
        ROWS,
        "生均补助标准达标率,=,100,%,100,10,10",
        "生均补助成本,=,100,元,98,10,10",
        [],
    ),
    ("未写符号的投诉次数少了不是未完成", ROWS, "生均补助标准达标率,=,100,%,100", "投诉次数,,5,次,3", []),
    ("没有公布执行分值的不猜", MONEY, ",100%,10,10", ",100%,,", []),
    (
        "合并单元格里另一行填了值",
        ROWS,
        "学生满意度,≥,95,%,100,10,10,,\nPYINGYANG,2022,满意度指标,服务对象满意度指标等,家长满意度,≥,95,%,100,10,10,,",
        "学生满意度,≥,95,%,,20,20,G,\nPYINGYANG,2022,满意度指标,服务对象满意度指标等,家长满意度,≥,95,%,100,,,G,",
        [],
    ),
    ("不到130%", ROWS, "学生受资助人数,≥,735,人次,735,10,10", "学生受资助人数,<=,1000,人次,1,10,10", []),
    ("没有资金表", MONEY, None, None, []),
    (
        "万元两位小数的四舍五入",
        MONEY,
        "年度资金总额,,387664.62,387664.62,100%,10,10\nPYINGYANG,2022,其中:当年财政拨款,,387664.62,387664.62,,,",
        "年度资金总额,,3300,3100,94.12%,10,9.41\nPYINGYANG,2022,财政拨款,,1600,1600,,,\nPYINGYANG,2022,其他资金,,1800,1600,,,",
        ["TOTAL_NOT_SUM"],
    ),
    (
        "得分按公布的执行率",
        MONEY,
        "年度资金总额,,387664.62,387664.62,100%,10,10\nPYINGYANG,2022,其中:当年财政拨款,,387664.62,387664.62,,,",
        "年度资金总额,,387664.62,384000.11,99%,10,9.90",
        ["TOTAL_NOT_SUM"],  # 99.90 is not the 100 that stands there
    ),
]


@pytest.mark.parametrize(("what", "file", "old", "new", "codes"), ODD, ids=[one[0] for one in ODD])
def test_what_cannot_be_known_is_no_fault(tmp_path, what, file, old, new, codes):
    folder = clean(tmp_path)
    text = (folder / file).read_text(encoding="utf-8")
    if old is None:
        (folder / file).unlink()
    else:
        assert text.count(old) == 1
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    for rules in ("mof-2020", "huangshi"):
        assert [one["code"] for one in scored(folder, rules)["findings"]] == codes


def test_check_tells_severity_remedy_and_what_was_not_checked():
    found = checked(next(path for path in CASES if path.name == "self_2022_guichi_tangxi_weituo"), "mof-2020")
    first = found["findings"][0]
    assert (first["code"], first["severity"], first["sheet"], first["row"]) == (
        "UNIT_WORDING",
        "warning",
        "PM_SELF_EVAL_INDICATOR",
        2,
    )
    sheets = {one["code"]: one["sheet"] for one in found["findings"]}
    assert sheets["TOTAL_ROW_NOT_ROLLED_UP"] == sheets["EXECUTION_POINTS"] == "PM_PERF_SELF_BGT"
    assert all(one["remedy"] and one["basis"] and one["says"] for one in found["findings"])
    assert [one["code"] for one in found["not_checked"]] == ["TOTAL_NOT_SUM", "GRADE_NOT_OF_SCORE"]


def test_what_was_not_checked_names_project_and_want():
    found = checked(next(path for path in CASES if path.name == "self_2020_hengshan_grain"), "mof-2020")
    assert found["findings"] == []
    assert {"code": "WEIGHTS_NOT_100", "why": "项目PGRAIN：有指标没有分值，也无法推知"} in found[
        "not_checked"
    ]


def test_codes_left_blank_below_another_were_merged_cells(tmp_path):
    folder = clean(tmp_path)
    for name in (ROWS, MONEY):
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        rest = [line.replace("PYINGYANG,2022,", ",,", 1) for line in lines[2:]]
        (folder / name).write_text("\n".join([*lines[:2], *rest]), encoding="utf-8")
    project = scored(folder, "mof-2020")
    assert (project["total"], project["findings"], len(project["indicators"])) == ("100.000000", [], 9)


def test_a_profile_asked_for_by_name_answers_before_it_was_in_force(tmp_path):
    folder = changed(
        tmp_path,
        CLEAN,
        MONEY,
        ("年度资金总额,,387664.62,387664.62,100%,10,10", "年度资金总额,,1000000,1,0%,10,0"),
    )
    given = read_self_evaluations(folder)
    rules = rules_for("sichuan-2025", given)
    assert (rules.grades.fair, "grades" in rules.early) == (70, True)


def test_a_score_outside_its_band_says_why_it_is_not_taken(tmp_path):
    old = "定性,有效,,有效,10,10,,"
    folder = changed(tmp_path, CLEAN, ROWS, (old, "定性,有效,,未达成年度指标且效果较差,10,10,,延期"))
    row = scored(folder, "mof-2020")["indicators"][4]
    assert (row["points"], row["basis"]) == (None, "表中评分不在所报完成档次的分数区间内，不能采用")
    bare = changed(tmp_path / "b", CLEAN, ROWS, (old, "定性,有效,,有效,10,,,"))
    row = scored(bare, "mof-2020")["indicators"][4]
    assert (row["points"], row["basis"]) == (None, "定性指标由人评判，表中没有评分")


def test_an_amount_that_is_no_number_is_looked_for_in_its_own_table(tmp_path):
    money = changed(tmp_path, CLEAN, MONEY, ("年度资金总额,,387664.62,", "年度资金总额,,38766A,"))
    rows = changed(
        tmp_path / "b", CLEAN, ROWS, ("学生满意度,≥,95,%,100,10,10,,", "学生满意度,≥,95,%,100,10,1O,,")
    )
    places = [
        [
            one["sheet"]
            for one in checked(folder, "mof-2020")["findings"]
            if one["code"] == "AMOUNT_UNREADABLE"
        ]
        for folder in (money, rows)
    ]
    assert places == [["PM_PERF_SELF_BGT"], ["PM_SELF_EVAL_INDICATOR"]]


def test_a_row_of_sums_below_the_last_project_is_no_project(tmp_path):
    folder = clean(tmp_path)
    with (folder / MONEY).open("a", encoding="utf-8") as file:
        file.write("合计,,,,387664.62,387664.62,,,\n")
    project = scored(folder, "mof-2020")
    assert (project["findings"], project["total"]) == ([], "100.000000")
