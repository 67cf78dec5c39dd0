"""N14: how many of something a report says there are, against how many it lists: 一是…二是…, A、B、C三个方面, 《》."""

import re
from collections.abc import Iterator, Sequence

from models.rules.report.faults import Fault
from models.rules.report.numbers import NUM, whole
from models.rules.report.outline import Line, Report

ORDINALS = "一二三四五六七八九十"
THING = r"问题|方面|重点|环节|措施|举措|做法|原因|不足|特点|途径|要求|任务|机制|关口|抓手|转变|到位|同步|结合|强化|坚持|步骤|建议|亮点|成效|困难|短板|层面|维度|关系|阶段"
SAID = re.compile(
    rf"(?<![第前后近余一每])(?P<n>{NUM})\s*(?:(?:个|项|条|点|大)|(?=方面))(?P<thing>(?:方面|主要|突出|具体|共性)*(?:的)?(?:{THING}))"
    rf"|(?:问题)(?:共|共计)?(?P<m>{NUM})(?:个|项|条)"
)
OPENS = re.compile(r"^[^。；：:]{0,24}[。：:；，,—]\s*(?=一(?:是|、)|（一）|1[.．、]|（1）)")
"""What may stand between the number and its list: the rest of the sentence."""
BEFORE_LIST = re.compile(r"[^。；：:]{0,12}[：:]|[^。；：:]{0,8}如下[。：:]?")
BEFORE_IS = re.compile(r"[^。；：:]{0,24}[。：:]?")
"""How a paragraph ends whose list stands in the next ones, numbered or with 一是."""
MARKS = re.compile(
    rf"(?P<a>[{ORDINALS}]+)、|（(?P<b>[{ORDINALS}]+)）|(?<!\d)(?P<c>\d{{1,2}})[.．、](?!\d)|（(?P<d>\d{{1,2}})）|(?P<e>[{ORDINALS}]+)是(?!否)"
)
"""Marks of a list: 一、 （一） 1. （1） 一是; the higher first."""
ALL = re.compile(
    rf"(?:从|围绕|包括|分为|聚焦|按照|针对|涵盖|涉及|紧盯|抓好|抓住)[“\"]?(?P<list>[\u4e00-\u9fff]{{2,12}}?(?:、[\u4e00-\u9fff]{{2,12}}?){{1,8}}(?:[和及与][\u4e00-\u9fff]{{2,12}}?)?)[”\"]?(?:这|等)?(?P<n>{NUM})(?:个|大)(?:方面|环节|维度|层面|关键|领域|重点|阶段|部分)"
)
BOOKS = re.compile(rf"(?P<n>{NUM})(?:件|个|项|份)(?:制度|文件|办法)?[：:](?P<list>《[^。；]*)")


Mark = tuple[str, int]


def lists(report: Report) -> Iterator[Fault]:
    """Numbers whose list follows in the same paragraph, or in the paragraphs after it, or stands before them."""
    text = [line for line in report.lines if not line.cells]
    marks = [_mark(line.text) for line in text]
    for place, line in enumerate(text):
        if SAID.search(line.text):
            yield from _told(line, text[place + 1 :], marks[place + 1 :])
        yield from _named(line)
        for said in BOOKS.finditer(line.text) if "《" in line.text else ():
            listed = said["list"].count("《")
            if listed != whole(said["n"]) and "等" not in said["list"]:
                yield Fault("N14", line.number, f"说有{whole(said['n'])}件，列举了{listed}件", said[0][:60])


def _told(line: Line, after: Sequence[Line], marks: Sequence[Mark | None]) -> Iterator[Fault]:
    first = next(iter(marks), None)
    for said in SAID.finditer(line.text):
        rest = line.text[said.end() :]
        gap = OPENS.match(rest)
        if gap:
            kind, listed = _inline(rest[gap.end() :])
            listed += _further(after, marks, kind, listed)
        elif first and first[1] == 1 and (BEFORE_LIST if first[0] != "e" else BEFORE_IS).fullmatch(rest):
            listed = _further(after, marks, first[0], 0)
        else:
            continue
        number, thing = whole(said["n"] or said["m"]), (said["thing"] or "问题")[-2:]
        if listed > 1 and 1 < number != listed:
            yield Fault("N14", line.number, f"说有{number}个{thing}，列举了{listed}个", said[0])


def _mark(text: str) -> Mark | None:
    """The mark at the head of a text: its kind and number."""
    found = MARKS.match(text.strip())
    return _read(found) if found else None


def _read(found: "re.Match[str]") -> Mark:
    kind = found.lastgroup or ""
    return kind, whole(found[kind])


def _inline(text: str) -> Mark:
    """The kind of the list that opens a text, and how far it goes there."""
    kind, count = "", 0
    for found in MARKS.finditer(text):
        mark = _read(found)
        if mark == (kind or mark[0], count + 1):
            kind, count = mark
    return kind, count


def _further(after: Sequence[Line], marks: Sequence[Mark | None], kind: str, listed: int) -> int:
    """How many paragraphs go on with the list; unmarked ones belong to the item before them."""
    count = 0
    for line, mark in zip(after, marks, strict=True):
        if mark == (kind, listed + count + 1):
            inside = _inline(line.text) if kind == "e" else ("", 0)
            count += 1
            if inside[0] == kind and inside[1] > 1:
                count += inside[1] - 1
        elif mark and (mark[0] <= kind or kind == "e"):
            break
    return count


def _named(line: Line) -> Iterator[Fault]:
    """A、B、C和D三个方面; 和 may join two things or stand inside one."""
    for said in ALL.finditer(line.text) if "、" in line.text else ():
        least = len(re.split("、", said["list"]))
        most = len(re.split("[、和及与]", said["list"]))
        number = whole(said["n"])
        open_ = "等" in said[0][len(said["list"]) :]
        if number < least or (number > most and not open_):
            yield Fault("N14", line.number, f"说有{number}个，列举了{most}个（{said['list']}）", said[0])
