"""Every command stands in the officers' handbook; --help answers without loading the heavy libraries."""

import subprocess
import sys
from pathlib import Path

import typer
from typer.main import get_command

from flows.commands import register_all

HANDBOOK = Path(__file__).parents[2] / "docs" / "handbook.md"


def _paths(command: object, prefix: str) -> list[str]:
    children = getattr(command, "commands", None)
    if not children:
        return [prefix]
    return [path for name, child in children.items() for path in _paths(child, f"{prefix} {name}")]


def test_every_command_stands_in_the_handbook() -> None:
    app = typer.Typer()
    register_all(app)
    text = HANDBOOK.read_text(encoding="utf-8")
    assert [path for path in _paths(get_command(app), "jixiao") if f"`{path}" not in text] == []


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from flows.cli import app; from flows.commands import register_all; register_all(app); "
        "print([m for m in ('prefect', 'pandas', 'sqlmodel', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
