"""What the people of a rehearsal type into each kind of form, from `answers/*.csv`; and the mistakes they make."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from models.amounts import fen_of_yuan
from models.vocabulary import RoundKind
from tasks.forms.shape import Row, Sheet
from tasks.opening import Record, table

Records = dict[str, list[Record]]
CENT = Decimal("0.01")


@cache
def by(data: Path, name: str, column: str = "PRO_CODE") -> Records:
    """The rows of an answers table, grouped by a column."""
    groups: Records = defaultdict(list)
    for row in table(data / "answers", name):
        groups[row[column]].append(row)
    return groups


def answer(kind: RoundKind, asked: Sheet, version: int, data: Path) -> Sheet | None:
    """The sheet filled, or None where nothing is known to say."""
    return ANSWERS[kind](asked, version, data)


def _code(about: str) -> str:
    """The project's code of "2024:CODE…"."""
    return about.partition(":")[2].partition("/")[0]


def _application(asked: Sheet, version: int, data: Path) -> Sheet | None:
    rows = by(data, "assessment_applications").get(_code(asked.about))
    return (rows and Sheet(asked.about, "", {name: rows[0][name.upper()] for name in DIMENSIONS})) or None


DIMENSIONS = ("necessity", "economy", "target", "plan", "funding")


def _conclusion(asked: Sheet, version: int, data: Path) -> Sheet | None:
    rows = by(data, "assessment_conclusions").get(_code(asked.about))
    if not rows:
        return None
    fields: Row = {name: Decimal(rows[0][name.upper()]) for name in DIMENSIONS}
    fields |= {"recommended": fen_of_yuan(rows[0]["RECOMMENDED"]), "opinion": rows[0]["OPINION"]}
    fields["concluded_on"] = date(int(asked.about[:4]), 2, 1)
    return Sheet(asked.about, "", fields)


INDICATOR = {
    "level_1": "LV1_PERF_IND_NAME",
    "level_2": "LV2_PERF_IND_NAME",
    "level_3": "LV3_PERF_IND_NAME",
    "operator": "COMPUTESIGN",
    "value": "KPI_VAL",
    "unit": "METERUNIT",
}


def _declaration(asked: Sheet, version: int, data: Path) -> Sheet | None:
    code = _code(asked.about)
    goals = by(data, "target_goals").get(code)
    if not goals:
        return None
    goal = goals[0]
    again = "（已按评审意见修改）" if version > 1 and asked.fields.get("calculation_basis") else ""
    fields: Row = {"leader": goal["LEADER"], "phone": goal["PHONE"], "annual_goal": goal["KPI_TARGET"]}
    fields |= {
        "long_term_goal": goal["LONG_TERM_GOAL"] or None,
        "calculation_basis": (goal["BASIS"] + again) or None,
    }
    rows: list[Row] = [
        {
            **{name: row[column] or None for name, column in INDICATOR.items()},
            "weight": Decimal(row["WEIGHT"]),
        }
        for row in by(data, "target_indicators")[code]
    ]
    tasks: list[Row] = [
        {"task": row["TASK"], "content": row["CONTENT"], "amount": fen_of_yuan(row["AMT"])}
        for row in by(data, "overall_tasks").get(code, [])
    ]
    funds: list[Row] = (
        [{"amount": asked.fields.get("budget")}] if len(asked.tables.get("funds", [])) == 1 else []
    )
    return Sheet(asked.about, "", fields, {"funds": funds, "indicators": rows, "tasks": tasks})


def _review(asked: Sheet, version: int, data: Path) -> Sheet | None:
    if asked.about != "list":
        return None
    rows: list[Row] = []
    for row in asked.tables["reviews"]:
        said = by(data, "expert_reviews").get(str(row["project_code"]), [])
        turn = int(str(row["target_key"]).rpartition("/")[2])
        points = said[min(turn, len(said)) - 1] if said else {}
        names = ("completeness", "relevance", "suitability", "feasibility")
        rows.append(
            {**{n: Decimal(points[n.upper()]) for n in names if points}, "opinion": points.get("OPINION")}
        )
    return Sheet("list", "", {}, {"reviews": rows})


def _adjustment(asked: Sheet, version: int, data: Path) -> Sheet | None:
    said = by(data, "adjustments").get(_code(asked.about))
    if not said:
        return None
    share = Decimal(said[0]["PERCENT"]) / 100
    rows: list[Row] = []
    for row in asked.tables["indicators"]:
        value = str(row.get("value") or "")
        moved = row.get("level_2") == "数量指标" or row.get("level_3") == "项目总成本"
        rows.append({"value": str((Decimal(value) * share).quantize(Decimal(1)))} if moved else {})
    goal = str(asked.fields.get("old_goal") or "")
    fields: Row = {"reason": said[0]["REASON"], "annual_goal": f"{goal}（按预算调整同步修订任务量）"}
    return Sheet(asked.about, "", fields, {"indicators": rows})


