"""A trial of other rules: which projects would change points, light or grade."""

from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd

from models.rules.columns import decimal_text
from models.rules.monitoring import indicator_lights, money_lights, project_lights
from models.rules.profiles import Rules
from models.rules.reweighting import reweighted
from models.rules.self_evaluation import read_indicators
from tasks.exchange.monitoring import Monitorings, monitorings
from tasks.exchange.reader import read_folder
from tasks.exchange.self_evaluation import SelfEvaluations, self_evaluations
from tasks.scoring import Scored, rules_for, score
from tasks.scoring_run import append_run, monitorings_of, self_evaluations_of

WORDS = {
    "points": "得分",
    "total": "总分",
    "grade": "等级",
    "money_light": "资金灯",
    "target_light": "目标灯",
}


def dry_run(
    folder: Path, old: str, new: str, year: int | None = None, own: Path | None = None
) -> dict[str, Any]:
    """Every project under both profiles; `changes` names what differs. Weights are scaled to each profile's 100."""
    exchange = read_folder(folder)
    return _tried(self_evaluations(exchange, year), monitorings(exchange, year), old, new, own)[0]


def dry_run_year(year: int, old: str, new: str, at: datetime, own: Path | None = None) -> dict[str, Any]:
    """The same from the database; what each profile gives the year is appended to it as a run (`runs`)."""
    found, scored = _tried(self_evaluations_of(year), monitorings_of(year), old, new, own)
    runs = {one.rules.name: one for one in scored}
    return found | {"runs": [append_run(one, year, at) for one in runs.values()]}


def _tried(
    given: SelfEvaluations, watched: Monitorings | None, old: str, new: str, own: Path | None
) -> tuple[dict[str, Any], list[Scored]]:
    sides = []
    for name in (old, new):
        rules = rules_for(name, given, own)
        rows = reweighted(given.indicators, rules)
        sides.append((score(replace(given, indicators=rows), rules), _lights(watched, rules)))
    projects = [_compare(str(key), *sides) for key in given.heads.index]
    found = {
        "from": old,
        "to": new,
        "changed": sum(bool(one["changes"]) for one in projects),
        "projects": projects,
        "not_checked": []
        if watched
        else [{"code": "LIGHTS", "why": "没有监控表（PAY_PERF_MONITOR_INFO），灯色未比较"}],
    }
    return found, [scored for scored, _ in sides]


def _lights(watched: Monitorings | None, rules: Rules) -> pd.DataFrame:
    """money_light and target_light by project, under a profile."""
    if watched is None:
        return pd.DataFrame(columns=["money_light", "target_light"], dtype="string")
    read = read_indicators(watched.indicators, rules)
    lights = pd.Series(pd.NA, index=read.index, dtype="string")
    money = pd.Series(pd.NA, index=watched.money.index, dtype="string")
    months = read["month"].fillna(rules.monitoring.window.end_month)
    for month, part in read.groupby(months):
        lights.loc[part.index] = indicator_lights(part, int(month), rules)
        own = watched.money.loc[watched.money.index.isin(part["project"])]
        money.loc[own.index] = money_lights(own["budget_fen"], own["spent_fen"], int(month), rules)
    worst = project_lights(read["project"], lights, rules)
    return pd.DataFrame({"money_light": money, "target_light": worst})


def _compare(
    key: str, before: tuple[Scored, pd.DataFrame], after: tuple[Scored, pd.DataFrame]
) -> dict[str, Any]:
    sides = [_side(key, *one) for one in (before, after)]
    changes = [word for name, word in WORDS.items() if sides[0][name] != sides[1][name]]
    head = before[0].projects.loc[key]
    shown = [{name: value for name, value in side.items() if name != "points"} for side in sides]
    return {
        "pro_code": head["code"],
        "pro_name": head["name"],
        "from": shown[0],
        "to": shown[1],
        "changes": changes,
    }


def _side(key: str, scored: Scored, lights: pd.DataFrame) -> dict[str, Any]:
    row = scored.projects.loc[key]
    own = scored.indicators[scored.indicators["project"] == key]
    pairs = zip(own["points_micro"], own["full_micro"].fillna(0), strict=True)
    shares = [
        None if pd.isna(part) or not whole else Fraction(int(part), int(whole)) for part, whole in pairs
    ]
    light = lights.reindex([row["code"]]).iloc[0]
    return {
        "points": (shares, _text(row["execution_micro"])),
        "total": _text(row["total_micro"]),
        "grade": None if pd.isna(row["grade"]) else row["grade"],
        "money_light": None if pd.isna(light["money_light"]) else light["money_light"],
        "target_light": None if pd.isna(light["target_light"]) else light["target_light"],
        "undecided": list(row["undecided"]),
    }


def _text(micro: Any) -> str | None:
    return None if pd.isna(micro) else decimal_text(int(micro))
