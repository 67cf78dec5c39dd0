"""Checks of target declarations: pure functions of columns; numbers, words and the guide's clauses in declaration.toml.

Every check looks at all rows; what it finds is a Fault with the column it stands in. A check without data finds
nothing and is named in `not_checked`.
"""

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from rapidfuzz import fuzz

from models.rules.columns import MICRO, plain
from models.rules.finding import wan
from models.rules.profiles import Rules
from models.rules.values import BLANK, NUMBER, PERIOD, TEXT, WORDS, parse_values, plain_text, scale_of

GUIDE: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("declaration.toml").read_text(encoding="utf-8")
)
LIMITS, TERMS = GUIDE["limits"], GUIDE["words"]
BARE = r"[\d.,%\s]*"
COUNTED = re.compile(
    r"([\u4e00-\u9fff]*)[(（]?([≥≤><=]|不少于|不低于|达到?)?(\d+(?:\.\d+)?)(万|亿)?([\u4e00-\u9fff%]{1,3})"
)
SPAN = re.compile(r"(?:(\d{4})年)?(\d{1,2})月份?[^\d]*(?:(\d{4})年)?(\d{1,2})月")


@dataclass(frozen=True)
class Code:
    """One rule of the guide: `clause` is its number there; `model` a phrase to write instead."""

    clause: str
    title: str
    severity: str
    remedy: str
    model: str
    bad: str
    good: str

    @property
    def basis(self) -> str:
        """The printed basis: the bureau's own guide and the clause in it."""
        return f"{GUIDE['source']}{self.clause}"


@dataclass(frozen=True)
class Fault:
    """`row` as in the indicators frame, None for the whole project; `column` names the field that is wrong."""

    project: str
    row: int | None
    column: str
    code: str
    read: str
    says: str


@cache
def codes() -> dict[str, Code]:
    """Every rule of the guide by its finding code."""
    return {name: Code(**row) for name, row in GUIDE["code"].items()}


def check_declarations(
    indicators: pd.DataFrame, projects: pd.DataFrame, rules: Rules, weight_sums: tuple[Decimal, ...] = ()
) -> list[Fault]:
    """All faults, in the order of projects and rows.

    indicators: row (int), project, level_1, level_2, level_3, sign, value, unit (text, "" where empty), weight_micro
    (Int64), group (text: rows of one set, e.g. the year flag). projects: index project; name, goal, last_goal
    (text), overall (bool), budget_fen (Int64). weight_sums: what the points of a set may add up to; by default what
    execution leaves of 100 under the rules.
    """
    rows = _read(indicators)
    sums = weight_sums or (100 - rules.self_evaluation.execution_full,)
    found = [
        *_goals(projects),
        *_copied(projects),
        *_names(rows),
        *_values(rows),
        *_misplaced(rows),
        *_classes(rows, projects, rules),
        *_weights(rows, sums, rules),
        *_costs(rows, projects),
        *_contradictions(rows, projects),
    ]
    place = {project: number for number, project in enumerate(projects.index)}
    return sorted(found, key=lambda one: (place.get(one.project, -1), one.row or 0))


def not_checked(indicators: pd.DataFrame, projects: pd.DataFrame) -> dict[str, tuple[str, list[str]]]:
    """Code → (why, projects) of checks that had no data."""
    weighted = set(indicators["project"][indicators["weight_micro"].notna()])
    wants = {
        "F-WEIGHT": ("没有分值", [p for p in projects.index if p not in weighted]),
        "F-COST": ("没有预算金额", list(projects.index[projects["budget_fen"].isna()])),
        "F-COPIED": ("没有上年度目标可比", list(projects.index[projects["last_goal"] == ""])),
        "F-GOAL": ("没有年度目标", list(projects.index[projects["goal"].isna()])),
    }
    return {code: (why, missing) for code, (why, missing) in wants.items() if missing}


def _read(indicators: pd.DataFrame) -> pd.DataFrame:
    """The rows with what their cells say: form, number_micro, the unit in words, the name evened out."""
    said = parse_values(indicators["value"])
    unit = indicators["unit"].where(indicators["unit"] != "", said["unit"].astype(object))
    name = indicators["level_3"].map(plain_text)
    operator = indicators["sign"].where(indicators["sign"] != "", said["operator"].astype(object))
    return indicators.assign(
        form=said["form"], number_micro=said["number_micro"], words=unit, name=name, operator=operator
    )


def _faults(
    rows: pd.DataFrame, hit: pd.Series, column: str, code: str, says: Callable[[Any], str]
) -> list[Fault]:
    chosen = rows[hit.fillna(False).astype(bool)]
    return [
        Fault(str(one["project"]), int(one["row"]), column, code, str(one[column]), says(one))
        for one in chosen.to_dict("records")
    ]


