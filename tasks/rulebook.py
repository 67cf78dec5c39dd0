"""The rule profile of a day, loaded once: the bureau's own folder first, then the shipped ones."""

from datetime import date
from functools import cache
from pathlib import Path

from models.rules.profiles import Rules, load_rules
from models.settings import settings


def rules_of(name: str, on: date) -> Rules:
    """The profile `name` as in force on a day; read from disk once in a process and day."""
    return _loaded(name, on, settings().rules_folder)


@cache
def _loaded(name: str, on: date, folder: Path | None) -> Rules:
    return load_rules(name, on, folder)
