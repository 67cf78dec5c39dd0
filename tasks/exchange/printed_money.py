"""Money of printed declarations: the year's amount, its sources, the tasks of a whole department; titles of cells."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from models.rules.finding import wan
from models.rules.values import NUMBER, parse_cell, scale_of
from tasks.exchange.printed import letters
from tasks.exchange.reader import even

Cells = list[str]
NUMBERED = re.compile(r"^(?:其中:|[(]?[一二三四五六七八九\d]{1,2}[).、])+")


class Unbalanced(NamedTuple):
    """Amounts that do not add up, at the cell of their sum."""

    project: str
    read: str
    says: str
    cell: str


@cache
def _titles() -> dict[str, set[str]]:
    text = Path(__file__).with_name("printed_declaration.toml").read_text(encoding="utf-8")
    return {part: {even(word) for word in words} for part, words in tomllib.loads(text).items()}


def is_title(cell: str, part: str) -> bool:
    """Whether a cell bears a title of a part, whole or without its number and brackets."""
    if cell.isascii():  # titles are Chinese; most cells of a large table are figures
        return False
    whole = even(cell).rstrip(":：")
    ways = {whole, NUMBERED.sub("", whole), re.sub(r"[(（].*|(?<=目标)\d$", "", whole)}
    return bool(whole) and bool(ways & _titles()[part])


def amount_of(text: str, unit: str) -> int | None:
    """分 of a cell; `unit` where it names none itself."""
    value = parse_cell(text)
    if value.form != NUMBER or value.micro is None or value.unit == "%":
        return None
    word, factor = scale_of(value.unit or unit)
    return value.micro * factor // 10_000 if word == "元" else None


def scale(rows: list[Cells]) -> str:
    """万元 unless the table says 元."""
    yuan = any(re.search(r"(?:单位:|\()元\)?$", even(cell)) for row in rows[:12] for cell in row)
    return "元" if yuan else "万元"


def budget_of(rows: list[Cells], first: int) -> tuple[int | None, str]:
    """(分, cell) of the year's money."""
    for place, row in enumerate(rows):
        for column, cell in enumerate(row):
            if is_title(cell, "budget"):
                for right in range(column + 1, len(row)):
                    amount = amount_of(row[right], scale(rows))
                    if amount is not None:
                        return amount, f"{letters(right)}{first + place}"
    return None, ""


def sources_off(rows: list[Cells], budget: int | None, cell: str) -> Iterator[Unbalanced]:
    """The year's money, where its sources (each title once) do not add up to it."""
    found: dict[str, int] = {}
    for row in rows:
        for column, title in enumerate(row):
            if is_title(title, "sources"):
                amount = next(
                    (a for one in row[column + 1 :] if (a := amount_of(one, scale(rows))) is not None), None
                )
                if amount is not None:
                    found.setdefault(NUMBERED.sub("", even(title)).rstrip(":"), amount)
    parts = sum(found.values())
    if budget is not None and len(found) > 1 and parts != budget:
        says = f"资金总额{wan(budget)}万元，各来源合计{wan(parts)}万元，不一致。"
        yield Unbalanced("", wan(budget), says, cell)


def tasks_off(rows: list[Cells], first: int) -> Iterator[Unbalanced]:
    """Tasks of a whole department whose amounts do not add up: across (sources) and down (金额合计)."""
    head = next((place for place, row in enumerate(rows) if any(is_title(one, "task") for one in row)), None)
    if head is None:
        return
    columns = [
        column
        for row in rows[head : head + 2]
        for column, cell in enumerate(row)
        if is_title(cell, "task_total") or is_title(cell, "sources")
    ]
    if len(columns) < 2:
        return
    whole, wrong = [0] * len(columns), False
    name = next(column for column, cell in enumerate(rows[head]) if is_title(cell, "task"))
    for place, row in enumerate(rows[head + 1 :], head + 1):
        amounts = [amount_of(row[one] if one < len(row) else "", scale(rows)) for one in columns]
        title = row[name] if name < len(row) else ""
        if amounts[0] is None:
            if title and place > head + 1:
                return
            continue
        total, *parts = (one or 0 for one in amounts)
        cell = f"{letters(columns[0])}{first + place}"
        off = sum(parts) != total and any(one is not None for one in amounts[1:])
        if off and not (is_title(title, "task_sum") and wrong):
            wrong = True
            says = f"“{title}”总额{wan(total)}万元，各来源合计{wan(sum(parts))}万元，不一致。"
            yield Unbalanced("", wan(total), says, cell)
        if is_title(title, "task_sum"):
            if whole[0] != total:
                says = f"“{title}”为{wan(total)}万元，各项任务合计{wan(whole[0])}万元，不一致。"
                yield Unbalanced("", wan(total), says, cell)
            return
        whole = [sum_ + (one or 0) for sum_, one in zip(whole, amounts, strict=True)]
