"""N5, N10, N13: grade, score and amount of each section; grades that go with their scores and have an effect."""

import re
from collections.abc import Iterator
from decimal import Decimal

from models.rules.report.claims import Claim
from models.rules.report.faults import Fault
from models.rules.report.outline import Report, sentences
from models.rules.report.sections import GRADE, GRADE_WORDS, Told

WORDS = ("优", "良", "中", "差")
EFFECT = re.compile(r"优先|保障|核减|压减|减少|调减|取消|增加|不予安排|挂钩|调整支出|暂停|撤销|收回|未定")
RUN = re.compile(
    rf"(?:^|[，；。：、]|为|是|达到|等级|等次|评)[“\"]?((?:(?:{GRADE})(?:[、或和及”“\"]*))+)(?=的|等|，|项目|及|以)"
)
OF_GRADE = re.compile(r"(?:结果|等级|等次)(?:[^。；]{0,6}?)(?:为|是|达到)?[“\"]?(?:优|良|中|差)")


def missing(told: list[Told]) -> Iterator[Fault]:
    """N5: what a section does not give."""
    for one in told:
        lacks = [
            word
            for word, there in (("等级", one.grade), ("得分", one.score is not None), ("金额", one.amount))
            if not there
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
