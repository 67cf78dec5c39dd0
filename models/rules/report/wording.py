"""N6, N7, N12: residue, repeated words, broken sentences, vague numbers, numbers of headings that jump."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from models.rules.report.faults import Fault
from models.rules.report.numbers import NUM
from models.rules.report.outline import Report, Section
from models.rules.report.wordlist import Doubled, Residue

TWICE = re.compile(r"(?P<w>[\u4e00-\u9fff]{2,8})(?P=w)")
UNIT = r"(?:个|项|人次|人|家|场|次|户|件|份|篇|名|期|条|处|公里|平方米|亩|万元|亿元|元|万|亿)"
VAGUE = (
    re.compile(rf"(?:\d[\d,.]*|[一二两三四五六七八九十百千]+)\s*[余多](?={UNIT})(?:{UNIT}次?)"),
    re.compile(rf"(?:约|近|逾|大约)\s*(?:\d[\d,.]*|[一二两三四五六七八九十百千]+)\s*(?:{UNIT})(?!年|月)"),
    re.compile(rf"(?:百|千|万)余(?={UNIT})(?:{UNIT}次?)|若干(?:个|项|次|场|家)|数[十百千](?:{UNIT}次?)"),
    re.compile(rf"\d[\d,.]*\s*(?:{UNIT})(?:左右|上下)"),
)
BEFORE_NEAR = (
    "最",
    "附",
    "临",
    "靠",
    "接",
    "远",
    "节",
    "制",
    "签",
    "条",
    "预",
    "大",
    "合",
    "相",
    "将",
    "就",
    "亲",
)
PAIRS = (("“", "”"), ("《", "》"))
ENDS = "。！？；：…”）)》】，、."


def residue(report: Report, patterns: Sequence[Residue]) -> Iterator[Fault]:
    """N6: what should not stand in a finished report."""
    whole = "\n".join(line.text for line in report.lines if not line.cells)
    titles = report.title_lines()
    compiled = [(one, made) for one in patterns if (made := one.compiled()).search(whole)]
    for line in report.lines:
        if line.cells:
            continue
        taken: list[tuple[int, int]] = []
        for one, pattern in compiled:
            if one.title and line.number not in titles:
                continue
            for found in pattern.finditer(line.text):
                if any(a < found.end() and found.start() < b for a, b in taken):
                    continue
                taken.append(found.span())
                read = line.text[max(0, found.start() - 6) : found.end() + 6]
                yield Fault("N6", line.number, one.says, read, severity=one.severity)


def repeated(report: Report, doubled: Doubled) -> Iterator[Fault]:
    """N6: a word of two or more characters written twice in a row."""
    for line in report.lines:
        for found in TWICE.finditer(line.text):
            word, after = found["w"], line.text[found.end() : found.end() + 3]
            if len(set(word)) == 1 or _right(line.text, found, doubled):
                continue
            yield Fault("N6", line.number, f"“{word}”重复", f"{found[0]}{after}")


def broken(report: Report, told_lines: set[int]) -> Iterator[Fault]:
    """N6: quotes that do not close; a paragraph of a project's section that ends without a mark."""
    for line in report.lines:
        if line.cells:
            continue
        for left, right in PAIRS:
            if line.text.count(left) != line.text.count(right):
                yield Fault("N6", line.number, f"“{left}{right}”不成对", line.text[:40])
        text = line.text.rstrip()
        if line.number in told_lines and len(text) > 60 and text[-1] not in ENDS:
            yield Fault("N6", line.number, "段末没有标点，句子可能不完整", text[-20:])


def vague(report: Report) -> Iterator[Fault]:
    """N7: 20余项, 近百人, 若干个: a number that the records hold exactly."""
    whole = "\n".join(line.text for line in report.lines)
    patterns = [pattern for pattern in VAGUE if pattern.search(whole)]
    for line in report.lines if patterns else ():
        taken: list[tuple[int, int]] = []
        for pattern in patterns:
            for found in pattern.finditer(line.text):
                before = line.text[max(0, found.start() - 1) : found.start()]
                near = found[0][0] in "近约"
                if (near and before in BEFORE_NEAR) or any(
                    a < found.end() and found.start() < b for a, b in taken
                ):
                    continue
                taken.append((found.start(), found.end()))
                yield Fault(
                    "N7",
                    line.number,
                    f"“{found[0]}”不是准确数",
                    line.text[max(0, found.start() - 12) : found.end() + 6],
                )


def numbering(report: Report) -> Iterator[Fault]:
    """N12: headings of one parent whose numbers jump or repeat; 一是 … 三是 without 二是."""
    for parent in [report.top, *report.sections()]:
        yield from _jumps(parent.children)
    for line in report.lines:
        marks = [
            one[0] for one in re.findall(r"(?:^|[，。；：、])\s*([一二三四五六七八九十])是(?!否)", line.text)
        ]
        expected = 0
        for mark in marks:
            place = "一二三四五六七八九十".index(mark)
            if place == 0:
                expected = 1
            elif expected and place != expected:
                wanted = "一二三四五六七八九十"[expected]
                yield Fault("N12", line.number, f"应为“{wanted}是”，写的是“{mark}是”", line.text[:40])
                break
            else:
                expected = place + 1


def _jumps(children: Sequence[Section]) -> Iterator[Fault]:
    for level in sorted({one.level for one in children}):
        numbered = [one for one in children if one.level == level and one.number is not None]
        for before, one in pairwise(numbered):
            last, number = before.number or 0, one.number or 0
            if number not in (last + 1, 1):
                says = f"序号{last}之后是{number}"
                yield Fault("N12", one.line.number, says, one.title, one.title)
            elif number == last == 1:
                yield Fault("N12", one.line.number, "序号1重复", one.title, one.title)


def _right(text: str, found: "re.Match[str]", doubled: Doubled) -> bool:
    around = text[found.start() : found.end() + 4]
    if any(around.startswith(one) for one in doubled.allowed):
        return True
    if re.fullmatch(rf"(?:{NUM})+", found[0]):
        return True
    joined = any(around.startswith(one) for one in doubled.joined)
    return joined and any(text[: found.start()].endswith(one) for one in doubled.before)
