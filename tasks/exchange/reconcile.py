"""A folder of national tables against what is known: counts, amounts, every difference, before anything changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, select

from models.amounts import micro_of
from models.database import insert_new, insert_rows
from models.people import Department
from models.projects import BudgetLine, Project, project_key
from models.target_review import IndicatorTarget, Target
from models.vocabulary import BudgetMoment
from tasks.exchange.declaration import declarations
from tasks.exchange.monitoring import amounts
from tasks.exchange.reader import Exchange
from tasks.money import projects_of, totals
from tasks.opening import LOCAL, Record, agencies_of, project_of
from tasks.targets import indicators_of, latest_targets

INDICATOR = ("key", "target_key", "sequence", "level_1", "level_2", "level_3", "operator", "value", "unit", "weight_micro", "note")  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same on both sides; "" where a side has nothing."""

    table: str
    project: str
    field: str
    theirs: str
    ours: str


@dataclass(frozen=True)
class Count:
    """Both sides of one total."""

    what: str
    theirs: str
    ours: str


@dataclass(frozen=True)
class Comparison:
    """Totals, differences, and what only the folder has (and an import would add)."""

    counts: list[Count]
    differences: list[Difference]
    new_projects: list[str]
    new_targets: list[str]


def compare(session: Session, exchange: Exchange, fiscal_year: int, day: date) -> Comparison:
    """The folder's rows of one fiscal year against ours. Nothing is changed."""
    ours = {one.code: one for one in projects_of(session, fiscal_year)}
    theirs = {row["PRO_CODE"]: row for row in _rows(exchange, "PM_PROJECT_INFO", fiscal_year)}
    counts, differences = [], []
    if exchange.get("PM_PROJECT_INFO") is not None:
        budgets = totals(session, BudgetMoment.REQUESTED, day, [one.key for one in ours.values()])
        stated = _amounts(exchange, fiscal_year)
        mine = {code: budgets[one.key] for code, one in ours.items() if one.key in budgets}
        counts += [
            Count("项目数", str(len(theirs)), str(len(ours))),
            Count("预算合计（元）", _yuan(sum(stated.values())), _yuan(sum(mine.values()))),
        ]
        names = {code: row["PRO_NAME"] for code, row in theirs.items()}
        differences += _differ(
            "PM_PROJECT_INFO", "项目名称", names, {code: one.name for code, one in ours.items()}
        )
        both = [code for code in stated if code in mine]
        differences += [
            Difference("PM_PROJECT_INFO", code, "预算金额（元）", _yuan(stated[code]), _yuan(mine[code]))
            for code in both
            if stated[code] != mine[code]
        ]
    goals, rows = _declared(exchange, fiscal_year)
    targets = {
        key.partition(":")[2]: one
        for key, one in latest_targets(session, [p.key for p in ours.values()]).items()
    }
    if goals or rows:
        known = indicators_of(session, [one.key for one in targets.values()])
        mine_rows = {
            code: [_line(i.level_3, i.operator, i.value, i.unit) for i in known.get(one.key, [])]
            for code, one in targets.items()
        }
        counts += [
            Count("有绩效目标的项目数", str(len(goals)), str(len(targets))),
            Count("绩效指标数", str(sum(map(len, rows.values()))), str(sum(map(len, mine_rows.values())))),
        ]
        differences += _differ(
            "PM_PERF_GOAL_INFO", "绩效目标", goals, {c: t.annual_goal for c, t in targets.items()}
        )
        differences += _lines(rows, mine_rows)
    fresh = [code for code in theirs if code not in ours]
    return Comparison(counts, differences, fresh, [code for code in goals if code not in targets])


def take_new(session: Session, exchange: Exchange, fiscal_year: int, day: date) -> int:
    """Add what only the folder has: departments, projects with the amount asked for, targets. What is known stays."""
    found = compare(session, exchange, fiscal_year, day)
    agencies = agencies_of(_all_rows(exchange, "BAS_AGENCY_INFO"))
    count = insert_new(session, _departments(agencies.values()))
    stated = _amounts(exchange, fiscal_year)
    wanted = set(found.new_projects)
    for row in _rows(exchange, "PM_PROJECT_INFO", fiscal_year):
        if row["PRO_CODE"] in wanted:
            count += insert_new(session, [project_of(row, agencies)])
            count += insert_new(session, _requested(row["PRO_CODE"], fiscal_year, stated, day))
    return count + _targets(session, exchange, fiscal_year, found.new_targets, day)