def _shown(row: dict[Any, Any]) -> str:
    """A value as a person would write it: 120%, 12个."""
    value, unit = str(row["value"]), str(row["unit"])
    return value if value.endswith(unit) else f"{value}{unit}"


def _any_of(words: list[str]) -> str:
    return "|".join(map(re.escape, words))


AMOUNT = re.compile(
    f"\\d|[{''.join(w for w in TERMS['amount'] if len(w) == 1 and w != '零')}]+(个|项|次|场|座|处|户|人|名|家|所|条|件|套|台|批|期|支|类|部|轮)|{_any_of([w for w in TERMS['amount'] if len(w) > 1])}"
)
DATED = re.compile(r"(19|20)\d{2}年?(度|底)?|\d{1,2}月(份|底|\d{1,2}日)?|“?十[一二三四五]五”?|〔\d+〕\d+号")


def _goals(projects: pd.DataFrame) -> Iterator[Fault]:
    """A goal that names no object, no amount, no time. A project without a goal column is not looked at."""
    for project, goal in projects["goal"].dropna().items():
        text = plain_text(goal)
        rest = re.sub(f"{_any_of(TERMS['empty'])}|{_any_of(TERMS['vague'])}|[^\u4e00-\u9fff]", "", text)
        counted = _says_how_much(text)
        if len(text) < LIMITS["shortest_goal"]:
            says = (
                f"“年度绩效目标”只有{len(text)}个字，没有写明做什么、做多少、何时完成。"
                if text
                else "没有填写“年度绩效目标”。"
            )
            yield Fault(str(project), None, "annual_goal", "F-GOAL", goal, says)
        elif len(rest) < 4:
            yield Fault(
                str(project),
                None,
                "annual_goal",
                "F-GOAL",
                goal,
                "“年度绩效目标”只有表态性的话，没有写明做什么。",
            )
        elif not counted:
            dated = any(word in text for word in TERMS["time"])
            lacks = "做多少" if dated else "做多少、何时完成"
            yield Fault(
                str(project), None, "annual_goal", "F-GOAL-AMOUNT", goal, f"“年度绩效目标”没有写明{lacks}。"
            )


def _says_how_much(text: str) -> bool:
    """Whether a text names an amount; years, months and empty words ("进一步") are none."""
    rest = re.sub(_any_of(TERMS["vague"]), "", DATED.sub("", text))
    return AMOUNT.search(rest) is not None


def _copied(projects: pd.DataFrame) -> Iterator[Fault]:
    """Goals taken word for word from last year, from the guide's model phrases, or from another project."""
    models = [plain_text(one.model) for one in codes().values()]
    known = projects[projects["goal"].notna()]
    texts = known["goal"].map(plain_text)
    texts = texts[texts.str.len() >= LIMITS["shortest_copied"]]
    for project, text in texts.items():
        last = plain_text(str(known.at[project, "last_goal"]))
        if (
            re.findall(r"\d+", text) == re.findall(r"\d+", last)
            and fuzz.ratio(text, last) >= LIMITS["copied_ratio"]
        ):
            says = "“年度绩效目标”与上年度的几乎一字不差。"
            yield Fault(str(project), None, "annual_goal", "F-COPIED", str(known.at[project, "goal"]), says)
        elif any(fuzz.ratio(text, model) >= LIMITS["copied_ratio"] for model in models):
            says = "“年度绩效目标”照抄了指南的示范写法。"
            yield Fault(str(project), None, "annual_goal", "F-COPIED", str(known.at[project, "goal"]), says)
    names = known["name"].reindex(texts.index)
    first = texts.groupby(texts).transform(lambda same: same.index[0])
    for project in texts.index[first != texts.index]:
        if names[project] != names[first[project]]:
            says = f"“年度绩效目标”与项目“{names[first[project]]}”一字不差。"
            yield Fault(str(project), None, "annual_goal", "F-COPIED", str(known.at[project, "goal"]), says)


def _names(rows: pd.DataFrame) -> list[Fault]:
    """Indicators that are bare numbers, blank, or stand twice in one set."""
    bare = rows["name"].str.fullmatch(BARE)
    again = rows.duplicated(["project", "group", "name"]) & ~bare
    return [
        *_faults(rows, bare & (rows["name"] != ""), "level_3", "F-NAME",
                 lambda r: f"“三级指标”为“{r['level_3']}”，只有数字，看不出考核什么。"),
        *_faults(rows, rows["name"] == "", "level_3", "F-NAME", lambda _: "“三级指标”没有填写名称。"),
        *_faults(rows, again, "level_3", "F-DUPLICATE",
                 lambda r: f"“三级指标”与前面重复：“{r['level_3']}”。"),
    ]  # fmt: skip


