"""One sheet of a filled form being looked at: findings with their cells, and what every form must hold."""

import re
from collections.abc import Iterator
from decimal import Decimal

from models.rules.profiles import Rules
from models.vocabulary import Severity
from tasks.forms.layout import Cell, SheetLayout
from tasks.forms.shape import Found, Row, Sheet, Value

ERROR, WARNING = Severity.ERROR, Severity.WARNING


class Look:
    """A sheet being looked at."""

    def __init__(self, sheet: Sheet, layout: SheetLayout, rules: Rules) -> None:
        self.sheet, self.layout, self.rules = sheet, layout, rules

    def found(
        self,
        code: str,
        severity: Severity,
        says: str,
        remedy: str,
        where: tuple[str, ...] = (),
        read: Value = None,
    ) -> Found:
        project = self.sheet.about if re.match(r"\d{4}:", self.sheet.about) else None
        return Found(
            code,
            severity,
            says,
            remedy,
            sheet=self.sheet.name,
            cell=self.sheet.places.get(where, ""),
            read="" if read is None else str(read)[:200],
            project_key=project and project.partition("/")[0],
        )

    def complete(self) -> Iterator[Found]:
        """Compulsory cells that are empty, and words that are not in their list."""
        if self.layout.read_only:
            return
        for one in self.layout.field:
            yield from self.cell(one, self.sheet.fields.get(one.name), (one.name,), "")
        for table in self.layout.table:
            rows = self.sheet.tables.get(table.name, [])
            if self.sheet.places and table.name not in self.sheet.places.rows:
                continue  # not found: told already
            if not rows and any(column.required for column in table.column) and table.name != "problems":
                yield self.found("F-EMPTY", ERROR, f"“{table.title}”表没有填写。", "请至少填写一行。")
            told = [
                (one, one.name, one.choices)
                for one in table.column
                if not one.locked and (one.required or one.choices)
            ]
            for number, row in enumerate(rows):
                for column, name, choices in told:
                    value = row.get(name)
                    if value is None or (choices and value not in choices):
                        where = (table.name, str(number), name)
                        yield from self.cell(column, value, where, f"第{number + 1}行")

    def cell(self, one: Cell, value: Value, where: tuple[str, ...], row: str) -> Iterator[Found]:
        if one.locked:
            return
        if value is None:
            if one.required and where in self.sheet.places:
                yield self.found(
                    "F-EMPTY", ERROR, f"{row}“{one.title}”没有填写。", one.help or "请补充填写。", where
                )
        elif one.choices and value not in one.choices:
            options = "、".join(one.choices)
            yield self.found(
                "F-CHOICE",
                ERROR,
                f"{row}“{one.title}”为“{value}”，不在可选范围内。",
                f"请选择：{options}。",
                where,
                value,
            )

    def rows(self, table: str) -> Iterator[tuple[int, Row]]:
        yield from enumerate(self.sheet.tables.get(table, []))

    def numbers(self, table: str, column: str) -> list[Decimal]:
        """The column's numbers, without the rows that have none."""
        values = [row.get(column) for _, row in self.rows(table)]
        return [value for value in values if isinstance(value, Decimal)]
