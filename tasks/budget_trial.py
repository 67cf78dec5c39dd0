"""试算: what other parameters, or another profile, would do to next year's budget. Nothing is stored or proposed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import pandas as pd
from pydantic import BaseModel
from sqlmodel import Session, col, select

from models.amounts import FEN_PER_YUAN
from models.calendar import WorkYear
from models.database import transaction
from models.projects import Project, yearless
from models.result_application import BudgetProposal
from models.rules.budget_balance import GROUNDS, balance, ground_effects, what_if
from models.rules.calendar import plan
from models.rules.columns import plain
from models.rules.profiles import Rules, RulesError
from models.rules.questions import UNDECIDED
from models.rules.result_application import budget_effects
from models.vocabulary import Grade
from tasks.budget_balance import PERCENTS
from tasks.budget_proposals import BY_GRADE, Fact, facts, low_execution_facts
from tasks.rounds import the_year
from tasks.rulebook import rules_of

SHORT = {f"等级“{grade.value}”": f"budget_effect.effects.{grade.value}.cut_percent" for grade in Grade} | {
    words: f"budget_grounds.{ground}.cut_percent" for ground, words in GROUNDS.items()
}
"""What officers call a rule → where its percentage stands."""


@dataclass(frozen=True)
class Asked:
    """Changes as `规则=值`, or another profile; `percents` of the table of undecided rules."""

    changes: Sequence[str] = ()
    to: str = ""
    percents: Sequence[Decimal] = PERCENTS


def budget_trial(work_year: int, day: date, asked: Asked) -> dict[str, Any]:
    """The rules of the year beside the changed ones: each rule's items and cut, the sums, several percentages."""
    with transaction() as session:
        return _tried(session, work_year, day, asked)


def _tried(session: Session, work_year: int, day: date, asked: Asked) -> dict[str, Any]:
    year = the_year(session, work_year)
    day = min(max(day, plan(work_year).moments["budget_proposals"]), plan(work_year).moments["report"])
    now = rules_of(year.rules, day)
    then = changed(rules_of(asked.to, day) if asked.to else now, asked.changes)
    given = _facts(session, year, now, day)
    sides = [(rules, _effects(_under(session, year, given, now, rules, day), rules)) for rules in (now, then)]
    undecided = [name for name in SHORT if _percent(now, name) is None]
    found = what_if(sides[0][1]["rule"], sides[0][1]["base_fen"], undecided, asked.percents)
    return {
        "work_year": work_year,
        "applied_year": year.applied_year,
        "from": now.name,
        "to": then.name,
        "set": list(asked.changes),
        "rules": [_line(name, sides) for name in SHORT],
        "totals": [_totals(frame) for _, frame in sides],
        "percents": [
            {
                "rule": row.grade,
                "count": row.count,
                "base": _yuan(row.base_fen),
                "percent": row.percent,
                "cut": _yuan(row.cut_fen),
            }
            for row in found.itertuples(index=False)
        ],
    }


def changed(rules: Rules, changes: Sequence[str]) -> Rules:
    """The rules with other values. Raises RulesError for a rule or a value that is none."""
    for one in changes:
        name, _, text = (part.strip() for part in one.partition("="))
        short = next((path for title, path in SHORT.items() if name in (title, title[3:-1])), name)
        path = short.split(".")
        if path[0] not in ("budget_effect", "budget_grounds") or not text:
            raise RulesError(
                f"“{one}”不是预算挂钩的规则。请写成“规则=值”，如 中=10；可用的规则：{'、'.join(SHORT)}。"
            )
        rules = _put(rules, path, _value(one, text))
    return rules


def _value(one: str, text: str) -> Decimal | None:
    if text == UNDECIDED:
        return None
    try:
        value = Decimal(text.removesuffix("%"))
    except InvalidOperation:
        value = Decimal(-1)
    if not 0 <= value <= 100:
        raise RulesError(f"“{one}”的值应为0到100的数或“未定”。")
    return value


