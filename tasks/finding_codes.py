"""The table of finding codes in the handbook, generated from the rules: typed once, guarded by a test."""

import tomllib
from pathlib import Path

from models.rules.audit import finding_codes as audit_codes
from models.rules.declaration_guide import codes as guide_codes

FORM = Path(__file__).with_name("forms") / "findings.toml"
HEAD = "| 代码 | 问题 | 程度 | 怎样改 | 例 |\n|---|---|---|---|---|\n"


def table() -> str:
    """Codes of forms: those of every form, then those of declarations with their clause in the guide."""
    form = tomllib.loads(FORM.read_text(encoding="utf-8"))
    rows = [
        (code, row["title"], row["severity"], row["remedy"], row["example"]) for code, row in form.items()
    ]
    rows += [
        (name, one.title, one.severity, f"{one.remedy}（指南{one.clause}）", f"{one.bad} → {one.good}")
        for name, one in guide_codes().items()
    ]
    return HEAD + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def audit_table() -> str:
    """Codes of the audit of self-evaluations."""
    rows = [(name, one.title, one.severity, one.remedy, one.example) for name, one in audit_codes().items()]
    return HEAD + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def title_of(code: str) -> str:
    """What a finding code of forms or declarations is called; an unknown code stays."""
    form = tomllib.loads(FORM.read_text(encoding="utf-8"))
    if code in form:
        return str(form[code]["title"])
    known = guide_codes().get(code)
    return known.title if known else code
