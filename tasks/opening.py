"""Facts that come from outside in tables: who there is, which projects, whose money. Read once, added, never edited.

Every dated row becomes a fact on its own day: a rehearsal sees the budget change of August in August.
"""

import csv
import tomllib
from datetime import date
from functools import cache
from pathlib import Path

from sqlmodel import Session, SQLModel

from models.database import insert_new
from models.people import Department, Officer, ThirdParty
from models.vocabulary import PartyKind
from tasks.rounds import open_work_year

Record = dict[str, str]
LOCAL = "本级财政资金"


class ImportRefused(ValueError):
    """A table cannot be taken over; the message says which, where and what to do."""


@cache
def district(folder: Path) -> dict[str, object]:
    """The district's own names, rules and officers: district.toml."""
    return tomllib.loads((folder / "district.toml").read_text(encoding="utf-8"))


@cache
def table(folder: Path, name: str) -> tuple[Record, ...]:
    """The rows of `name`.csv as text; an absent table has none."""
    path = folder / f"{name}.csv"
    if not path.exists():
        return ()
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise ImportRefused(
            f"{path.name}既不是UTF-8也不是GB18030编码，无法读取。请用Excel另存为“CSV UTF-8”后重试。"
        )
    rows = csv.DictReader(text.splitlines())
    return tuple({k.strip(): (v or "").strip() for k, v in row.items() if k} for row in rows)


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
        rows.append(Officer(**{k: officer.get(k, "") for k in ("name", "post", "email", "phone")}))
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
