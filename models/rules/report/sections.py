"""Which headings of a report speak of one evaluated project each."""

import re

from models.rules.report.grades import grade_in, score_in
from models.rules.report.outline import Report, Section
from models.rules.report.wordlist import Words

QUOTED = re.compile(r"[“\"「『《](?P<name>[^”\"」』》]{2,60})[”\"」』》]")
GROUP = re.compile(
    r"(?:重点|财政|区级|县级|市级|关于)*(?:项目|专项资金|政策|部门|单位)*(?:整体)?(?:支出)?(?:类)?(?:绩效)?(?:评价)?(?:情况)?"
)
OUTSIDE = ("不计入", "单独列示", "另：", "另:")


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


def is_results(title: str, words: Words) -> bool:
    """Whether a heading opens the part that tells the evaluations."""
    if any(word in title for word in words.not_results) and "重点项目" not in title:
        return False
    if any(word in title for word in words.problem_parts) and "结果" not in title:
        return False
    return any(word in title for word in words.results)
