"""Every table: Chinese titles, and migrations that give the same shape as the models."""

import re

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

import models.tables
from models.database import engine

assert models.tables.MODULES
MAPPED = [m.class_ for m in SQLModel._sa_registry.mappers if m.class_.__module__.startswith("models.")]
TABLES = sorted(MAPPED, key=lambda table: table.__name__)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.__name__)
def test_every_column_has_a_chinese_title(table: type[SQLModel]) -> None:
    bare = [name for name, field in table.model_fields.items() if not CHINESE.search(field.title or "")]
    assert bare == []


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.__name__)
def test_every_table_says_what_it_is(table: type[SQLModel]) -> None:
    assert table.__doc__
    assert "Inherits from" not in table.__doc__


@pytest.mark.usefixtures("home")
def test_migrations_give_the_shape_of_the_models() -> None:
    with engine().connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []


def test_money_is_whole_fen_and_points_are_whole_millionths() -> None:
    wrong = [
        f"{table.name}.{column.name}"
        for table in SQLModel.metadata.tables.values()
        for column in table.columns
        if column.name.endswith(("_fen", "_micro")) and column.type.python_type is not int
    ]
    assert wrong == []
