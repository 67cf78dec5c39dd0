"""Audit of single indicator rows."""

from fractions import Fraction

import pandas as pd

from models.rules.audit_cells import absurd, bare_number, on_scale, rate_above_all, unscored
from models.rules.columns import MICRO
from models.rules.finding import NOTHING, Finding, of_rows, points, said
from models.rules.indicators import SIGNS, Kind
from models.rules.profiles import Rules
from models.rules.score_basis import contradicted
from models.rules.values import BLANK, NONE, NUMBER, WORDS, parse_cell, plain_text

PERCENT_WORDS = ("百分比", "百分点", "百分数", "百分率")


def audit_rows(scored: pd.DataFrame, projects: pd.DataFrame, rules: Rules) -> list[Finding]:
    """Findings of rows; a table that nobody filled in is left to the audit of the whole."""
    filled = scored["filled"].groupby(scored["project"]).transform("any")
    rows = scored.assign(explained=_explained(scored, projects), **_cells(scored))
    answered = rows[filled]
    return [*_targets(rows), *_points(answered, rules), *_values(answered), *_reasons(answered, rules)]


def _explained(scored: pd.DataFrame, projects: pd.DataFrame) -> pd.Series:
    """Whether the row, or the project as a whole, gives a reason; NA where the table has no place for one."""
    whole = scored["project"].map(said(projects["reason"], NOTHING)).astype(bool)
    no_place = scored["reason"].isna() & scored["project"].map(projects["reason"]).isna()
    own = said(scored["reason"], NOTHING).groupby(scored["leader"]).transform("any")
    return (own | whole).astype("boolean").mask(no_place)


def _cells(scored: pd.DataFrame) -> dict[str, pd.Series]:
    """Of the score cell that each row stands in: its weight, its points, whether all of its members met their targets."""
    found = {
        "cell_full": scored["leader"].map(scored["full_micro"]).astype("Int64"),
        "cell_points": scored["leader"].map(scored["reported_micro"]).astype("Int64"),
    }
    met = scored["met"].astype("boolean")
    sure = met.fillna(False).groupby(scored["leader"]).transform("all")
    return found | {"cell_met": sure.astype(bool)}


def _points(rows: pd.DataFrame, rules: Rules) -> list[Finding]:
    """Reported points against weight, actual value and rule. A missed row of a shared cell is named itself."""
    led = rows[rows["leads"] & rows["reported_micro"].notna()]
    full, reported, computed = led["full_micro"], led["reported_micro"], led["points_micro"]
    above = reported > full
    numeric = (led["scored_as"] <= Kind.SATISFACTION) | (led["scored_as"] == Kind.YES_NO)
    short = (~led["met"] & ~_saved(led)) | (led["missed"] & (led["scored_as"] == Kind.YES_NO))
    generous = _generous(rows)
    own_reason = said(led["reason"], NOTHING)
    stingy = led["cell_met"] & (reported < full) & ~own_reason & ~_over(led, rules)
    low, high = computed // MICRO * MICRO, -(-computed // MICRO) * MICRO
    other = (
        numeric & short & ((reported < low) | (reported > high)) & ~generous[led.index] & ~above.fillna(False)
    )
    judged = (led["scored_as"] == Kind.JUDGED) & computed.isna() & full.notna() & (reported <= full)
    judged &= ~contradicted(led)
    empty = ~led["filled"] & (reported > 0) & ~_shares(rows, led)
    silent = [parse_cell(str(cell)).form == NONE for cell in led["actual"]]
    vain = (
        pd.Series(silent, index=led.index)
        & (led["kind"] == Kind.UNREADABLE)
        & (reported > 0)
        & ~led["explained"]
    )
    return [
        *of_rows(led, above, "POINTS_ABOVE_WEIGHT", lambda r: f"分值{_full(r)}，得分{_reported(r)}"),
        *of_rows(
            rows,
            generous,
            "FULL_FOR_MISSED",
            lambda r: f"{_read(r)}，未达到目标，分值{points(r['cell_full'])}，得分{points(r['cell_points'])}",
        ),
        *of_rows(
            led,
            stingy,
            "LOST_ON_MET",
            lambda r: f"{_read(r)}，已达到目标，分值{_full(r)}，得分{_reported(r)}，未说明原因",
        ),
        *of_rows(
            led,
            other,
            "POINTS_NOT_BY_RULE",
            lambda r: f"{_read(r)}，分值{_full(r)}，得分{_reported(r)}，按规则为{points(r['points_micro'])}",
        ),
        *of_rows(
            led,
            judged,
            "JUDGEMENT_OUT_OF_BAND",
            lambda r: f"实际完成情况“{r['actual']}”，分值{_full(r)}，得分{_reported(r)}不在该档次的区间内",
        ),
        *of_rows(
            rows,
            unscored(rows),
            "SCORE_MISSING",
            lambda r: f"“{r['level_3']}”分值{_full(r)}，实际完成值“{r['actual']}”，得分空白，其他指标有得分",
        ),
        *of_rows(led, empty, "SCORE_WITHOUT_VALUE", lambda r: f"实际完成值空白，得分{_reported(r)}"),
        *of_rows(
            led,
            vain,
            "SCORE_WITHOUT_VALUE",
            lambda r: f"实际完成值为“{r['actual']}”，得分{_reported(r)}，未说明原因",
        ),
    ]


