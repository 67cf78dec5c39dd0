"""Checks of filled forms, one source of truth for intake and for `jixiao check`. All mistakes are collected."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from models.rules.finding import wan
from models.rules.profiles import Rules
from models.vocabulary import RoundKind
from tasks.forms.checks_declaration import declared
from tasks.forms.checks_monitoring import lights, likelihoods, spending
from tasks.forms.layout import FormKind, layout_of
from tasks.forms.look import ERROR, WARNING, Look
from tasks.forms.shape import Form, Found

DECLARED = (RoundKind.TARGET_DECLARATION, RoundKind.TARGET_ADJUSTMENT)


def check_form(form: Form, rules: Rules, last_goals: Mapping[str, str] | None = None) -> list[Found]:
    """Everything that is wrong with a filled form, in the order of its sheets.

    last_goals: what each sheet's project promised last year, to see what was copied.
    """
    return check_forms([form], rules, last_goals)[0]


def check_forms(
    forms: Sequence[Form], rules: Rules, last_goals: Mapping[str, str] | None = None
) -> list[list[Found]]:
    """The findings of each form; the rules of declarations see the sheets of all forms as one table of columns."""
    looks = [
        [Look(sheet, layout_of(form.kind, form.variant).sheet[sheet.layout], rules) for sheet in form.sheets]
        for form in forms
    ]
    told = declared(
        [look for form, mine in zip(forms, looks, strict=True) if form.kind in DECLARED for look in mine],
        last_goals or {},
    )
    found, place = [], 0
    for form, mine in zip(forms, looks, strict=True):
        here: list[Found] = []
        for look in mine:
            own = [*look.complete(), *(one for check in BY_KIND.get(form.kind, ()) for one in check(look))]
            if form.kind in DECLARED:
                known = {one.cell for one in own if one.cell}
                bare = not look.sheet.tables.get("indicators")  # told already: the table is empty
                own += [
                    one
                    for one in told.get(place, [])
                    if one.cell not in known and not (bare and one.code == "F-CLASS")
                ]
                place += 1
            here += own
        found.append(here)
    return found


def funds(look: Look) -> Iterator[Found]:
    """Sources that do not add up to the budget."""
    budget = look.sheet.fields.get("budget")
    amounts = [row["amount"] for _, row in look.rows("funds") if isinstance(row.get("amount"), int)]
    if not isinstance(budget, int) or not amounts:
        return
    total = sum(a for a in amounts if isinstance(a, int))
    if total != budget:
        says = f"资金来源合计{wan(total)}万元，与预算金额{wan(budget)}万元不一致。"
        yield look.found("F-FUNDS", ERROR, says, "请核对各项来源金额。", ("funds", "0", "amount"), wan(total))


def scores(look: Look) -> Iterator[Found]:
    """Points outside 0 to full."""
    for table in ("indicators", "scores"):
        for number, row in look.rows(table):
            score, full = row.get("score"), row.get("full")
            if not isinstance(score, Decimal) or not isinstance(full, Decimal) or 0 <= score <= full:
                continue
            says = f"第{number + 1}行得分{score.normalize():f}，应在0到{full.normalize():f}分之间。"
            yield look.found("F-RANGE", ERROR, says, "请改正得分。", (table, str(number), "score"), score)


def heading_points(look: Look) -> Iterator[Found]:
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


def dimension_points(look: Look) -> Iterator[Found]:
    """A third party's points within their dimensions."""
    names_ = ("necessity", "economy", "target", "plan", "funding")
    for name, limit in zip(names_, look.rules.prior_assessment.dimensions.values(), strict=True):
        score = look.sheet.fields.get(name)
        if isinstance(score, Decimal) and not 0 <= score <= limit:
            says = f"得分{score:f}，应在0到{limit:f}分之间。"
            yield look.found("F-RANGE", ERROR, says, "请改正得分。", (name,), score)


def total_adds_up(look: Look) -> Iterator[Found]:
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


def evidence(look: Look) -> Iterator[Found]:
    """A result of rectification that names nothing to prove it."""
    for number, row in look.rows("problems"):
        if row.get("outcome") and not row.get("evidence"):
            says = f"第{number + 1}行写明了整改结果，但没有列出佐证材料。"
            remedy = "请写明佐证材料的名称，并随邮件附上；确无材料的写明原因。"
            yield look.found("F-EVIDENCE", WARNING, says, remedy, ("problems", str(number), "evidence"))


Check = Callable[[Look], Iterator[Found]]
BY_KIND: dict[FormKind, tuple[Check, ...]] = {
    RoundKind.TARGET_DECLARATION: (funds,),
    RoundKind.MONITORING: (likelihoods, lights, spending),
    RoundKind.SELF_EVALUATION: (scores, spending, total_adds_up),
    RoundKind.EXPERT_REVIEW: (heading_points,),
    RoundKind.ASSESSMENT_CONCLUSION: (dimension_points,),
    RoundKind.FISCAL_EVALUATION: (scores,),
    RoundKind.RECTIFICATION: (evidence,),
}
