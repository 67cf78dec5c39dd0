"""`jixiao check`: a file looked through exactly as at intake, without storing anything."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from models.rules.declaration import GUIDE, check_declarations, codes, not_checked
from models.rules.profiles import Rules, profile_names
from models.settings import settings
from tasks.checking_monitoring import monitoring_findings, printed_monitoring_findings
from tasks.exchange.cells import unopened
from tasks.exchange.declaration import Declarations, declarations
from tasks.exchange.errors import ExchangeError
from tasks.exchange.monitoring import monitorings
from tasks.exchange.printed_declaration import read_printed_declarations
from tasks.exchange.reader import layouts, read_file, read_folder
from tasks.forms.checks import check_form
from tasks.forms.layout import FILES, FormKind, layout_of, variants
from tasks.forms.number import CODES
from tasks.forms.reader import Book, open_book, read_form
from tasks.forms.shape import Found
from tasks.reports.contradictions import check_report, unreadable
from tasks.rulebook import rules_of
from tasks.scoring import checked, checked_printed
from tasks.workbook import EXPORT, FORM, Unreadable

KINDS = {code: kind for kind, code in CODES.items()}
SELF_EVALUATION = ("PM_PERF_SELF_EVAL", "PM_PERF_SELF_BGT", "PM_SELF_EVAL_INDICATOR")
TABLES_NAME = "预算管理一体化导出表"
REPORTS = {".docx", ".txt", ".md"}


def check_path(path: Path, profile: str, day: date) -> dict[str, Any]:
    """The findings of a workbook, in the shape of docs/handbook.md; a folder goes to the exchange tables' checks."""
    if not path.exists():
        raise ExchangeError(f"没有文件或文件夹“{path}”。请核对路径。")
    if path.is_dir() or path.stem.upper() in layouts():
        return check_tables(path, profile, day)
    if path.suffix.lower() == ".docx" and (typed := _published(path, profile, day))["form"]:
        return _without_cells(typed)
    if path.suffix.lower() in REPORTS:
        return check_report(path, rules_of(profile, day))
    try:
        data = path.read_bytes()
        table = path.suffix.lower() == ".csv"  # an export may be long
        book = open_book(data, path.name, EXPORT if table else FORM)
    except Unreadable as error:
        return _document(path, None, False, [unreadable(str(error))], [])
    except OSError as error:
        raise unopened(path) from error
    kind = None if table and book.number is None else kind_of(book)
    if kind is None:
        return _published(path, profile, day)
    form, found = read_form(book, kind)
    if not form.sheets:  # the title of our form over a table that is not ours
        published = _published(path, profile, day)
        if published["form"]:
            return published
    found += check_form(form, rules_of(profile, day))
    return _document(
        path, FILES[kind], True, [_finding(one) for one in found], _not_checked(form.sheets == [])
    )


def _printed_declaration(path: Path, profile: str, day: date) -> dict[str, Any]:
    """A published declaration; each finding at its cell. Raises ExchangeError where the file holds none."""
    printed = read_printed_declarations(path)
    findings, missing = declaration_findings(printed.declared, rules_of(profile, day), day)
    for one in findings:
        place = (one["project"], one["row"])
        sheet, cell = printed.places.get(
            (*place, one.pop("column")), printed.places.get((*place, "value"), ("", ""))
        )
        sheet = sheet or printed.places[one["project"], 0, "annual_goal"][0]
        one |= {"sheet": sheet, "cell": cell or None}
    for project, read, says, cell in printed.unbalanced:
        findings.append(
            {
                "code": "F-FUNDS",
                "severity": "error",
                "sheet": printed.places[project, 0, "annual_goal"][0],
                "cell": cell,
                "row": None,
                "project": project,
                "read": read,
                "says": says,
                "basis": f"{GUIDE['source']}{codes()['F-COST'].clause}",
                "remedy": "请核对各项来源金额。",
            }
        )
    return _document(path, "绩效目标申报表（公开样式）", True, findings, missing)