def _generous(rows: pd.DataFrame) -> pd.Series:
    """Rows that missed their target, or came late, in a cell that has all of its points."""
    computed, full = rows["points_micro"], rows["cell_full"]
    short = (~rows["met"] & ~_saved(rows)).fillna(False) & (computed.isna() | (computed < full))
    missed = short.fillna(False) | rows["missed"]
    return (missed & _all_points(rows) & (full > 0)).fillna(False).astype(bool)


def _all_points(rows: pd.DataFrame) -> pd.Series:
    return (rows["cell_points"] == rows["cell_full"]).fillna(False).astype(bool)


def _saved(rows: pd.DataFrame) -> pd.Series:
    """A cost asked for with = and undercut: by the formula a miss, in substance perhaps a saving; not a fault."""
    cost = (rows["level_1"] + rows["level_2"] + rows["level_3"]).fillna("").str.contains("成本")
    less = (rows["actual_micro"] < rows["target_micro"]).fillna(False).astype(bool)
    return cost & (rows["kind"] == Kind.EQUAL) & less


def _shares(rows: pd.DataFrame, led: pd.DataFrame) -> pd.Series:
    """Whether some other row of the leader's cell holds a value."""
    helped = set(rows["leader"][rows["filled"] & ~rows["leads"]])
    return pd.Series([label in helped for label in led.index], index=led.index)


def _over(rows: pd.DataFrame, rules: Rules) -> pd.Series:
    """Whether far more was reached than asked."""
    rule = rules.self_evaluation.over_achievement
    limit = Fraction(rule.limit)
    up = rows["kind"].isin([Kind.HIGHER, Kind.EQUAL, Kind.SATISFACTION])
    found = []
    for ok, target, actual in zip(up, rows["target_micro"], rows["actual_micro"], strict=True):
        if not ok or pd.isna(target) or pd.isna(actual) or target <= 0:
            found.append(False)
            continue
        ratio = Fraction(int(actual), int(target))
        found.append(ratio >= limit if rule.limit_included else ratio > limit)
    return pd.Series(found, index=rows.index)


def _reasons(rows: pd.DataFrame, rules: Rules) -> list[Finding]:
    """Deviations that nobody explained, where the table has a place for it."""
    silent = ~rows["explained"]
    rule = rules.self_evaluation.reasons
    worded = rows["kind"].eq(Kind.JUDGED) & rows["band"].gt(0)  # 部分达成, 未达成
    unmet = ((~rows["met"] & ~_saved(rows)) | rows["missed"] | worded) & rule.missed
    return [
        *of_rows(
            rows,
            _over(rows, rules) & silent,
            "OVER_UNEXPLAINED",
            lambda r: f"{_read(r)}，大幅超过目标，未说明原因",
        ),
        *of_rows(
            rows, unmet & silent, "REASON_MISSING", lambda r: f"{_read(r)}，未达到目标，未说明原因和措施"
        ),
    ]


