"""All checks in one list, and what could not be checked: per problem type and project, with the reason."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from models.rules.problems import (
    bonds,
    credibility,
    declared,
    drift,
    goals,
    indicators,
    money,
    payments,
    process,
    satisfaction,
    shares,
    works,
)
from models.rules.problems.facts import Facts
from models.rules.problems.hits import Check, Found, gathered
from models.rules.problems.kept import REGISTER, silent
from models.rules.problems.limits import LIMITS, TITLES, Kind, problem_types
from models.rules.profiles import Rules

CHECKS: tuple[Check, ...] = (
    payments.check_timeliness,
    payments.check_procedure,
    goals.check_completeness,
    goals.check_coverage,
    money.check_take_up,
    process.check_policies,
    goals.check_originality,
    goals.check_copied_goals,
    indicators.check_results,
    declared.check_declared,
    declared.check_goal_links,
    indicators.check_measurable,
    payments.check_years,
    shares.check_shares,
    payments.check_approval,
    payments.check_large,
    payments.check_attachments,
    satisfaction.check_satisfaction,
    goals.check_farmland,
    money.check_execution,
    payments.check_gaps,
    process.check_management,
    money.check_budget_changes,
    goals.check_overall_targets,
    process.check_stages,
    money.check_budgeting,
    shares.check_items,
    process.check_supervision,
    money.check_efficiency,
    bonds.check_bonds,
    works.check_acceptance,
    works.check_afterwards,
    goals.check_quantified,
    process.check_monitoring,
    credibility.check_credibility,
    credibility.check_totals,
    drift.check_drift,
    satisfaction.check_evidence,
)


@dataclass(frozen=True)
class NotChecked:
    """`projects`: the codes concerned; None for the folder as a whole."""

    code: str
    projects: tuple[str, ...] | None
    why: str


@dataclass(frozen=True)
class Findings:
    """Everything found, and everything that could not be looked at."""

    problems: list[Found]
    not_checked: list[NotChecked]


AT_REVIEW: tuple[Check, ...] = (
    goals.check_completeness,
    goals.check_coverage,
    goals.check_originality,
    goals.check_copied_goals,
    goals.check_farmland,
    goals.check_quantified,
    process.check_policies,
    indicators.check_results,
    indicators.check_measurable,
    declared.check_declared,
    declared.check_goal_links,
    money.check_budgeting,
    drift.check_drift,
)
AT_MONITORING: tuple[Check, ...] = (process.check_monitoring, money.check_execution)


def find_problems(facts: Facts, rules: Rules, checks: tuple[Check, ...] = CHECKS) -> Findings:
    """Runs every check, or the ones of a stage; order of the report's problem types, then of projects."""
    hits = (hit for check in checks for hit in check(facts, rules))
    found = _once(gathered(hits))
    found, habits = _without_habits(found, facts)
    order = {code: place for place, code in enumerate(problem_types())}
    found.sort(key=lambda one: order[one.code])
    return Findings(found, [*_not_checked(facts), *habits])


def _once(found: list[Found]) -> list[Found]:
    """One fact, one problem: a late start is P1 and not P16's idle months too; bond money that left the project is P26
    or P27 and not a large payment without papers too."""
    late = {one.project for one in found if one.code == "P1"}
    bonds = {place.row for one in found if one.code in {"P26", "P27"} for place in one.evidence}
    return [
        one
        for one in found
        if not (one.kind.name == "gap" and one.project in late)
        and not (one.code == "P12" and all(place.row in bonds for place in one.evidence))
    ]


def _without_habits(found: list[Found], facts: Facts) -> tuple[list[Found], list[NotChecked]]:
    """What most projects do alike is the habit of the place: told once, not held against each of them."""
    everyone = len(facts.projects)
    if everyone < LIMITS["habit_projects"]:
        return found, []
    count: dict[Kind, int] = {}
    for one in found:
        if one.kind.habit and one.project is not None:
            count[one.kind] = count.get(one.kind, 0) + 1
    habits = {kind: n for kind, n in count.items() if n * 100 > everyone * LIMITS["habit_percent"]}
    told = [
        NotChecked(
            kind.code, None, f"{n}个项目（共{everyone}个）都是“{kind.title}”，视为本地表式或惯例，未逐项列出"
        )
        for kind, n in habits.items()
    ]
    return [one for one in found if one.kind not in habits], told


def _not_checked(facts: Facts) -> Iterator[NotChecked]:
    """A type is not checked for a project when none of its kinds has the data; a kind without data is told once."""
    everyone = pd.Index(facts.projects.index)
    for problem in problem_types().values():
        checked, lacks = pd.Series(False, index=everyone), []
        for kind in problem.kinds.values():
            can, why = _can(kind, facts, everyone)
            checked |= can
            if why and not can.any():
                lacks.append((kind, why))
        left = tuple(map(str, everyone[~checked]))
        if left and lacks and checked.any():
            yield NotChecked(problem.code, None, _partly(lacks))
        if left:
            reasons = "；".join(dict.fromkeys(why for _, why in lacks)) or "没有该项目的数据"
            yield NotChecked(problem.code, left, reasons)
        elif lacks:
            yield NotChecked(problem.code, None, _partly(lacks))
    for stage in process.STAGES:
        if process.REGISTER in facts.now and stage not in process.coverage(facts):
            for code in ("P20", "P21"):
                yield NotChecked(
                    code, None, f"部分内容“{stage}”环节未核对：没有这一环节的数据，或大多数项目没有"
                )


def _partly(lacks: list[tuple[Kind, str]]) -> str:
    return "部分内容" + "；".join(f"“{kind.title}”未核对：{why}" for kind, why in lacks)


def _can(kind: Kind, facts: Facts, everyone: pd.Index) -> tuple["pd.Series[bool]", str]:
    """(whether each project has what a kind needs, what is lacking altogether)."""
    able = pd.Series(True, index=everyone)
    why = []
    for need in kind.needs:
        choices = [choice.partition(".") for choice in need.split("|")]
        there = pd.Series(False, index=everyone)
        for place, _, column in choices:
            last = place.startswith("-")
            table = facts.before.get(place[1:]) if last else facts.now.get(place)
            if table is None or table.empty or (column and column not in facts.given[place.lstrip("-")]):
                continue
            held = everyone.isin(table["PRO_CODE"]) if "PRO_CODE" in table else True
            there |= held & ~silent(facts, column) if place == REGISTER else held
        if not there.any():
            why.append(f"没有{'或'.join(_title(*choice) for choice in choices)}")
        able &= there
    return able, "、".join(why)


def _title(place: str, dot: str, column: str) -> str:
    """上年的支付凭证表“合同号”: a table or one of its columns as officers call it."""
    table = place.lstrip("-")
    past = "上年的" if place.startswith("-") else ""
    return f"{past}{TITLES[table]}" + (f"“{TITLES[f'{table}.{column}']}”一栏" if dot else "")
