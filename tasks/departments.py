"""A department from whatever a person calls it."""

from sqlmodel import Session, col, or_, select

from models.people import Department


def department_named(session: Session, words: str) -> Department | None:
    """The department of exactly this name or code."""
    named = or_(col(Department.code) == words, col(Department.name) == words)
    return session.exec(select(Department).where(named)).first()
