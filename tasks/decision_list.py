"""The bureau's own list: everything that waits for a decision as one workbook that an officer fills.

All of it is taken, or nothing: what cannot be decided is told at its cell, all at once. The list is no letter to
departments and is never taken from the mailbox.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from models.database import transaction
from models.settings import settings
from models.vocabulary import DecisionKind, EvaluationKind, OwnList, Severity
from tasks import mid_year_monitoring
from tasks.decisions import WORDS, Choice, decide_each, waiting
from tasks.evaluation import candidates
from tasks.forms.number import form_number
from tasks.forms.reader import open_book, read_form
from tasks.forms.shape import Form, Found, Row, Sheet
from tasks.forms.writer import write
from tasks.ledger import Waiting
from tasks.target_review import APPROVE, RETURN

KIND = OwnList.DECISIONS
MONEY = (DecisionKind.ARRANGE_BY_ASSESSMENT, DecisionKind.NEXT_BUDGET)
FILLED = "见“重点评价项目名单”页"


@dataclass(frozen=True)
class Taken:
    """What became of a list: new decisions, or findings and the list with them marked."""

    new: int
    found: list[Found]
    returned: bytes = b""


def decision_list(work_year: int, day: date) -> tuple[bytes, int]:
    """(workbook, how many decisions wait)."""
    form = _form(work_year, day)
    return write(form), len(form.sheets[0].tables["decisions"])


def take_list(data: bytes, file_name: str, *, officer: str, work_year: int, at: datetime) -> Taken:
    """Take every decision filled in. Raises Unreadable for what is no workbook, ValueError for no list of ours."""
    book = open_book(data, file_name)
    if book.number != _number(work_year):
        raise ValueError(
            f"“{file_name}”不是本局{work_year}年度的决定单。请用 jixiao decisions list 生成后填写。"
        )
    form, found = read_form(book, KIND)
    choices = _choices(form)
    if not choices and not found:
        raise ValueError(f"“{file_name}”的“决定”一栏全部空白，没有可办理的决定。请填写后再试。")
    new, refused = (0, {}) if found else decide_each([one for one, _ in choices], officer, work_year, at)
    for place, why in refused.items():
        choice, cell = choices[place]
        found.append(
            Found("F-DECISION", Severity.ERROR, why, "请改正后重新办理，其余决定尚未入账。",
                  sheet=form.sheets[0].name, cell=cell, read=choice.chosen)
        )  # fmt: skip
    if not found:
        return Taken(new, [])
    form.cover, form.form_number, form.fiscal_year = _cover(work_year), _number(work_year), work_year
    for sheet in form.sheets:
        sheet.title = sheet.name.partition(".")[2] or sheet.name
    return Taken(0, found, write(form, found))


def _number(work_year: int) -> str:
    return form_number(KIND, f"{work_year}/{KIND.value}", "JUEDING", work_year, 1)


def _cover(work_year: int) -> dict[str, str]:
    return {"title": f"{work_year}年度{KIND.value}", "addressee_name": settings().bureau}


def _form(work_year: int, day: date) -> Form:
    with transaction() as session:
        items = waiting(session, work_year, day)
        rows = [_row(session, item, work_year, day) for item in items]
        sheets = [Sheet("decisions", KIND.value, {}, {"decisions": rows}, layout="list")]
        for number, item in enumerate(items):
            if (
                item.kind == DecisionKind.WARNING_MONEY
                or item.kind in WORDS
                or item.kind == DecisionKind.APPROVE_TARGET
            ):
                sheets[0].lists["decisions", str(number), "chosen"] = tuple(
                    str(rows[number]["options"]).split("、")
                )
        if any(item.kind == DecisionKind.KEY_PROJECTS for item in items):
            sheets.append(_key_projects(session, work_year, day))
    form = Form(KIND, settings().bureau, work_year, sheets, form_number=_number(work_year))
    form.cover = _cover(work_year)
    return form


def _row(session: Session, item: Waiting, work_year: int, day: date) -> Row:
    options = {
        DecisionKind.APPROVE_TARGET: f"{APPROVE}、{RETURN}",
        DecisionKind.KEY_PROJECTS: FILLED,
        **dict.fromkeys(MONEY, "金额（元）"),
    }
    words = WORDS.get(item.kind, ())
    if item.kind == DecisionKind.WARNING_MONEY:
        words = mid_year_monitoring.money_choices(session, work_year, day)
    key_list = item.kind == DecisionKind.KEY_PROJECTS
    return {
        "kind": item.kind.value,
        "says": item.says,
        "proposed": FILLED if key_list else item.proposed,
        "options": options.get(item.kind, "、".join(words)),
        "decision_key": item.about,
    }


def _key_projects(session: Session, work_year: int, day: date) -> Sheet:
    rows: list[Row] = [
        {"picked": "是", "project": project.key, "name": project.name, "kind": EvaluationKind.FISCAL.value, "reason": reason}
        for project, reason in candidates(session, work_year, day)
    ]  # fmt: skip
    return Sheet("key_projects", "重点评价项目名单", {}, {"projects": rows}, layout="key_projects")


def _choices(form: Form) -> list[tuple[Choice, str]]:
    """(decision, its cell) of every row that is filled in; the key list is one decision of many lines."""
    sheets = {sheet.about: sheet for sheet in form.sheets}
    found = []
    for number, row in enumerate(sheets["decisions"].tables["decisions"] if "decisions" in sheets else []):
        kind = next((one for one in DecisionKind if one.value == row.get("kind")), None)
        chosen, cell = _text(row, "chosen"), sheets["decisions"].places["decisions", str(number), "chosen"]
        if kind is None or not (chosen or (kind == DecisionKind.KEY_PROJECTS and row.get("meeting"))):
            continue
        if kind == DecisionKind.APPROVE_TARGET and chosen == RETURN:
            kind = DecisionKind.RETURN_TARGET
        if kind == DecisionKind.KEY_PROJECTS and "key_projects" in sheets:
            chosen = _key_lines(sheets["key_projects"])
        choice = Choice(kind, _text(row, "decision_key"), chosen, _text(row, "reason"), _text(row, "meeting"))
        found.append((choice, cell))
    return found


def _key_lines(sheet: Sheet) -> str:
    return "\n".join(
        "|".join(_text(row, name) for name in ("project", "kind", "reason"))
        for row in sheet.tables["projects"]
        if row.get("picked") == "是"
    )


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value).strip()
