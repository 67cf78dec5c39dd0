"""Names beside identities, for the eye: "2024:4202…（养老服务）" says which project is meant; only the identity counts."""

import re
from collections.abc import Iterable

from sqlmodel import Session, col, select

from models.projects import Project

NAME = re.compile(r"（[^（）]*）")
CODE = re.compile(r"[0-9A-Z]{21}")


def without_names(lines: str) -> str:
    """What is written, without the names in brackets, which may nest."""
    bare = NAME.sub(" ", lines)
    return bare if bare == lines else without_names(bare)


def names_of(session: Session, identities: Iterable[str]) -> dict[str, str]:
    """Identity → name of the project whose code it holds, as its newest year calls it; others are left out."""
    codes = {one: found.group() for one in identities if (found := CODE.search(one))}
    asked = select(Project.code, Project.name).where(col(Project.code).in_(set(codes.values())))
    names = dict(session.exec(asked.order_by(col(Project.fiscal_year))).all())
    return {one: names[code] for one, code in codes.items() if code in names}