def _targets(session: Session, exchange: Exchange, fiscal_year: int, codes: Iterable[str], day: date) -> int:
    known = set(session.exec(select(Project.code).where(Project.fiscal_year == fiscal_year)).all())
    goals, _ = _declared(exchange, fiscal_year)
    wanted = [code for code in codes if code in known]
    keys = {code: f"{project_key(fiscal_year, code)}/1" for code in wanted}
    count = insert_new(
        session,
        [
            Target(key=keys[code], project_key=project_key(fiscal_year, code), version=1, origin="导入",
                   received_on=day, annual_goal=goals[code])
            for code in wanted
        ],
    )  # fmt: skip
    sequence = dict.fromkeys(wanted, 0)
    rows = []
    for row in _rows(exchange, "PM_PERF_INDICATOR", fiscal_year):
        code = row["PRO_CODE"]
        if code not in sequence:
            continue
        sequence[code] += 1
        weight = row.get("WEIGHT", "")
        rows.append(
            (f"{keys[code]}/{sequence[code]}", keys[code], sequence[code],
             *(row[name] for name in ("LV1_PERF_IND_NAME", "LV2_PERF_IND_NAME", "LV3_PERF_IND_NAME")),
             row.get("COMPUTESIGN", ""), row["KPI_VAL"], row.get("METERUNIT", ""),
             micro_of(weight) if weight else None, row.get("KPI_REMARK", ""))
        )  # fmt: skip
    return count + insert_rows(session, IndicatorTarget, INDICATOR, rows)


def _requested(code: str, fiscal_year: int, stated: dict[str, int], day: date) -> list[BudgetLine]:
    if code not in stated:
        return []
    key = project_key(fiscal_year, code)
    moment = BudgetMoment.REQUESTED
    line = BudgetLine(
        key=f"{key}/{moment.value}/{LOCAL}/{day}",
        project_key=key,
        moment=moment,
        source=LOCAL,
        as_of=day,
        amount_fen=stated[code],
    )
    return [line]


def _departments(agencies: Iterable[Record]) -> list[Department]:
    names = {r.get("DEPT_CODE") or r["AGENCY_CODE"]: r.get("DEPT_NAME") or r["AGENCY_NAME"] for r in agencies}
    return [Department(code=code, name=name) for code, name in names.items()]


def _all_rows(exchange: Exchange, table: str) -> list[Record]:
    frame = exchange.get(table)
    if frame is None:
        return []
    return [{str(k): str(v) for k, v in row.items()} for row in frame.fillna("").to_dict("records")]


def _rows(exchange: Exchange, table: str, fiscal_year: int) -> list[Record]:
    return [
        row
        for row in _all_rows(exchange, table)
        if str(fiscal_year) in row["FISCAL_YEAR"] and row["PRO_CODE"]
    ]


def _amounts(exchange: Exchange, fiscal_year: int) -> dict[str, int]:
    frame = exchange.get("PM_PROJECT_INFO")
    if frame is None:
        return {}
    mine = frame[frame["FISCAL_YEAR"].str.contains(str(fiscal_year), regex=False)]
    found = amounts(mine, "BGT_AMT").dropna()
    return {str(mine.at[place, "PRO_CODE"]): int(value) for place, value in found.items()}


def _declared(exchange: Exchange, fiscal_year: int) -> tuple[dict[str, str], dict[str, list[str]]]:
    declared = declarations(exchange, fiscal_year)
    if declared is None:
        return {}, {}
    goals = {str(code): str(goal) for code, goal in declared.projects["goal"].dropna().items()}
    rows: dict[str, list[str]] = {}
    for one in declared.indicators.to_dict("records"):
        line = _line(one["level_3"], one["sign"], one["value"], one["unit"])
        rows.setdefault(str(one["project"]), []).append(line)
    return goals, rows


def _line(name: str, sign: str, value: str, unit: str) -> str:
    return f"{name} {sign}{value}{unit}".strip()


def _differ(table: str, field: str, theirs: dict[str, str], ours: dict[str, str]) -> list[Difference]:
    """What one side lacks, and what both have otherwise."""
    return [
        Difference(table, code, field, theirs.get(code, ""), ours.get(code, ""))
        for code in sorted(theirs.keys() | ours.keys())
        if theirs.get(code, "").strip() != ours.get(code, "").strip()
    ]


def _lines(theirs: dict[str, list[str]], ours: dict[str, list[str]]) -> list[Difference]:
    """Indicators that stand on one side only, of projects that both have."""
    return [
        Difference(
            "PM_PERF_INDICATOR",
            code,
            "绩效指标",
            _only(theirs[code], ours[code]),
            _only(ours[code], theirs[code]),
        )
        for code in sorted(theirs.keys() & ours.keys())
        if sorted(theirs[code]) != sorted(ours[code])
    ]


def _only(these: list[str], those: list[str]) -> str:
    return "；".join(one for one in these if one not in those)


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"
