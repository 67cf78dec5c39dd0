"""Facts with where they come from: the cell of the original that a department sent, or the record that holds them."""

from sqlmodel import Session

from models.calendar import Round
from models.intake import Submission
from models.settings import settings
from tasks.forms.reader import open_book, read_form
from tasks.forms.shape import Sheet

Line = dict[str, str]
UNKNOWN = "未定"


def line(what: str, value: str, origin: str, basis: str = "") -> Line:
    """One fact: what, its value, the cell or record it came from, the rule."""
    return {"what": what, "value": value, "from": origin, "basis": basis or "—"}


class Originals:
    """The files that facts came in with, each opened once."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.known: dict[str, tuple[str, dict[str, Sheet]]] = {}

    def file(self, sha256: str | None) -> str:
        """The file's name with the beginning of its hash; 导入数据 for what came in by another way."""
        return self._opened(sha256)[0]

    def cell(self, sha256: str | None, about: str, *place: str) -> str:
        """The file with sheet and cell of a value (see `Sheet.places`); the file alone where it is not found."""
        name, sheets = self._opened(sha256)
        sheet = sheets.get(about)
        if sheet is None or place not in sheet.places:
            return name
        return f"{name}“{sheet.name}”{sheet.places[place]}"

    def row_of(self, sha256: str | None, about: str, table: str, column: str, value: str) -> str:
        """The number (from 0) of the row of a table in which a column has a value; "" where none has."""
        sheet = self._opened(sha256)[1].get(about)
        rows = sheet.tables.get(table, []) if sheet else []
        return next((str(number) for number, row in enumerate(rows) if row.get(column) == value), "")

    def _opened(self, sha256: str | None) -> tuple[str, dict[str, Sheet]]:
        if not sha256:
            return "导入数据", {}
        if sha256 not in self.known:
            self.known[sha256] = self._open(sha256)
        return self.known[sha256]

    def _open(self, sha256: str) -> tuple[str, dict[str, Sheet]]:
        submission = self.session.get(Submission, sha256)
        if submission is None:
            return "导入数据", {}
        name = f"报送件{submission.file_name}（{sha256[:12]}）"
        path = settings().home / submission.path
        round_ = self.session.get(Round, submission.round_key) if submission.round_key else None
        if round_ is None or not path.is_file():
            return name, {}
        form, _ = read_form(open_book(path.read_bytes(), submission.file_name), round_.kind)
        return name, {sheet.about: sheet for sheet in form.sheets}
