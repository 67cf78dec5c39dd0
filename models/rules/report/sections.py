"""Which headings of a report speak of one evaluated project each, and what each says of grade, score and amount."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from models.rules.report.numbers import AMOUNT
from models.rules.report.outline import Line, Report, Section
from models.rules.report.wordlist import Words

QUOTED = re.compile(r"[“\"「『《](?P<name>[^”\"」』》]{2,60})[”\"」』》]")
GRADE_WORDS = {
    "优秀": "优",
    "良好": "良",
    "合格": "中",
    "较差": "差",
    "不合格": "差",
    "中等": "中",
    "一般": "中",
}
GRADE = r"优秀|良好|中等|一般(?!公共|预算|债|性|转移)|不合格|合格|较差|优|良|中|差"
GRADES = (
    re.compile(
        rf"(?:等级|等次|评级|评为|评定为|评价为|评价结果为|结果为|结论为|定为|获评|被评)[为是：:]?\s*[“\"「（(]?(?P<g>{GRADE})(?![\u4e00-\u9fff]*(?:央|心|小|型|期|距|异))"
    ),
    re.compile(rf"[“\"「](?P<g>{GRADE})[”\"」]"),
    re.compile(r"[，。；、（(](?P<g>优秀|良好|优|良|中|差)(?:等次|等级|级|档)?[，。；、）)]"),
)
SCORE = re.compile(
    r"(?:得分|评分|综合分)[为是：:]?\s*(?P<named>\d{1,3}(?:\.\d+)?)(?![\d.])|(?P<score>\d{1,3}(?:\.\d+)?)\s*分(?![之钟类别配散公])"
)
GROUP = re.compile(
    r"(?:重点|财政|区级|县级|市级|关于)*(?:项目|专项资金|政策|部门|单位)*(?:整体)?(?:支出)?(?:类)?(?:绩效)?(?:评价)?(?:情况)?"
)
NAME = r"^(?!.*(?:数|额|代码|编码|序号|类型|类别|单位|部门|负责人|等级|得分))[^（(]*(?:项目|名称|评价对象|政策|资金名称)"
OUTSIDE = ("不计入", "单独列示", "另：", "另:")


@dataclass
class Told:
    """What is said of one evaluated project."""

    section: Section
    grade: str = ""
    score: float | None = None
    amount: bool = False
    listed: str = ""  # the grade in the table of results
    rows: list[Line] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The project's name as its title has it."""
        quoted = QUOTED.search(self.section.title)
        return quoted["name"] if quoted else self.section.title


def results_part(report: Report, words: Words) -> tuple[Section | None, list[Section]]:
    """The part that tells the evaluations one by one, and its sections; the part with the most of them."""
    parts = [one for one in report.sections() if one.children]
    named = [(one, project_sections(one, words)) for one in parts if is_results(one.title, words)]
    if not any(found for _, found in named):
        other = (*words.not_key, *words.not_results, *words.problem_parts)
        beside = {
            line.number
            for part in parts
            if any(word in part.title for word in other)
            for line in [part.line, *part.lines()]
        }
        named = [(one, _graded(one, beside, words)) for one in parts]
    return max(
        ((one, found) for one, found in named if found), key=lambda one: len(one[1]), default=(None, [])
    )


def _graded(part: Section, beside: set[int], words: Words) -> list[Section]:
    """The projects of a part with any other title, where each has a score and a grade; not those `beside`."""
    found = [one for one in project_sections(part, words) if one.line.number not in beside]
    texts = [f"{one.title}\n{one.text()}" for one in found]
    told_all = all(grade_in(text) and score_in(text) is not None for text in texts)
    return found if told_all and len(found) >= 2 else []


def project_sections(part: Section, words: Words) -> list[Section]:
    """Its children that are one project each; a child that only groups projects stands for those beneath it.

    Where one child is known by its words to be a project, its sisters are too unless their words say otherwise.
    """
    found: list[Section] = []
    known = any(is_project(child, words) for child in part.children)
    for child in part.children:
        beneath = project_sections(child, words) if child.children else []
        if beneath and not QUOTED.search(child.title):
            found += beneath
        elif is_project(child, words) or (known and not _is_other(child, words)):
            found.append(child)
    return found


def is_project(section: Section, words: Words) -> bool:
    """Whether a heading names one project or one whole department."""
    if _is_other(section, words):
        return False
    title = section.title
    known = (*words.project, *words.overall)
    return bool(QUOTED.search(title)) or any(word in _plain(title) for word in known)


def _is_other(section: Section, words: Words) -> bool:
    """Whether a heading is of a group, of what is not counted, or of something else than a project."""
    title = section.title
    if any(mark in title for mark in OUTSIDE) or any(mark in section.text() for mark in OUTSIDE[:2]):
        return True
    if GROUP.fullmatch(_plain(title)):
        return True
    if QUOTED.search(title) or any(word in title for word in words.overall):
        return False
    return any(word in _plain(title) for word in words.not_project)


def _plain(title: str) -> str:
    return re.sub(r"(?:绩效)?(?:执行|评价)(?:结果|情况)?$", "", title)


def is_overall(section: Section, words: Words) -> bool:
    """Whether the title says that a whole department was evaluated."""
    return any(word in section.title for word in words.overall)


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
        one.score = score_in(text)
        if one.score is None:
            one.score = next(
                (value for row in one.rows if (value := _score_cell(row, heads)) is not None), None
            )
        one.amount = bool(AMOUNT.search(text)) or any(_amount_cell(row, heads) for row in one.rows)
        found.append(one)
    return found


def told_rows(report: Report) -> list[Told]:
    """The rows of the results table as sections, for a report that tells its projects by table only."""
    block = max(report.tables(), key=lambda one: len(result_rows(one)), default=[])
    heads = _heads(report)
    found = []
    for row in result_rows(block):
        name = _column(row, heads, NAME)
        one = Told(Section(row, name, 0, None), _grade_cell(row, heads), _score_cell(row, heads))
        one.amount = _amount_cell(row, heads)
        found.append(one)
    return found


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


def grade_in(text: str) -> str:
    """The grade that a text gives: 优, 良, 中 or 差; empty where it gives none."""
    for pattern in GRADES:
        found = pattern.search(text)
        if found:
            return GRADE_WORDS.get(found["g"], found["g"])
    return ""


def score_in(text: str) -> float | None:
    """The score that a text gives, not the full points that it was out of."""
    for found in SCORE.finditer(text):
        before = text[max(0, found.start() - 6) : found.start()]
        if not re.search(r"满分|分值|总分值|权重|扣|低于|高于|不足|提高|增加", before):
            value = float(found["named"] or found["score"])
            if 0 <= value <= 100:
                return value
    return None


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


def is_results(title: str, words: Words) -> bool:
    """Whether a heading opens the part that tells the evaluations."""
    if any(word in title for word in words.not_results) and "重点项目" not in title:
        return False
    if any(word in title for word in words.problem_parts) and "结果" not in title:
        return False
    return any(word in title for word in words.results)


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


def _amount_cell(row: Line, heads: dict[int, tuple[str, ...]]) -> bool:
    cell = _column(row, heads, "预算|金额|资金|支出|执行|规模")
    return bool(re.search(r"\d", cell))
