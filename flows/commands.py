"""All commands in one list; each room brings its own. Nothing heavy is imported until a command runs."""

import typer

from flows import (
    commands_disclosure,
    commands_exchange,
    commands_find,
    commands_forms,
    commands_letters,
    commands_officers,
    commands_parties,
    commands_rectification,
    commands_registers,
    commands_report,
    commands_rules,
    commands_year,
)

ROOMS = (
    commands_year,
    commands_rules,
    commands_find,
    commands_forms,
    commands_exchange,
    commands_letters,
    commands_report,
    commands_disclosure,
    commands_rectification,
    commands_registers,
    commands_parties,
    commands_officers,
)


def register_all(app: typer.Typer) -> None:
    """Hang every room's commands on the app."""
    for room in ROOMS:
        room.register(app)