def _values(rows: pd.DataFrame) -> list[Fault]:
    """Values that cannot be measured."""
    numeric = rows["operator"].isin(["≥", "≤", "=", ">", "<"])
    text = rows["value"].map(plain_text)
    number, blank = rows["form"] == NUMBER, rows["form"] == BLANK
    vague = (rows["form"] == TEXT) & text.str.contains(_any_of(TERMS["vague"]))
    wordless = numeric & rows["sign"].ne("") & ~number & ~blank & ~rows["form"].isin([PERIOD, "date", "none"])
    rate = rows["name"].str.contains(_any_of(TERMS["rates"])) & ~rows["name"].str.contains(
        _any_of(TERMS["growth"])
    )
    beyond = (
        number
        & rate
        & (rows["words"] == "%")
        & (rows["number_micro"] > 100 * MICRO)
        & (rows["operator"] != "≤")
    )
    return [
        *_faults(rows, blank, "value", "F-VALUE", lambda r: f"“{r['level_3']}”没有填写指标值。"),
        *_faults(rows, wordless, "value", "F-VALUE",
                 lambda r: f"“指标值”为“{r['value']}”，不是数字，但指标性质为“{r['operator']}”。"),
        *_faults(rows, number & (rows["words"] == ""), "unit", "F-UNIT",
                 lambda r: f"“指标值”为“{r['value']}”，没有度量单位。"),
        *_faults(rows, vague & ~wordless, "value", "F-VAGUE",
                 lambda r: f"“指标值”为“{r['value']}”，含糊不可衡量。"),
        *_faults(rows, beyond, "value", "F-IMPOSSIBLE",
                 lambda r: f"“{r['level_3']}”的指标值为{_shown(r)}，比率不可能超过100%。"),
    ]  # fmt: skip


def _misplaced(rows: pd.DataFrame) -> list[Fault]:
    """Indicators that stand under a class they do not belong to; money counted as a quantity."""
    levels = rows["level_1"] + "/" + rows["level_2"]
    pleased = rows["name"].str.contains(_any_of(TERMS["satisfaction"]))
    timed = rows["name"].str.contains(_any_of(TERMS["time_names"])) | (rows["form"] == PERIOD)
    benefit = levels.str.contains("效益|可持续|影响")
    satisfied = levels.str.contains("满意")
    money = rows["words"].isin(TERMS["money_units"])
    spent = rows["level_2"].str.contains("数量") & money
    return [
        *_faults(rows, spent, "level_3", "F-MONEY-QUANTITY",
                 lambda r: f"数量指标“{r['level_3']}”的指标值为{_shown(r)}，是金额，不是做了多少事。"),
        *_faults(rows, pleased & ~satisfied, "level_2", "F-MISPLACED",
                 lambda r: f"“{r['level_3']}”是满意度指标，却列在“{r['level_2']}”下。"),
        *_faults(rows, benefit & timed & ~satisfied, "level_2", "F-MISPLACED",
                 lambda r: f"“{r['level_3']}”（{r['value']}）反映时间，不是效益，却列在“{r['level_2']}”下。"),
    ]  # fmt: skip


def _classes(rows: pd.DataFrame, projects: pd.DataFrame, rules: Rules) -> Iterator[Fault]:
    """Level-two classes that the rule asks for; whole departments have frames of their own."""
    levels = (rows["level_1"] + "/" + rows["level_2"]).groupby(rows["project"]).agg(list)
    for project in projects.index[~projects["overall"]]:
        have: list[str] = levels.get(project, [])
        for name, least in rules.target_review.required.items():
            count = sum(name.removesuffix("指标") in level for level in have)
            if count < least:
                says = f"缺少“{name}”（至少{least}个，现有{count}个）。"
                yield Fault(str(project), None, "level_2", "F-CLASS", "", says)


def _weights(rows: pd.DataFrame, sums: tuple[Decimal, ...], rules: Rules) -> Iterator[Fault]:
    """Points of a set that do not add up; a set without any points is not looked at."""
    led = rows[rows["weight_micro"].notna()]
    totals = led.groupby(["project", "group"], sort=False).agg(
        total=("weight_micro", "sum"), row=("row", "min")
    )
    execution = plain(rules.self_evaluation.execution_full)
    for one in totals.reset_index().to_dict("records"):
        total = Decimal(int(one["total"])) / MICRO
        if total not in sums:
            wanted = "或".join(plain(value) for value in sums)
            says = f"各指标分值合计为{plain(total)}分，应为{wanted}分（另{execution}分为预算执行）。"
            yield Fault(str(one["project"]), int(one["row"]), "weight", "F-WEIGHT", plain(total), says)


def _money(unit: str) -> tuple[int, str] | None:
    """(分 in one unit, what it is per) of a unit of money such as 万元, 元/人 or 万/月; None for other units."""
    head, _, per = plain_text(unit).partition("/")
    word, factor = scale_of(head if head.endswith("元") else f"{head}元" if head in WORDS["scale"] else head)
    return (factor * 100, per) if word == "元" else None


