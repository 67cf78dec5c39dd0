"""N9: rates and averages against the two amounts or the two counts that they are written beside."""

import re
from collections.abc import Iterator
from decimal import Decimal

from models.rules.report.claims import grade_counts
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
COUNTED = re.compile(rf"(?P<n>{NUM})\s*(?P<u>个|项|家|户|人次|人|份|件)")
VERB = rf"(?:已|其中|自评|{'|'.join(DONE.values())})了?"
COUNT_RATE = re.compile(
    rf"(?P<head>[^，。；\d]{{0,10}})(?<![\d一二两三四五六七八九十百千])(?P<a>{NUM})\s*(?P<u>个|项|条|件|家|户|人次|人|份)(?P<noun>[^。；\d]{{0,16}}?{VERB})"
    rf"\s*(?P<b>{NUM})\s*(?P=u)(?P<tail>[^，。；、\d]{{0,10}})(?:，(?:其余|剩余|还有|尚有|未)[^，。；]{{0,14}})?[，、]?(?P<about>[^，。；、\d]{{0,8}}?)(?P<rate>{'|'.join(DONE)})率[^\d。；，]{{0,4}}(?P<r>\d+(?:\.\d+)?)%"
)


CUT_RATE = re.compile(
    rf"(?:送审|申报|报送|评估|评审)[^，。；]{{0,12}}?(?P<a>(?:{DECIMAL})\s*(?:亿元|万元|元))[^。；]{{0,16}}?(?:审减|核减)[^，。；\d]{{0,8}}?(?P<b>(?:{DECIMAL})\s*(?:亿元|万元|元))[^。；]{{0,6}}?(?:审减率|核减率)[^\d。；]{{0,4}}(?P<r>\d+(?:\.\d+)?)%"
)
PART_OF = re.compile(
    rf"(?P<b>(?:{DECIMAL})\s*(?:亿元|万元|元))[^。；，\d]{{0,8}}[，,]?占[^，。；\d]{{0,20}}(?P<a>(?:{DECIMAL})\s*(?:亿元|万元|元))的(?P<r>\d+(?:\.\d+)?)%"
)
FOUND = re.compile(
    rf"(?:发现|反馈|指出|查出|梳理|提出)[^，。；\d]{{0,12}}(?P<a>{NUM})\s*(?P<u>个|项|条)|问题(?:共|共计)?(?P<c>{NUM})\s*(?P<v>个|项|条)"
)
GOOD = re.compile(r"优良率[^\d。；，]{0,4}(?P<r>\d+(?:\.\d+)?)%")
EXECUTED = re.compile(
    rf"(?:预算|安排|下达)[^。]*?(?:支出|执行|使用)[^，。；\d]{{0,4}}(?P<b>(?:{DECIMAL})\s*(?:亿元|万元|元))[^。；]{{0,6}}?(?:执行率|支出率)[^\d。；]{{0,4}}(?P<r>\d+(?:\.\d+)?)%"
)
REMEDIED = re.compile(
    rf"(?:已|完成)(?:完成)?整改(?:完成|到位)?(?P<b>{NUM})\s*(?:个|项|条)[^。；\d]{{0,10}}?整改(?:完成)?率[^\d。；，]{{0,4}}(?P<r>\d+(?:\.\d+)?)%"
)
"""Of problems that an earlier sentence of the paragraph counts."""
SHARE = re.compile(
    rf"(?P<n>{NUM})\s*(?P<u>个|项|家|户|人次|人|份|件)[^，。；、\d]{{0,14}}[，,（(]?(?:占比|占[^，。；、\d]{{0,12}}?)(?:为|达到|达|的)?(?P<r>\d+(?:\.\d+)?)%"
)
GROWTH = re.compile(
    rf"[由从][^，。；\d]{{0,12}}(?P<a>{DECIMAL})\s*(?P<u>亿元|万元|元|个|项|家|户|人次|人|份|件)[^，。；\d]{{0,8}}?(?P<way>增加|提高|增长|扩大|上升|提升|扩展|减少|下降|降低|压减|缩减)(?:到|至|为)[^，。；\d]{{0,6}}(?P<b>{DECIMAL})\s*(?P=u)[^。；\d]{{0,10}}?(?:增长|增幅|增加|提高|上升|下降|减少|降幅|降低|压减)(?:率|幅度)?(?:为|达|了)?(?P<r>\d+(?:\.\d+)?)%"
)

