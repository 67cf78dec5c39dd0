"""Checks of a monitoring form: likelihoods, lights and spending that want a reason."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from models.amounts import wan
from models.rules.monitoring import indicator_lights
from models.rules.profiles import Rules
from models.rules.self_evaluation import read_indicators
from models.vocabulary import Light
from tasks.forms.look import ERROR, WARNING, Look
from tasks.forms.shape import Found, Row

LEVELS = ("level_1", "level_2", "level_3")
LIT = {Light.RED.value, Light.YELLOW.value}


def lit(rows: list[dict[Any, Any]], month: int, rules: Rules) -> dict[int, str]:
    """Place → 红 or 黄 of the rows (level_1…3, sign, target, unit, actual) whose progress is behind."""
    if not rows:
        return {}
    frame = pd.DataFrame(rows, dtype="object").assign(project="")
    lights = indicator_lights(read_indicators(frame, rules), month, rules)
    return {place: str(light) for place, light in enumerate(lights) if not pd.isna(light) and light in LIT}


def lights(look: Look) -> Iterator[Found]:
    """Red and yellow lights without a reason, of what is said to be certain; the doubtful is told by `likelihoods`."""
    if look.sheet.fields.get("reason"):
        return
    rows = [row for _, row in look.rows("indicators")]
    compulsory = look.rules.monitoring.likelihood.reason_compulsory
    for place, light in lit(
        [_read(row) for row in rows], look.rules.monitoring.window.end_month, look.rules
    ).items():
        row = rows[place]
        if row.get("reason") or row.get("actual") is None or str(row.get("likelihood") or "") in compulsory:
            continue
        says = f"第{place + 1}行“{row.get('level_3')}”完成“{row['actual']}”，进度为{light}灯，但没有写原因。"
        yield look.found("F-LIGHT", WARNING, says, "请在“偏差原因”中写明进度落后的原因，全年确能完成的写明依据。",
                         ("indicators", str(place), "reason"), row["actual"])  # fmt: skip


def _read(row: Row) -> dict[str, str]:
    names = {"sign": "operator", "target": "value", "unit": "unit", "actual": "actual"} | {
        n: n for n in LEVELS
    }
    return {name: str(row.get(column) or "") for name, column in names.items()}


def likelihoods(look: Look) -> Iterator[Found]:
    """有可能 and 不可能 need a reason and a measure."""
    compulsory = look.rules.monitoring.likelihood.reason_compulsory
    doubtful = [
        (number, row)
        for number, row in look.rows("indicators")
        if str(row.get("likelihood") or "") in compulsory
    ]
    for number, row in doubtful:
        if not row.get("reason") and not look.sheet.fields.get("reason"):
            says = f"第{number + 1}行“完成目标可能性”为“{row['likelihood']}”，但没有写偏差原因。"
            yield look.found(
                "F-REASON",
                ERROR,
                says,
                "请在“偏差原因”或表下“原因分析”中说明。",
                ("indicators", str(number), "reason"),
            )
    if doubtful and not look.sheet.fields.get("measures"):
        says = f"有{len(doubtful)}个指标不能确定完成，但没有写改进措施。"
        yield look.found("F-MEASURE", ERROR, says, "请填写“相关建议或举措”。", ("measures",))


def spending(look: Look) -> Iterator[Found]:
    """Spending above the budget deserves a look."""
    for number, row in look.rows("funds"):
        limit, spent = row.get("revised", row.get("initial")), row.get("spent")
        if isinstance(limit, int) and isinstance(spent, int) and spent > limit:
            says = f"“{row.get('source')}”执行数{wan(spent)}万元超过预算数{wan(limit)}万元。"
            yield look.found(
                "F-OVERSPENT",
                WARNING,
                says,
                "请核对金额和单位（万元）；如属实请在原因中说明。",
                ("funds", str(number), "spent"),
            )
