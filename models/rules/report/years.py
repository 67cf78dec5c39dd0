"""N4: the year of the report, the year that was evaluated, and the years that titles and texts name."""

import re
from collections.abc import Iterator

from models.rules.report.claims import Claim
from models.rules.report.faults import Fault
from models.rules.report.outline import Report, Section, sentences
from models.rules.report.sections import is_results
from models.rules.report.told import Told
from models.rules.report.wordlist import Words

YEAR = re.compile(r"(?<![\[〔（(\d])(20\d\d)年(?:度)?")
OF_PERIOD = re.compile(
    r"(?<![\[〔（(\d至—－~-])(20\d\d)年(?P<whole>度)?(?!(?:[—－~至-]|\s*\d{1,2}月|以来|起|前|后|底|初|\d|印发|出台))"
)


def evaluated_year(all_claims: list[Claim]) -> int | None:
    """The year whose projects were evaluated, as the first sentence that says so has it."""
    return next((one.year for one in all_claims if one.total is not None and one.year), None)


def years(
    report: Report, all_claims: list[Claim], part: Section | None, told: list[Told], words: Words
) -> Iterator[Fault]:
    """Every place whose year is not that of the others."""
    work_year = _first_year(report.title)
    if work_year is not None:
        yield from _parts(report, part, work_year, words)
    year = evaluated_year(all_claims) or (_first_year(part.title) if part and "年度" in part.title else None)
    if year is None:
        return
    for claim in all_claims:
        if claim.total is not None and claim.year not in (None, year):
            yield Fault(
                "N4", claim.line.number, f"前文评价{year}年度项目，此处为{claim.year}年度", claim.sentence
            )
    if part is None:
        yield from _untold(report, year, words)
    else:
        yield from _results(report, part, told, year, words)


def _parts(report: Report, part: Section | None, work_year: int, words: Words) -> Iterator[Fault]:
    """The first part speaks of the title's year, the plans of the next."""
    for section in report.top.children or []:
        inner = section.children if section.number is None and len(report.top.children) == 1 else [section]
        for one in inner:
            year = _first_year(one.title)
            if year is None or one is part or is_results(one.title, words):
                continue
            plan = re.search(r"重点|计划|打算|安排|下一步|思路", one.title) and "开展情况" not in one.title
            wanted = work_year + 1 if plan else work_year
            if year != wanted and not (plan and year > work_year):
                says = f"报告标题为{work_year}年，{'下年安排应为' + str(wanted) + '年，' if plan else ''}此处标题为{year}年"
                yield Fault("N4", one.line.number, says, one.title, one.title)


def _results(report: Report, part: Section, told: list[Told], year: int, words: Words) -> Iterator[Fault]:
    found = _first_year(part.title)
    whole = part.line.number == report.lines[0].number
    if not whole and found not in (None, year) and not re.search(r"工作(?:开展)?情况|开展情况", part.title):
        says = f"总述评价{year}年度项目，这一部分的标题为{found}年"
        yield Fault("N4", part.line.number, says, part.title, part.title)
    for one in told:
        yield from _section(one, year, words)


def _untold(report: Report, year: int, words: Words) -> Iterator[Fault]:
    """The heading of the results where no project is told one by one."""
    for one in report.sections():
        found = re.search(r"(20\d\d)年度", one.title)
        if found and int(found[1]) != year and is_results(one.title, words) and "自评" not in one.title:
            says = f"总述评价{year}年度项目，这一部分的标题为{found[1]}年度"
            yield Fault("N4", one.line.number, says, one.title, one.title)


def _section(one: Told, year: int, words: Words) -> Iterator[Fault]:
    """A section that names another period and never the evaluated year."""
    title = _first_year(one.section.title)
    text = one.section.text()
    if title not in (None, year):
        says = f"总述评价{year}年度项目，该节标题为{title}年度"
        yield Fault("N4", one.section.line.number, says, one.section.title, one.section.title)
        return
    if any(int(found[1]) == year for found in YEAR.finditer(text)):
        return
    for line in one.section.lines():
        for sentence in sentences(line.text):
            wrong = next(
                (
                    found
                    for found in OF_PERIOD.finditer(sentence)
                    if int(found[1]) != year and (int(found[1]) > year or found["whole"])
                ),
                None,
            )
            if wrong and not any(word in sentence for word in words.other_year):
                says = f"总述评价{year}年度项目，该节正文写的是{wrong[0]}"
                yield Fault("N4", line.number, says, sentence[:60], one.section.title)
                return


def _first_year(text: str) -> int | None:
    found = YEAR.search(text)
    return int(found[1]) if found else None