AVERAGE = re.compile(
    rf"(?<!\d)(?P<n>\d+)\s*(?:个|项)[^。；\d]{{0,24}}?(?P<a>(?:{DECIMAL})\s*(?:亿元|万元))[，,（(]?平均(?:每[个项](?:项目)?)?(?:安排|资金|为|约)*(?P<b>(?:{DECIMAL})\s*(?:亿元|万元))"
)
RATE_NAMES = re.compile(rf"(?:{'|'.join(DONE)})率")
OF_AMOUNTS = ((RATE, "执行率", "率"), (CUT_RATE, "审减率", "减率"), (PART_OF, "占比", "占"))
"""Patterns of two amounts and a rate, the rate's name, and a word without which the pattern need not be tried."""


def rates(report: Report) -> Iterator[Fault]:
    """N9: an execution rate that its own two amounts do not give, a rate that its own two counts do not."""
    for line in report.lines:
        if "平均" in line.text:
            yield from _average(line)
        if "%" not in line.text:
            continue
        for pattern, name, word in OF_AMOUNTS:
            if word in line.text:
                yield from _of_amounts(line, pattern, name)
        if RATE_NAMES.search(line.text):
            yield from _of_counts(line)
            yield from _remedied(line)
        if "优良率" in line.text:
            yield from _good(line)
        if "；" in line.text and "率" in line.text:
            yield from _executed(line)
        yield from _growth(line)
        for sentence in line.text.split("。") if "占" in line.text and not line.cells else ():
            yield from _shares(line, sentence)


def _of_amounts(line: Line, pattern: "re.Pattern[str]", name: str) -> Iterator[Fault]:
    for found in pattern.finditer(line.text):
        budget, spent = (AMOUNT.search(found[one]) for one in "ab")
        if budget is None or spent is None or not fen_of(budget):
            continue
        said = Decimal(found["r"])
        exact = Decimal(fen_of(spent)) * 100 / fen_of(budget)
        slack = _step(found["r"]) + exact * Decimal(step_of(budget)) / fen_of(budget)
        if abs(exact - said) > slack:
            yield Fault("N9", line.number, f"{name}写{said}%，按金额计算为{exact:.2f}%", found[0][:60])


def _executed(line: Line) -> Iterator[Fault]:
    """An execution rate that none of the amounts before it in its sentence gives, where the budget has its parts."""
    for sentence in line.text.split("。"):
        if "；" not in sentence or "率" not in sentence or RATE.search(sentence):
            continue
        found = EXECUTED.search(sentence)
        if found is None:
            continue
        spent = AMOUNT.search(found["b"])
        before = list(AMOUNT.finditer(sentence[: found.start("b")]))
        rates_ = [Decimal(fen_of(spent)) * 100 / fen_of(one) for one in before if spent and fen_of(one)]
        if rates_ and not any(_near(rate, found["r"]) for rate in rates_):
            says = f"执行率写{found['r']}%，按金额计算为{rates_[0]:.2f}%"
            yield Fault("N9", line.number, says, sentence[-60:])


def _good(line: Line) -> Iterator[Fault]:
    """优良率 against the grades counted in its sentence."""
    for sentence in line.text.split("。"):
        found = GOOD.search(sentence)
        grades = grade_counts(sentence) if found else {}
        said = sum(grades.values())
        if found and len(grades) > 1 and said:
            exact = Decimal(grades.get("优", 0) + grades.get("良", 0)) * 100 / said
            if not _near(exact, found["r"]):
                yield Fault(
                    "N9", line.number, f"优良率写{found['r']}%，按个数计算为{exact:.2f}%", sentence[-60:]
                )


