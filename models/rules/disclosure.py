"""绩效信息公开: what must not stand in a public text, and how a department keeps the deadline."""

import re
from datetime import date
from enum import StrEnum
from functools import lru_cache

PERSONAL = re.compile(
    r"(?<!\d)\d{6}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?![\dXx])"
    r"|(?<!\d)1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)"
    r"|(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)"
    r"|(?<!\d)6\d{15,18}(?!\d)"
    r"|[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
)
"""Identity numbers, mobile and fixed telephones, bank cards, mail addresses."""
HIDDEN = "（已隐去）"


class Publicity(StrEnum):
    """Where a department stands with its disclosure."""

    UNKNOWN = "未登记决算批复"
    WAITING = "待公开"
    ON_TIME = "按期公开"
    LATE = "逾期公开"
    OVERDUE = "逾期未公开"


@lru_cache(maxsize=8192)
def without_personal(text: str) -> str:
    """A text without numbers and addresses of persons."""
    return PERSONAL.sub(HIDDEN, text)


def standing(due: date | None, published: date | None, day: date) -> Publicity:
    """Where a department stands on a day; the due day itself is on time."""
    if due is None:
        return Publicity.UNKNOWN
    if published is not None:
        return Publicity.ON_TIME if published <= due else Publicity.LATE
    return Publicity.WAITING if day <= due else Publicity.OVERDUE
