"""All checks of a report's text in one call: contradictions in the order of their place, and what was not checked."""

from collections.abc import Iterable

from models.rules.profiles import Rules
from models.rules.report import claims as claimed
from models.rules.report import completeness, counts, lists, parts, rates, subjects, sums, wording, years
from models.rules.report.faults import Fault, NotChecked
from models.rules.report.outline import Line, outline
from models.rules.report.sections import results_part
from models.rules.report.told import listed_rows, told, told_rows
from models.rules.report.wordlist import wordlist


def contradictions(lines: Iterable[Line], rules: Rules) -> tuple[list[Fault], list[NotChecked]]:
    """Contradictions in a report, and the checks that had nothing to work on: the text is all there is."""
    grade_lines = (rules.grades.excellent, rules.grades.good, rules.grades.fair)
    words = wordlist()
    report = outline(lines, words)
    part, sections = results_part(report, words.words)
    listed = len(listed_rows(report))
    rows = listed if listed >= words.limits.table_rows else 0
    about = told(report, sections) if sections else told_rows(report)
    said = claimed.claims(report, part, sections, words.words)
    inside = {line.number for one in sections for line in one.lines()}
    some = claimed.excerpt(report)
    found = [
        *counts.evaluations(said, len(sections), rows, some),
        *counts.differing_totals(said),
        *(counts.whole_departments(said, about, words.words) if some is None else ()),
        *counts.grades(said, about if some is None else []),
        *counts.graded_parts(report, said),
        *lists.lists(report),
        *years.years(report, said, part, about, words.words),
        *subjects.subjects(about, words.limits, words.words),
        *completeness.missing(about),
        *completeness.two_grades(about),
        *completeness.two_scores(report, said, about),
        *completeness.grades_of_scores(about, grade_lines),
        *completeness.grade_of_one(report, said, about, grade_lines),
        *completeness.effects(report, said, about),
        *wording.residue(report, words.residue),
        *wording.repeated(report, words.doubled),
        *wording.broken(report, inside),
        *wording.vague(report),
        *wording.numbering(report),
        *parts.parts(report, words.family),
        *sums.tables(report),
        *sums.evaluated_money(said, about),
        *sums.two_amounts(said),
        *rates.rates(report),
        *sums.figures(report, words.figure),
    ]
    order = sorted(dict.fromkeys(found), key=lambda one: (int(one.code[1:]), one.line or 0))
    return order, _not_checked(said, sections, rows)


def _not_checked(said: list[claimed.Claim], sections: list, rows: int) -> list[NotChecked]:
    found = []
    if not sections and not rows:
        why = "没有找到逐项叙述的重点项目评价结果，也没有评价结果表"
        found += [NotChecked(code, f"{why}，没有核对。") for code in ("N1", "N2", "N3", "N5")]
    if not any(one.total is not None for one in said):
        found += [
            NotChecked(code, "总述中没有找到评价了多少个项目，没有核对。")
            for code in ("N1", "N2", "N4", "N8")
        ]
    return list({one.code: one for one in reversed(found)}.values())
