"""Checks of a filled form, one source of truth for intake and for `jixiao check`. All mistakes are collected."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal

from models.amounts import wan
from models.rules.profiles import Rules
from models.rules.values import NUMBER, parse_cell
from models.vocabulary import RoundKind, Severity
from tasks.forms.layout import Cell, SheetLayout, layout_of
from tasks.forms.shape import Form, Found, Row, Sheet, Value

ERROR, WARNING = Severity.ERROR, Severity.WARNING
VAGUE = ("明显", "有效", "逐步", "较好", "进一步", "不断", "显著", "大幅", "持续", "良好", "基本", "一定程度")
BARE_NUMBER = re.compile(r"[\d.,%％\s]+")
NUMERIC = frozenset("≥≤=><")
SHORT_GOAL = 12


def check_form(form: Form, rules: Rules) -> list[Found]:
    """Everything that is wrong with a filled form, in the order of its sheets."""
    layout = layout_of(form.kind)
    found: list[Found] = []
    for sheet in form.sheets:
        look = _Look(sheet, layout.sheet[sheet.layout], rules)
        found += look.complete()
        for check in BY_KIND.get(form.kind, ()):
            found += check(look)
    return found


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


def weights(look: _Look) -> Iterator[Found]:
    """The points of all indicators add up to what execution leaves of 100."""
    parts = look.numbers("indicators", "weight")
    full = 100 - look.rules.self_evaluation.execution_full
    total = sum(parts, Decimal(0))
    if parts and total != full:
        says = f"各指标分值合计为{total.normalize():f}分，应为{full:f}分（另{look.rules.self_evaluation.execution_full:f}分为预算执行）。"
        yield look.found(
            "F-WEIGHT", ERROR, says, "请调整分值，使合计符合要求。", ("indicators", "0", "weight"), total
        )


def names(look: _Look) -> Iterator[Found]:
    """Indicators that are bare numbers or stand twice."""
    seen: Counter[str] = Counter()
    for number, row in look.rows("indicators"):
        name = str(row.get("level_3") or "")
        where = ("indicators", str(number), "level_3")
        if name and BARE_NUMBER.fullmatch(name):
            says = f"第{number + 1}行“三级指标”为“{name}”，只有数字，看不出考核什么。"
            yield look.found(
                "F-NAME",
                ERROR,
                says,
                "请写成指标名称，如“新建养老服务站数量”，数字填在“指标值”。",
                where,
                name,
            )
        seen[name] += bool(name)
        if seen[name] > 1:
            says = f"第{number + 1}行“三级指标”与前面重复：“{name}”。"
            yield look.found("F-DUPLICATE", ERROR, says, "请合并或改写，每个指标只出现一次。", where, name)


def values(look: _Look) -> Iterator[Found]:
    """Values that cannot be measured."""
    for number, row in look.rows("indicators"):
        value, operator = str(row.get("value") or ""), str(row.get("operator") or "")
        where = ("indicators", str(number), "value")
        if not value or not operator:
            continue
        if operator in NUMERIC and parse_cell(value).form != NUMBER:
            says = f"第{number + 1}行“指标值”为“{value}”，不是数字，但指标性质选了“{operator}”。"
            yield look.found(
                "F-VALUE",
                ERROR,
                says,
                "定量指标只填数字，单位填在“度量单位”；确属定性的请选“定性”。",
                where,
                value,
            )
        elif operator in NUMERIC and not row.get("unit") and not parse_cell(value).unit:
            says = f"第{number + 1}行“指标值”为“{value}”，没有度量单位。"
            yield look.found(
                "F-UNIT",
                ERROR,
                says,
                "请填写单位，如 %、个、人次。",
                ("indicators", str(number), "unit"),
                value,
            )
        elif operator == "定性" and any(word in value for word in VAGUE):
            says = f"第{number + 1}行“指标值”为“{value}”，含糊不可衡量。"
            remedy = "请写成可核查的结果，如“全年无重大安全责任事故”，或改为定量指标。"
            yield look.found("F-VAGUE", WARNING, says, remedy, where, value)


def classes(look: _Look) -> Iterator[Found]:
    """Level-two classes that the rule asks for."""
    if look.sheet.layout == "overall":
        return
    rule = look.rules.target_review
    have = Counter(str(row.get("level_2") or "").removesuffix("指标") for _, row in look.rows("indicators"))
    for name, least in rule.required.items():
        count = sum(number for level, number in have.items() if name.removesuffix("指标") in level)
        if count < least:
            says = f"缺少“{name}”类指标（至少{least}个，现有{count}个）。"
            yield look.found("F-CLASS", ERROR, says, f"请补充“{name}”类指标。")


def goal(look: _Look) -> Iterator[Found]:
    """A goal too short to name object, amount and time."""
    text = str(look.sheet.fields.get("annual_goal") or "")
    if text and len(text) < SHORT_GOAL:
        says = f"“年度绩效目标”只有{len(text)}个字，没有写明做什么、做多少、何时完成。"
        yield look.found("F-GOAL", ERROR, says, "请写明对象、数量和完成时间。", ("annual_goal",), text)


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
DECLARATION: tuple[Check, ...] = (goal, names, values, classes, weights, funds)
BY_KIND: dict[RoundKind, tuple[Check, ...]] = {
    RoundKind.TARGET_DECLARATION: DECLARATION,
    RoundKind.TARGET_ADJUSTMENT: (goal, names, values, classes, weights),
    RoundKind.MONITORING: (likelihoods, spending),
    RoundKind.SELF_EVALUATION: (scores, spending, total_adds_up),
    RoundKind.EXPERT_REVIEW: (heading_points,),
    RoundKind.ASSESSMENT_CONCLUSION: (dimension_points,),
    RoundKind.FISCAL_EVALUATION: (scores,),
}