def _put(place: Any, path: Sequence[str], value: Decimal | None) -> Any:
    """A copy of a model or a table with one value put at a path."""
    name, rest = path[0], path[1:]
    there = place.get(name) if isinstance(place, dict) else getattr(place, name, None)
    if (rest and there is None) or (not rest and isinstance(there, BaseModel | dict | str)):
        raise RulesError(f"规则中没有“{name}”这一项。可用的规则：{'、'.join(SHORT)}。")
    new = _put(there, rest, value) if rest else value
    return {**place, name: new} if isinstance(place, dict) else place.model_copy(update={name: new})


def _facts(session: Session, year: WorkYear, rules: Rules, day: date) -> list[tuple[Fact, int]]:
    """The facts of the proposals made, or, before they are made, those of today."""
    rows = session.exec(
        select(BudgetProposal, Project)
        .join(Project, col(Project.key) == BudgetProposal.project_key)
        .where(BudgetProposal.work_year == year.year)
        .order_by(BudgetProposal.key)
    ).all()
    names = {words: ground for ground, words in GROUNDS.items()}
    made = [
        (Fact(project, names.get(one.key.rpartition("/")[2], BY_GRADE), one.grade), one.base_fen)
        for one, project in rows
    ]
    return made or facts(session, year, rules, day)


def _under(
    session: Session, year: WorkYear, given: list[tuple[Fact, int]], now: Rules, then: Rules, day: date
) -> list[tuple[Fact, int]]:
    """The facts under other rules: another line of low execution meets other projects."""
    if now.budget_grounds.low_execution.below == then.budget_grounds.low_execution.below:
        return given
    kept = [row for row in given if row[0].ground != "low_execution"]
    return kept + low_execution_facts(session, year, then, day)


def _effects(given: list[tuple[Fact, int]], rules: Rules) -> pd.DataFrame:
    """rule, project, base_fen, proposed_fen, decided_fen (none: a trial knows no officer) of each fact."""
    parts = []
    for by_grade in (True, False):
        rows = [(fact, base) for fact, base in given if (fact.ground == BY_GRADE) == by_grade]
        names = [
            f"等级“{fact.grade.value if fact.grade else UNDECIDED}”" if by_grade else GROUNDS[fact.ground]
            for fact, _ in rows
        ]
        base = pd.Series([one for _, one in rows], dtype="Int64")
        words = pd.Series(
            [fact.grade.value if fact.grade else None for fact, _ in rows]
            if by_grade
            else [fact.ground for fact, _ in rows],
            dtype="string",
        )
        effect = budget_effects(words, base, rules) if by_grade else ground_effects(words, base, rules)
        parts.append(
            pd.DataFrame(
                {
                    "rule": pd.Series(names, dtype="string"),
                    "project": pd.Series([yearless(fact.project.code) for fact, _ in rows], dtype="string"),
                    "base_fen": base,
                    "proposed_fen": effect["proposed_fen"].astype("Int64"),
                    "decided_fen": pd.Series([pd.NA] * len(rows), dtype="Int64"),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _percent(rules: Rules, name: str) -> Decimal | None:
    part = SHORT[name].split(".")
    if part[0] == "budget_effect":
        effect = rules.budget_effect.effects.get(part[2])
        return effect.cut_percent if effect else None
    found: Decimal | None = getattr(rules.budget_grounds, part[1]).cut_percent
    return found


def _line(name: str, sides: Sequence[tuple[Rules, pd.DataFrame]]) -> dict[str, Any]:
    """One rule under both: what it takes, of how many, and the cut, null where nobody decided it."""
    found: dict[str, Any] = {"rule": name}
    for side, (rules, frame) in zip(("from", "to"), sides, strict=True):
        rows, percent = frame[frame["rule"] == name], _percent(rules, name)
        cut = None if percent is None else int((rows["base_fen"] - rows["proposed_fen"]).sum())
        found[side] = {
            "count": len(rows),
            "base": _yuan(int(rows["base_fen"].sum())),
            "percent": None if percent is None else plain(percent),
            "cut": None if cut is None else _yuan(cut),
        }
    return found


def _yuan(fen: Any) -> str:
    return f"{Decimal(int(fen)) / FEN_PER_YUAN:.2f}"


def _totals(frame: pd.DataFrame) -> dict[str, str]:
    """Sums over projects: of several grounds the lowest amount holds; `open` is at stake where rules are undecided."""
    found = balance(frame)
    return {str(name).removesuffix("_fen"): _yuan(int(found[name].sum())) for name in found}
