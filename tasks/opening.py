"""Facts that come from outside in tables: who there is, which projects, whose money. Read once, added, never edited.

Every dated row becomes a fact on its own day: a rehearsal sees the budget change of August in August.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path

from sqlmodel import Session, SQLModel

from models.amounts import fen_of_yuan, micro_of
from models.database import insert_new
from models.people import Contact, Department, Officer, ThirdParty
from models.projects import BudgetLine, Project, project_key
from models.registers import Publicity, RuleDocument, Training, TypicalCase, dated_key, titled_key
from models.target_review import IndicatorTarget, Target
from models.vocabulary import BudgetMoment, PartyKind, ProjectKind, Role
from tasks.disclosure import to_publish
from tasks.exchange.cells import read_rows
from tasks.exchange.errors import ExchangeError
from tasks.exchange.reader import SUFFIXES, layouts, read_table
from tasks.rounds import open_work_year
from tasks.rulebook import rules_of

Record = dict[str, str]
LOCAL = "本级财政资金"
YES = {"是", "1", "Y", "true"}


OURS = {
    "third_parties": ("name", "kind", "email"),
    "BGT_EXECUTION": ("PRO_CODE", "FISCAL_YEAR", "AS_OF", "AMT"),
    "BGT_ADJUST": ("PRO_CODE", "FISCAL_YEAR", "ADJ_DATE", "ADJ_AMT"),
    "trainings": ("date", "title", "attendance"),
    "rule_documents": ("title", "issued_on", "in_force_on"),
    "publicity": ("date", "medium", "title"),
    "typical_cases": ("date", "title"),
    "final_accounts": ("department", "approved_on"),
    "decisions": ("kind", "about"),
}
"""Tables that are not the national system's, with the columns they must have."""


@cache
def district(folder: Path) -> dict[str, object]:
    """The district's own names, rules and officers: district.toml. Raises ExchangeError."""
    path = folder / "district.toml"
    if not path.exists():
        raise ExchangeError(
            f"文件夹“{folder}”中没有district.toml（区名、财政局名称、规则集、经办人）。可参照examples/district准备。"
        )
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ExchangeError(
            f"district.toml写法不对（{error}）。请参照examples/district/district.toml改正。"
        ) from None


@cache
def table(folder: Path, name: str) -> tuple[Record, ...]:
    """The rows of a table as text, national names for its columns; an absent table has none. Raises ExchangeError."""
    found = [path for suffix in SUFFIXES if (path := folder / f"{name}{suffix}").exists()]
    if not found:
        return ()
    if name in layouts():
        frame, _ = read_table(found[0], name)
        return tuple({str(k): str(v) for k, v in row.items()} for row in frame.to_dict("records"))
    header, *rows = read_rows(found[0]) or [[]]
    titles = [cell.strip() for cell in header]
    missing = [column for column in OURS.get(name, ()) if column not in titles]
    if missing:
        raise ExchangeError(f"文件{found[0].name}缺少必需的列：{'、'.join(missing)}。请补上后重新导入。")
    return tuple(
        {k: v.strip() for k, v in zip(titles, row, strict=False)} for row in rows if any(map(str.strip, row))
    )


def open_year(session: Session, folder: Path, work_year: int, day: date) -> int:
    """Open the work year and take over what is known on its first day; returns how many rows were new."""
    about = district(folder)
    count = open_work_year(session, work_year, day, str(about.get("rules", "huangshi")))
    for rows in (_people(folder), _projects(folder), _last_years_targets(folder, work_year)):
        count += insert_new(session, rows)
    return count + arrive(session, folder, work_year, day)


def arrive(session: Session, folder: Path, work_year: int, day: date) -> int:
    """Add the dated rows that have come up to and including a day."""
    rows = [row for on, row in _dated(folder, work_year) if on <= day]
    return insert_new(session, rows)


def arrival_days(folder: Path, work_year: int) -> list[date]:
    """Days on which something dated comes."""
    return sorted({on for on, _ in _dated(folder, work_year)})


def _people(folder: Path) -> list[SQLModel]:
    rows: list[SQLModel] = []
    for record in table(folder, "BAS_AGENCY_INFO"):
        code = record.get("DEPT_CODE") or record["AGENCY_CODE"]
        name = record.get("DEPT_NAME") or record["AGENCY_NAME"]
        rows.append(
            Department(
                code=code, name=name, functions=record.get("FUNCTIONS", ""), office=record.get("OFFICE", "")
            )
        )
        rows += list(_contacts(code, record))
    for officer in _officers(folder):
        rows.append(
            Officer.model_validate({k: officer.get(k, "") for k in ("name", "post", "email", "phone")})
        )
    for record in table(folder, "third_parties"):
        rows.append(
            ThirdParty(
                name=record["name"],
                kind=PartyKind(record["kind"]),
                field=record.get("field", ""),
                contact=record.get("contact", ""),
                email=record["email"],
                phone=record.get("phone", ""),
                serves=record.get("serves", ""),
            )
        )
    return rows


