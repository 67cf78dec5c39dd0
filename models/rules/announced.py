"""What a department says in a mail about its disclosure: the day and the address, or nothing where that is not plain."""

import re
from datetime import date

QUOTED = re.compile(
    r"^\s*(?:>|-{2,}\s*(?:原始邮件|Original|转发)|(?:发件人|From|发送时间|Sent)\s*[:：]|On .+wrote:|.*写道\s*[:：])",
    re.IGNORECASE | re.MULTILINE,
)
"""Where another's words begin: the letter that is answered names days of its own."""
LINK = re.compile(r"(?:https?://|www\.)[!-;=?-\[\]_a-z~]+", re.IGNORECASE)
DAY = r"(?:(?P<y{n}>20\d\d)\s*[-/.年]\s*)?(?P<m{n}>\d{{1,2}})\s*[-/.月]\s*(?P<d{n}>\d{{1,2}})(?!\d)\s*[日号]?"
PUBLIC = re.compile(
    rf"{DAY.format(n=1)}[^。；;\n\d]{{0,20}}公开|公开(?:日期|时间)?\s*[为于是在:：]*\s*{DAY.format(n=2)}"
)
NOT_YET = re.compile(
    r"未公开|未能|没有公开|无法|拟于|拟在|将于|将在|计划|预计|准备|暂不|不予|不宜|不公开|如何|怎么|[?？]"
)
"""Words of who has not published, not wholly, or asks something: a person reads that."""


def announced(text: str, since: date, received: date) -> tuple[date, str] | None:
    """(day, address) of a publication between two days that a mail plainly reports; None where a person must read it."""
    links = set(links_in(text))
    words = LINK.sub(" ", own_words(text))
    if len(links) != 1 or NOT_YET.search(words):
        return None
    found = {_day(one.groupdict(), received) for one in PUBLIC.finditer(words)}
    days = {one for one in found if one is not None and since <= one <= received}
    return (days.pop(), links.pop()) if len(found) == len(days) == 1 else None


def links_in(text: str) -> list[str]:
    """Addresses of pages that a mail's own words name."""
    found = [one.rstrip(".,;:!?)]") for one in LINK.findall(own_words(text))]
    return [one if one.lower().startswith("http") else f"http://{one}" for one in found]


def own_words(text: str) -> str:
    """A mail without the letter that it answers."""
    quoted = QUOTED.search(text)
    return text[: quoted.start()] if quoted else text


def _day(parts: dict[str, str | None], received: date) -> date | None:
    """A day without a year is the last one of that name."""
    year, month, day = (next((v for k, v in parts.items() if k[0] == one and v), "") for one in "ymd")
    try:
        found = date(int(year or received.year), int(month), int(day))
        return found if year or found <= received else found.replace(year=found.year - 1)
    except ValueError:
        return None
