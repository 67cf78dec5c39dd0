"""N1, N2, N8: what a report counts against what it tells one by one."""

import re
from collections import Counter
from collections.abc import Iterator

from models.rules.report.claims import COUNTED, Claim, grade_counts, groups
from models.rules.report.faults import Fault
from models.rules.report.numbers import NUM, whole
from models.rules.report.outline import Report
from models.rules.report.sections import is_overall
from models.rules.report.told import Told
from models.rules.report.wordlist import Words

PARTIAL = re.compile(
    r"上年|去年|往年|上一年|以前年度|试点|现场|成本|再评价|回头看|追踪|另|还|自行|部分项目|每年"
)
"""Words of a count that is not that of all evaluations of the year."""
WHOLE = re.compile(
    r"本年|全年|今年|年内|(?<!公)共|总计|合计|20\d\d年|(?:对|选取|选定|选择)[^，。；]{0,30}(?:开展|实施|进行)[^，。；]{0,10}评价"
)
"""Words of a count of all evaluations of the year."""
ITEMS = re.compile(rf"(?P<n>{NUM})\s*(?:个|项|家|份|户)")
BY = re.compile(r"委托|第三方|中介机构")


def evaluations(all_claims: list[Claim], sections: int, listed: int, excerpt: int | None) -> Iterator[Fault]:
    """N1: each count of evaluations against the sections, or against the rows of a table where there are none."""
    if excerpt is not None:
        if sections and sections != excerpt:
            yield Fault("N1", None, f"说选取其中{excerpt}个叙述，实际叙述了{sections}个")
        return
    totals = [one for one in all_claims if one.total is not None]
    decisive = [one for one in totals if one.in_results] or totals
    count = sections or listed
    how = "分项叙述了" if sections else "评价结果表列了"
    if count:
        yield from (
            Fault("N1", one.line.number, f"总述说评价{one.total}个，{how}{count}个", one.sentence)
            for one in _each_once(decisive)
            if one.total != count
        )
    if sections and listed and listed != sections:
        yield Fault("N1", None, f"评价结果表列了{listed}个，分项叙述了{sections}个")


def differing_totals(all_claims: list[Claim]) -> Iterator[Fault]:
    """N11: two sentences count the evaluations of one year differently; one that names no year speaks of the same."""
    totals = [one for one in all_claims if one.total is not None and not one.in_results]
    dated = any(one.year for one in totals)
    totals = [one for one in totals if one.year or _is_whole(one, dated)]
    for place, one in enumerate(totals):
        first = next((before for before in totals[:place] if _same_work(before, one)), None)
        if first is not None and one.total != first.total:
            says = f"前文评价{first.total}个，此处{one.total}个"
            yield Fault("N11", one.line.number, says, one.sentence)


def _is_whole(claim: Claim, dated: bool) -> bool:
    """Whether a count without a year is of all evaluations; where others are dated it has to say so."""
    return not PARTIAL.search(claim.sentence) and (not dated or bool(WHOLE.search(claim.sentence)))


def _same_work(one: Claim, other: Claim) -> bool:
    """Whether two sentences count the evaluations of one year, made by the same."""
    if one.year and other.year:
        return one.year == other.year
    if one.year != other.year and len({bool(BY.search(claim.sentence)) for claim in (one, other)}) > 1:
        return False
    mine, theirs = _work_years(one), _work_years(other)
    return not mine or not theirs or bool(mine & theirs)


def _work_years(claim: Claim) -> set[int]:
    """The years of work that a sentence may speak of: named beside the evaluated one, or that one and the next."""
    named = {int(year) for year in re.findall(r"20\d\d(?=年)", claim.sentence)} - {claim.year}
    return named or ({claim.year, claim.year + 1} if claim.year else set())


def whole_departments(all_claims: list[Claim], sections: list[Told], words: Words) -> Iterator[Fault]:
    """N2: how many whole departments were said and how many sections are one."""
    found = [one.section for one in sections if is_overall(one.section, words)]
    for claim in all_claims:
        if claim.overall is not None and sections and claim.overall != len(found):
            names = "、".join(one.title for one in found) or "没有"
            says = f"总述说部门整体{claim.overall}个，分项中部门整体{len(found)}个（{names}）"
            yield Fault("N2", claim.line.number, says, claim.sentence)


def grades(all_claims: list[Claim], sections: list[Told]) -> Iterator[Fault]:
    """N8: the grades' counts against the total and against the grade that each section gives."""
    for claim in all_claims:
        if len(claim.grades) < 2:
            continue
        said = sum(claim.grades.values())
        words = "、".join(f"{grade}{number}个" for grade, number in claim.grades.items())
        if claim.total is not None and said != claim.total:
            says = f"各等级合计{said}个（{words}），总数{claim.total}个"
            yield Fault("N8", claim.line.number, says, claim.sentence)
        told = Counter(one.grade for one in sections if one.grade)
        if sections and sum(told.values()) == len(sections) and _strong(claim):
            wrong = [
                f"“{grade}”总述{claim.grades.get(grade, 0)}个、分项{told.get(grade, 0)}个"
                for grade in dict.fromkeys([*claim.grades, *told])
                if claim.grades.get(grade, 0) != told.get(grade, 0)
            ]
            if wrong:
                yield Fault("N8", claim.line.number, "；".join(wrong), claim.sentence)


def graded_parts(report: Report, all_claims: list[Claim]) -> Iterator[Fault]:
    """N8: the grades of what is no key evaluation (self-evaluations, reports looked at) against how many there were."""
    known = {one.line.number for one in all_claims if one.grades and one.total is not None}
    for line in report.lines:
        skip = line.cells or line.number in known or not re.search("其中|分别|自评|结果", line.text)
        for group in () if skip else groups(line.text):
            first = COUNTED.search(group)
            totals = [whole(one["n"]) for one in ITEMS.finditer(group[: first.start()])] if first else []
            given = grade_counts(group) if totals else {}
            said = sum(given.values())
            if len(given) < 2 or said in totals:
                continue
            if len(given) > 2 or said > max(totals):
                yield Fault("N8", line.number, f"各等级合计{said}个，总数{totals[-1]}个", group)


def _strong(claim: Claim) -> bool:
    return claim.total is not None or claim.in_results


def _each_once(found: list[Claim]) -> list[Claim]:
    return list({(one.total, one.line.number): one for one in found}.values())