def _monitoring(asked: Sheet, version: int, data: Path) -> Sheet | None:
    code = _code(asked.about)
    said = by(data, "monitoring").get(code)
    if not said:
        return None
    forecast = fen_of_yuan(said[0]["FORECAST"])
    funds: list[Row] = [
        {"forecast": forecast if place == 0 else 0} for place, _ in enumerate(asked.tables["funds"])
    ]
    columns = {
        "actual": "PERF_COMP",
        "forecast": "EST_PERF_ANNUAL",
        "likelihood": "COMPLETE",
        "reason": "ANA_DEV_REASONS",
    }
    rows: list[Row] = [
        {name: row[column] or None for name, column in columns.items()}
        for row in by(data, "monitoring_indicators")[code]
    ]
    fields: Row = {"reason": said[0]["REASON"] or None, "measures": said[0]["MEASURES"] or None}
    return Sheet(asked.about, "", fields, {"funds": funds, "indicators": rows})


def _self_evaluation(asked: Sheet, version: int, data: Path) -> Sheet | None:
    code = _code(asked.about)
    said = by(data, "self_evaluations").get(code)
    if not said:
        return None
    rows: list[Row] = [
        {"actual": row["IND_COMP"], "score": Decimal(row["EVAL_SCORE"]), "reason": row["DEVI_ANALY"] or None}
        for row in by(data, "self_indicators")[code]
    ]
    fields: Row = {
        "goal_actual": said[0]["GOAL_COMP"],
        "reported_total": Decimal(said[0]["TOTAL_EVAL_VALUE"]),
        "reason": said[0]["REASON"] or None,
        "measures": said[0]["MEASURES"] or None,
    }
    return Sheet(asked.about, "", fields, {"indicators": rows})


def _evaluation(asked: Sheet, version: int, data: Path) -> Sheet | None:
    said = by(data, "evaluations", "PROJECT").get(asked.about)
    if not said:
        return None
    score = Decimal(said[0]["SCORE"])
    full = [Decimal(str(row["full"])) for row in asked.tables["scores"]]
    parts = [(points * score / 100).quantize(CENT) for points in full]
    parts[0] += score - sum(parts)
    reasons = ["" if part == whole else "详见评价报告" for part, whole in zip(parts, full, strict=True)]
    rows: list[Row] = [
        {"score": part, "reason": why or None} for part, why in zip(parts, reasons, strict=True)
    ]
    problems: list[Row] = [
        {"text": row["TEXT"], "requirement": row["REQUIREMENT"]}
        for row in by(data, "problems", "PROJECT")[asked.about]
    ]
    fields: Row = {name: said[0][name.upper()] for name in ("background", "effects", "opinion")}
    fields["concluded_on"] = date.fromisoformat(said[0]["CONCLUDED_ON"])
    return Sheet(asked.about, "", fields, {"scores": rows, "problems": problems})


def _rectification(asked: Sheet, version: int, data: Path) -> Sheet | None:
    rows: list[Row] = []
    for row in asked.tables["problems"]:
        key = str(row["problem_key"])
        project, number = key.split("/")[1], int(key.rpartition("问题")[2])
        said = by(data, "rectifications", "PROJECT")[project][number - 1]
        rows.append({name: said[name.upper()] for name in ("measure", "outcome", "evidence")})
    return Sheet("list", "", {}, {"problems": rows})


ANSWERS: dict[RoundKind, Callable[[Sheet, int, Path], Sheet | None]] = {
    RoundKind.ASSESSMENT_APPLICATION: _application,
    RoundKind.ASSESSMENT_CONCLUSION: _conclusion,
    RoundKind.TARGET_DECLARATION: _declaration,
    RoundKind.EXPERT_REVIEW: _review,
    RoundKind.TARGET_ADJUSTMENT: _adjustment,
    RoundKind.MONITORING: _monitoring,
    RoundKind.SELF_EVALUATION: _self_evaluation,
    RoundKind.FISCAL_EVALUATION: _evaluation,
    RoundKind.RECTIFICATION: _rectification,
}


def spoil(mistake: str, answers: list[Sheet]) -> bool:
    """Put a mistake that real departments make into the answers; True when it touches locked cells."""
    sheet = answers[0]
    rows = sheet.tables.get("indicators", [])
    match mistake:
        case "weight_sum":
            rows[0]["weight"] = Decimal(9)
        case "letter_o":
            rows[0]["weight" if "weight" in rows[0] else "score"] = "1O"
        case "bare_number_name":
            rows[1]["level_3"] = "88"
        case "words_for_number":
            rows[0]["value"] = "明显提高"
        case "missing_class":
            del rows[5:6]
        case "funds_differ":
            sheet.tables["funds"] = [{"amount": 1_000_000}]
        case "score_above_full":
            rows[0]["score"] = Decimal(12)
        case "missing_actual":
            rows[2]["actual"] = None
        case "likelihood_without_reason":
            rows[0] |= {"likelihood": "不可能", "reason": None}
            sheet.fields |= {"reason": None, "measures": None}
        case "likelihood_word":
            rows[0]["likelihood"] = "应该可以"
        case "locked_changed":
            rows[0]["value"] = "1"
            return True
    return False
