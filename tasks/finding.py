"""`jixiao find`: the problem types in a folder of national tables, with evidence and an honest list of what was not checked."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from models.files import write_whole
from models.rules.problems.facts import Facts, facts_of
from models.rules.problems.hits import Found
from models.rules.problems.limits import problem_types
from models.rules.problems.registry import Findings, NotChecked, find_problems
from models.rules.profiles import Rules
from tasks.exchange.reader import read_file, read_folder

UNSAFE = set('/\\:*?"<>|')


def find_in(
    path: Path, rules: Rules, year: int | None = None, dossiers: Path | None = None
) -> dict[str, Any]:
    """The document of exchange.md section 2; a dossier of each project with problems where a folder for them is
    given. Raises ExchangeError where nothing can be read."""
    exchange = read_file(path) if path.is_file() else read_folder(path)
    facts = facts_of(exchange.tables, year)
    found = find_problems(facts, rules)
    if dossiers is not None:
        write_dossiers(facts, found, dossiers, by_project(found.problems))
    return document(found, facts)


def write_dossiers(facts: Facts, found: Findings, folder: Path, wanted: Iterable[str]) -> list[Path]:
    """A Word file for each wanted project."""
    from models.settings import settings
    from tasks.reports.dossier import dossier

    folder.mkdir(parents=True, exist_ok=True)
    mine = by_project(found.problems)
    paths = []
    for project in wanted:
        paper = dossier(facts, project, mine.get(project, []), found.not_checked, settings().bureau)
        name = str(facts.register["PRO_NAME"].get(project, ""))
        path = folder / f"{project}{''.join(letter for letter in name if letter not in UNSAFE)}评价底稿.docx"
        write_whole(path, paper.data())
        paths.append(path)
    return paths


def document(findings: Findings, facts: Facts) -> dict[str, Any]:
    """Problems and what was not checked, as one JSON document."""
    agencies = {str(code): str(agency) for code, agency in facts.register["AGENCY_CODE"].items()}
    return {
        "problems": [problem(one, agencies) for one in findings.problems],
        "not_checked": [row for one in findings.not_checked for row in _not_checked(one)],
    }


def problem(one: Found, agencies: dict[str, str]) -> dict[str, Any]:
    """One problem: exchange.md's fields, then what officers want beside them."""
    kind = problem_types()[one.code]
    return {
        "code": one.code,
        "project": one.project,
        "department": one.department or (agencies.get(one.project or "") or None),
        "says": one.says,
        "evidence": [
            {"table": place.table, "row": place.row, "field": place.field, "read": place.read}
            for place in one.evidence
        ],
        "certainty": one.certainty,
        "kind": one.kind.name,
        "title": kind.title,
        "remedy": kind.remedy,
        "basis": kind.place,
    }


def _not_checked(one: NotChecked) -> list[dict[str, Any]]:
    return [{"code": one.code, "project": project, "why": one.why} for project in (one.projects or (None,))]


def by_project(found: list[Found]) -> dict[str, list[Found]]:
    """Problems of each project."""
    groups: dict[str, list[Found]] = {}
    for one in found:
        if one.project is not None:
            groups.setdefault(one.project, []).append(one)
    return groups
