"""N9, N11: parts against their sum, one figure with two numbers."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from models.rules.report.claims import Claim
from models.rules.report.faults import Fault
from models.rules.report.numbers import AMOUNT, DECIMAL, NUM, fen_of, step_of, whole
from models.rules.report.outline import Line, Report, sentences
from models.rules.report.sections import Told
from models.rules.report.wordlist import Family, NamedFigure

PARTS = re.compile(r"(?P<open>其中|包括|包含|由)[：:，]?|分别(?:为|是)[：:]?")
COUNT = re.compile(rf"(?P<number>{NUM})\s*(?P<unit>个|项|家|件|人次|人)")
MONEY = rf"(?P<a>(?:{DECIMAL})\s*(?:亿元|万元|元))"
OF_PROJECT = re.compile(
    rf"(?:评价资金|评价金额|预算|资金|安排|下达|金额|投资|投入|补贴|补助|经费|支出)[^，。；\d]{{0,12}}?{MONEY}"
)
COVERED = re.compile(
    rf"(?:涉及|评价|项目)?(?:财政|项目|评价|预算)?(?:资金|金额)(?:总额|总量|规模|共计|合计|共|达|为)*{MONEY}"
)
SERIES = re.compile(rf"第?(?P<n>{NUM})(?P<unit>季度|期|批|次|轮|场|阶段)")


def parts(report: Report, families: Sequence[Family]) -> Iterator[Fault]:
    """N9: what stands after 其中 adds up to more than the whole, or, where the list is complete, to less."""
    for line in report.lines:
        if line.cells:
            continue
        for sentence in sentences(line.text):
            opened = PARTS.search(sentence)
            if opened is None or not opened["open"]:
                continue
            before, after = sentence[: opened.start()], _enclosed(sentence, opened)
            yield from _money_parts(line, sentence, before, after, families)
            yield from _count_parts(line, sentence, before, after, families)


def tables(report: Report) -> Iterator[Fault]:
    """N9: the 合计 row of a table against the rows above it."""
    for block in report.tables():
        yield from _table(block)


def figures(report: Report, named: Sequence[NamedFigure]) -> Iterator[Fault]:
    """N11: one named figure with different numbers."""
    for figure in named:
        numbers = rf"(?:{NUM})"
        pattern = re.compile(figure.pattern.replace("{n}", rf"({numbers})"))
        first: int | None = None
        for line in report.lines:
            for found in pattern.finditer(line.text):
                value = whole(next(filter(None, found.groups())))
                if first is None:
                    first = value
                elif value != first:
                    says = f"{figure.name}前文为{first}，此处为{value}"
                    yield Fault("N11", line.number, says, found[0])


def evaluated_money(all_claims: Sequence[Claim], told: Sequence[Told]) -> Iterator[Fault]:
    """N9: the amount that all evaluations are said to cover against those of the sections, where each gives one."""
    amounts = [
        next((found for found in OF_PROJECT.finditer(f"{one.section.title}。{one.section.text()}")), None)
        for one in told
    ]
    known = [AMOUNT.search(found["a"]) for found in amounts if found]
    parts_ = [one for one in known if one]
    if not told or len(parts_) < len(told):
        return
    for claim in all_claims:
        covered = COVERED.search(claim.sentence)
        total = AMOUNT.search(covered["a"]) if covered else None
        if claim.total != len(told) or total is None:
            continue
        got, wanted = sum(map(fen_of, parts_)), fen_of(total)
        slack = step_of(total) if _rounded(total, parts_) else 0
        if abs(got - wanted) > slack:
            says = f"各项目金额合计{got / 10**6:g}万元，总述{wanted / 10**6:g}万元"
            yield Fault("N9", claim.line.number, says, claim.sentence[:80], severity="提醒")


def _money_parts(
    line: Line, sentence: str, before: str, after: str, families: Sequence[Family]
) -> Iterator[Fault]:
    total = next(iter(reversed(list(AMOUNT.finditer(before)))), None)
    found = list(AMOUNT.finditer(after))
    if total is None or len(found) < 2:
        return
    labels = _labels(after, found)
    wanted, got = fen_of(total), sum(map(fen_of, found))
    slack = max(step_of(total), *map(step_of, found)) * (len(found) + 1) // 2 if _rounded(total, found) else 0
    if abs(got - wanted) <= slack:
        return
    if (got > wanted and _same_kind(labels)) or _complete(labels, families):
        says = f"各项合计{got / 10**6:g}万元，总数{wanted / 10**6:g}万元"
        yield Fault("N9", line.number, says, sentence[:80])


def _count_parts(
    line: Line, sentence: str, before: str, after: str, families: Sequence[Family]
) -> Iterator[Fault]:
    found = list(COUNT.finditer(after))
    if len(found) < 2 or re.search(r"[“\"]?(?:优|良)[”\"]?", after):
        return
    total = next(
        (one for one in reversed(list(COUNT.finditer(before))) if one["unit"] == found[0]["unit"]), None
    )
    if total is None or len({one["unit"] for one in found}) > 1:
        return
    labels = _labels(after, found)
    wanted, got = whole(total["number"]), sum(whole(one["number"]) for one in found)
    if got != wanted and (_complete(labels, families) or _series(labels, before, got > wanted)):
        yield Fault(
            "N9", line.number, f"各项合计{got}{total['unit']}，总数{wanted}{total['unit']}", sentence[:80]
        )


def _enclosed(sentence: str, opened: "re.Match[str]") -> str:
    """What follows 其中; where that stands in brackets, up to their end."""
    before, after = sentence[: opened.start()], sentence[opened.end() :]
    inside = max(before.rfind(one) for one in "（(") > max(before.rfind(one) for one in "）)")
    return re.split(r"[）)]", after)[0] if inside else after


def _series(labels: Sequence[str], before: str, more: bool) -> bool:
    """Whether the parts are the first, second … of as many as were said, or already give `more` than the whole."""
    found = [SERIES.match(label) for label in labels]
    marks = [one for one in found if one]
    if len(marks) < len(labels) or [whole(one["n"]) for one in marks] != list(range(1, len(labels) + 1)):
        return False
    unit = marks[0]["unit"]
    said = 4 if unit == "季度" else next((whole(one) for one in re.findall(rf"({NUM}){unit}", before)), 0)
    return len({one["unit"] for one in marks}) == 1 and (more or said == len(labels))


def _labels(text: str, found: "Sequence[re.Match[str]]") -> list[str]:
    """The words before each number, and those right after it up to the next mark."""
    ends = [0, *(one.end() for one in found)]
    return [
        re.split(r"[，、；]", text[start : one.start()])[-1] + re.split(r"[，、；。]", text[one.end() :])[0]
        for start, one in zip(ends, found, strict=False)
    ]


def _complete(labels: Sequence[str], families: Sequence[Family]) -> bool:
    """Whether the parts are all of one family and close it."""
    for family in families:
        inside = all(any(member in label for member in family.members) for label in labels)
        if inside and any(closing in label for label in labels for closing in family.closing):
            return True
    return False


def _same_kind(labels: Sequence[str]) -> bool:
    """Parts that are only named; 增加, 执行, 结余 and the like tell another story than a split."""
    return not any(re.search(r"增|减|执行|结余|支出|同比|上年|占|累计", label) for label in labels)


def _rounded(total: "re.Match[str]", found: "Sequence[re.Match[str]]") -> bool:
    """Whether units differ so that rounding may show: 9.754亿元 of parts in 万元."""
    return len({one["unit"] for one in (total, *found)}) > 1


def _table(block: list[Line]) -> Iterator[Fault]:
    last = next(
        (
            row
            for row in reversed(block)
            if re.fullmatch(r"合\s*计|总\s*计", row.cells[0].strip() or "-")
            or any(re.fullmatch(r"合\s*计|总\s*计", one.strip()) for one in row.cells[:2])
        ),
        None,
    )
    if last is None or len(block) < 3:
        return
    head = block[0].cells
    rows = [row for row in block[1:] if row is not last and not re.search(r"小\s*计", "".join(row.cells[:2]))]
    for place, cell in enumerate(last.cells):
        said = _number(cell)
        name = head[place] if place < len(head) else ""
        values = [_number(row.cells[place]) for row in rows if place < len(row.cells)]
        known = [value for value in values if value is not None]
        if (
            said is None
            or len(known) < 2
            or len(known) != len(rows)
            or re.search("率|比|得分|序号|平均", name)
        ):
            continue
        if sum(known) != said:
            yield Fault("N9", last.number, f"“{name}”一栏合计写{said}，各行相加为{sum(known)}", cell)


def _number(cell: str) -> Decimal | None:
    plain = cell.replace(",", "").replace("，", "").strip()
    return Decimal(plain) if re.fullmatch(r"-?\d+(?:\.\d+)?", plain) else None
