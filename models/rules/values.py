"""Cells as published tables hold them: operator, number, unit, date, period or text. Nothing is guessed."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

WORDS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
WIDEST = 4 * 10**18
NUMBER, DATE, PERIOD, TEXT, NONE, BLANK = "number", "date", "period", "text", "none", "blank"


@dataclass(frozen=True, slots=True)
class Value:
    """One cell. `micro`: the number as written, in millionths, None unless form is number.

    For a date, `micro` is the last day meant as yyyymmdd (year 0 where none is written).
    """

    form: str
    text: str
    operator: str = ""
    micro: int | None = None
    unit: str = ""
    signed: bool = False  # the cell itself carries an operator
    bare: bool = False  # the cell holds a number and nothing else


def parse_values(cells: pd.Series) -> pd.DataFrame:
    """Cells (text) → columns form, operator, number_micro (Int64 millionths), unit, text; same index."""
    found = [parse_cell(str(cell)) for cell in cells.astype("object").where(cells.notna(), "")]
    return pd.DataFrame(
        {
            "form": pd.array([one.form for one in found], dtype="string"),
            "operator": pd.array([one.operator for one in found], dtype="string"),
            "number_micro": pd.array(
                [one.micro if one.form == NUMBER else None for one in found], dtype="Int64"
            ),
            "unit": pd.array([one.unit for one in found], dtype="string"),
            "text": pd.array([one.text for one in found], dtype="string"),
        },
        index=cells.index,
    )


@lru_cache(maxsize=200_000)
def plain_text(cell: str) -> str:
    """Full-width characters, blanks, line ends and what nobody sees evened out; sense untouched."""
    text = unicodedata.normalize("NFKC", cell).replace("，", ",").replace("。", "")
    return re.sub(r"[\s\u200b-\u200d\u2060\ufeff]+", "", text)


@lru_cache(maxsize=200_000)
def parse_cell(cell: str) -> Value:
    """What one cell says."""
    text = plain_text(cell)
    if text in WORDS["blank"]["words"]:
        return Value(BLANK, text)
    if text.rstrip("。.;；") in WORDS["none"]["words"]:
        return Value(NONE, text)
    return _dated(text) or _numeric(text) or Value(TEXT, text)


def _operator(text: str) -> tuple[str, str]:
    """(operator, rest) of a text that begins with one; ("", text) otherwise."""
    for sign, ways in _operators():
        if text.startswith(ways):
            return sign, text[len(ways) :].lstrip(":")
    return "", text


@lru_cache(maxsize=1)
def _operators() -> tuple[tuple[str, str], ...]:
    """(sign, way of writing), longest way first, so that >= is not read as >."""
    pairs = [(sign, way) for sign, ways in WORDS["operator"].items() for way in ways]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[1])))


# A letter where a figure was meant (6O, 1l) makes the whole cell words.
_SLIPPED = re.compile(r"^[OoIl]+(\W|$)")
# "覆盖率100%", "合格率达到98%": the figure's own name before it.
_NAMED = re.compile(
    r"^[\u4e00-\u9fff]{0,12}?(率达到|率为|率达|率|满意度达到|满意度为|满意度|覆盖面|达到|完成)(?=[\d≥≤><=])"
)
_FIGURE = re.compile(r"^([-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[-+]?\d+(?:\.\d+)?|[-+]?\.\d+)(.*)$")


def _numeric(text: str) -> Value | None:
    """An optional operator, one figure, an optional unit and short words after it."""
    sign, rest = _operator(text)
    if not sign:
        sign, rest = _operator(_NAMED.sub("", _without_lead(text), count=1))
    rest = rest.removeprefix("百分之") + ("%" if rest.startswith("百分之") else "")
    match = _FIGURE.match(rest)
    if match is None or any(word in text for word in WORDS["vague"]["words"]):
        return None
    tail, trailing = _trailing(re.sub(r"\(.*\)$", "", match[2]))
    if sign and trailing and sign != trailing:
        return None
    if (
        _SLIPPED.match(tail)
        or re.search(r"\d", _without_exponent(tail))
        or len(tail) > 12
        or tail.startswith(("-", "~", "—", "至"))
    ):
        return None
    number = Decimal(match[1].replace(",", "")) * 1_000_000
    if abs(number) > WIDEST:
        return None
    micro = int(number.to_integral_value())
    operator = sign or trailing
    return Value(NUMBER, text, operator, micro, unit_of(tail), bool(operator), bare=text == match[1])


def _without_lead(text: str) -> str:
    for word in WORDS["lead"]["words"]:
        if text.startswith(word) and len(text) > len(word):
            return text[len(word) :].lstrip("了:")
    return text


def _trailing(tail: str) -> tuple[str, str]:
    for sign, ways in WORDS["trailing"].items():
        for way in ways:
            if tail.endswith(way):
                return tail[: -len(way)], sign
    return tail, ""


def _without_exponent(tail: str) -> str:
    """Units that carry a digit of their own: m2, km2, m3, PM2.5 …"""
    return re.sub(r"^(k?m|cm|km)[23](?!\d)", "", tail)


@lru_cache(maxsize=20_000)
def unit_of(tail: str) -> str:
    """The unit that words after a figure name, in its usual writing; "%覆盖" is %."""
    if tail.startswith("%"):
        return "%"
    for unit, ways in WORDS["unit"].items():
        if tail in ways:
            return str(unit)
    return tail


_DAY = r"(?:(\d{4})[年./-])?(\d{1,2})(?:月|[./-](?=\d))(?:份)?(?:(\d{1,2})[日号]?)?"
_DATE = re.compile(rf"^{_DAY}(?:底|末)?(之?前|以前|止)?(?:完成|完工|竣工|验收)?$")
_FULL_DAY = re.compile(r"^\d{4}[./-]\d{1,2}[./-]\d{1,2}(之?前|以前|止)?$")
_YEAR = re.compile(r"^(19|20)\d{2}年(度|全年|内|底|末|底?前)?(完成)?$")
_SPAN = re.compile(r"^(.*\d[年月日号]?份?)(?:-+|—+|~|至|到)(\D{0,3}\d.*)$")


def _dated(text: str) -> Value | None:
    """A day, the end of a month, or a span of time."""
    sign, rest = _operator(text)
    rest = _without_lead(rest)
    if "年" not in rest and "月" not in rest and not _FULL_DAY.match(rest):
        return None
    match = _DATE.match(rest)
    if match and 1 <= int(match[2]) <= 12:
        year, month, day = int(match[1] or 0), int(match[2]), int(match[3] or 31)
        before = "≤" if match[4] or sign in {"≤", "<"} else sign
        return Value(DATE, text, before, year * 10_000 + month * 100 + min(day, 31))
    spans = _SPAN.match(rest) and re.search(r"\d+[年月]", rest)
    return Value(PERIOD, text, sign) if spans or _YEAR.match(rest) else None


@lru_cache(maxsize=20_000)
def scale_of(unit: str) -> tuple[str, int]:
    """("元", 10 000) of 万元; (unit, 1) of a unit that is not counted in thousands."""
    for word, factor in WORDS["scale"].items():
        rest = unit.removeprefix(word)
        if rest != unit and (rest in WORDS["scaled_units"]["words"] or rest[:1] in {"", "/"}):
            return rest, factor
    return unit, 1


def month_of(cell: str) -> int | None:
    """The month in which a period ends: "6", "1-6月", "2024-06-30", "202406"; None if it names none."""
    digits = "".join(letter if letter.isdigit() else " " for letter in cell).split()
    if not digits:
        return None
    if len(digits) >= 2 and len(digits[0]) == 4:
        month = int(digits[1])
    elif len(digits[-1]) in {6, 8}:
        month = int(digits[-1][4:6])
    else:
        month = int(digits[-1])
    return month if 1 <= month <= 12 else None
