"""The same walk on PostgreSQL, by one setting: migrated, a year opened, forms out, decisions kept."""

import struct
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel, select, text

from models.calendar import FormIssue
from models.database import engine, insert_rows, transaction
from models.letters import Letter
from models.migrations.upgrade import upgrade
from models.people import Department
from models.scoring_run import ScoredProject
from models.settings import settings
from models.vocabulary import DecisionKind, LetterState
from tasks.decisions import Choice, decide
from tasks.letters import send_letters, write_owed_letters
from tasks.target_review import arrange_initial_budgets, issue_declarations
from tasks.trial import dry_run_year
from tests import people
from tests.postgres import server
from tests.tasks.test_scoring_run import evaluated


@pytest.fixture
def postgres(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with server() as url:
        monkeypatch.setenv("JIXIAO_HOME", str(tmp_path))
        monkeypatch.setenv("JIXIAO_DATABASE_URL", url)
        settings.cache_clear()
        upgrade()
        yield url
        engine().dispose()
        settings.cache_clear()


@pytest.mark.usefixtures("postgres")
def test_the_walk_on_postgresql() -> None:
    with engine().connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []
    people.bureau()
    key = people.project(people.department(), 1, wan=100)
    moment = people.at(2, 19)
    arrange_initial_budgets.run(2024, moment)
    assert issue_declarations.run(2024, moment) == 1
    assert issue_declarations.run(2024, moment) == 0
    assert write_owed_letters(2024, moment.date(), moment) == 1
    assert send_letters(moment.date(), moment) == 1
    with transaction() as session:
        assert session.exec(select(FormIssue)).one().issued_at == moment
        assert session.exec(select(Letter)).one().state == LetterState.SENT
    choice = Choice(
        DecisionKind.KEY_PROJECTS, "2024年重点评价项目", f"{key}|财政评价|资金量大", meeting="党组会议"
    )
    assert decide([choice], officer="李文静", work_year=2024, at=people.at(4, 18)) == 1
    with pytest.raises(DBAPIError, match="只增不改"), transaction() as session:
        session.connection().execute(text("UPDATE decision SET decided = 'x'"))


@pytest.mark.usefixtures("postgres")
def test_a_year_is_scored_again_on_postgresql_too() -> None:
    key = evaluated("P1\t\\.")  # what COPY would take for its own signs comes through as it is
    people.bureau()
    found = dry_run_year(2023, "huangshi", "mof-2020", people.at(12, 1))
    with transaction() as session:
        row = session.exec(select(ScoredProject).where(ScoredProject.run == found["runs"][0])).one()
    assert (row.project_key, row.total_micro) == (key, 86_333_333)
    assert struct.unpack("<3q", row.points) == (32_000_000, 28_000_000, 8_333_333)


@pytest.mark.usefixtures("postgres")
def test_a_great_many_rows_by_copy_with_all_constraints() -> None:
    columns = ("code", "name", "functions", "office", "active")
    rows = [(f"{number:06d}", f"单位\t{number}", "", "", True) for number in range(1_000)]
    with transaction() as session:
        assert insert_rows(session, Department, columns, rows[:600]) == 600
        assert insert_rows(session, Department, columns, rows) == 400
    with pytest.raises(psycopg.errors.NotNullViolation), transaction() as session:
        insert_rows(session, Department, columns, [("x", None, "", "", True)])
    with transaction() as session:
        assert len(session.exec(select(Department)).all()) == 1_000