def _officers(folder: Path) -> list[Record]:
    found = district(folder).get("officers", [])
    assert isinstance(found, list)
    return found


def _contacts(code: str, record: Record) -> Iterator[Contact]:
    columns = {Role.CLERK: "CONTACT", Role.FINANCE_HEAD: "FINANCE_HEAD", Role.LEADER: "LEADER"}
    for role, column in columns.items():
        address = record.get(f"{column}_EMAIL", "")
        if address:
            yield Contact(
                key=f"{code}/{role.value}/{address}",
                department_code=code,
                role=role,
                name=record.get(f"{column}_NAME", record.get(column, "")),
                email=address,
                phone=record.get(f"{column}_PHONE", ""),
            )


def _projects(folder: Path) -> list[SQLModel]:
    agencies = agencies_of(table(folder, "BAS_AGENCY_INFO"))
    return [project_of(record, agencies) for record in table(folder, "PM_PROJECT_INFO")]


def agencies_of(records: Iterable[Record]) -> dict[str, Record]:
    """Agencies by their code."""
    return {row["AGENCY_CODE"]: row for row in records}


def project_of(record: Record, agencies: Mapping[str, Record]) -> Project:
    """A project of the national table with its agency. Raises ExchangeError for an unknown agency."""
    agency = agencies.get(record["AGENCY_CODE"])
    if agency is None:
        raise ExchangeError(
            f"PM_PROJECT_INFO中项目“{record['PRO_NAME']}”的单位编码“{record['AGENCY_CODE']}”在BAS_AGENCY_INFO中没有，"
            "请补充该单位后重试。"
        )
    return _project(record, agency)


def _project(record: Record, agency: Record) -> Project:
    year = int(record["FISCAL_YEAR"])
    return Project(
        key=project_key(year, record["PRO_CODE"]),
        fiscal_year=year,
        code=record["PRO_CODE"],
        name=record["PRO_NAME"],
        department_code=agency.get("DEPT_CODE") or agency["AGENCY_CODE"],
        agency_name=agency["AGENCY_NAME"],
        kind=_kind(record),
        category=record.get("CATEGORY") or "特定目标类",
        attribute=record.get("ATTRIBUTE") or "延续",
        funding=record.get("PRO_TYPE") or "部门预算项目",
        sector=record.get("SECTOR", ""),
        policy_basis=record.get("POLICY_BASIS", ""),
        policy_valid_until=_day(record, "POLICY_VALID_UNTIL"),
        starts_on=_day(record, "START_DATE"),
        ends_on=_day(record, "END_DATE"),
        leader=record.get("LEADER", ""),
        phone=record.get("PHONE", ""),
        summary=record.get("SUMMARY", ""),
    )


def _kind(record: Record) -> ProjectKind:
    columns = {
        "WHOLE_DEPT": ProjectKind.OVERALL,
        "BOND": ProjectKind.SPECIAL_BOND,
        "SPECIAL_FUND": ProjectKind.SPECIAL_FUND,
    }
    return next((kind for column, kind in columns.items() if record.get(column) in YES), ProjectKind.ORDINARY)


def _day(record: Record, column: str) -> date | None:
    text = record.get(column, "")
    return date.fromisoformat(text) if text else None


def _last_years_targets(folder: Path, work_year: int) -> list[SQLModel]:
    """Targets in the exported tables: approved in the year before, in force from the start."""
    rows: list[SQLModel] = []
    goals = [row for row in table(folder, "PM_PERF_GOAL_INFO") if int(row["FISCAL_YEAR"]) < work_year]
    for record in goals:
        key = f"{project_key(int(record['FISCAL_YEAR']), record['PRO_CODE'])}"
        rows.append(
            Target(
                key=f"{key}/1",
                project_key=key,
                version=1,
                origin="导入",
                received_on=date(int(record["FISCAL_YEAR"]), 1, 1),
                annual_goal=record["KPI_TARGET"],
            )
        )
    wanted = {(row["PRO_CODE"], row["FISCAL_YEAR"]) for row in goals}
    indicators = [
        row for row in table(folder, "PM_PERF_INDICATOR") if (row["PRO_CODE"], row["FISCAL_YEAR"]) in wanted
    ]
    for (code, year), group in groupby(indicators, key=lambda row: (row["PRO_CODE"], row["FISCAL_YEAR"])):
        key = f"{project_key(int(year), code)}/1"
        rows += [_indicator(key, number, record) for number, record in enumerate(group, 1)]
    return rows