def _published(path: Path, profile: str, day: date) -> dict[str, Any]:
    """A table that is none of our forms: a national one, a printed one, or nothing that we know rules for."""
    for ask in (
        lambda: check_tables(path, profile, day),
        lambda: checked_printed(path, profile, settings().rules_folder),
        lambda: _printed_monitoring(path, profile, day),
        lambda: _printed_declaration(path, profile, day),
    ):
        try:
            return ask()
        except ExchangeError:
            continue
    why = "不是本系统的表单（没有表单编号，标题也不相符），也不是一体化导出表或公开的绩效表，没有可用的核对规则。"
    return _document(path, None, True, [], [{"code": "F-KIND", "why": why}])


def _without_cells(document: dict[str, Any]) -> dict[str, Any]:
    """A table in Word has rows, but no cells by letter."""
    for one in document["findings"]:
        one["cell"] = None
    return document


def _printed_monitoring(path: Path, profile: str, day: date) -> dict[str, Any]:
    """A published monitoring table; each finding at its cell. Raises ExchangeError where the file holds none."""
    findings, missing = printed_monitoring_findings(path, rules_of(profile, day), day)
    return _document(path, "项目支出绩效监控表（公开样式）", True, findings, missing)


def check_tables(path: Path, profile: str, day: date) -> dict[str, Any]:
    """A folder of national tables, or one of them: self-evaluations, declarations and monitoring, as far as it has them.

    Raises ExchangeError where there is nothing of these.
    """
    exchange = read_file(path) if path.is_file() else read_folder(path)
    has_own = any(name in exchange.tables for name in SELF_EVALUATION)
    declared = None if has_own and "PM_PERF_GOAL_INFO" not in exchange.tables else declarations(exchange)
    monitored = monitorings(exchange)
    if declared is None and monitored is None:
        return checked(path, profile, own=settings().rules_folder)
    document = (
        checked(path, profile, own=settings().rules_folder)
        if has_own
        else _document(path, TABLES_NAME, True, [], [])
    )
    document["not_checked"] += [
        {"code": "F-SHEET", "why": f"“{name}”只有表头，没有数据行，没有核对任何内容"}
        for name, table in exchange.tables.items()
        if table.empty
    ]
    rules = rules_of(profile, day)
    if declared is not None:
        found, wanting = declaration_findings(declared, rules, day)
        for one in found:
            del one["column"]
        document["findings"] += found
        document["not_checked"] += wanting
    if monitored is not None:
        found, wanting = monitoring_findings(monitored, rules, day)
        for one in found:
            del one["column"]
        document["findings"] += found
        document["not_checked"] += wanting
    return document


def declaration_findings(
    declared: Declarations, rules: Rules, day: date
) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """(findings, not checked) of declarations.

    Tables come from all places: a set of points may add up to 100, or to what any shipped profile's execution
    points leave of it.
    """
    shipped = {100 - rules_of(name, day).self_evaluation.execution_full for name in profile_names()}
    sums = tuple(sorted({*shipped, 100 - rules.self_evaluation.execution_full, Decimal(100)}))
    findings = []
    for fault in check_declarations(declared.indicators, declared.projects, rules, sums):
        code = codes()[fault.code]
        goal = fault.column == "annual_goal"
        findings.append(
            {
                "code": fault.code,
                "severity": SEVERITY[code.severity],
                "sheet": "PM_PERF_GOAL_INFO" if goal else "PM_PERF_INDICATOR",
                "cell": None,
                "row": declared.goal_rows.get(fault.project) if goal else fault.row,
                "project": fault.project,
                "read": fault.read,
                "says": fault.says,
                "basis": code.basis,
                "remedy": f"{code.remedy}示范：{code.model}",
                "column": fault.column,
            }
        )
    missing = not_checked(declared.indicators, declared.projects)
    return findings, [
        {"code": code, "why": f"项目{'、'.join(projects)}：{why}"}
        for code, (why, projects) in missing.items()
    ]


def kind_of(book: Book) -> FormKind | None:
    """The form's kind by its number, else by the headings of its sheets."""
    if book.number:
        return KINDS.get(book.number.split("-")[1])
    tops = {"".join(str(cell) for row in grid[:2] for cell in row) for grid in book.grids.values()}
    for kind in FILES:
        titles = [sheet.title for name in variants(kind) for sheet in layout_of(kind, name).sheet.values()]
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
