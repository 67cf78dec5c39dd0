"""What an indicator row of a table says: its kind, its two numbers in one unit, its band; or why it cannot be read."""

import re
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache

from models.rules.pairs import MONTHS, as_number, clauses, figures, least, one_unit, tells, unnamed
from models.rules.questions import Band, YesNo
from models.rules.values import (
    BLANK,
    DATE,
    NONE,
    NUMBER,
    PERIOD,
    WORDS,
    Value,
    parse_cell,
    plain_text,
    unit_of,
)
from models.rules.word_targets import band_of, happened, late, less_may_be_better, reached


class Kind(IntEnum):
    """How points are found. The first four compare numbers; JUDGED takes a human judgement."""

    HIGHER = 0
    LOWER = 1
    EQUAL = 2
    SATISFACTION = 3
    JUDGED = 4
    YES_NO = 5
    MET = 6
    UNREADABLE = 7


# The words of exchange.md for a kind that compares numbers.
SIGNS = {
    "≥": Kind.HIGHER,
    ">": Kind.HIGHER,
    "≤": Kind.LOWER,
    "<": Kind.LOWER,
    "=": Kind.EQUAL,
    "": Kind.EQUAL,
}
SHOWN = {Kind.HIGHER: "higher", Kind.LOWER: "lower", Kind.EQUAL: "equal", Kind.SATISFACTION: "higher"}
QUALITATIVE = "定性"


@dataclass(frozen=True, slots=True)
class Reading:
    """One row read. Numbers are millionths in one unit; `band` counts from 0, -1 is unknown."""

    kind: Kind
    shown: str
    strict: bool = False
    target_micro: int | None = None
    actual_micro: int | None = None
    band: int = -1
    why: str = ""  # why no number or band can be taken, in words
    problem: str = ""  # finding code of the cells themselves
    percent: bool = False
    copied: bool = False
    filled: bool = True
    missed: bool = False  # the words themselves say that the target was missed


@dataclass(frozen=True)
class Cells:
    """The cells of one row that decide how it is read."""

    sign: str
    target: str
    unit: str
    actual: str
    level_1: str = ""
    level_2: str = ""
    level_3: str = ""
    believed: bool = False  # the table gives at least half of the points
    by_marks: bool = False  # points by a marking scheme, no result to be written
    year: int = 0  # of the budget; a day written without a year lies in it

    @property
    def names(self) -> str:
        """All that the row is called."""
        return self.level_1 + self.level_2 + self.level_3


@lru_cache(maxsize=200_000)
def read_indicator(cells: Cells, bands: tuple[Band, ...], yes_no: YesNo) -> Reading:
    """How a row is read, independent of its points."""
    target, actual = parse_cell(cells.target), parse_cell(cells.actual)
    if plain_text(cells.sign) not in WORDS["operator"][QUALITATIVE]:
        target, actual = unnamed(target, actual, plain_text(cells.unit))
    sign = plain_text(cells.sign) or target.operator
    sign = target.operator if sign in WORDS["plain_sign"]["words"] else sign
    sign = next((key for key, ways in WORDS["operator"].items() if sign in ways), sign)
    filled = actual.form != BLANK
    if not filled and cells.by_marks:
        return Reading(Kind.JUDGED, "qualitative")
    copied = _copied(target, actual, sign)
    if target.form == DATE and sign != QUALITATIVE and actual.form == DATE:
        return _dates(target, actual, filled, cells.year)
    if target.form == NUMBER and sign in SIGNS:
        reading = _numbers(cells, sign, target, actual)
    else:
        reading = _words(target, actual, bands, yes_no, sign)
        if reading.kind == Kind.JUDGED:
            reading = _compared(cells, target, actual, reading)
    return replace(reading, copied=copied, filled=filled)


def _compared(cells: Cells, target: Value, actual: Value, reading: Reading) -> Reading:
    """Words that can be held against each other need no judgement where the target was reached."""
    enough = reached(target, actual, less_may_be_better(cells.names) or "时效" in cells.level_2)
    if enough and reading.shown != "text":
        return replace(reading, kind=Kind.MET)
    return replace(reading, missed=reading.missed or enough is False or happened(cells.names, target, actual))


def _copied(target: Value, actual: Value, sign: str) -> bool:
    """The actual is the target's own words: 同左, an operator that no result can have, a long sentence without figures."""
    if actual.text in WORDS["same"]["words"]:
        return True
    if actual.form == NUMBER:
        asked = target.operator or (sign if sign in SIGNS else "") or actual.operator
        bound = actual.signed and actual.operator != "="  # "=100%" is a result
        return bound and (target.micro, asked) == (actual.micro, actual.operator)
    if actual.text != target.text or len(actual.text) < LONG or actual.form in {DATE, PERIOD}:
        return False
    # 1200户1800人 asked for and reached is a result; ≥1200户 among the words is not.
    return not re.search(r"\d", actual.text) or bool(re.search(r"[≥≤<>]", actual.text))


LONG = 10


