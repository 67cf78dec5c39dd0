"""Each test gets a house of its own: a fresh folder and a real database in it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.update(DO_NOT_TRACK="1", PREFECT_SERVER_ANALYTICS_ENABLED="false", PREFECT_LOGGING_LEVEL="ERROR")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty installation with its database migrated to the newest shape; returns its folder."""
    from models.database import engine, engine_for
    from models.migrations.upgrade import upgrade
    from models.settings import settings

    for name in [key for key in os.environ if key.startswith("JIXIAO_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("JIXIAO_HOME", str(tmp_path))
    settings.cache_clear()
    upgrade()
    yield tmp_path
    engine().dispose()
    engine_for.cache_clear()
    settings.cache_clear()
