"""Every finding code of the software stands in the handbook's table, with an example."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from models.rules.declaration_guide import GUIDE, codes
from tasks.finding_codes import audit_table, table

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs" / "finding-codes.md").read_text(encoding="utf-8")
ROWS = {
    line.split("|")[1].strip(): line
    for line in TABLE.splitlines()
    if line.startswith("| ") and "代码" not in line
}


def test_every_form_code_is_documented() -> None:
    used = {
        code
        for path in (ROOT / "tasks").rglob("*.py")
        for code in re.findall(r'"([FR]-[A-Z]+)"', path.read_text(encoding="utf-8"))
    }
    assert used <= set(ROWS)


def test_every_audit_code_is_documented_with_an_example() -> None:
    codes = tomllib.loads((ROOT / "models/rules/findings.toml").read_text(encoding="utf-8"))
    assert set(codes) <= set(ROWS)
    assert all(ROWS[code].split("|")[5].strip() for code in codes)


def test_the_table_is_the_one_that_the_rules_generate() -> None:
    assert table() in TABLE
    assert audit_table() in TABLE


def test_every_clause_that_a_finding_cites_stands_in_the_guide() -> None:
    parts = {part["number"] for part in GUIDE["part"]}
    assert {one.clause for one in codes().values()} <= parts | set(GUIDE["clauses"])


def test_every_report_code_is_documented_as_it_is_defined() -> None:
    codes = tomllib.loads((ROOT / "models/rules/report/codes.toml").read_text(encoding="utf-8"))
    for name, code in codes.items():
        cells = [cell.strip() for cell in ROWS[name].split("|")[1:6]]
        assert cells == [name, code["title"], code["severity"], code["remedy"], code["example"]]


SEVERITIES = {"error": "错误", "warning": "提醒", "note": "说明"}


def stated(node: ast.AST) -> Iterator[tuple[str, str]]:
    """(code, severity) where code and severity stand together: arguments of a call, a tuple, a dict."""
    if isinstance(node, ast.Dict):
        named = {
            key.value: value
            for key, value in zip(node.keys, node.values, strict=True)
            if isinstance(key, ast.Constant)
        }
        parts = [named[name] for name in ("code", "severity") if name in named]
    elif isinstance(node, ast.Call):
        parts = [*node.args, *(one.value for one in node.keywords if one.arg in {"code", "severity"})]
    else:
        parts = node.elts if isinstance(node, ast.Tuple) else []
    words = [
        str(one.value) if isinstance(one, ast.Constant) else ast.unparse(one).split(".")[-1] for one in parts
    ]
    codes = [word for word in words if re.fullmatch(r"[FR]-[A-Z-]+", word)]
    if len(codes) == 1:
        yield from ((codes[0], SEVERITIES[word.lower()]) for word in words if word.lower() in SEVERITIES)


def test_the_code_gives_each_finding_the_weight_that_the_table_tells() -> None:
    told = {
        pair
        for path in (ROOT / "tasks").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for pair in stated(node)
    }
    assert len(told) >= 12
    assert {pair for pair in told if ROWS[pair[0]].split("|")[3].strip() != pair[1]} == set()
