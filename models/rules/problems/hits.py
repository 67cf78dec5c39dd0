"""What a check finds: a hit with its evidence; hits of one project and kind become one problem."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from models.rules.problems.facts import Facts
from models.rules.problems.limits import Kind, problem_types
from models.rules.profiles import Rules

SHOWN = 3


@dataclass(frozen=True)
class Evidence:
    """Where it stands: national table, number of the data row from 1 (None: the project as a whole), field, what was read."""

    table: str
    row: int | None
    field: str
    read: str


@dataclass(frozen=True)
class Hit:
    """One place at which a kind of problem shows."""

    code: str
    kind: str
    project: str | None
    says: str
    evidence: tuple[Evidence, ...]
    department: str | None = None
    certainty: str | None = None


@dataclass(frozen=True)
class Found:
    """One problem of a project or department, with everything that shows it."""

    kind: Kind
    project: str | None
    department: str | None
    says: str
    evidence: tuple[Evidence, ...]
    certainty: str

    @property
    def code(self) -> str:
        """Code of the problem type."""
        return self.kind.code


Check = Callable[[Facts, Rules], Iterator[Hit]]


def at_rows(
    code: str,
    kind: str,
    table: str,
    rows: pd.DataFrame,
    flags: pd.Series,
    field: str,
    says: Callable[[dict[Any, Any]], str] | str,
) -> Iterator[Hit]:
    """A hit at each flagged row of a table; NA is not found. `field` is what the evidence quotes."""
    for row in rows[flags.fillna(False).astype(bool)].to_dict("records"):
        place = Evidence(table, int(row["row"]), field, str(row.get(field, "")))
        told = says if isinstance(says, str) else says(row)
        yield Hit(code, kind, str(row["PRO_CODE"]), told, (place,))


def worded(text: str) -> Callable[[dict[Any, Any]], str]:
    """A sentence with the row's columns in braces."""
    return lambda row: text.format_map(row)


def cells(table: str, rows: pd.DataFrame, *fields: str) -> tuple[Evidence, ...]:
    """The named cells of rows as evidence."""
    numbers = rows["row"].tolist()
    columns = [(field, rows[field].tolist()) for field in fields if field in rows]
    return tuple(
        Evidence(table, int(number), field, str(values[place]))
        for place, number in enumerate(numbers)
        for field, values in columns
    )


def gathered(hits: Iterator[Hit]) -> list[Found]:
    """Hits of the same kind and project as one problem, in order of appearance."""
    groups: dict[tuple[str, str, str | None, str | None, str], list[Hit]] = {}
    for hit in hits:
        kind = problem_types()[hit.code].kinds[hit.kind]
        key = (hit.code, hit.kind, hit.project, hit.department, hit.certainty or kind.certainty)
        groups.setdefault(key, []).append(hit)
    found = []
    for (code, name, project, department, certainty), each in groups.items():
        kind = problem_types()[code].kinds[name]
        each = _once(each)
        says = "；".join(dict.fromkeys(hit.says for hit in each[:SHOWN]))
        more = f"；共{len(each)}处" if len(each) > SHOWN else ""
        evidence = tuple(dict.fromkeys(place for hit in each for place in hit.evidence))
        found.append(
            Found(kind, project, department, _told(kind.title, f"{says}{more}"), evidence, certainty)
        )
    return found


def _once(hits: list[Hit]) -> list[Hit]:
    """Two checks may see the same cell: it is told once."""
    return list({(hit.evidence or (hit.says,)): hit for hit in reversed(hits)}.values())[::-1]


def _told(title: str, says: str) -> str:
    return f"{says}。" if says.startswith(title) else f"{title}：{says}。"
