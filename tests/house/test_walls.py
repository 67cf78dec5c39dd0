"""What belongs in one room only: the clock, the mail library, the templates' engine, sending by other ways."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = ("flows", "tasks", "notifications", "models")
SOURCES = {str(path.relative_to(ROOT)): path for floor in FLOORS for path in (ROOT / floor).rglob("*.py")}
CLOCK = {
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("time", "time"),
}


def imports(path: Path) -> set[str]:
    """Top names of all modules that a file imports, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize(
    ("library", "rooms"),
    [
        ("aiosmtplib", {"notifications/smtp.py"}),
        ("jinja2", {"notifications/render.py", "tasks/reports/rendering.py", "tasks/reports/disclosure.py"}),
        ("smtplib", set()),
        ("unittest", set()),
    ],
)
def test_a_library_is_imported_in_its_room_only(library: str, rooms: set[str]) -> None:
    assert {name for name, path in SOURCES.items() if library in imports(path)} <= rooms


def test_the_day_comes_from_one_module_and_leases_from_the_outbox() -> None:
    readers = {
        name
        for name, path in SOURCES.items()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and (node.func.value.id, node.func.attr) in CLOCK
    }
    assert readers == {
        "flows/clock.py",
        "notifications/outbox.py",
    }  # the bureau's day; how long a lease lasts


def test_every_public_function_says_what_it_does() -> None:
    silent = [
        f"{name}:{node.lineno} {node.name}"
        for name, path in SOURCES.items()
        if "versions" not in name
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []
