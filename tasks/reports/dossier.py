"""评价底稿: what evaluators should know of one project before they begin, as a Word document."""

from decimal import Decimal

from models.rules.problems.facts import Facts
from models.rules.problems.hits import Found
from models.rules.problems.library import Suggestion, suggestions
from models.rules.problems.limits import problem_types
from models.rules.problems.registry import NotChecked
from tasks.reports.document import Official

SHOWN = 4
FIELDS = {
    "PM_PROJECT_INFO": "项目登记", "PM_PERF_GOAL_INFO": "绩效目标", "PM_PERF_INDICATOR": "绩效指标",
    "PM_SELF_EVAL_INDICATOR": "自评指标", "PM_PERF_SELF_BGT": "预算执行", "PM_PERF_SELF_EVAL": "自评总分",
    "PAY_PERF_MONITOR_INFO": "绩效监控", "PAY_VOUCHER": "支付凭证", "BAS_AGENCY_INFO": "单位名册",
}  # fmt: skip


def dossier(facts: Facts, project: str, found: list[Found], left: list[NotChecked], bureau: str) -> Official:
    """The paper of one project: what it is, its targets, problems with evidence, better indicators, what was not checked."""
    paper = Official()
    name = str(facts.register["PRO_NAME"].get(project, project))
    paper.title(f"{name}\n绩效评价底稿")
    paper.paragraph(
        f"{bureau}根据现有数据编制，供评价人员核实。“疑似”的问题须现场核实后认定；没有数据的事项列在最后，不表示没有问题。"
    )
    paper.heading("一、项目概况", 1)
    paper.table(("事项", "内容"), _about(facts, project), (36, 120), left=(1,))
    paper.heading("二、绩效目标和指标", 1)
    paper.paragraph(f"绩效目标：{facts.goals.get(project) or '没有填写'}")
    rows = _indicators(facts, project)
    if rows:
        paper.table(("类别", "指标", "指标值", "实际完成"), rows, (34, 58, 32, 32), left=(1,))
    paper.heading(f"三、发现的问题（{len(found)}项）", 1)
    _problems(paper, found)
    better = suggestions(facts, project)
    if better:
        paper.heading("四、可参考的指标写法", 1)
        paper.table(
            ("现有指标", "可参考", "出处"), [_suggested(one) for one in better], (52, 72, 32), left=(0, 1)
        )
    paper.heading(f"{'五' if better else '四'}、未核对的事项", 1)
    mine = [one for one in left if one.projects is not None and project in one.projects]
    wanting = [(one.code, problem_types()[one.code].title, one.why) for one in mine]
    paper.table(
        ("代码", "事项", "原因"), wanting or [("—", "没有", "各项均有数据")], (14, 58, 84), left=(1, 2)
    )
    return paper


def _about(facts: Facts, project: str) -> list[tuple[str, str]]:
    row = facts.projects.loc[project] if project in facts.projects.index else None
    rows = [("项目代码", project), ("项目单位", _agency(facts, project))]
    if row is not None:
        for column, title in (
            ("ATTRIBUTE", "项目属性"),
            ("POLICY_BASIS", "立项依据"),
            ("START_DATE", "开始日期"),
            ("END_DATE", "结束日期"),
        ):
            if row.get(column):
                rows.append((title, str(row[column])))
        if "BGT_AMT_fen" in row and row["BGT_AMT_fen"] == row["BGT_AMT_fen"]:
            rows.append(("预算（万元）", _wan(row["BGT_AMT_fen"])))
    if project in facts.money.index:
        one = facts.money.loc[project]
        rows.append(("全年预算、执行（万元）", f"{_wan(one['budget_fen'])}、{_wan(one['spent_fen'])}"))
    return rows


def _agency(facts: Facts, project: str) -> str:
    code = str(facts.register["AGENCY_CODE"].get(project, ""))
    register = facts.table("BAS_AGENCY_INFO")
    if register.empty:
        return code
    names = dict(zip(register["AGENCY_CODE"], register["AGENCY_NAME"], strict=True))
    return str(names.get(code, code))


def _wan(fen: object) -> str:
    return "—" if str(fen) == "<NA>" else f"{Decimal(int(str(fen))) / 1_000_000:f}"


def _indicators(facts: Facts, project: str) -> list[tuple[str, str, str, str]]:
    targets, done = facts.table("PM_PERF_INDICATOR"), facts.table("PM_SELF_EVAL_INDICATOR")
    mine = targets[targets["PRO_CODE"] == project]
    results = done[done["PRO_CODE"] == project]
    if mine.empty:
        mine = results
    actual = {} if results.empty else dict(zip(results["name"], results["IND_COMP"], strict=True))
    return [
        (
            row["LV2_PERF_IND_NAME"],
            row["LV3_PERF_IND_NAME"],
            f"{row['operator'] if row['form'] == 'number' else ''}{row['KPI_VAL']}{row['METERUNIT']}",
            str(actual.get(row["name"], "—")),
        )
        for row in mine.to_dict("records")
    ]


def _problems(paper: Official, found: list[Found]) -> None:
    if not found:
        paper.paragraph("按现有数据没有发现问题。")
    for number, one in enumerate(found, 1):
        kind = problem_types()[one.code]
        doubt = "" if one.certainty == "found" else "（疑似）"
        paper.heading(f"{number}. {one.code} {kind.title}{doubt}", 3)
        paper.paragraph(one.says)
        places = [
            f"{FIELDS.get(e.table, e.table)}第{e.row}行" + (f"“{e.read}”" if e.read else "")
            for e in one.evidence[:SHOWN]
            if e.row
        ]
        more = f"等{len(one.evidence)}处" if len(one.evidence) > SHOWN else ""
        paper.paragraph(f"证据：{'；'.join(places) or '—'}{more}。")
        paper.paragraph(f"怎样改：{kind.remedy}")


def _suggested(one: Suggestion) -> tuple[str, str, str]:
    return one.weak, "；".join(one.better), one.sector
