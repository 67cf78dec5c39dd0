"""A returned form against the one that was sent out: locked cells, sheets and rows that are not as they were."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from models.vocabulary import Severity
from tasks.forms.layout import Cell, Layout, SheetLayout, Table
from tasks.forms.pairing import paired
from tasks.forms.shape import Form, Found, Row, Sheet, Value


def altered(form: Form, issued: Form, layout: Layout) -> list[Found]:
    """Locked cells and sheets that differ from what was sent out; the department's version is not taken."""
    found = _foreign_sheets(form, issued)
    mine = {sheet.about: sheet for sheet in form.sheets}
    for sent in issued.sheets:
        sheet = mine.get(sent.about)
        if sheet is None:
            says = f"缺少“{sent.title}”工作表。"
            found.append(
                Found(
                    "F-SHEET",
                    Severity.ERROR,
                    says,
                    "请在收到的表格上填写，不要删除工作表。",
                    sheet=sent.title,
                )
            )
            continue
        found += _added_rows(sheet, sent, layout.sheet[sent.layout])
        found += _altered_cells(sheet, sent, layout.sheet[sent.layout])
    return found


def _foreign_sheets(form: Form, issued: Form) -> list[Found]:
    """Sheets that were not sent out, or stand twice: nobody can tell which one is meant, so none is taken."""
    asked = {sheet.about for sheet in issued.sheets}
    times = Counter(sheet.about for sheet in form.sheets)
    remedy = "请在收到的表格上填写，不要增加或复制工作表。"
    found = []
    for sheet in form.sheets:
        if sheet.about not in asked:
            says = f"“{sheet.name}”工作表不在发给贵单位的表格中。"
            found.append(Found("F-SHEET", Severity.ERROR, says, remedy, sheet=sheet.name, read=sheet.about))
        elif times[sheet.about] > 1:
            says = f"“{sheet.name}”工作表出现了{times[sheet.about]}次，无法确定以哪一张为准。"
            found.append(Found("F-SHEET", Severity.ERROR, says, remedy, sheet=sheet.name, read=sheet.about))
    return found


def _added_rows(sheet: Sheet, sent: Sheet, layout: SheetLayout) -> list[Found]:
    """Rows added to a table that is not for adding, or taken from it: which ones."""
    found = []
    for table in layout.table:
        now, was = sheet.tables.get(table.name, []), sent.tables.get(table.name, [])
        pairs = paired(table, was, now)
        gone = [_named(was[number], table) for number, place in pairs if number is not None and place is None]
        more = [_named(now[place], table) for number, place in pairs if number is None and place is not None]
        if table.name in sheet.places.rows and (gone or (more and not table.input)):
            says = f"“{table.title}”表原有{len(was)}行，现有{len(now)}行"
            says += "".join(
                f"，{word}{'、'.join(f'“{one}”' for one in rows[:3])}{'等' if len(rows) > 3 else ''}"
                for word, rows in (("缺少", gone), ("多出", [] if table.input else more))
                if rows
            )
            remedy = "请不要增加或删除行，在收到的表格上填写。"
            found.append(Found("F-LOCKED", Severity.ERROR, f"{says}。", remedy, sheet=sheet.name))
    return found


def _named(row: Row, table: Table) -> str:
    """A row by its indicator, else by its longest words."""
    texts = [
        str(row[one.name]) for one in table.column if one.type == "text" and row.get(one.name) is not None
    ]
    name = next((str(row[name]) for name in ("level_3", "old_level_3") if row.get(name) is not None), "")
    return (name or max((one for one in texts if not one[:1].isdigit()), key=len, default="空白"))[:30]


def _altered_cells(sheet: Sheet, sent: Sheet, layout: SheetLayout) -> list[Found]:
    pairs: list[tuple[Cell, Value, Value, str]] = [
        (one, sheet.fields.get(one.name), sent.fields.get(one.name), sheet.places.get((one.name,), ""))
        for one in layout.field
        if one.locked and (one.name,) in sheet.places
    ]
    for table in layout.table:
        known = sheet.places.columns.get(table.name, {})
        locked: Sequence[Cell] = [column for column in table.column if column.locked and column.name in known]
        rows, was = sheet.tables.get(table.name, []), sent.tables.get(table.name, [])
        pairs += [
            (
                one,
                rows[place].get(one.name),
                was[number].get(one.name),
                sheet.places.get((table.name, str(place), one.name), ""),
            )
            for number, place in paired(table, was, rows)
            if number is not None and place is not None
            for one in locked
        ]
    return [
        Found(
            "F-LOCKED",
            Severity.ERROR,
            f"“{one.title}”由财政局填写，原为“{_show(was, one)}”，现为“{_show(now, one)}”。",
            "请恢复原内容；如确有错误，请在邮件中说明。",
            sheet=sheet.name,
            cell=place,
            read=_show(now, one),
            project_key=sheet.about if ":" in sheet.about else None,
        )
        for one, now, was, place in pairs
        if _show(now, one) != _show(was, one)
    ]


def _show(value: Value, one: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and one.type == "wan":
        return f"{Decimal(value) / 1_000_000:f}".rstrip("0").rstrip(".")
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value).strip()
