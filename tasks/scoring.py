"""A folder of self-evaluations scored and audited under a profile: the document of `jixiao score`."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from models.rules.audit import COLUMNS, audit, bases_under, finding_codes
from models.rules.columns import decimal_text, plain
from models.rules.execution import execution_points
from models.rules.finding import Finding
from models.rules.funds import rolled_up
from models.rules.profiles import Rules, load_rules
from models.rules.self_evaluation import score_indicators, score_projects
from tasks.exchange.errors import ExchangeError
from tasks.exchange.printed import Printed, read_printed
from tasks.exchange.reader import read_file, read_folder
from tasks.exchange.self_evaluation import TABLES, SelfEvaluations, self_evaluations

__all__ = ["Scored", "checked", "document", "not_checked", "read_self_evaluations", "rules_for", "score"]
EVAL, BGT, INDICATOR = TABLES[:3]
SEVERITY = {"错误": "error", "提醒": "warning", "说明": "note"}


@dataclass(frozen=True)
class Scored:
    """Frames of a folder under one profile: rows with points, projects with totals, findings."""

    rules: Rules
    indicators: pd.DataFrame
    projects: pd.DataFrame
    findings: pd.DataFrame


def read_self_evaluations(path: Path, year: int | None = None) -> SelfEvaluations:
    """The self-evaluations of a folder of national tables, of one such file, or of a file as it is printed.

    Raises ExchangeError.
    """
    if path.is_dir() or not path.exists():
        return self_evaluations(read_folder(path, TABLES), year)
    try:
        return self_evaluations(read_file(path), year)
    except ExchangeError as error:
        return self_evaluations(_printed(path, error).exchange(path), year)


def _printed(path: Path, error: ExchangeError) -> Printed:
    """The printed tables of a file that is no national table; what was wrong with it as one, if it is neither."""
    try:
        return read_printed(path)
    except ExchangeError:
        raise error from None


def rules_for(profile: str, given: SelfEvaluations, own_folder: Path | None = None) -> Rules:
    """The profile as it held when the tables' last year was evaluated, that is at the end of the next year.

    A rule that the asked profile has since brought in applies too, and is named as not yet in force.
    """
    years = [int(year) for year in given.heads["year"] if year]
    on = date((max(years) if years else date.max.year - 1) + 1, 12, 31)
    return load_rules(profile, on, own_folder, ahead=True)


def score(given: SelfEvaluations, rules: Rules) -> Scored:
    """Points, totals, grades and findings of every project."""
    money = rolled_up(given.sources).reindex(given.heads.index)
    money["published"] = _publishes_execution(given)
    indicators = score_indicators(given.indicators, rules)
    projects = given.heads.join(money).join(
        score_projects(money, indicators, rules).drop(columns="published")
    )
    findings = audit(indicators, projects, _with_rate(given.sources, rules), rules)
    return Scored(rules, indicators, projects, _with_unread(findings, given.unread, rules))


def _publishes_execution(given: SelfEvaluations) -> pd.Series:
    """Whether each table has points for execution."""
    known = given.sources[["exe_weight_micro", "exe_score_micro"]].notna().any(axis=1)
    return known.groupby(given.sources["project"]).any().reindex(given.heads.index).fillna(False).astype(bool)


def _with_rate(sources: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Rows of money with what their own amounts would earn."""
    return sources.join(execution_points(sources["budget_fen"], sources["spent_fen"], rules))


def _with_unread(findings: pd.DataFrame, unread: list[Finding], rules: Rules) -> pd.DataFrame:
    if not unread:
        return findings
    bases = bases_under(rules)
    rows = [(one.project, one.row, one.code, one.says, bases[one.code], one.sheet) for one in unread]
    # Points that are there and no number are not missing too.
    known = {(one.project, one.row) for one in unread if one.sheet == INDICATOR}
    twice = [
        code == "SCORE_MISSING" and (project, row) in known
        for project, row, code in zip(findings["project"], findings["row"], findings["code"], strict=True)
    ]
    more = pd.DataFrame(rows, columns=[*COLUMNS, "sheet"]).astype({"row": "Int64"})
    return pd.concat(
        [findings[~pd.Series(twice, index=findings.index, dtype="bool")], more], ignore_index=True
    )


def document(scored: Scored) -> dict[str, Any]:
    """The JSON document of exchange.md section 2; numbers are decimal strings."""
    rows = _by_project(scored.indicators)
    found = _by_project(scored.findings)
    rules = scored.rules
    return {
        "rules": {
            "profile": rules.name,
            "in_force": rules.in_force.isoformat(),
            "unverified": list(rules.unverified),
            "not_yet_in_force": list(rules.early),
        },
        "projects": [
            _project(row, rows.get(str(key), []), found.get(str(key), []), rules)
            for key, row in zip(scored.projects.index, scored.projects.to_dict("records"), strict=True)
        ],
    }


def _by_project(frame: pd.DataFrame) -> dict[str, list[dict[Any, Any]]]:
    """Rows as records, by project."""
    found: dict[str, list[dict[Any, Any]]] = {}
    for row in frame.to_dict("records"):
        found.setdefault(str(row["project"]), []).append(row)
    return found


