"""Problems found from what the database holds: excused ones set apart, triage of self-evaluations, what returned."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlmodel import Session, col, func, select

from models.calendar import WorkYear
from models.evaluation import Problem
from models.mid_year_monitoring import MonitoringReport
from models.projects import BudgetLine, Project
from models.registers import GrantedException
from models.rules.problems.facts import Facts
from models.rules.problems.hits import Check, Found
from models.rules.problems.limits import problem_types
from models.rules.problems.registry import AT_MONITORING, AT_REVIEW, NotChecked, find_problems
from models.rules.profiles import Rules
from models.settings import settings
from models.target_review import Target
from tasks.finding import by_project, write_dossiers
from tasks.problem_facts import target_facts, year_facts
from tasks.rulebook import rules_of

SAMPLE_PERCENT = 5


@dataclass(frozen=True)
class Standing:
    """What stands on a day: problems, those that an exception covers, what was not checked, project names."""

    problems: list[Found]
    excused: list[tuple[Found, GrantedException]]
    not_checked: list[NotChecked]
    names: dict[str, str]
    agencies: dict[str, str]


@dataclass(frozen=True)
class Recheck:
    """A self-evaluation to look at again, and why."""

    project: str
    name: str
    reasons: tuple[str, ...]


def standing(session: Session, work_year: int, day: date) -> Standing:
    """Every problem that the data of a work year shows on a day."""
    year = session.get_one(WorkYear, work_year)
    facts = year_facts(session, work_year, day)
    found = find_problems(facts, rules_of(year.rules, day))
    names = {str(code): str(name) for code, name in facts.register["PRO_NAME"].items()}
    agencies = {str(code): str(one) for code, one in facts.register["AGENCY_CODE"].items()}
    held, excused = _excused(session, found.problems, agencies, day)
    return Standing(held, excused, found.not_checked, names, agencies)


def _excused(
    session: Session, found: list[Found], agencies: dict[str, str], day: date
) -> tuple[list[Found], list[tuple[Found, GrantedException]]]:
    """Problems without and with an exception in force: of the project or its department, for all matters or this one."""
    granted = session.exec(
        select(GrantedException).where(
            col(GrantedException.granted_on) <= day, col(GrantedException.expires_on) >= day
        )
    ).all()
    held, excused = [], []
    for one in found:
        places = {one.project, one.department, agencies.get(one.project or "")}
        reason = next(
            (row for row in granted if row.about.partition(":")[2] in places or row.about in places), None
        )
        if reason is not None and _covers(reason, one):
            excused.append((one, reason))
        else:
            held.append(one)
    return held, excused


MATTERS = {
    "目标": ("绩效目标申报", "专家评审", "绩效目标调整"),
    "监控": ("绩效运行监控",),
    "自评": ("单位自评", "财政评价"),
}


def _covers(row: GrantedException, one: Found) -> bool:
    """An exception for one matter covers the problems of its stage; one for all matters covers every stage's."""
    if row.round_key is None:
        return True
    matter = row.round_key.partition("/")[2].partition("/")[0]
    return matter in MATTERS.get(problem_types()[one.code].stage, ())


def at_review(session: Session, fiscal_year: int, profile: str, day: date) -> dict[str, list[Found]]:
    """Project key → what a reviewer should know of its target before it is approved."""

    def look() -> dict[str, list[Found]]:
        facts = target_facts(session, fiscal_year, day)
        if "PM_PERF_INDICATOR" not in facts.now:
            return {}
        held = _held(session, facts, rules_of(profile, day), AT_REVIEW, day)
        return {f"{fiscal_year}:{project}": each for project, each in by_project(held).items()}

    return _once(session, ("review", fiscal_year, profile), day, look)


def _held(session: Session, facts: Facts, rules: Rules, checks: tuple[Check, ...], day: date) -> list[Found]:
    """What some checks find and no exception covers."""
    agencies = {str(code): str(one) for code, one in facts.register["AGENCY_CODE"].items()}
    return _excused(session, find_problems(facts, rules, checks).problems, agencies, day)[0]


_SEEN: dict[tuple[str | int, ...], tuple[tuple[int, ...], dict[str, list[Found]]]] = {}


