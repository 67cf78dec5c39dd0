"""N9, N11: parts against their sum, one figure with two numbers."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from models.rules.report.claims import Claim
from models.rules.report.faults import Fault
from models.rules.report.numbers import AMOUNT, DECIMAL, NUM, fen_of, step_of, whole
from models.rules.report.outline import Line, Report, sentences
from models.rules.report.told import Told
from models.rules.report.wordlist import NamedFigure

MONEY = rf"(?P<a>(?:{DECIMAL})\s*(?:亿元|万元|元))"
MONEY_ = rf"(?:{DECIMAL})\s*(?:亿元|万元|元)"
PART = re.compile(r"上年|去年|上半年|下半年|季度|其中|年中|年初|新增|另|镇|乡|抽|[首分第][次批]|累计|分别")
OF_PROJECT = re.compile(
    rf"(?:评价资金|评价金额|预算|资金|安排|下达|金额|投资|投入|补贴|补助|经费|支出)[^，。；\d]{{0,12}}?{MONEY}"
)
COVERED = re.compile(
    rf"(?:涉及|评价|项目)?(?:财政|项目|评价|预算)?(?:资金|金额)(?:总额|总量|规模|共计|合计|共|达|为)*{MONEY}"
)


def tables(report: Report) -> Iterator[Fault]:
    """N9: the 合计 row of a table against the rows above it."""
    for block in report.tables():
        yield from _table(block)


def figures(report: Report, named: Sequence[NamedFigure]) -> Iterator[Fault]:
    """N11: one named figure with different numbers; another year, half a year or a part is another figure."""
    said = [(line, one) for line in report.lines if not line.cells for one in sentences(line.text)]
    for figure in named:
        pattern = re.compile(figure.pattern.replace("{n}", f"({NUM})").replace("{m}", f"({MONEY_})"))
        known: list[tuple[int | None, str]] = []
        for line, sentence in said:
            for found in pattern.finditer(sentence) if figure.word in sentence else ():
                if PART.search(sentence[: found.start()]):
                    continue
                year, value = _year(sentence[: found.end()]), next(filter(None, found.groups()))
                before = next((one for one in known if _differs(one, (year, value), known)), None)
                known.append((year, value))
                if before is not None:
                    says = f"{figure.name}前文为{before[1]}，此处为{value}"
                    yield Fault("N11", line.number, says, found[0])


def _differs(
    one: tuple[int | None, str], other: tuple[int | None, str], known: Sequence[tuple[int | None, str]]
) -> bool:
    """Whether two numbers of one figure are of one year and not the same; undated ones are where only one year is named."""
    years = {year for year, _ in (*known, other) if year}
    same = one[0] == other[0] or (None in (one[0], other[0]) and len(years) < 2)
    return same and _exact(one[1]) != _exact(other[1])


def _year(text: str) -> int | None:
    years = re.findall(r"20\d\d(?=年)", text)
    return int(years[-1]) if years else None


def _exact(text: str) -> int:
    amount = AMOUNT.fullmatch(text)
    return fen_of(amount) if amount else whole(text)


def two_amounts(all_claims: Sequence[Claim]) -> Iterator[Fault]:
    """N11: two sentences that count the same evaluations of the same year and give them different amounts."""
    first: dict[tuple[int, int | None], re.Match[str]] = {}
    for claim in all_claims:
        covered = COVERED.search(claim.sentence) if claim.total is not None else None
        amount = AMOUNT.search(covered["a"]) if covered else None
        if amount is None or claim.total is None:
            continue
        before = first.setdefault((claim.total, claim.year), amount)
        if abs(fen_of(before) - fen_of(amount)) > max(step_of(before), step_of(amount)) * (
            before["unit"] != amount["unit"]
        ):
            says = f"{claim.total}个评价的资金前文为{before[0]}，此处为{amount[0]}"
            yield Fault("N11", claim.line.number, says, claim.sentence[:80])


def evaluated_money(all_claims: Sequence[Claim], told: Sequence[Told]) -> Iterator[Fault]:
    """N9: the amount that all evaluations are said to cover against those of the sections, where each gives one."""
    amounts = [
        next((found for found in OF_PROJECT.finditer(f"{one.section.title}。{one.section.text()}")), None)
        for one in told
    ]
    known = [AMOUNT.search(found["a"]) for found in amounts if found]
    parts_ = [one for one in known if one]
    listed = [one.amount_fen for one in told if one.amount_fen is not None]
    if not told or max(len(parts_), len(listed)) < len(told):
        return
    for claim in all_claims:
        covered = COVERED.search(claim.sentence)
        total = AMOUNT.search(covered["a"]) if covered else None
        if claim.total != len(told) or total is None:
            continue
        got, wanted = sum(listed) or sum(map(fen_of, parts_)), fen_of(total)
        slack = step_of(total) if listed or _rounded(total, parts_) else 0
        if abs(got - wanted) > slack:
            says = f"各项目金额合计{got / 10**6:g}万元，总述{wanted / 10**6:g}万元"
            yield Fault("N9", claim.line.number, says, claim.sentence[:80], severity="提醒")


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
            or re.search("率|比|序号|平均" if "指标" in head[0] else "率|比|得分|序号|平均", name)
        ):
            continue
        if sum(known) != said:
            yield Fault("N9", last.number, f"“{name}”一栏合计写{said}，各行相加为{sum(known)}", cell)


def _number(cell: str) -> Decimal | None:
    plain = cell.replace(",", "").replace("，", "").strip()
    return Decimal(plain) if re.fullmatch(r"-?\d+(?:\.\d+)?", plain) else None
