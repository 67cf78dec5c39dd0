"""N14: how many of something a report says there are, against how many it lists: 一是…二是…, A、B、C三个方面, 《》."""

import re
from collections.abc import Iterator, Sequence

from models.rules.report.faults import Fault
from models.rules.report.numbers import NUM, whole
from models.rules.report.outline import Line, Report

ORDINALS = "一二三四五六七八九十"
THING = r"问题|方面|重点|环节|措施|举措|做法|原因|不足|特点|途径|要求|任务|机制|关口|抓手|转变|到位|同步|结合|强化|坚持|步骤|建议|亮点|成效|困难|短板|层面|维度|关系|阶段"
SAID = re.compile(
    rf"(?<![第前后近余一每])(?P<n>{NUM})\s*(?:个|项|条|点|大)(?P<thing>(?:方面|主要|突出|具体|共性)*(?:的)?(?:{THING}))"
    rf"|(?:问题)(?:共|共计)?(?P<m>{NUM})(?:个|项|条)"
)
OPENS = re.compile(r"^[^。；：:]{0,24}[。：:；，,—]\s*(?=一(?:是|、)|（一）|1[.．、]|（1）)")
"""What may stand between the number and its list: the rest of the sentence."""
MARKS = ("{o}、", "（{o}）", "{n}[.．、](?!\\d)", "（{n}）", "{o}是(?!否)")
"""Marks of a list, {o} for 一 and {n} for 1; the higher first."""
ALL = re.compile(
    rf"(?:从|围绕|包括|分为|聚焦|按照|针对|涵盖|涉及|紧盯|抓好|抓住)[“\"]?(?P<list>[\u4e00-\u9fff]{{2,12}}?(?:、[\u4e00-\u9fff]{{2,12}}?){{1,8}}(?:[和及与][\u4e00-\u9fff]{{2,12}}?)?)[”\"]?(?:这|等)?(?P<n>{NUM})(?:个|大)(?:方面|环节|维度|层面|关键|领域|重点|阶段|部分)"
)
BOOKS = re.compile(rf"(?P<n>{NUM})(?:件|个|项|份)(?:制度|文件|办法)?[：:](?P<list>《[^。；]*)")


def lists(report: Report) -> Iterator[Fault]:
    """Numbers whose list follows in the same paragraph, or in the paragraphs after it, or stands before them."""
    text = [line for line in report.lines if not line.cells]
    for place, line in enumerate(text):
        yield from _told(line, text[place + 1 :])
        yield from _named(line)
        for said in BOOKS.finditer(line.text):
            listed = said["list"].count("《")
            if listed != whole(said["n"]) and "等" not in said["list"]:
                yield Fault("N14", line.number, f"说有{whole(said['n'])}件，列举了{listed}件", said[0][:60])


def _told(line: Line, after: Sequence[Line]) -> Iterator[Fault]:
    for said in SAID.finditer(line.text):
        rest = line.text[said.end() :]
        gap = OPENS.match(rest)
        if gap:
            kind, listed = _inline(rest[gap.end() :])
            listed += _further(after, kind, listed)
        elif re.fullmatch(r"[^。；：:]{0,12}[：:]|[^。；：:]{0,8}如下[。：:]?", rest):
            kind = next((one for one in MARKS if after and _is(after[0], one, 1)), "")
            listed = _further(after, kind, 0) if kind else 0
        else:
            continue
        number, thing = whole(said["n"] or said["m"]), (said["thing"] or "问题")[-2:]
        if listed > 1 and 1 < number != listed:
            yield Fault("N14", line.number, f"说有{number}个{thing}，列举了{listed}个", said[0])


def _inline(text: str) -> tuple[str, int]:
    """The mark of a list within a paragraph and how far it goes there."""
    kind = next((one for one in MARKS if re.match(_mark(one, 1), text)), "")
    count = 0
    while kind and count < len(ORDINALS) and (found := re.search(_mark(kind, count + 1), text)):
        count += 1
        text = text[found.end() :]
    return kind, count


def _further(after: Sequence[Line], kind: str, listed: int) -> int:
    """How many paragraphs go on with the list; unmarked ones belong to the item before them."""
    higher = MARKS[: MARKS.index(kind)] if kind in MARKS[:4] else MARKS[:4]
    count = 0
    for one in after:
        if listed + count < len(ORDINALS) and _is(one, kind, listed + count + 1):
            kept, more = _inline(one.text)
            count += more if kept == kind and more > 1 else 1
        elif any(_is(one, mark, None) for mark in (kind, *higher)):
            break
    return count


def _is(line: Line, kind: str, number: int | None) -> bool:
    return re.match(_mark(kind, number), line.text.strip()) is not None


def _mark(kind: str, number: int | None) -> str:
    ordinal = f"[{ORDINALS}]+" if number is None else ORDINALS[number - 1]
    return kind.replace("{o}", ordinal).replace("{n}", r"\d{1,2}" if number is None else rf"(?<!\d){number}")


def _named(line: Line) -> Iterator[Fault]:
    """A、B、C和D三个方面; 和 may join two things or stand inside one."""
    for said in ALL.finditer(line.text):
        least = len(re.split("、", said["list"]))
        most = len(re.split("[、和及与]", said["list"]))
        number = whole(said["n"])
        open_ = "等" in said[0][len(said["list"]) :]
        if number < least or (number > most and not open_):
            yield Fault("N14", line.number, f"说有{number}个，列举了{most}个（{said['list']}）", said[0])
