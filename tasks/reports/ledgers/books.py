"""What every ledger reads from: the session, the work year, the names of departments."""

from sqlmodel import Session, select

from models.calendar import WorkYear
from models.people import Department


class Books:
    """The rows of a work year, asked for by each ledger."""

    def __init__(self, session: Session, work_year: int) -> None:
        self.session = session
        self.year = session.get_one(WorkYear, work_year)
        self.departments = dict(session.exec(select(Department.code, Department.name)).all())

    def who(self, code: str) -> str:
        """A department's name; an unknown code stays."""
        return self.departments.get(code, code)