def _values(rows: pd.DataFrame) -> list[Finding]:
    """Actual values that say nothing of their own or cannot be compared."""
    found = of_rows(
        rows, rows["copied"], "ACTUAL_COPIED", lambda r: f"目标“{_target(r)}”，实际完成值填“{r['actual']}”"
    )
    for code in ("VALUE_NOT_NUMBER", "UNIT_MISMATCH", "PERCENT_UNCLEAR"):
        told = rows["copied"] | (rows["missed"] & rows["explained"].fillna(False) & ~_all_points(rows))
        hit = (rows["problem"] == code) & ~(told & (code == "VALUE_NOT_NUMBER"))
        found += of_rows(rows, hit, code, lambda r: str(r["why"]))
    return found


def _targets(rows: pd.DataFrame) -> list[Finding]:
    """Names, targets and units as they were written."""
    forms = pd.Series([parse_cell(str(cell)).form for cell in rows["target"].fillna("")], index=rows.index)
    names = rows["level_3"].fillna("").astype(str)
    bare = pd.Series([bare_number(name) for name in names], index=rows.index)
    blank = names.str.strip() == ""
    lone = ~rows["leader"].duplicated(keep=False)
    signed = rows["sign"].fillna("").str.strip().isin(["≥", "≤", ">", "<", ">=", "<="])
    worded = rows["unit"].fillna("").str.strip().isin(PERCENT_WORDS)
    worded |= rows["target"].fillna("").str.endswith(PERCENT_WORDS)
    over = rows["percent"] & rate_above_all(rows)
    missing = (forms == BLANK) & ~blank & lone & rows["weight_micro"].notna()
    asked = rows["target"].fillna("").map(plain_text)
    scale = asked.isin(WORDS["scale_of_answers"]["words"]) & ~on_scale(asked, rows["actual"])
    return [
        *of_rows(rows, bare, "NAME_IS_NUMBER", lambda r: f"三级指标填“{r['level_3']}”，不知考核什么"),
        *of_rows(
            rows,
            blank & (forms != BLANK) & lone,
            "NAME_MISSING",
            lambda r: f"指标值“{_target(r)}”没有指标名称",
        ),
        *of_rows(rows, missing, "TARGET_MISSING", lambda r: f"“{r['level_3']}”没有指标值"),
        *of_rows(
            rows,
            signed & ~forms.isin([NUMBER, BLANK, "date", "period"]),
            "TARGET_NOT_NUMBER",
            lambda r: f"“{r['level_3']}”的指标值为“{r['sign']}{r['target']}”，不是数值",
        ),
        *of_rows(
            rows,
            scale,
            "TARGET_IS_SCALE",
            lambda r: f"“{r['level_3']}”的指标值填“{r['target']}”，只列出评判档次，没有写要达到什么",
        ),
        *of_rows(rows, worded & (forms == NUMBER), "UNIT_WORDING", lambda r: f"指标值写作“{_target(r)}”"),
        *of_rows(
            rows,
            absurd(rows),
            "UNIT_WORDING",
            lambda r: f"“{r['level_3']}”的指标值写作“{_target(r)}”，单位与指标不符",
        ),
        *of_rows(rows, over, "UNIT_WORDING", lambda r: f"“{r['level_3']}”为比率，{_read(r)}，超过100%"),
    ]


def _target(row: dict) -> str:
    sign = {">=": "≥", "<=": "≤"}.get(row["sign"], row["sign"])
    sign = sign if sign in SIGNS else ""
    return f"{sign}{row['target']}{row['unit'] or ''}"


def _read(row: dict) -> str:
    return f"目标“{_target(row)}”，实际“{row['actual']}”"


def _full(row: dict) -> str:
    return points(row["full_micro"])


def _reported(row: dict) -> str:
    return points(row["reported_micro"])
