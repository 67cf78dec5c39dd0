"""One figure of a report with its origin: the question asked of the database, and the rows it came from."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One figure: `value` exact, `says` as the report prints it, `query` and `rows` where it comes from."""

    name: str
    title: str
    value: int
    says: str
    unit: str
    query: str
    rows: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """The figure with its origin."""
        about = asdict(self)
        origin = {"query": about.pop("query"), "count": len(self.rows), "rows": list(about.pop("rows"))}
        return {**about, "origin": origin}


def count(name: str, title: str, unit: str, query: str, rows: Iterable[str]) -> Figure:
    """A figure that is the number of its rows."""
    keys = tuple(rows)
    return Figure(name, title, len(keys), str(len(keys)), unit, query, keys)
