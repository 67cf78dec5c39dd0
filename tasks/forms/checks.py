"""Checks of a filled form, one source of truth for intake and for `jixiao check`. All mistakes are collected."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

import pandas as pd

from models.amounts import micro_of, wan
from models.rules.declaration import check_declarations, codes
from models.rules.profiles import Rules
from models.vocabulary import RoundKind, Severity
from tasks.forms.layout import Cell, SheetLayout, layout_of
from tasks.forms.shape import Form, Found, Row, Sheet, Value

ERROR, WARNING = Severity.ERROR, Severity.WARNING


def check_form(form: Form, rules: Rules, last_goals: Mapping[str, str] | None = None) -> list[Found]:
    """Everything that is wrong with a filled form, in the order of its sheets.

    last_goals: what each sheet's project promised last year, to see what was copied.
    """
    layout = layout_of(form.kind)
    looks = [_Look(sheet, layout.sheet[sheet.layout], rules) for sheet in form.sheets]
    found: list[Found] = []
    for look in looks:
        found += look.complete()
        for check in BY_KIND.get(form.kind, ()):
            found += check(look)
    if form.kind in (RoundKind.TARGET_DECLARATION, RoundKind.TARGET_ADJUSTMENT):
        told = {(one.sheet, one.cell) for one in found if one.cell}
        found += [
            one for one in declared(form, looks, rules, last_goals or {}) if (one.sheet, one.cell) not in told
        ]
    order = {sheet.name: number for number, sheet in enumerate(form.sheets)}
    return sorted(found, key=lambda one: order.get(one.sheet, -1))


class _Look:
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
            if not rows and any(column.required for column in table.column) and table.name != "problems":
                yield self.found("F-EMPTY", ERROR, f"“{table.title}”表没有填写。", "请至少填写一行。")
            for number, row in enumerate(rows):
                for column in table.column:
                    where = (table.name, str(number), column.name)
                    yield from self.cell(column, row.get(column.name), where, f"第{number + 1}行")

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


def declared(form: Form, looks: list[_Look], rules: Rules, last_goals: Mapping[str, str]) -> list[Found]:
    """The guide's rules for declarations, over all sheets at once; each fault at its cell."""
    found = []
    sheets = {look.sheet.about: look for look in looks}
    indicators, projects = _columns([look.sheet for look in looks], last_goals)
    for fault in check_declarations(indicators, projects, rules):
        code, look = codes()[fault.code], sheets[fault.project]
        where = (fault.column,) if fault.row is None else ("indicators", str(fault.row - 1), fault.column)
        row = "" if fault.row is None else f"第{fault.row}行"
        one = look.found(
            fault.code,
            Severity(code.severity),
            row + fault.says,
            f"{code.remedy}示范：{code.model}",
            where,
            fault.read,
        )
        found.append(replace(one, basis=code.basis))
    return found