def _once(
    session: Session, what: tuple[str | int, ...], day: date, look: Callable[[], dict[str, list[Found]]]
) -> dict[str, list[Found]]:
    """Looked at again only when something is new. Facts are added and never edited: their counts tell."""
    key = (str(session.connection().engine.url), *what)
    in_time = col(GrantedException.granted_on) <= day, col(GrantedException.expires_on) >= day
    counts = tuple(
        session.exec(select(func.count()).select_from(table).where(*when)).one()
        for table, when in (
            (Target, ()),
            (MonitoringReport, ()),
            (BudgetLine, (col(BudgetLine.as_of) <= day,)),
            (GrantedException, in_time),
        )
    )
    if key not in _SEEN or _SEEN[key][0] != counts:
        _SEEN[key] = (counts, look())
    return _SEEN[key][1]


def hint(found: Iterable[Found], most: int = 3) -> str:
    """Found problems in one line for a form or a list; "" where there are none."""
    each = list(found)
    told = "；".join(
        f"{one.says.rstrip('。')}{'' if one.certainty == 'found' else '（疑似）'}" for one in each[:most]
    )
    return told + (f"；共{len(each)}处" if len(each) > most else "")


def triage(found: Standing, work_year: int, projects: Iterable[str]) -> list[Recheck]:
    """Self-evaluations to re-check: those with doubts, first the most, and a random sample besides.

    The sample is the same whenever it is drawn again: the smallest hashes of work year and project code.
    """
    doubts: dict[str, list[str]] = {}
    for one in found.problems:
        if one.project and problem_types()[one.code].stage == "自评":
            doubts.setdefault(one.project, []).append(f"{one.code}{one.says.rstrip('。')}")
    listed = sorted(doubts, key=lambda code: (-len(doubts[code]), code))
    others = sorted(
        set(projects) - set(doubts), key=lambda code: hashlib.sha256(f"{work_year}{code}".encode()).digest()
    )
    size = -(-len(others) * SAMPLE_PERCENT // 100)
    sampled = [Recheck(code, found.names.get(code, ""), ("随机抽查",)) for code in sorted(others[:size])]
    return [*(Recheck(code, found.names.get(code, ""), tuple(doubts[code])) for code in listed), *sampled]


def returned(session: Session, found: Standing, work_year: int) -> dict[tuple[str, str], str]:
    """(problem type, project) → the earlier evaluation's words, where an evaluated problem shows again.

    A project is the same over years by department and name; a problem by the title of its type.
    """
    rows = session.exec(
        select(Problem, Project).join(Project, col(Project.key) == Problem.project_key)
        .where(Project.fiscal_year < work_year)
    ).all()  # fmt: skip
    known = [(project.department_code, project.name, project.fiscal_year, row.text) for row, project in rows]
    again = {}
    for one in found.problems:
        title = problem_types()[one.code].title
        for department, name, year, text in known:
            same = name == found.names.get(one.project or "") and department == found.agencies.get(
                one.project or ""
            )
            if same and one.project and (title[:6] in text or one.kind.title in text):
                again[one.code, one.project] = f"{year}年度评价指出“{text}”，本次再次出现，重新列入整改"
    return again


def write_dossiers_of(session: Session, work_year: int, day: date, projects: Iterable[str]) -> list[Path]:
    """评价底稿 of projects for their evaluators, in the results of the work year."""
    wanted = list(projects)
    if not wanted:
        return []
    year = session.get_one(WorkYear, work_year)
    facts = year_facts(session, work_year, day)
    found = find_problems(facts, rules_of(year.rules, day))
    return write_dossiers(facts, found, settings().results / str(work_year) / "dossiers", wanted)


def at_monitoring(session: Session, work_year: int, day: date) -> dict[str, list[Found]]:
    """Project code → what the finder sees in the course of the year."""
    profile = session.get_one(WorkYear, work_year).rules

    def look() -> dict[str, list[Found]]:
        facts = year_facts(session, work_year, day)
        return by_project(_held(session, facts, rules_of(profile, day), AT_MONITORING, day))

    return _once(session, ("monitoring", work_year), day, look)
