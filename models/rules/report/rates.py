"""N9: rates against the two amounts or the two counts that they are written beside."""

import re
from collections.abc import Iterator
from decimal import Decimal

from models.rules.report.faults import Fault
from models.rules.report.numbers import AMOUNT, DECIMAL, NUM, fen_of, step_of, whole
from models.rules.report.outline import Line, Report

RATE = re.compile(
    rf"(?:预算|安排|下达|到位)[^，。；]{{0,12}}?(?P<a>(?:{DECIMAL})\s*(?:亿元|万元|元))[^。；]{{0,16}}?(?:执行|支出|实际支出|使用)[^，。；]{{0,8}}?(?P<b>(?:{DECIMAL})\s*(?:亿元|万元|元))[^。；]{{0,10}}?(?:执行率|支出率|完成率)[^\d。；]{{0,4}}(?P<r>\d+(?:\.\d+)?)%"
)
DONE = {
    "整改": "整改|销号",
    "完成": "完成|已",
    "覆盖": "覆盖|纳入|开展",
    "及时": "及时|按时|按期",
    "办结": "办结|办理",
    "公开": "公开",
    "报送": "报送|上报",
    "落实": "落实|到位",
}
"""The first word of a rate → the words that tell what was done with the counted part."""
VERB = rf"(?:已|其中|自评|{'|'.join(DONE.values())})了?"
COUNT_RATE = re.compile(
    rf"(?P<head>[^，。；\d]{{0,10}})(?<![\d一二两三四五六七八九十百千])(?P<a>{NUM})\s*(?P<u>个|项|条|件|家|户|人次|人|份)(?P<noun>[^。；\d]{{0,16}}?{VERB})"
    rf"\s*(?P<b>{NUM})\s*(?P=u)(?P<tail>[^，。；、\d]{{0,10}})(?:，(?:其余|剩余|还有|尚有|未)[^，。；]{{0,14}})?[，、]?(?P<about>[^，。；、\d]{{0,8}}?)(?P<rate>{'|'.join(DONE)})率[^\d。；，]{{0,4}}(?P<r>\d+(?:\.\d+)?)%"
)


def rates(report: Report) -> Iterator[Fault]:
    """N9: an execution rate that its own two amounts do not give, a rate that its own two counts do not."""
    for line in report.lines:
        yield from _of_amounts(line)
        yield from _of_counts(line)


def _of_amounts(line: Line) -> Iterator[Fault]:
    for found in RATE.finditer(line.text):
        budget, spent = (AMOUNT.search(found[one]) for one in "ab")
        if budget is None or spent is None or not fen_of(budget):
            continue
        said = Decimal(found["r"])
        exact = Decimal(fen_of(spent)) * 100 / fen_of(budget)
        slack = Decimal(1).scaleb(-len(found["r"].partition(".")[2])) + exact * Decimal(
            step_of(budget)
        ) / fen_of(budget)
        if abs(exact - said) > slack:
            yield Fault("N9", line.number, f"执行率写{said}%，按金额计算为{exact:.2f}%", found[0][:60])


def _of_counts(line: Line) -> Iterator[Fault]:
    for found in COUNT_RATE.finditer(line.text):
        all_, part = whole(found["a"]), whole(found["b"])
        if not all_ or part > all_ or not _same_thing(found):
            continue
        said, exact = Decimal(found["r"]), Decimal(part) * 100 / all_
        if abs(exact - said) > Decimal(1).scaleb(-len(found["r"].partition(".")[2])):
            says = f"{found['rate']}率写{said}%，按个数计算为{exact:.2f}%"
            yield Fault("N9", line.number, says, found[0][-60:])


def _same_thing(found: "re.Match[str]") -> bool:
    """Whether both counts are of one thing and the rate is of what was done with it."""
    whole_, part = found["head"] + found["noun"], found["noun"] + found["tail"]
    tail = re.sub(rf"^(?:均|全部|得到)?(?:{VERB})*", "", found["tail"])
    about = re.sub(r"^(?:的|总体|综合|问题)", "", found["about"])
    return (
        (not tail or tail[:2] in whole_)
        and (not about or about[:2] in whole_ + part)
        and re.search(DONE[found["rate"]], part) is not None
    )
