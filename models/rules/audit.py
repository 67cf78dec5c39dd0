"""Arithmetic audit of self-evaluation tables: findings with stable codes, nothing found where nothing can be known.

Codes, titles, remedies: findings.toml. A finding is a row: project, row (number of the data row, NA for the whole
project), code, says (what was read and what it should be), basis.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from models.rules.audit_money import audit_money
from models.rules.audit_rows import audit_rows
from models.rules.audit_totals import audit_totals
from models.rules.profiles import Rules

COLUMNS = ["project", "row", "code", "says", "basis"]


@dataclass(frozen=True)
class Code:
    """One line of the table of finding codes."""

    code: str
    title: str
    severity: str
    remedy: str
    example: str
    basis: str = ""
    rule: str = ""

    def basis_under(self, rules: Rules) -> str:
        """The printed basis: the rule's source, or the table's own arithmetic."""
        if not self.rule:
            return self.basis
        return next(question.basis for path, question in rules.questions() if path == self.rule)


@cache
def finding_codes() -> dict[str, Code]:
    """Every code of the audit, in the order of the table."""
    text = Path(__file__).with_name("findings.toml").read_text(encoding="utf-8")
    return {code: Code(code, **row) for code, row in tomllib.loads(text).items()}


def bases_under(rules: Rules) -> dict[str, str]:
    """The printed basis of every code."""
    return {name: code.basis_under(rules) for name, code in finding_codes().items()}


def audit(scored: pd.DataFrame, projects: pd.DataFrame, sources: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """All findings of some tables, ordered by project and row; columns project, row (Int64), code, says, basis.

    scored: from `self_evaluation.score_indicators`, with `reason` (text, NA where the table has no such column).
    projects: from `score_projects` joined with `funds.rolled_up`; reported_total_micro (Int64), reported_grade,
    reason (text). sources: rows of money as `funds.mark_totals` leaves them, with rate (text), exe_weight_micro,
    exe_score_micro (Int64).
    """
    found = [*audit_rows(scored, projects, rules), *audit_money(projects, sources, rules)]
    found += audit_totals(scored, projects, sources, rules)
    bases = bases_under(rules)
    rows = [(one.project, one.row, one.code, one.says, bases[one.code]) for one in found]
    frame = pd.DataFrame(rows, columns=COLUMNS).astype({"row": "Int64"})
    order = {project: place for place, project in enumerate(projects.index)}
    return (
        frame.assign(place=frame["project"].map(order))
        .sort_values(["place", "row"], kind="stable", na_position="last")
        .drop(columns="place")
        .reset_index(drop=True)
    )
