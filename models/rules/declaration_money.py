"""Money of a declaration: unit cost × quantity and whole costs against the budget; money counted as a quantity."""

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

import pandas as pd

from models.rules.columns import MICRO, plain
from models.rules.declaration_guide import LIMITS, Fault, Record, any_of, fault, records, shown
from models.rules.finding import wan
from models.rules.values import NUMBER, PERIOD, WORDS, plain_text, scale_of

SPAN = re.compile(r"(?:(\d{4})[年.])?(\d{1,2})(?:月份?)?(?:\d{1,2}日)?[^\d]+(?:(\d{4})[年.])?(\d{1,2})月")
PER_NAME = re.compile(r"(人均|户均|亩均|校均|村均)|每(人次|[\u4e00-\u9fff])|单位成本\((.{1,3})\)")
SAME_COUNT = ({"人", "名", "位", "人次"}, {"个", "处", "座"}, {"场", "场次", "次"}, {"公里", "千米"})


def money_as_quantity(rows: pd.DataFrame, budgets: dict[str, int]) -> list[Fault]:
    """Money spent, counted as what was done. Loans, investment and sales are things done."""
    quantity = rows["level_2"].str.contains("数量") & (rows["form"] == NUMBER)
    money = rows[quantity & rows["words"].str.contains("元")]
    found = []
    for one in records(money):
        spent = re.search(any_of("money_names"), one["name"]) and not re.search(
            any_of("outside_money"), one["name"]
        )
        if _money(one["words"]) and (spent or _fen(one) == budgets.get(one["project"], -1)):
            says = f"数量指标“{one['level_3']}”的指标值为{shown(one)}，是金额，不是做了多少事。"
            found.append(fault(one, "level_3", "F-MONEY-QUANTITY", says))
    return found


def _money(unit: str) -> tuple[int, list[str]] | None:
    """(分 in one unit, what it is per) of a unit of money such as 万元, 元/人·月 or 万/月; None for other units.

    Bare 万 is no money: it counts people as well.
    """
    head, *per = re.split(r"[/·每.*]", plain_text(unit))
    if per and head in WORDS["scale"]:
        head += "元"
    word, factor = scale_of(head)
    return (factor * 100, [one for one in per if one]) if word == "元" else None


def _fen(row: Record) -> int | None:
    money = _money(row["words"])
    return (
        None
        if money is None or money[1] or pd.isna(row["number_micro"])
        else int(row["number_micro"]) * money[0] // MICRO
    )


def costs(own: dict[str, list[Record]], budgets: dict[str, int]) -> Iterator[Fault]:
    """Unit cost × quantity, or a whole cost, that does not fit the budget."""
    for project, budget in budgets.items():
        rows = own.get(project, [])
        priced = [(one, price) for one in rows if (price := _price(one)) is not None]
        grades = Counter(tuple(per) for _, (_, per) in priced)
        only = len(priced) == 1 and sum("数量" in one["level_2"] for one in rows) == 1
        for one, (fen, per) in priced:
            if grades[tuple(per)] > 1 and not set(per) <= {"月", "年"}:
                continue  # several standards for one quantity: nobody knows how many get which
            times = _times(rows, per, one["name"])
            if times is not None:
                year = 12 if _monthly(one, per) else 1
                yield from _against(one, fen, times if per else None, budget, only, year)


def _price(one: Record) -> tuple[Decimal, list[str]] | None:
    """(分, what it is per) of a cost indicator; None where it is no cost of this year's budget."""
    if "成本" not in one["levels"] or one["form"] != NUMBER or one["operator"] in {"≥", ">"}:
        return None
    money = _money(one["words"])
    if money is None or re.search(any_of("open_costs"), one["name"]):
        return None
    fen, per = money
    if not per and re.search(any_of("whole_works"), one["name"]):
        return None
    match = PER_NAME.search(one["name"])
    if match and not set(per) - {"月", "年"}:
        per = [(match[1] or "").removesuffix("均") or match[2] or match[3], *per]
    return Decimal(int(one["number_micro"])) / MICRO * fen, per


def _monthly(one: Record, per: list[str]) -> bool:
    """Whether only the name says that a price is for a month (人均月补贴): for how many, nobody says."""
    return "月" not in per and "月" in one["name"]


def _against(
    one: Record, fen: Decimal, times: Decimal | None, budget: int, only: bool, year: int = 1
) -> Iterator[Fault]:
    """Too dear even if paid once; too little even if paid every month of the `year`."""
    whole = fen * (1 if times is None else times)
    step = fen / Decimal(re.sub(r"[^\d.]", "", one["text"]) or 1) if times is None else Decimal(0)
    slack = budget * Decimal(str(LIMITS["cost_slack"])) if times is not None else step
    sums = f"“{one['level_3']}”{shown(one)}" + (
        f"×{plain(times)}＝{wan(int(whole))}万元" if times is not None else ""
    )
    complete = re.search(any_of("whole_cost"), one["name"]) if times is None else only
    if whole > budget and whole - budget >= slack:
        yield fault(one, "value", "F-COST", f"{sums}，超过预算{wan(budget)}万元。", shown(one))
    elif complete and whole * year < budget * Decimal(str(LIMITS["cost_explains"])):
        yield fault(
            one, "value", "F-COST-LOW", f"{sums}，预算为{wan(budget)}万元，相差的部分没有说明。", shown(one)
        )


def _times(rows: list[Record], per: list[str], name: str) -> Decimal | None:
    """How many of what the cost is per: the one quantity in that unit, the months of the span, the one year."""
    times = Decimal(1)
    for unit in per:
        if unit in {"年", "年度"}:
            continue
        one = (
            _months(rows)
            if unit == "月"
            else Decimal(4)
            if unit in {"季", "季度"}
            else _count(rows, unit, name)
        )
        if one is None:
            return None
        times *= one
    return times


def _months(rows: list[Record]) -> Decimal | None:
    spans = [SPAN.search(one["text"]) for one in rows if one["form"] == PERIOD]
    months = {min(_length(span), 12) for span in spans if span}
    if not months:
        return Decimal(12)
    return Decimal(months.pop()) if len(months) == 1 else None


def _length(span: re.Match[str]) -> int:
    """Months from the first to the last, both counted."""
    first, last = int(span[1] or span[3] or 0), int(span[3] or span[1] or 0)
    return max(12 * (last - first) + int(span[4]) - int(span[2]) + 1, 1)


def _count(rows: list[Record], unit: str, name: str) -> Decimal | None:
    """How many there are of a unit: the quantity of the very thing that the cost's name says, else the only one."""
    alike = next((units for units in SAME_COUNT if unit in units), {unit})
    thing = re.sub(
        r"人均|户均|每.|单位|平均|(?:补[助贴]|采购|建设|维修|培训|购置|成本|费用?|标准|单价|价格|金额)+$",
        "",
        name,
    )
    amounts: dict[str, set[Decimal]] = {}
    own: set[Decimal] = set()
    for one in rows:
        if "数量" in one["level_2"] and one["form"] == NUMBER:
            word, factor = scale_of(one["words"])
            amount = Decimal(int(one["number_micro"])) / MICRO * factor
            amounts.setdefault(word, set()).add(amount)
            if len(thing) >= 3 and thing in one["name"] and word in {*alike, ""}:
                own.add(amount)
    found = own or amounts.get(unit) or set().union(*(amounts.get(one, set()) for one in alike))
    return found.pop() if len(found) == 1 else None
