"""Numbers as reports write them: 12, 1,200, 十二, 一百九十二, 两; amounts in 元, 万元, 亿元 as exact 分."""

import re
from decimal import Decimal

DIGITS = {word: number for number, word in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
TENS = {"十": 10, "百": 100, "千": 1000}
NUM = r"(?:\d{1,3}(?:,\d{3})+|\d+|[一二两三四五六七八九十百千零〇]+)"
"""A whole number in a pattern."""
DECIMAL = r"\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
AMOUNT = re.compile(rf"(?P<number>{DECIMAL})\s*(?P<unit>亿元|万元|元|亿|万(?=[，。；、）\s]|$))")
FEN = {"亿元": 10**10, "亿": 10**10, "万元": 10**6, "万": 10**6, "元": 100}


def whole(text: str) -> int:
    """The number that a text of `NUM` means."""
    plain = text.replace(",", "")
    if plain.isdigit():
        return int(plain)
    total = part = 0
    for mark in plain:
        if mark in TENS:
            total += (part or 1) * TENS[mark]
            part = 0
        else:
            part = DIGITS[mark]
    return total + part


def fen_of(found: "re.Match[str]") -> int:
    """分 of a match of `AMOUNT`, half up below the 分."""
    number = Decimal(found["number"].replace(",", "").replace("，", ""))
    return int((number * FEN[found["unit"]]).quantize(Decimal(1)))


def step_of(found: "re.Match[str]") -> int:
    """How many 分 one step of the last printed digit of an amount is: 9.754亿元 → 0.001亿元."""
    decimals = len(found["number"].partition(".")[2])
    return int(Decimal(FEN[found["unit"]]).scaleb(-decimals)) or 1
