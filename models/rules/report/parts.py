"""N9: what a sentence splits into parts, money, counts or points, against the whole that it names before them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from models.rules.report.faults import Fault
from models.rules.report.numbers import AMOUNT, NUM, fen_of, step_of, whole
from models.rules.report.outline import Line, Report, sentences
from models.rules.report.wordlist import Family

OPENED = re.compile(r"(?:其中|包括|包含|由)[：:，]?|分别(?:为|是)[：:]?")
COUNT = re.compile(rf"(?<!第)(?P<number>{NUM})\s*(?P<unit>个|项|家|件|人次|人|份|户|期|场|篇)")
POINTS = re.compile(r"(?P<number>\d{1,3}(?:\.\d+)?)(?P<unit>分)(?![之钟类别配散公])")
SERIES = re.compile(rf"第?(?P<n>{NUM})(?P<unit>季度|期|批|次|轮|场|阶段)")
REST = re.compile(r"^(?:其余|剩余|余下|不足部分|另|未)")
LAST = ("其他", "其它", "其余")
AND = re.compile(rf"(?:以及|和|及|与)(?=\s*{NUM}\s*(?:个|项|家|件|人次|人|份|户|期|场|篇))")
ANOTHER = re.compile(
    r"^(?:评价结果|评价等级|结果|涉及|共|合计|全年|全部|占|较|同比|已|实际|完成|支出|执行|预算执行|累计|年末)"
)
"""The head of a clause that goes on with something else than one more part."""
STORY = re.compile(r"增|减|执行|结余|支出|同比|上年|占|累计")
FULL = re.compile(r"(?:满分|分值|总分值|权重|满)(?:为|共|计)?\d+(?:\.\d+)?分")


@dataclass(frozen=True)
class Split:
    """A whole, its parts and the words of each part; `left` where the text says that there is a rest."""

    total: "re.Match[str]"
    parts: "tuple[re.Match[str], ...]"
    labels: tuple[str, ...]
    before: str
    bracketed: bool
    left: bool


def parts(report: Report, families: Sequence[Family]) -> Iterator[Fault]:
    """Parts that give more than the whole, or, where the list is complete, less."""
    for line in report.lines:
        for sentence in () if line.cells else _joined(line.text):
            opened = next((one for one in OPENED.finditer(sentence) if one.start()), None)
            if opened is not None:
                yield from _money(line, sentence, opened, families)
                yield from _counts(line, sentence, opened, families)
                yield from _points(line, sentence, opened, families)


def _joined(text: str) -> list[str]:
    """Sentences; one that begins with 其中 belongs to the sentence before it."""
    found: list[str] = []
    for one in sentences(text):
        if found and one.startswith("其中"):
            found[-1] += one
        else:
            found.append(one)
    return found


def _split(sentence: str, opened: "re.Match[str]", unit: "re.Pattern[str]") -> Split | None:
    """The parts that follow one another; the list ends at the first clause that is not one more part."""
    before, after = sentence[: opened.start()], sentence[opened.end() :]
    bracketed = max(before.rfind(one) for one in "（(") > max(before.rfind(one) for one in "）)")
    after = AND.sub("、", re.split(r"[）)]", after)[0] if bracketed else after)
    found: list[re.Match[str]] = []
    labels: list[str] = []
    left = False
    for clause in re.finditer(r"[^，、；;]+", after):
        one = unit.search(clause[0])
        if one is None and found and re.search(r"优|良|中|差|均", clause[0]):
            continue
        if one is None or (found and (REST.match(clause[0]) or ANOTHER.match(clause[0]))):
            left = bool(REST.match(clause[0]))
            if left and one is not None:
                left = False
            else:
                break
        assert one is not None
        found.append(one)
        labels.append(clause[0][: one.start()] + clause[0][one.end() :])
        if "。" in clause[0]:
            break
    wholes = (
        [one for one in unit.finditer(before) if unit is AMOUNT or one["unit"] == found[0]["unit"]]
        if found
        else []
    )
    if len(found) < 2 or not wholes:
        return None
    return Split(
        wholes[-1],
        tuple(found),
        tuple(re.split("[。）)]", one)[0].strip('：:“”"。 ') for one in labels),
        before,
        bracketed,
        left,
    )


def _money(line: Line, sentence: str, opened: "re.Match[str]", families: Sequence[Family]) -> Iterator[Fault]:
    one = _split(sentence, opened, AMOUNT)
    if one is None:
        return
    wanted, got = fen_of(one.total), sum(map(fen_of, one.parts))
    mixed = len({part["unit"] for part in (one.total, *one.parts)}) > 1
    slack = max(step_of(one.total), *map(step_of, one.parts)) * (len(one.parts) + 1) // 2 if mixed else 0
    told = not any(STORY.search(label) for label in one.labels)
    if abs(got - wanted) > slack and ((got > wanted and told) or _complete(one, families)):
        says = f"各项合计{got / 10**6:g}万元，总数{wanted / 10**6:g}万元"
        yield Fault("N9", line.number, says, sentence[:80])


def _counts(
    line: Line, sentence: str, opened: "re.Match[str]", families: Sequence[Family]
) -> Iterator[Fault]:
    one = _split(sentence, opened, COUNT)
    if (
        one is None
        or len({part["unit"] for part in one.parts}) > 1
        or re.search("优|良", "".join(one.labels))
    ):
        return
    unit = one.total["unit"]
    wanted, got = whole(one.total["number"]), sum(whole(part["number"]) for part in one.parts)
    if got != wanted and (
        _complete(one, families, more=got > wanted)
        or _series(one, more=got > wanted)
        or (got > wanted and _parallel(one))
    ):
        yield Fault("N9", line.number, f"各项合计{got}{unit}，总数{wanted}{unit}", sentence[:80])


def _points(
    line: Line, sentence: str, opened: "re.Match[str]", families: Sequence[Family]
) -> Iterator[Fault]:
    plain = FULL.sub("", sentence)
    again = next((one for one in OPENED.finditer(plain) if one.start()), None)
    one = _split(plain, again, POINTS) if again else None
    if one is None or not _complete(one, families):
        return
    wanted, got = Decimal(one.total["number"]), sum(Decimal(part["number"]) for part in one.parts)
    if wanted != got:
        yield Fault("N9", line.number, f"各部分得分合计{got}分，总分{wanted}分", sentence[:80])


def _complete(one: Split, families: Sequence[Family], *, more: bool = False) -> bool:
    """Whether the parts are all of one family and close it, or the last is 其他; or give `more` than can be."""
    if one.left:
        return False
    if one.labels[-1].startswith(LAST):
        return True
    for family in families:
        inside = all(any(member in label for member in family.members) for label in one.labels)
        closed = any(word in label for label in one.labels for word in family.closing) or any(
            label in family.alone for label in one.labels
        )
        if inside and (closed or more):
            return True
    return False


def _parallel(one: Split) -> bool:
    """Parts named alike (… 单位, … 单位), or listed in brackets after 其中：, can not give more than the whole."""
    ends = {label[-1:] if label.endswith(("类", "型", "级")) else label[-2:] for label in one.labels}
    alike = len(ends) == 1 and all(len(label) > 2 for label in one.labels)
    alike = alike or (len(one.labels) > 2 and all(0 < len(label) < 5 for label in one.labels))
    return alike and not any(re.search(r"以上|以下|超过|重点|新增", label) for label in one.labels)


def _series(one: Split, *, more: bool) -> bool:
    """Whether the parts are the first, second … of as many as were said, or already give `more` than the whole."""
    found = [SERIES.match(label) for label in one.labels]
    marks = [mark for mark in found if mark]
    if len(marks) < len(one.labels) or [whole(mark["n"]) for mark in marks] != list(range(1, len(marks) + 1)):
        return False
    unit = marks[0]["unit"]
    said = 4 if unit == "季度" else next((whole(n) for n in re.findall(rf"({NUM}){unit}", one.before)), 0)
    return len({mark["unit"] for mark in marks}) == 1 and (more or said == len(marks))