def _indicator(target: str, number: int, record: Record) -> IndicatorTarget:
    weight = record.get("WEIGHT", "")
    return IndicatorTarget(
        key=f"{target}/{number}",
        target_key=target,
        sequence=number,
        level_1=record["LV1_PERF_IND_NAME"],
        level_2=record["LV2_PERF_IND_NAME"],
        level_3=record["LV3_PERF_IND_NAME"],
        operator=record.get("COMPUTESIGN", ""),
        value=record["KPI_VAL"],
        unit=record.get("METERUNIT", ""),
        weight_micro=micro_of(weight) if weight else None,
        note=record.get("KPI_REMARK", ""),
    )


@cache
def _dated(folder: Path, work_year: int) -> tuple[tuple[date, SQLModel], ...]:
    """Every dated row with the day on which it comes: money at its moment, registers on their day."""
    rows: list[tuple[date, SQLModel]] = []
    for reader in (_requests, _last_years_money, _execution, _changes, _registers, _final_accounts):
        rows += reader(folder, work_year)
    return tuple(sorted(rows, key=lambda pair: pair[0]))


def _line(
    record: Record, moment: BudgetMoment, on: date, amount: str, document: str = ""
) -> tuple[date, BudgetLine]:
    key = project_key(int(record["FISCAL_YEAR"]), record["PRO_CODE"])
    source = record.get("FOUND_TYPE_NAME") or LOCAL
    line = BudgetLine(
        key=f"{key}/{moment.value}/{source}/{on.isoformat()}",
        project_key=key,
        moment=moment,
        source=source,
        as_of=on,
        amount_fen=fen_of_yuan(amount),
        document=document,
    )
    return on, line


def _requests(folder: Path, work_year: int) -> Iterator[tuple[date, SQLModel]]:
    for record in table(folder, "PM_PROJECT_INFO"):
        if int(record["FISCAL_YEAR"]) >= work_year and record.get("BGT_AMT"):
            yield _line(record, BudgetMoment.REQUESTED, date(work_year, 1, 1), record["BGT_AMT"])


def _last_years_money(folder: Path, work_year: int) -> Iterator[tuple[date, SQLModel]]:
    columns = {
        "REPLY_AMT": BudgetMoment.INITIAL,
        "CUR_AMT": BudgetMoment.REVISED,
        "YEAR_EXE_AMT": BudgetMoment.SPENT,
    }
    for record in table(folder, "PM_PERF_SELF_BGT"):
        if int(record["FISCAL_YEAR"]) < work_year:
            for column, moment in columns.items():
                if record.get(column):
                    yield _line(record, moment, date(work_year, 1, 1), record[column])


def _execution(folder: Path, work_year: int) -> Iterator[tuple[date, SQLModel]]:
    for record in table(folder, "BGT_EXECUTION"):
        yield _line(record, BudgetMoment.SPENT, date.fromisoformat(record["AS_OF"]), record["AMT"])


def _changes(folder: Path, work_year: int) -> Iterator[tuple[date, SQLModel]]:
    for record in table(folder, "BGT_ADJUST"):
        on = date.fromisoformat(record["ADJ_DATE"])
        yield _line(record, BudgetMoment.ADJUSTMENT, on, record["ADJ_AMT"], record.get("DOCUMENT", ""))


def _registers(folder: Path, work_year: int) -> Iterator[tuple[date, SQLModel]]:
    for record in table(folder, "trainings"):
        on = date.fromisoformat(record["date"])
        about = {name: record.get(name, "") for name in ("title", "place", "audience", "content")}
        key = dated_key(on, record["title"])
        yield (
            on,
            Training(key=key, work_year=work_year, held_on=on, attendance=int(record["attendance"]), **about),
        )
    for record in table(folder, "rule_documents"):
        on = date.fromisoformat(record["issued_on"])
        about = {name: record.get(name, "") for name in ("title", "number", "summary")}
        in_force = date.fromisoformat(record["in_force_on"])
        key = titled_key(work_year, record["title"])
        yield on, RuleDocument(key=key, work_year=work_year, issued_on=on, in_force_on=in_force, **about)
    for record in table(folder, "publicity"):
        on = date.fromisoformat(record["date"])
        about = {name: record[name] for name in ("medium", "title")}
        key = dated_key(on, record["title"])
        yield on, Publicity(key=key, work_year=work_year, published_on=on, **about)
    for record in table(folder, "typical_cases"):
        on = date.fromisoformat(record["date"])
        about = {name: record.get(name, "") for name in ("title", "about", "summary", "adopted")}
        key = dated_key(on, record["title"])
        yield on, TypicalCase(key=key, work_year=work_year, collected_on=on, **about)


def _final_accounts(folder: Path, work_year: int) -> Iterator[tuple[date, SQLModel]]:
    """决算批复: from its day on a department has to publish."""
    about = district(folder)
    for record in table(folder, "final_accounts"):
        on = date.fromisoformat(record["approved_on"])
        rules = rules_of(str(about.get("rules", "huangshi")), on)
        yield on, to_publish(work_year, record["department"], on, rules, record.get("officer", ""))
