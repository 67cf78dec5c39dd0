"""N5, N10, N13: grade, score and amount of each section; grades that go with their scores and have an effect."""

import re
from collections.abc import Iterator
from decimal import Decimal

from models.rules.report.claims import Claim
from models.rules.report.faults import Fault
from models.rules.report.grades import GRADE, GRADE_WORDS
from models.rules.report.outline import Report, sentences
from models.rules.report.told import Told

WORDS = ("优", "良", "中", "差")
EFFECT = re.compile(
    r"优先|保障|核减|压减|减少|调减|取消|增加|不予安排|挂钩|调整支出|暂停|撤销|收回|继续|安排|支持|保留|维持|从严|控制|压缩|退出|约谈|不再|限期|未定"
)
FINAL = re.compile(
    r"(?:综合(?:评价)?|绩效评价|项目评价|(?<!自我)(?<!自)评价|最终|总体?)(?:综合)?(?:得分|评分|总?分)(?:为|是|：)?(?P<score>\d{1,3}(?:\.\d+)?)分"
)
SCORED = re.compile("分|等级|等次|级别")
FINAL_GRADE = re.compile(
    rf"(?:评价|评定|综合|绩效|最终)?(?:等级|等次|级别)(?:评定)?(?:为|是|：)[“\"]?(?P<g>{GRADE})[”\"]?+(?![\u4e00-\u9fff])"
)
RUN = re.compile(
    rf"(?:^|[，；。：、]|为|是|达到|等级|等次|评)[“\"]?((?:(?:{GRADE})(?:[、或和及”“\"]*))+)(?=的|等|，|项目|及|以)"
)
OF_GRADE = re.compile(r"(?:结果|等级|等次|评价|评|评定)(?:[^。；]{0,6}?)(?:为|是|达到)?[“\"]?(?:优|良|中|差)")


def missing(told: list[Told]) -> Iterator[Fault]:
    """N5: what a section does not give; a table that gives grades only, as bureaus publish it, is no fault."""
    unscored = all(one.section.line.cells and one.score is None for one in told)
    for one in told:
        scored = unscored or one.score is not None
        lacks = [
            word for word, there in (("等级", one.grade), ("得分", scored), ("金额", one.amount)) if not there
        ]
        if lacks:
            says = f"“{one.name}”没有写明{'、'.join(lacks)}"
            yield Fault("N5", one.section.line.number, says, one.section.title, one.section.title)


def two_grades(told: list[Told]) -> Iterator[Fault]:
    """N11: a section's grade that is not the one in the table of results."""
    for one in told:
        if one.listed and one.grade != one.listed:
            says = f"“{one.name}”正文写“{one.grade}”，评价结果表写“{one.listed}”"
            yield Fault("N11", one.section.line.number, says, one.section.title, one.section.title)


def two_scores(report: Report, all_claims: list[Claim], told: list[Told]) -> Iterator[Fault]:
    """N11: two total scores, or two grades, of one evaluation; a report of one evaluation is one section."""
    sections = [(one.section.lines(), one.section.title) for one in told]
    if not told and not all_claims:
        sections = [(list(report.lines), "")]
    for lines, title in sections:
        first: dict[str, str] = {}
        for line in lines:
            for sentence in () if line.cells else sentences(line.text):
                if not SCORED.search(sentence):
                    continue
                for what, value in _finals(sentence):
                    if first.setdefault(what, value) != value:
                        says = f"前文{what}为{first[what]}，此处为{value}"
                        yield Fault("N11", line.number, says, sentence[:60], title)
    for one in told:
        if one.tabled is not None and one.score is not None and one.tabled != one.score:
            says = f"“{one.name}”正文得分{one.score:g}分，评价结果表写{one.tabled:g}分"
            yield Fault("N11", one.section.line.number, says, one.section.title, one.section.title)


def grade_of_one(
    report: Report, all_claims: list[Claim], told: list[Told], lines: tuple[Decimal, ...]
) -> Iterator[Fault]:
    """N10 of a report of one evaluation: the first total score and the first grade that it gives."""
    first: dict[str, tuple[str, int]] = {}
    for line in report.lines if not told and not all_claims else ():
        for sentence in () if line.cells else sentences(line.text):
            for what, value in _finals(sentence):
                first.setdefault(what, (value, line.number))
    if len(first) == 2:
        score, (grade, number) = Decimal(first["总分"][0].rstrip("分")), first["等级"]
        right = next((word for word, line in zip(WORDS, lines, strict=False) if score >= line), "差")
        if right != grade.strip("“”"):
            says = f"得分{score:f}，等级写{grade}，按分数线应为“{right}”"
            yield Fault("N10", number, says, f"{first['总分'][0]}，{grade}")


def _finals(sentence: str) -> Iterator[tuple[str, str]]:
    """The total score and the grade that a sentence gives, each with its name."""
    for clause in re.split("[，；]", sentence):
        if re.search("自评|上年|去年|上一年|其中|平均|较", clause):
            continue
        for found in FINAL.finditer(clause):
            yield "总分", f"{Decimal(found['score']).normalize():f}分"
        grade = FINAL_GRADE.search(clause)
        if grade:
            yield "等级", f"“{GRADE_WORDS.get(grade['g'], grade['g'])}”"


def grades_of_scores(told: list[Told], lines: tuple[Decimal, ...]) -> Iterator[Fault]:
    """N10: a grade that is not that of the score; `lines` are the lower edges of 优, 良 and 中."""
    for one in told:
        if one.score is None or not one.grade:
            continue
        score = Decimal(str(one.score))
        right = next((word for word, line in zip(WORDS, lines, strict=False) if score >= line), "差")
        if right != one.grade:
            says = f"“{one.name}”得分{score:f}，等级写“{one.grade}”，按分数线应为“{right}”"
            yield Fault("N10", one.section.line.number, says, one.section.title, one.section.title)


def effects(report: Report, all_claims: list[Claim], told: list[Told]) -> Iterator[Fault]:
    """N13: grades that were given while the effects of other grades, but not of these, are written down."""
    given = {grade for one in all_claims for grade, number in one.grades.items() if number}
    given |= {one.grade for one in told if one.grade}
    named: set[str] = set()
    last = None
    for line in report.lines:
        for sentence in () if line.cells else sentences(line.text):
            found = _grades(sentence) if EFFECT.search(sentence) else set()
            if found and (named or OF_GRADE.search(sentence)):
                named |= found
                last = line
    left = [grade for grade in WORDS if grade in given and grade not in named]
    if last is not None and len(named) >= 2 and left:
        says = f"有项目评价为“{'”“'.join(left)}”，结果应用没有写明怎样处理"
        yield Fault("N13", last.number, says, last.text[-80:])


def _grades(sentence: str) -> set[str]:
    """The grades that a sentence about effects names: “优”, 为优或良的, 优、良等次, 中的."""
    quoted = re.findall(rf"[“\"]({GRADE})[”\"]", sentence)
    found = {GRADE_WORDS.get(one, one) for one in quoted}
    for run in RUN.findall(sentence):
        found |= {GRADE_WORDS.get(one, one) for one in re.findall(GRADE, run)}
    return found