def _project(
    row: dict[Any, Any], rows: list[dict[Any, Any]], found: list[dict[Any, Any]], rules: Rules
) -> dict[str, Any]:
    return {
        "pro_code": row["code"],
        "pro_name": row["name"],
        "fiscal_year": row["year"],
        "execution": {
            "budget": _yuan(row["budget_fen"]),
            "spent": _yuan(row["spent_fen"]),
            "rate": _exact(row["rate_micro"]),
            "full": plain(rules.self_evaluation.execution_full),
            "points": _exact(row["execution_micro"]),
            "basis": rules.self_evaluation.execution.basis,
        },
        "indicators": [_indicator(one) for one in rows],
        "total": _exact(row["total_micro"]),
        "reported_total": _exact(row["reported_total_micro"]),
        "grade": None if pd.isna(row["grade"]) else row["grade"],
        "undecided": list(row["undecided"]),
        "findings": [_finding(one) for one in found],
    }


def _indicator(row: dict[Any, Any]) -> dict[str, Any]:
    return {
        "row": int(row["row"]),
        "lv1": row["level_1"],
        "lv2": row["level_2"],
        "lv3": row["level_3"],
        "kind": row["shown"],
        "full": None if pd.isna(row["full_micro"]) else decimal_text(int(row["full_micro"])),
        "points": _exact(row["points_micro"]),
        "reported": _exact(row["reported_micro"]),
        "basis": row["basis"],
    }


def _finding(row: dict[Any, Any]) -> dict[str, Any]:
    number = None if pd.isna(row["row"]) else int(row["row"])
    return {"code": row["code"], "row": number, "says": row["says"], "basis": row["basis"]}


def _exact(micro: Any) -> str | None:
    return None if pd.isna(micro) else decimal_text(int(micro))


def _yuan(fen: Any) -> str | None:
    return None if pd.isna(fen) else f"{int(fen) // 100}.{int(fen) % 100:02d}"


# Where each kind of finding is to be looked for when it concerns no single row.
PLACES = {
    "EXECUTION_RATE": BGT,
    "EXECUTION_POINTS": BGT,
    "EXECUTION_FULL_UNSEEN": BGT,
    "SPENT_ABOVE_BUDGET": BGT,
    "TOTAL_ROW_NOT_ROLLED_UP": BGT,
}


def checked(folder: Path, profile: str, year: int | None = None, own: Path | None = None) -> dict[str, Any]:
    """A folder's (or one file's) self-evaluations as `jixiao check` reports them: findings with severity and remedy, not_checked."""
    return _checked(read_self_evaluations(folder, year), profile, folder, own)


def checked_printed(path: Path, profile: str, own: Path | None = None) -> dict[str, Any]:
    """A file of printed tables as `jixiao check` reports it, by sheet and cell. Raises ExchangeError."""
    printed = read_printed(path)
    document = _checked(self_evaluations(printed.exchange(path)), profile, path, own)
    for one in document["findings"]:
        indicator = one["sheet"] == INDICATOR
        one["sheet"] = printed.sheets.get(one["project"], one["sheet"])
        if indicator or one["row"] is None:
            one["cell"] = printed.cells.get((one["project"], one["row"]))
    return document | {"form": "公开的自评表"}


def _checked(given: SelfEvaluations, profile: str, folder: Path, own: Path | None) -> dict[str, Any]:
    found = score(given, rules_for(profile, given, own))
    codes = finding_codes()
    names = dict(zip(found.projects.index, found.projects["code"], strict=True))
    findings = [
        {
            "code": row["code"],
            "severity": SEVERITY[codes[row["code"]].severity],
            "sheet": _sheet(row),
            "cell": None,
            "row": None if pd.isna(row["row"]) else int(row["row"]),
            "project": names[row["project"]],
            "read": codes[row["code"]].title,
            "says": row["says"],
            "basis": row["basis"],
            "remedy": codes[row["code"]].remedy,
        }
        for row in found.findings.to_dict("records")
    ]
    head = {"file": str(folder), "form": "预算管理一体化导出表", "readable": True}
    return head | {"findings": findings, "not_checked": not_checked(found)}


def _sheet(row: dict[Any, Any]) -> str:
    """The table in which a finding is to be looked for."""
    named = row.get("sheet", "")
    if named and not pd.isna(named):
        return str(named)
    return PLACES.get(row["code"], EVAL) if pd.isna(row["row"]) else INDICATOR


def not_checked(found: Scored) -> list[dict[str, str]]:
    """Codes that could not be checked for want of data, and why; a project each where it is a project's want."""
    rows, projects = found.indicators, found.projects
    wants = {
        "TOTAL_NOT_SUM": (projects["reported_total_micro"].isna(), "没有填报总分"),
        "GRADE_NOT_OF_SCORE": (projects["reported_grade"] == "", "没有填报等级"),
        "EXECUTION_POINTS": (projects["execution_micro"].isna(), "没有预算数或执行数"),
        "LOW_EXECUTION_NO_EFFECT": (projects["execution_micro"].isna(), "没有预算数或执行数"),
        "WEIGHTS_NOT_100": (_lacks(rows, rows["full_micro"], projects.index), "有指标没有分值，也无法推知"),
        "POINTS_NOT_BY_RULE": (
            _lacks(rows, rows["points_micro"], projects.index),
            "有指标的得分无法按规则确定",
        ),
        "REASON_MISSING": (
            _lacks(rows, rows["reason"], projects.index) & projects["reason"].isna(),
            "表中没有偏差原因一栏",
        ),
    }
    return [
        {"code": code, "why": f"项目{'、'.join(projects['code'][flags.astype(bool)])}：{why}"}
        for code, (flags, why) in wants.items()
        if flags.any()
    ]


def _lacks(rows: pd.DataFrame, column: pd.Series, order: pd.Index) -> pd.Series:
    """Whether a project has a leading row without a value, or no row at all."""
    lacking = column[rows["leads"]].isna().groupby(rows["project"][rows["leads"]]).any()
    return lacking.reindex(order).fillna(True).astype(bool)
