"""A great many rows at once: those known already stay, every constraint holds."""

import sqlite3

import pytest
from sqlmodel import SQLModel, func, select

from models.database import insert_rows, transaction
from models.people import Department

COLUMNS = ("code", "name", "functions", "office", "active")


def count(table: type[SQLModel]) -> int:
    with transaction() as session:
        return session.exec(select(func.count()).select_from(table)).one()


@pytest.mark.usefixtures("home")
def test_only_new_rows_are_counted_and_known_ones_stay() -> None:
    rows = [(f"{number:06d}", f"单位{number}", "", "", True) for number in range(1_000)]
    with transaction() as session:
        assert insert_rows(session, Department, COLUMNS, rows[:600]) == 600
        assert (
            insert_rows(
                session, Department, COLUMNS, [(code, f"改名{code}", "", "", True) for code, *_ in rows]
            )
            == 400
        )
    assert count(Department) == 1_000
    with transaction() as session:
        assert session.get_one(Department, "000001").name == "单位1"


@pytest.mark.usefixtures("home")
def test_a_row_that_breaks_a_constraint_undoes_all() -> None:
    with pytest.raises(sqlite3.IntegrityError), transaction() as session:
        insert_rows(session, Department, COLUMNS, [("1", "甲", "", "", True), ("2", None, "", "", True)])
    assert count(Department) == 0