def _of_counts(line: Line) -> Iterator[Fault]:
    for found in COUNT_RATE.finditer(line.text):
        all_, part = whole(found["a"]), whole(found["b"])
        if not all_ or part > all_ or not _same_thing(found):
            continue
        exact = Decimal(part) * 100 / all_
        if not _near(exact, found["r"]):
            says = f"{found['rate']}率写{found['r']}%，按个数计算为{exact:.2f}%"
            yield Fault("N9", line.number, says, found[0][-60:])


def _remedied(line: Line) -> Iterator[Fault]:
    for found in REMEDIED.finditer(line.text):
        told = list(FOUND.finditer(line.text[: found.start()]))
        part, all_ = whole(found["b"]), whole(told[-1]["a"] or told[-1]["c"]) if told else 0
        if part <= all_ and all_ and not _near(exact := Decimal(part) * 100 / all_, found["r"]):
            says = f"整改率写{found['r']}%，按个数计算为{exact:.2f}%"
            yield Fault("N9", line.number, says, found[0][-60:])


def _growth(line: Line) -> Iterator[Fault]:
    """由120个增加到150个，增长25%."""
    for found in GROWTH.finditer(line.text):
        was, now = (Decimal(found[one].replace(",", "").replace("，", "")) for one in "ab")
        said = Decimal(found["r"])
        if was and not _near(exact := abs(now - was) * 100 / was, found["r"]):
            yield Fault("N9", line.number, f"增减幅度写{said}%，按前后数计算为{exact:.2f}%", found[0][-60:])


def _average(line: Line) -> Iterator[Fault]:
    """192个项目，涉及资金9.754亿元，平均每个508万元."""
    for found in AVERAGE.finditer(line.text):
        total, said = (AMOUNT.search(found[one]) for one in "ab")
        count = int(found["n"])
        if total is None or said is None or not count:
            continue
        slack = step_of(said) + Decimal(step_of(total)) / count
        if abs(Decimal(fen_of(total)) / count - fen_of(said)) > slack:
            exact = f"{Decimal(fen_of(total)) / count / 10**6:.2f}万元"
            yield Fault("N9", line.number, f"平均数写{found['b']}，按个数计算为{exact}", found[0][-60:])


def _shares(line: Line, sentence: str) -> Iterator[Fault]:
    """N个，占P%: the base is what most of the shares agree with, the sum of the parts or a count before them."""
    items = list(SHARE.finditer(sentence))
    if not items:
        return
    before = [
        whole(one["n"]) for one in COUNTED.finditer(sentence[: items[0].start()]) if one["u"] == items[0]["u"]
    ]
    bases = dict.fromkeys([*reversed(before), sum(whole(one["n"]) for one in items)])
    right = {
        base: [one for one in items if base and _near(Decimal(whole(one["n"])) * 100 / base, one["r"])]
        for base in bases
    }
    base = max(right, key=lambda one: len(right[one]))
    alone = (
        len(items) == 1
        and len(before) == 1
        and re.search(r"其中|总数|全部|个[^，。；\d]{1,8}中", sentence) is not None
    )
    if len(right[base]) < (0 if alone else max(1, len(items) - 1)):
        return
    for one in items:
        if one not in right[base]:
            exact = Decimal(whole(one["n"])) * 100 / (before[0] if alone else base)
            yield Fault("N9", line.number, f"占比写{one['r']}%，按个数计算为{exact:.2f}%", one[0])


def _near(exact: Decimal, said: str) -> bool:
    """Whether a printed percentage is that number, to one step of its last digit."""
    return abs(exact - Decimal(said)) <= _step(said)


def _step(said: str) -> Decimal:
    """One step of the last digit of a printed number."""
    return Decimal(1).scaleb(-len(said.partition(".")[2]))


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
