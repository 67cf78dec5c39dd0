"""What `jixiao check` finds in monitoring tables, national and printed, and what it could not look at."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from models.rules.declaration_guide import Record, records
from models.rules.finding import wan
from models.rules.monitoring import money_lights
from models.rules.monitoring_rows import (
    LIT,
    NOTHING_SAID,
    Likelihoods,
    is_blank,
    likelihoods,
    monitoring_faults,
    with_marks,
    without_measure,
)
from models.rules.profiles import Rules, profile_names
from tasks.exchange.monitoring import Monitorings
from tasks.exchange.printed_monitoring import Money, PrintedMonitorings, read_printed_monitoring
from tasks.rulebook import rules_of

TABLE = "PAY_PERF_MONITOR_INFO"
SEVERITY = {"F-LIGHT": "warning"}
REASON = "请写明偏差原因和改进措施。"
REMEDY = {
    "F-EMPTY": "请补充填写；尚未开展的填0或写明“未开展”。",
    "F-REASON": REASON,
    "F-MEASURE": "请写明改进措施（相关建议或举措）。",
    "F-LIGHT": REASON,
    "F-FORECAST": "请核对全年预计完成情况；确实完不成的，改选完成目标可能性，并写明原因和措施。",
}


def monitoring_findings(
    monitored: Monitorings, rules: Rules, day: date
) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """(findings, not checked) of monitoring; `column` names the field that is wrong."""
    said = _words(rules, day)
    choices = "、".join(rules.monitoring.likelihood.words)
    absent = monitored.absent
    findings = [
        {
            "code": one.code,
            "severity": SEVERITY.get(one.code, "error"),
            "sheet": TABLE,
            "cell": None,
            "row": one.row,
            "project": one.project,
            "read": one.read,
            "says": one.says,
            "basis": rules.monitoring.basis,
            "remedy": f"请选择：{choices}。" if one.code == "F-CHOICE" else REMEDY[one.code],
            "column": one.column,
        }
        for one in monitoring_faults(monitored.indicators, rules, said, absent)
    ]
    return findings, _not_checked(with_marks(monitored.indicators), said, absent)


def printed_monitoring_findings(
    path: Path, rules: Rules, day: date
) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """The same of a published table, each at its cell, and what its line of money tells. Raises ExchangeError."""
    printed = read_printed_monitoring(path, _words(rules, day).words)
    findings, missing = monitoring_findings(printed.monitored, rules, day)
    told: list[dict[str, Any]] = []
    for one in [*findings, *(found for line in printed.money for found in _money(line, printed, rules))]:
        project, row, column = one["project"], one["row"] or 0, one.pop("column")
        sheet, cell = printed.places[project, 0, ""]
        for place in ((project, row, column), (project, row, "likelihood"), (project, 0, column)):
            if place in printed.places and (column != "measure" or place[2] == "measure"):
                sheet, cell = printed.places[place]
                break
        cell = one["cell"] or cell
        one |= {"sheet": sheet, "cell": cell or None}
        if cell:
            one["row"] = row_of(cell)
        if column != "measure" or not any(
            (one["code"], one["sheet"], one["cell"]) == (other["code"], other["sheet"], other["cell"])
            for other in told
        ):  # one cell for the measures of the whole table: told once
            told.append(one)
    order = {
        project: number for number, project in enumerate(printed.monitored.indicators["project"].unique())
    }
    return sorted(told, key=lambda one: (order[one["project"]], one["row"] or 0)), missing


def _money(line: Money, printed: PrintedMonitorings, rules: Rules) -> list[dict[str, Any]]:
    """What the line of the whole money leaves empty, spends too much or too slowly without a reason."""
    rows = printed.monitored.indicators
    reasons = set(rows["reason"][rows["project"] == line.project]) - NOTHING_SAID
    titles = {"budget": "年初预算数", "spent": "执行数", "spent_forecast": "全年预计执行数"}
    found = [
        ("F-EMPTY", "error", name, f"项目资金“{title}”没有填写。", REMEDY["F-EMPTY"])
        for name, title in titles.items()
        if is_blank(line.texts.get(name, "-")) and not (name == "budget" and line.budget is not None)
    ]
    if line.budget is not None and line.spent is not None:
        if line.spent > line.budget:
            says = f"执行数{wan(line.spent)}万元超过预算数{wan(line.budget)}万元。"
            found.append(
                ("F-OVERSPENT", "warning", "spent", says, "请核对金额和单位；如属实请在原因中说明。")
            )
        budget, spent = (pd.Series([amount], dtype="Int64") for amount in (line.budget, line.spent))
        light = money_lights(budget, spent, line.month, rules)[0] if line.month else None
        if light in LIT and not reasons:
            rate = (Decimal(line.spent) * 100 / line.budget).quantize(Decimal("0.01"))
            says = f"{line.month}月底预算执行率{rate}%，低于时间进度，资金为{light}灯，但没有写原因。"
            found.append(("F-LIGHT", "warning", "spent", says, REASON))
    return [
        {
            "code": code,
            "severity": severity,
            "sheet": "",
            "cell": line.cells[name],
            "row": row_of(line.cells[name]),
            "project": line.project,
            "read": line.texts[name],
            "says": says,
            "basis": rules.monitoring.basis,
            "remedy": remedy,
            "column": name,
        }
        for code, severity, name, says, remedy in found
    ]


def row_of(cell: str) -> int:
    """12 of "AB12"."""
    return int("".join(filter(str.isdigit, cell)))


def _words(rules: Rules, day: date) -> Likelihoods:
    return likelihoods([*(rules_of(name, day) for name in profile_names()), rules])


def _not_checked(table: pd.DataFrame, said: Likelihoods, absent: frozenset[str]) -> list[dict[str, str]]:
    """Checks that had nothing to look at, with the projects."""
    rows = [one for one in records(table) if not one["bare"]]
    doubtful = [one for one in rows if one["likelihood"] in said.doubtful]
    sure = [one for one in rows if one["likelihood"] in said.words - said.doubtful]
    wants: list[tuple[str, str, list[Record]]] = [
        ("F-REASON", "没有填写完成目标可能性", rows if "likelihood" in absent else []),
        (
            "F-MEASURE",
            "有指标不能确定完成，但表中没有填写改进措施的栏目",
            [one for one in doubtful if without_measure(one)] if "measure" in absent else [],
        ),
        ("F-FORECAST", "没有填写全年预计完成情况", [one for one in sure if is_blank(one["forecast"])]),
        ("F-LIGHT", "看不出监控截至哪个月", [one for one in rows if pd.isna(one["month"])]),
    ]
    return [
        {"code": code, "why": f"项目{'、'.join(dict.fromkeys(str(one['project']) for one in mine))}：{why}"}
        for code, why, mine in wants
        if mine
    ]