def _numbers(cells: Cells, sign: str, target: Value, actual: Value) -> Reading:
    kind = SIGNS[sign]
    unit = unit_of(plain_text(cells.unit)) or target.unit
    percent = unit == "%"
    satisfied = "满意" in cells.names
    used = Kind.SATISFACTION if satisfied and percent and kind != Kind.LOWER else kind
    shown, strict = SHOWN[kind], sign in {">", "<"}

    def unread(why: str, problem: str = "") -> Reading:
        return Reading(
            Kind.UNREADABLE, shown, strict, target.micro, None, why=why, problem=problem, percent=percent
        )

    if actual.text in WORDS["same"]["words"]:
        return unread(f"实际完成值写“{actual.text}”，没有写数值", "VALUE_NOT_NUMBER")
    if actual.form == NONE and target.micro == 0:
        return Reading(used, shown, strict, 0, 0, percent=percent)
    if actual.form == BLANK:
        return unread("没有填写实际完成值")
    if actual.form == NONE:
        return unread(f"实际完成值为“{actual.text}”，本年是否适用未定")
    actual = least(as_number(actual, unit), unit, kind == Kind.LOWER)
    if actual.form != NUMBER:
        problem = "VALUE_NOT_NUMBER" if actual.form == "text" else ""
        if problem and unit and clauses(actual.text) > 1 and figures(actual.text, unit):
            return unread(f"实际完成值“{actual.text}”是一段话，其中哪个数是实际完成值无法确定")
        found = unread(f"目标是数值，实际完成值“{actual.text}”不是数值", problem)
        return replace(found, missed=_undone(kind, unit, target, actual))
    if not tells(kind == Kind.LOWER, target.micro or 0, actual):
        return unread(f"实际完成值“{actual.text}”只是一个范围，不是实际数值", "VALUE_NOT_NUMBER")
    pair = one_unit(unit, target, actual, bool(plain_text(cells.unit)))
    if pair is None:
        return unread(f"目标单位“{unit}”与实际完成值“{actual.text}”的单位不能换算", "UNIT_MISMATCH")
    a, b = pair
    if (
        percent
        and target.bare
        and actual.bare
        and 0 < a <= 1_000_000
        and b > 2_000_000
        and kind != Kind.LOWER
    ):
        return unread(f"目标“{target.text}”未写%，是{target.text}%还是其100倍无法确定", "PERCENT_UNCLEAR")
    fraction = percent and actual.bare and kind != Kind.LOWER and abs(a) > 2_000_000 and 0 < b <= 1_000_000
    if fraction and cells.believed:
        return unread(
            f"实际完成值“{actual.text}”未写%，是{actual.text}%还是其100倍无法确定", "PERCENT_UNCLEAR"
        )
    if not sign and a != b and less_may_be_better(cells.names):
        return unread("没有写计算符号，实际完成值与目标不同，越少越好还是越多越好无法判断", "SIGN_MISSING")
    return Reading(used, shown, strict, a, b, percent=percent)


def _undone(kind: Kind, unit: str, target: Value, actual: Value) -> bool:
    """Words that nothing, or not all, was done where something was asked for; spending less is no miss."""
    asked = (target.micro or 0) > 0 and (kind != Kind.LOWER or unit in MONTHS)
    return asked and (actual.text.startswith(tuple(WORDS["undone"]["words"])) or late(actual.text))


def _dates(target: Value, actual: Value, filled: bool, year: int) -> Reading:
    """A day by which something was due: in time is met; how late costs how much nobody decided."""
    assert target.micro is not None
    assert actual.micro is not None
    due, done = (day if day >= 10_000 else day + year * 10_000 for day in (target.micro, actual.micro))
    if (due >= 10_000) != (done >= 10_000):  # one of them names no year
        due, done = due % 10_000, done % 10_000
    if done <= due:
        return Reading(Kind.MET, "text", filled=filled)
    why = f"目标“{target.text}”，实际“{actual.text}”，逾期如何扣分未定"
    return Reading(Kind.UNREADABLE, "text", why=why, problem="LATE", filled=filled, missed=True)


def _words(target: Value, actual: Value, bands: tuple[Band, ...], yes_no: YesNo, sign: str) -> Reading:
    """Qualitative and other words: the band that the actual names; the points in it are a judgement."""
    shown = "qualitative" if sign == QUALITATIVE or target.form in {"text", NONE, BLANK} else "text"
    if sign != QUALITATIVE and target.form not in {"text", NONE}:
        shown = "text"
    if actual.form == BLANK:
        return Reading(Kind.UNREADABLE, shown, why="没有填写实际完成值")
    for met, ways in ((True, yes_no.yes), (False, yes_no.no)):
        if target.text in ways and actual.text in (*yes_no.yes, *yes_no.no):
            same = (actual.text in yes_no.yes) == met
            return Reading(Kind.YES_NO, shown, band=0 if same else 2, missed=not same)
    asked_not = any(word in target.text for word in WORDS["undone"]["negations"])
    missed = late(actual.text) and not asked_not
    return Reading(Kind.JUDGED, shown, band=band_of(target.text, actual.text, bands), missed=missed)