def _costs(rows: pd.DataFrame, projects: pd.DataFrame) -> Iterator[Fault]:
    """Unit cost × quantity, or a whole cost, above the budget."""
    cost = rows["level_2"].str.contains("成本") & (rows["form"] == NUMBER)
    budgets = projects["budget_fen"].dropna()
    priced = rows[cost & rows["project"].isin(budgets.index)]
    tables = dict(iter(rows[rows["project"].isin(priced["project"])].groupby("project", sort=False)))
    for one in priced.to_dict("records"):
        budget, money = int(budgets[one["project"]]), _money(one["words"])
        if money is None:
            continue
        fen, per = money
        price = Decimal(int(one["number_micro"])) / MICRO * fen
        times = _times(tables[one["project"]], per) if per else None
        if per and times is not None and price * times > budget:
            whole = wan(int(price * times))
            says = f"“{one['level_3']}”{_shown(one)}×{plain(times)}＝{whole}万元，超过预算{wan(budget)}万元。"
        elif not per and price > budget:
            says = f"“{one['level_3']}”为{wan(int(price))}万元，超过预算{wan(budget)}万元。"
        else:
            continue
        yield Fault(one["project"], int(one["row"]), "value", "F-COST", _shown(one), says)


def _times(mine: pd.DataFrame, per: str) -> Decimal | None:
    """How many of what the cost is per: the one quantity in that unit, months of the span, the one year."""
    if per in {"年", "年度"}:
        return Decimal(1)
    if per == "月":
        spans = [SPAN.search(plain_text(value)) for value in mine["value"][mine["form"] == PERIOD]]
        months = {int(span[2]) - int(span[1]) + 1 for span in spans if span}
        return (
            Decimal(max(months))
            if len(months) == 1 and max(months) > 0
            else Decimal(12)
            if not months
            else None
        )
    first, *rest = re.split(r"[·.、/]", per)
    if len(rest) == 1 and rest[0] in {"月", "年", "天", "日"}:  # 元/人·月: people × months
        people, span = _times(mine, first), _times(mine, rest[0])
        return None if people is None or span is None else people * span
    counted = mine[mine["level_2"].str.contains("数量") & (mine["form"] == NUMBER)]
    amounts = {
        Decimal(int(one["number_micro"])) / MICRO * scale_of(one["words"])[1]
        for one in counted.to_dict("records")
        if scale_of(one["words"])[0] == per
    }
    return amounts.pop() if len(amounts) == 1 else None


def _months(span: re.Match[str]) -> int:
    """Months from the first to the last, both counted."""
    first, last = int(span[1] or span[3] or 0), int(span[3] or span[1] or 0)
    return max(12 * (last - first) + int(span[4]) - int(span[2]) + 1, 1)


def _contradictions(rows: pd.DataFrame, projects: pd.DataFrame) -> Iterator[Fault]:
    """A figure of the goal that its own indicator gives otherwise."""
    measured = rows[(rows["form"] == NUMBER) & (rows["words"] != "")]
    goals = projects["goal"].dropna().map(plain_text)
    goals = goals[goals.str.contains(r"\d")]
    said: dict[str, list[tuple[Decimal, tuple[str, str]]]] = {}
    for one in measured[measured["project"].isin(goals.index)].to_dict("records"):
        project = one["project"]
        if project not in said:
            said[project] = list(_counted(goals[project]))
        unit, factor = scale_of(one["words"])
        about = [
            (count, text) for count, text in said[project] if text[1] == unit and _same(one["name"], text[0])
        ]
        target = Decimal(int(one["number_micro"])) / MICRO * factor
        if about and all(count != target for count, _ in about):
            says = f"目标文字中为{plain(about[0][0])}{unit}，指标“{one['level_3']}”为{_shown(one)}。"
            yield Fault(str(project), int(one["row"]), "value", "F-CONTRADICT", one["value"], says)


def _counted(goal: str) -> Iterator[tuple[Decimal, tuple[str, str]]]:
    """(number, (words before, unit)) of each figure in a text."""
    for match in COUNTED.finditer(goal):
        before, _, number, scale, after = match.groups()
        count = Decimal(number) * WORDS["scale"].get(scale or "", 1)
        for length in range(1, len(after) + 1):
            yield count, (before[-12:], after[:length])


def _same(name: str, words: str) -> bool:
    """Whether an indicator speaks of what the words before a figure name."""
    core = re.sub(r"(数量|个数|人数|次数|总数|面积|长度|数|率|指标)$", "", name)
    return (
        len(core) >= 3 and len(words) >= 2 and fuzz.partial_ratio(core, words) >= LIMITS["same_measure_ratio"]
    )
