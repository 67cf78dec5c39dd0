"""Rows of a monitoring table looked through: what is empty, doubtful, behind, or at odds with itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from models.rules.declaration_guide import Fault, Record, fault, records
from models.rules.indicators import Kind
from models.rules.monitoring import indicator_lights
from models.rules.profiles import Rules
from models.rules.self_evaluation import read_indicators
from models.rules.values import BLANK, parse_cell
from models.vocabulary import Light

NOTHING_SAID = {"", "无", "-", "/"}
LIT = {Light.RED.value, Light.YELLOW.value}
MEASURES = "措施|举措|下一步|整改"


@dataclass(frozen=True)
class Likelihoods:
    """Words of 完成目标可能性 in every shipped form, and those of them that want reason and measure."""

    words: frozenset[str]
    doubtful: frozenset[str]


def likelihoods(profiles: Sequence[Rules]) -> Likelihoods:
    """The words of several profiles together: a table may follow the ministry's form under the bureau's rules."""
    rules = [one.monitoring.likelihood for one in profiles]
    return Likelihoods(
        frozenset(word for one in rules for word in one.words),
        frozenset(word for one in rules for word in one.reason_compulsory),
    )


def monitoring_faults(
    table: pd.DataFrame, rules: Rules, said: Likelihoods, absent: frozenset[str]
) -> list[Fault]:
    """table: project, row, month (Int64), level_1…3, sign, target, unit, actual, forecast, likelihood, reason, measure.

    absent: the columns that the table does not have; what would stand in them is not asked for.
    """
    told = with_marks(table)
    rows = [one for one in records(told) if not one["bare"]]
    found = [*_empty(records(told), rules), *_unchosen(rows, said, absent)]
    for one in rows:
        if one["likelihood"] in said.doubtful:
            found += _unexplained(one, absent)
    found += _behind(told[~told["bare"] & ~told["likelihood"].isin(said.doubtful)], rules)
    found += _short(told[~told["bare"] & told["likelihood"].isin(said.words - said.doubtful)], rules)
    place = {project: number for number, project in enumerate(table["project"].drop_duplicates())}
    return sorted(found, key=lambda one: (place[one.project], one.row or 0))


def with_marks(table: pd.DataFrame) -> pd.DataFrame:
    """The rows without NA; blank: nothing reported; bare: a row of the form with its classes and nothing else."""
    texts = table.columns.difference(["project", "row", "month"])
    told = table.assign(**{name: table[name].astype("object").fillna("").str.strip() for name in texts})
    blank = told["actual"].map(is_blank)
    nameless = told["level_3"].map(is_blank) & told["target"].map(is_blank)
    return told.assign(blank=blank.astype(bool), bare=(blank & nameless).astype(bool))


def is_blank(cell: str) -> bool:
    """Whether nothing is written in a cell."""
    return parse_cell(cell).form == BLANK


def _empty(rows: list[Record], rules: Rules) -> Iterator[Fault]:
    """Rows without a result; a table without any is told once, so is a file of nothing but such tables."""
    own: dict[str, list[Record]] = {}
    for one in rows:
        own.setdefault(str(one["project"]), []).append(one)
    if len(own) > 1 and all(one["blank"] for one in rows):
        says = f"全部{len(own)}个项目的{len(rows)}行指标都没有填写“完成情况”，整表未填。"
        yield Fault(next(iter(own)), None, "actual", "F-EMPTY", "", says)
        return
    for project, mine in own.items():
        filled = [one for one in mine if not one["bare"]]
        if len(mine) > 1 and all(one["blank"] for one in mine):
            says = f"{len(mine)}行指标都没有填写“完成情况”，整表未填。"
            yield Fault(project, None, "actual", "F-EMPTY", "", says)
            continue
        for one in filled:
            if one["blank"]:
                yield fault(one, "actual", "F-EMPTY", f"“{one['level_3']}”没有填写“完成情况”。")
        yield from _unfilled([one for one in mine if one["bare"]], filled, rules)


def _unfilled(bare: list[Record], filled: list[Record], rules: Rules) -> Iterator[Fault]:
    """Rows left as printed whose class the rules ask for and no other row answers."""
    levels = [one["level_1"] + one["level_2"] for one in filled]
    for one in bare:
        for name, least in rules.target_review.required.items():
            stem = name.removesuffix("指标")
            if stem in one["level_1"] + one["level_2"] and sum(stem in level for level in levels) < least:
                says = f"“{one['level_2'] or one['level_1']}”一行没有填写指标和完成情况。"
                yield fault(one, "level_3", "F-EMPTY", says)
                break


def _unchosen(rows: list[Record], said: Likelihoods, absent: frozenset[str]) -> Iterator[Fault]:
    """A likelihood that is none of the form's words, or was left out though others are given."""
    if "likelihood" in absent:
        return
    for one in rows:
        word = one["likelihood"]
        if word and word not in said.words:
            says = f"“{one['level_3']}”完成目标可能性为“{word}”，不在可选范围内。"
            yield fault(one, "likelihood", "F-CHOICE", says)
        elif not word and not one["blank"]:
            yield fault(one, "likelihood", "F-EMPTY", f"“{one['level_3']}”没有选“完成目标可能性”。")


def _unexplained(one: Record, absent: frozenset[str]) -> Iterator[Fault]:
    about = f"“{one['level_3']}”完成目标可能性为“{one['likelihood']}”"
    if one["reason"] in NOTHING_SAID:
        yield fault(one, "reason", "F-REASON", f"{about}，但没有写偏差原因。", one["likelihood"])
    if "measure" not in absent and without_measure(one):
        yield fault(one, "measure", "F-MEASURE", f"{about}，但没有写改进措施。", one["likelihood"])


def without_measure(one: Record) -> bool:
    """Whether a row names no measure, neither in its own cell nor with the reason."""
    return one["measure"] in NOTHING_SAID and not any(word in one["reason"] for word in MEASURES.split("|"))


def _behind(rows: pd.DataFrame, rules: Rules) -> Iterator[Fault]:
    """Red and yellow lights without a reason, of what is not said to be doubtful."""
    quiet = rows[rows["reason"].isin(NOTHING_SAID) & ~rows["blank"]]
    for month in quiet["month"].dropna().unique():
        told = quiet[quiet["month"] == month]
        lights = indicator_lights(read_indicators(told, rules), int(month), rules)
        for one, light in zip(records(told), lights, strict=True):
            if not pd.isna(light) and light in LIT:
                says = f"“{one['level_3']}”{month}月底完成“{one['actual']}”，进度为{light}灯，但没有写原因。"
                yield fault(one, "actual", "F-LIGHT", says)


def _short(rows: pd.DataFrame, rules: Rules) -> Iterator[Fault]:
    """A year's forecast that misses the target, of what is said to be certain."""
    rows = rows[~rows["forecast"].map(is_blank).astype(bool)]
    if rows.empty:
        return
    read = read_indicators(rows.assign(actual=rows["forecast"]), rules)
    lower = read["kind"] == Kind.LOWER
    numbers = read["kind"] <= Kind.SATISFACTION
    less, more = read["actual_micro"] < read["target_micro"], read["actual_micro"] > read["target_micro"]
    missed = (numbers & less.where(~lower, more)).fillna(False).astype(bool)
    for one in records(rows[missed]):
        says = f"“{one['level_3']}”全年预计完成“{one['forecast']}”，达不到指标值“{one['sign']}{one['target']}{one['unit']}”，却选“{one['likelihood']}”。"
        yield fault(one, "forecast", "F-FORECAST", says)
