"""`jixiao check`: a file looked through exactly as at intake, without storing anything."""

from datetime import date
from pathlib import Path
from typing import Any

from models.vocabulary import RoundKind
from tasks.exchange.errors import ExchangeError
from tasks.forms.checks import check_form
from tasks.forms.layout import FILES, layout_of
from tasks.forms.number import CODES
from tasks.forms.reader import Book, open_book, read_form
from tasks.forms.shape import Found
from tasks.rulebook import rules_of
from tasks.scoring import checked
from tasks.workbook import Unreadable

KINDS = {code: kind for kind, code in CODES.items()}
REPORTS = {".docx", ".txt", ".md"}


def check_path(path: Path, profile: str, day: date) -> dict[str, Any]:
    """The findings of a workbook, in the shape of docs/handbook.md; a folder goes to the exchange tables' checks."""
    if path.is_dir() or path.suffix.lower() == ".csv":
        return checked(path, profile)
    if path.suffix.lower() in REPORTS:
        why = "报告的文字核对（份数、类型、年度、等级、金额是否前后一致）尚未提供，本次没有核对。"
        return _document(path, "report", True, [], [{"code": "R-TEXT", "why": why}])
    try:
        book = open_book(path.read_bytes(), path.name)
    except Unreadable as error:
        return _document(path, None, False, [_unreadable(str(error))], [])
    kind = kind_of(book)
    if kind is None:
        return _published(path, profile)
    form, found = read_form(book, kind)
    found += check_form(form, rules_of(profile, day))
    return _document(
        path, FILES[kind], True, [_finding(one) for one in found], _not_checked(form.sheets == [])
    )


def _published(path: Path, profile: str) -> dict[str, Any]:
    """A workbook that is none of our forms: a national table, or nothing that we know rules for."""
    try:
        return checked(path, profile)
    except ExchangeError:
        why = "不是本系统的表单（没有表单编号，标题也不相符），也不是一体化导出表，没有可用的核对规则。"
        return _document(path, None, True, [], [{"code": "F-KIND", "why": why}])


def kind_of(book: Book) -> RoundKind | None:
    """The form's kind by its number, else by the headings of its sheets."""
    if book.number:
        return KINDS.get(book.number.split("-")[1])
    tops = {"".join(str(cell) for row in grid[:2] for cell in row) for grid in book.grids.values()}
    for kind in FILES:
        titles = [sheet.title for sheet in layout_of(kind).sheet.values()]
        if any(title in top for title in titles for top in tops):
            return kind
    return None


def _not_checked(empty: bool) -> list[dict[str, str]]:
    return [{"code": "F-SHEET", "why": "表中没有可识别的填报页，没有核对任何内容。"}] if empty else []


def _document(
    path: Path,
    form: str | None,
    readable: bool,
    findings: list[dict[str, Any]],
    not_checked: list[dict[str, str]],
) -> dict[str, Any]:
    return {
        "file": path.name,
        "form": form,
        "readable": readable,
        "findings": findings,
        "not_checked": not_checked,
    }


SEVERITY = {"错误": "error", "提醒": "warning", "说明": "note"}


def _finding(one: Found) -> dict[str, Any]:
    row = int("".join(filter(str.isdigit, one.cell))) if one.cell else None
    return {
        "code": one.code,
        "severity": SEVERITY[one.severity.value],
        "sheet": one.sheet,
        "cell": one.cell,
        "row": row,
        "project": one.project_key,
        "read": one.read,
        "says": one.says,
        "basis": one.basis,
        "remedy": one.remedy,
    }


def _unreadable(says: str) -> dict[str, Any]:
    empty = {"sheet": "", "cell": "", "row": None, "project": None, "read": "", "basis": "", "remedy": ""}
    return {"code": "F-UNREADABLE", "severity": "error", "says": says, **empty}
