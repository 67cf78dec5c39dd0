"""Each test gets a house of its own: a fresh folder and a real database in it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

os.environ.update(DO_NOT_TRACK="1", PREFECT_SERVER_ANALYTICS_ENABLED="false", PREFECT_LOGGING_LEVEL="ERROR")

LONGEST = ("test_year.py", "test_kills.py", "test_serving.py")
"""Files that begin first, so that no worker ends with one of them alone."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Longest files first; the order within a file stays."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


@contextmanager
def installation(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty installation with its database migrated to the newest shape."""
    from models.database import engine, engine_for
    from models.migrations.upgrade import upgrade
    from models.settings import settings

    for name in [key for key in os.environ if key.startswith("JIXIAO_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("JIXIAO_HOME", str(folder))
    settings.cache_clear()
    upgrade()
    yield folder
    engine().dispose()
    engine_for.cache_clear()
    settings.cache_clear()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installation for one test; returns its folder."""
    with installation(tmp_path, monkeypatch) as folder:
        yield folder


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An installation that the tests of a module share."""
    with (
        pytest.MonkeyPatch.context() as patch,
        installation(tmp_path_factory.mktemp("home"), patch) as folder,
    ):
        yield folder
