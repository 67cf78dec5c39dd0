"""Chinese numerals as published cells hold them: 一套, 三次, 二十户 — numbers only with a unit behind them."""

import re

from models.rules.values import NUMBER, TEXT, WORDS, Value, parse_cell

DIGITS = {letter: value for value, letter in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
PLACES = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = re.compile(r"^([零〇一二两三四五六七八九十百千万]+)(\D{0,6})$")


def spelled(value: Value, units: set[str]) -> Value:
    """A text that is a numeral with one of these units, or with a counting word, as a number; else as it was.

    A numeral without a unit of its own counts where the other side or the unit column names one.
    """
    before, text = _led(value.text)
    match = _NUMERAL.match(text) if value.form == TEXT else None
    number = _number(match[1]) if match else None
    if match is None or number is None:
        return value
    known = units | set(WORDS["counting"]["words"]) | set(WORDS["measure"])
    found = parse_cell(f"{before}{number}{match[2]}")
    own = {match[2], found.unit} & known if match[2] else units
    return found if found.form == NUMBER and own else value


def _led(text: str) -> tuple[str, str]:
    """(operator or words before the numeral that change nothing, the rest)."""
    ways = [way for signs in WORDS["operator"].values() for way in signs] + WORDS["lead"]["words"]
    lead = next((way for way in sorted(ways, key=len, reverse=True) if text.startswith(way)), "")
    return lead, text[len(lead) :]


def _number(text: str) -> int | None:
    """二十 → 20, 三万五千 → 35000; None for what is no well-formed numeral (百, 一二)."""
    if "万" in text:
        over, _, rest = text.partition("万")
        parts = (_number(over), _number(rest.lstrip("零〇")) if rest.lstrip("零〇") else 0)
        return None if None in parts else (parts[0] or 0) * 10_000 + (parts[1] or 0)
    total, digit, last = 0, None, 10_000
    for place, letter in enumerate(text):
        if letter in DIGITS:
            if digit:
                return None
            digit = DIGITS[letter]
        else:
            value = PLACES[letter]
            ten = letter == "十" and place == 0
            if value >= last or not (digit or ten):
                return None
            total, digit, last = total + (1 if ten else digit or 0) * value, None, value
    return total + (digit or 0) if text else None