def _columns(sheets: list[Sheet], last_goals: Mapping[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sheets as the frames of `models.rules.declaration`; rows are numbered from 1."""
    rows = [
        {
            "row": number,
            "project": sheet.about,
            "level_1": _words(row, "level_1"),
            "level_2": _words(row, "level_2"),
            "level_3": _words(row, "level_3"),
            "sign": _words(row, "operator"),
            "value": _words(row, "value"),
            "unit": _words(row, "unit"),
            "group": "",
            "weight_micro": None if row.get("weight") is None else micro_of(str(row["weight"])),
        }
        for sheet in sheets
        for number, row in enumerate(sheet.tables.get("indicators", []), 1)
    ]
    budgets = [sheet.fields.get("budget") for sheet in sheets]
    projects = pd.DataFrame(
        {
            "name": [sheet.title for sheet in sheets],
            "goal": [_words(sheet.fields, "annual_goal") for sheet in sheets],
            "last_goal": [last_goals.get(sheet.about, "") for sheet in sheets],
            "overall": [sheet.layout == "overall" for sheet in sheets],
            "budget_fen": pd.array([one if isinstance(one, int) else None for one in budgets], dtype="Int64"),
        },
        index=pd.Index([sheet.about for sheet in sheets], dtype="object"),
    )
    names = (
        "row",
        "project",
        "level_1",
        "level_2",
        "level_3",
        "sign",
        "value",
        "unit",
        "group",
        "weight_micro",
    )
    return pd.DataFrame(rows, columns=names).astype({"weight_micro": "Int64"}), projects


def _words(row: Row, name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value)


def funds(look: _Look) -> Iterator[Found]:
    """Sources that do not add up to the budget."""
    budget = look.sheet.fields.get("budget")
    amounts = [row["amount"] for _, row in look.rows("funds") if isinstance(row.get("amount"), int)]
    if not isinstance(budget, int) or not amounts:
        return
    total = sum(a for a in amounts if isinstance(a, int))
    if total != budget:
        says = f"资金来源合计{wan(total, 6)}万元，与预算金额{wan(budget, 6)}万元不一致。"
        yield look.found("F-FUNDS", ERROR, says, "请核对各项来源金额。", ("funds", "0", "amount"), wan(total))


def likelihoods(look: _Look) -> Iterator[Found]:
    """有可能 and 不可能 need a reason and a measure."""
    compulsory = look.rules.monitoring.likelihood.reason_compulsory
    doubtful = [
        (number, row)
        for number, row in look.rows("indicators")
        if str(row.get("likelihood") or "") in compulsory
    ]
    for number, row in doubtful:
        if not row.get("reason") and not look.sheet.fields.get("reason"):
            says = f"第{number + 1}行“完成目标可能性”为“{row['likelihood']}”，但没有写偏差原因。"
            yield look.found(
                "F-REASON",
                ERROR,
                says,
                "请在“偏差原因”或表下“原因分析”中说明。",
                ("indicators", str(number), "reason"),
            )
    if doubtful and not look.sheet.fields.get("measures"):
        says = f"有{len(doubtful)}个指标不能确定完成，但没有写改进措施。"
        yield look.found("F-MEASURE", ERROR, says, "请填写“相关建议或举措”。", ("measures",))


def spending(look: _Look) -> Iterator[Found]:
    """Spending above the budget deserves a look."""
    for number, row in look.rows("funds"):
        limit, spent = row.get("revised", row.get("initial")), row.get("spent")
        if isinstance(limit, int) and isinstance(spent, int) and spent > limit:
            says = f"“{row.get('source')}”执行数{wan(spent)}万元超过预算数{wan(limit)}万元。"
            yield look.found(
                "F-OVERSPENT",
                WARNING,
                says,
                "请核对金额和单位（万元）；如属实请在原因中说明。",
                ("funds", str(number), "spent"),
            )


def scores(look: _Look) -> Iterator[Found]:
    """Points outside 0 to full."""
    for table in ("indicators", "scores"):
        for number, row in look.rows(table):
            score, full = row.get("score"), row.get("full")
            if not isinstance(score, Decimal) or not isinstance(full, Decimal) or 0 <= score <= full:
                continue
            says = f"第{number + 1}行得分{score.normalize():f}，应在0到{full.normalize():f}分之间。"
            yield look.found("F-RANGE", ERROR, says, "请改正得分。", (table, str(number), "score"), score)


def heading_points(look: _Look) -> Iterator[Found]:
    """An expert's points within their headings."""
    full = {"completeness": 20, "relevance": 30, "suitability": 30, "feasibility": 20}
    limits = dict(zip(full, (one.points for one in look.rules.target_review.criteria.values()), strict=True))
    for number, row in look.rows("reviews"):
        for name, limit in limits.items():
            score = row.get(name)
            if isinstance(score, Decimal) and not 0 <= score <= limit:
                says = f"第{number + 1}行得分{score:f}，应在0到{limit:f}分之间。"
                yield look.found(
                    "F-RANGE", ERROR, says, "请改正得分。", ("reviews", str(number), name), score
                )


def dimension_points(look: _Look) -> Iterator[Found]:
    """A third party's points within their dimensions."""
    names_ = ("necessity", "economy", "target", "plan", "funding")
    for name, limit in zip(names_, look.rules.prior_assessment.dimensions.values(), strict=True):
        score = look.sheet.fields.get(name)
        if isinstance(score, Decimal) and not 0 <= score <= limit:
            says = f"得分{score:f}，应在0到{limit:f}分之间。"
            yield look.found("F-RANGE", ERROR, says, "请改正得分。", (name,), score)


def total_adds_up(look: _Look) -> Iterator[Found]:
    """The total reported against its parts: told, but not a reason to return the form."""
    reported = look.sheet.fields.get("reported_total")
    parts = look.numbers("indicators", "score")
    if not isinstance(reported, Decimal) or not parts:
        return
    low = sum(parts, Decimal(0))
    high = low + look.rules.self_evaluation.execution_full
    if not low <= reported <= high:
        says = f"自评总分{reported:f}与各项得分不符：指标得分合计{low:f}，加预算执行得分后应在{low:f}到{high:f}之间。"
        yield look.found("F-TOTAL", WARNING, says, "请核对总分。", ("reported_total",), reported)


Check = Callable[[_Look], Iterator[Found]]
BY_KIND: dict[RoundKind, tuple[Check, ...]] = {
    RoundKind.TARGET_DECLARATION: (funds,),
    RoundKind.MONITORING: (likelihoods, spending),
    RoundKind.SELF_EVALUATION: (scores, spending, total_adds_up),
    RoundKind.EXPERT_REVIEW: (heading_points,),
    RoundKind.ASSESSMENT_CONCLUSION: (dimension_points,),
    RoundKind.FISCAL_EVALUATION: (scores,),
}
