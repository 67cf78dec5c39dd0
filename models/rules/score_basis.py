"""Why a row has its points, or none: the sentences that stand beside them."""

from typing import Any

import pandas as pd

from models.rules.columns import plain
from models.rules.indicators import Kind
from models.rules.profiles import Rules
from models.rules.questions import Numeric
from models.rules.shared_cells import SHARED_MISSED

FORMULAS = {
    "ratio": "得分=分值×实际÷目标",
    "inverse": "得分=分值×目标÷实际",
    "linear": "得分=分值×(1-|实际-目标|÷目标)，达到目标两倍不得分",
    "all_or_nothing": "未完成不得分",
}


def contradicted(rows: pd.DataFrame) -> pd.Series:
    """Judged rows to which the table gives all points although their own words say that the target was missed."""
    whole = (rows["reported_micro"] == rows["full_micro"]).fillna(False)
    return (rows["scored_as"] == Kind.JUDGED) & rows["missed"] & whole.astype(bool)


def why_undecided(rows: pd.DataFrame) -> pd.Series:
    """Why each row has no points ("" where it has, or where another row of its cell carries them)."""
    return pd.Series([_why(row) for row in rows.to_dict("records")], index=rows.index, dtype="string")


def _why(row: dict[Any, Any]) -> str:
    if not pd.isna(row["points_micro"]) or not row["leads"]:
        return ""
    if row["why"]:
        return str(row["why"])
    if row["scored_as"] == Kind.UNREADABLE:
        return SHARED_MISSED
    if pd.isna(row["full_micro"]):
        return "没有分值"
    if row["scored_as"] == Kind.JUDGED:
        return _judgement(row)
    if row["strict"] and row["actual_micro"] == row["target_micro"]:
        return "实际完成值正好等于目标值，而目标不含本数，如何扣分规则未定"
    return "目标值为负且未完成，或超额如何扣分，规则未定"


def _judgement(row: dict[Any, Any]) -> str:
    if pd.isna(row["reported_micro"]):
        return "定性指标由人评判，表中没有评分"
    if row["missed"] and row["reported_micro"] == row["full_micro"]:
        return "所填结果未达到目标，表中却是满分，不能采用；扣多少由人评判"
    return "表中评分不在所报完成档次的分数区间内，不能采用"


def basis_of(rows: pd.DataFrame, rules: Rules) -> pd.Series:
    """By which rule and source each row was scored; the reason where it was not."""
    words, number = _words(rules), rows["row"]
    said = [
        row["undecided"]
        or (words[row["scored_as"]] if row["leads"] else f"与第{number[row['leader']]}行合并计分")
        for row in rows.to_dict("records")
    ]
    return pd.Series(said, index=rows.index, dtype="string")


def _words(rules: Rules) -> dict[int, str]:
    rule = rules.self_evaluation
    zero = "；目标为0的，完成得满分"

    def numeric(one: Numeric, tail: str = "") -> str:
        passing = f"，完成率低于{plain(one.pass_rate * 100)}%不得分" if one.pass_rate is not None else ""
        return f"达到目标得满分；未达到：{FORMULAS[one.method]}{passing}{tail}（{one.basis}）"

    by_steps = rule.satisfaction.method == "steps"
    return {
        Kind.HIGHER: numeric(rule.higher),
        Kind.LOWER: numeric(rule.lower, zero),
        Kind.EQUAL: numeric(rule.equal, zero),
        Kind.SATISFACTION: f"满意度分段计分（{rule.satisfaction.basis}）"
        if by_steps
        else numeric(rule.higher),
        Kind.JUDGED: f"定性指标采用表中评分，并核对档次区间（{rule.qualitative.basis}）",
        Kind.YES_NO: f"是否类指标，是得满分，否不得分（{rule.yes_no.basis}）",
        Kind.MET: "完成得满分",
        Kind.UNREADABLE: "",
    }
