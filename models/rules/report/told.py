"""What a report says of each evaluated project: grade, score and amount, in its section or in the table of results."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from models.rules.report.grades import GRADE, GRADE_WORDS, grade_in, score_in
from models.rules.report.numbers import AMOUNT, FEN
from models.rules.report.outline import Line, Report, Section
from models.rules.report.sections import QUOTED

AMOUNT_HEAD = r"^(?!.*(?:部门|名称|来源|单位$|率))[^（(]*(?:预算|金额|资金|支出|执行|规模)"
NAME = r"^(?!.*(?:数|额|代码|编码|序号|类型|类别|单位|部门|负责人|等级|得分))[^（(]*(?:项目|名称|评价对象|政策|资金名称)"


@dataclass
class Told:
    """What is said of one evaluated project."""

    section: Section
    grade: str = ""
    score: float | None = None
    amount: bool = False
    listed: str = ""  # the grade in the table of results
    tabled: float | None = None  # the score there
    amount_fen: int | None = None  # its one amount there
    rows: list[Line] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The project's name as its title has it."""
        quoted = QUOTED.search(self.section.title)
        return quoted["name"] if quoted else self.section.title


def told(report: Report, sections: list[Section]) -> list[Told]:
    """Grade, score and amount of each section, from its title, its text and from table rows or lists that name it."""
    heads = _heads(report)
    rows = _rows_by_name(report, heads)
    found = []
    for section in sections:
        one = Told(section)
        one.rows = rows.get(bare(one.name)) or _like(rows, bare(one.name))
        text = f"{section.title}\n{section.text()}"
        one.listed = next(filter(None, (_grade_cell(row, heads) for row in one.rows)), "")
        one.grade = grade_in(text) or one.listed
        scores = [value for row in one.rows if (value := _score_cell(row, heads)) is not None]
        one.tabled = next(iter(scores), None)
        said = score_in(text)
        one.score = one.tabled if said is None else said
        one.amount = bool(AMOUNT.search(text)) or any(_amount_cell(row, heads) for row in one.rows)
        found.append(one)
    return found


def told_rows(report: Report) -> list[Told]:
    """The rows of the results table as sections, for a report that tells its projects by table only."""
    heads = _heads(report)
    found = []
    for row in listed_rows(report):
        name = _column(row, heads, NAME)
        one = Told(Section(row, name, 0, None), _grade_cell(row, heads), _score_cell(row, heads))
        one.amount = _amount_cell(row, heads)
        one.amount_fen = _amount_of(row, heads)
        found.append(one)
    return found


def listed_rows(report: Report) -> list[Line]:
    """The rows of the table that gives the most projects a grade."""
    return max((result_rows(one) for one in report.tables()), key=len, default=[])


def result_rows(block: list[Line]) -> list[Line]:
    """The rows of a table that give a project a grade; none where the table's head has no grade and project."""
    head = block[0].cells if block else ()
    grade = next((n for n, one in enumerate(head) if re.search("等级|等次|评级", one)), None)
    if grade is None or not any(re.search(NAME, one) for one in head):
        return []
    return [
        row
        for row in block[1:]
        if grade < len(row.cells) and re.fullmatch(GRADE, row.cells[grade].strip(" “”"))
    ]


def _rows_by_name(report: Report, heads: dict[int, tuple[str, ...]]) -> dict[str, list[Line]]:
    """Bare name → the table rows that give it."""
    found: dict[str, list[Line]] = {}
    for line in report.lines:
        if line.cells and len(name := bare(_column(line, heads, NAME))) >= 3:
            found.setdefault(name, []).append(line)
    return found


def _like(rows: dict[str, list[Line]], name: str) -> list[Line]:
    """Rows whose name is a good part of the section's name, or the other way round."""
    alike = (one for one in rows if (len(one) >= 5 and one in name) or (len(name) >= 3 and name in one))
    return [row for one in alike for row in rows[one]]


def bare(text: str) -> str:
    """A name without quotes, blanks and the words that headings add to it."""
    plain = re.sub(r"[“”\"「」《》\s（）()·•・]", "", text)
    return re.sub(r"(?:项目)?(?:绩效)?(?:评价|执行)?(?:结果|情况)?$", "", plain)


def _heads(report: Report) -> dict[int, tuple[str, ...]]:
    """Line number of each table row → the cells of its table's head."""
    return {row.number: block[0].cells for block in report.tables() for row in block}


def _column(row: Line, heads: dict[int, tuple[str, ...]], pattern: str) -> str:
    place = _place(heads.get(row.number, ()), pattern)
    return row.cells[place] if place is not None and place < len(row.cells) else ""


@lru_cache(maxsize=256)
def _place(head: tuple[str, ...], pattern: str) -> int | None:
    return next((number for number, name in enumerate(head) if re.search(pattern, name)), None)


def _grade_cell(row: Line, heads: dict[int, tuple[str, ...]]) -> str:
    cell = _column(row, heads, "等级|等次|评级|结果").strip('“”" ')
    return GRADE_WORDS.get(cell, cell) if re.fullmatch(GRADE, cell) else ""


def _score_cell(row: Line, heads: dict[int, tuple[str, ...]]) -> float | None:
    cell = _column(row, heads, "得分|分数|评分|总分").replace("分", "").strip()
    return float(cell) if re.fullmatch(r"\d{1,3}(?:\.\d+)?", cell) else None


def _amount_of(row: Line, heads: dict[int, tuple[str, ...]]) -> int | None:
    """分 of the row's amount, where its table has one column of amounts and names its unit."""
    place, unit = _amount_place(heads.get(row.number, ()))
    cell = row.cells[place].replace(",", "").strip() if unit and place < len(row.cells) else ""
    return int(Decimal(cell) * FEN[unit]) if re.fullmatch(r"\d+(?:\.\d+)?", cell) else None


@lru_cache(maxsize=256)
def _amount_place(head: tuple[str, ...]) -> tuple[int, str]:
    """The one column of amounts and its unit; none where there are several."""
    places = [
        place
        for place, name in enumerate(head)
        if re.search("预算|金额|资金|支出|规模", name) and not re.search("名称|率|来源", name)
    ]
    unit = re.search("亿元|万元|元", head[places[0]]) if len(places) == 1 else None
    return (places[0], unit[0]) if unit else (0, "")


def _amount_cell(row: Line, heads: dict[int, tuple[str, ...]]) -> bool:
    cell = _column(row, heads, AMOUNT_HEAD)
    return bool(re.search(r"\d", cell))
