"""The rule profile of a day, loaded once: the bureau's own folder first, then the shipped ones."""

from datetime import date
from functools import cache

from models.rules.profiles import Rules, load_rules
from models.settings import settings


@cache
def rules_of(name: str, on: date) -> Rules:
    """The profile `name` as in force on a day."""
    return load_rules(name, on, settings().rules_folder)
