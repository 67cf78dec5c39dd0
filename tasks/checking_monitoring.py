"""What `jixiao check` finds in monitoring tables, national and printed, and what it could not look at."""

from datetime import date
from typing import Any

import pandas as pd

from models.rules.declaration_guide import Record, records
from models.rules.monitoring_rows import (
    Likelihoods,
    is_blank,
    likelihoods,
    monitoring_faults,
    with_marks,
    without_measure,
)
from models.rules.profiles import Rules, profile_names
from tasks.exchange.monitoring import Monitorings
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
    said = likelihoods([*(rules_of(name, day) for name in profile_names()), rules])
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
