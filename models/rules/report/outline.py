"""The outline of a report: lines become headings with their level and number, and the text beneath them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import groupby, takewhile

from models.rules.report.numbers import DIGITS, whole
from models.rules.report.wordlist import Wordlist

CN = "一二三四五六七八九十百零〇"
MARKS = (
    re.compile(rf"^第(?P<n>[{CN}]+)(?:部分|章)[、：:\s]*"),
    re.compile(rf"^(?P<n>[{CN}]+)[、.．]\s*"),
    re.compile(rf"^[（(]\s*(?P<n>[{CN}]+)\s*[)）][、.．]?\s*"),
    re.compile(r"^(?P<n>\d{1,2})[.．、](?!\d)\s*"),
    re.compile(r"^[（(]\s*(?P<n>\d{1,2})\s*[)）][、.．]?\s*"),
)
SENTENCE = re.compile(r"(?<=[。；!！])")
GAP = re.compile(
    r"(?<=[\u4e00-\u9fff，、：（])[ \u3000]+(?=[\d“])|(?<=[\d%])[ \u3000]+(?=[\u4e00-\u9fff%，。；])"
)
"""Blanks that typists leave around numbers."""
STOP = re.compile(r"[。：:；]")
NAMED = re.compile(r"^[^，,。：:；]{0,40}(?:项目|工程|资金|支出|专项|政策)(?P<stop>[，,])(?=[^。：:；]*\d)")
"""A project's name at the head of running text that goes on with its numbers."""
YEAR = re.compile(rf"(?<![{CN}])二[〇零○Ｏ0][一二三四五六七八九〇零○]{{2}}(?=年)")


@dataclass(frozen=True)
class Line:
    """A paragraph as read: its number from 1; `level` where the file marks it as a heading; `cells` of a row of `table`."""

    number: int
    text: str
    level: int | None = None
    cells: tuple[str, ...] = ()
    table: int = 0


@dataclass
class Section:
    """A heading with what stands beneath it, up to the next heading; `children` are the headings one step deeper."""

    line: Line
    title: str
    level: int
    number: int | None
    body: list[Line] = field(default_factory=list)
    children: list["Section"] = field(default_factory=list)

    def lines(self) -> list[Line]:
        """All its text, that of its children too, in order."""
        found = list(self.body)
        for child in self.children:
            found += [child.line, *child.lines()]
        return found

    def text(self) -> str:
        """All its text without its own title."""
        return self._text

    @cached_property
    def _text(self) -> str:
        return "\n".join(line.text for line in self.lines() if not line.cells)


@dataclass(frozen=True)
class Report:
    """A report: all lines, the words before the first heading, the headings in their tree."""

    lines: Sequence[Line]
    top: Section

    def sections(self) -> list[Section]:
        """Every heading, in order."""
        found: list[Section] = []
        stack = list(reversed(self.top.children))
        while stack:
            one = stack.pop()
            found.append(one)
            stack += reversed(one.children)
        return found

    def tables(self) -> list[list[Line]]:
        """Its tables, each as its rows."""
        rows = [line for line in self.lines if line.cells]
        return [list(block) for _, block in groupby(rows, key=lambda line: line.table)]

    def title_lines(self) -> set[int]:
        """The numbers of the lines of its title: before the first ordinary paragraph and the first numbered heading."""
        head = takewhile(lambda line: not line.cells and "。" not in line.text, self.lines[:6])
        numbered = {one.line.number for one in self.sections() if one.number is not None}
        return {line.number for line in takewhile(lambda line: line.number not in numbered, head)}

    @property
    def title(self) -> str:
        """What stands before the first ordinary paragraph, or the one heading above all others."""
        words: list[str] = []
        for line in self.top.body[:6]:
            if "。" in line.text or (words and len(line.text) > 40):
                break
            words.append(line.text)
        only = self.top.children[0] if len(self.top.children) == 1 else None
        if not words and only is not None and only.number is None:
            return only.title
        return "".join(words)


def outline(lines: Iterable[Line], words: Wordlist) -> Report:
    """The tree of headings of a report."""
    known = [_spaced(line) for line in lines if line.text.strip()]
    top = Section(Line(0, ""), "", 0, None)
    open_: list[Section] = [top]
    for line in known:
        heading = None if line.cells else _heading(line, words)
        if heading is None:
            open_[-1].body.append(line)
            continue
        while open_[-1].level >= heading.level:
            open_.pop()
        open_[-1].children.append(heading)
        open_.append(heading)
    return Report(known, top)


@lru_cache(maxsize=8192)
def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, each with its mark; many checks ask for those of the same paragraph."""
    return tuple(one.strip() for line in text.splitlines() for one in SENTENCE.split(line) if one.strip())


def _heading(line: Line, words: Wordlist) -> Section | None:
    """The heading that a line is or begins with; a numbered line of running text is one by its first sentence."""
    text = line.text.strip()
    mark = next(
        ((level, found) for level, one in enumerate(MARKS, 1) if (found := one.match(text))), (0, None)
    )
    level, found = mark
    rest = text[found.end() :] if found else text
    if found is None and line.level is None:
        return None
    title, tail = _cut(rest, named=found is not None)
    if not title or (line.level is None and len(title) > words.limits.heading):
        return None
    made = Section(
        line,
        title.strip(),
        line.level + 10 if line.level else level + 20,
        whole(found["n"]) if found else None,
    )
    if tail:
        made.body.append(Line(line.number, tail))
    return made


def _cut(text: str, named: bool) -> tuple[str, str]:
    """A heading's words and what follows them in its line; a numbered line may open with a project's name."""
    project = NAMED.match(text) if named else None
    stop = STOP.search(text)
    if project:
        return text[: project.start("stop")], text[project.end("stop") :].strip()
    return (text[: stop.start()], text[stop.end() :].strip()) if stop else (text, "")


def _spaced(line: Line) -> Line:
    text = _plain(line.text)
    return line if text == line.text else replace(line, text=text)


def _plain(text: str) -> str:
    """A line without the blanks around numbers, and with 二〇二四年 as 2024年."""
    return YEAR.sub(lambda found: "".join(str(DIGITS.get(one, 0)) for one in found[0]), GAP.sub("", text))
