"""单位自评: a whole table scored under a profile — cells read, shared score cells joined, points, total, grade."""

import pandas as pd

from models.rules.columns import micro
from models.rules.execution import execution_points
from models.rules.grading import grades
from models.rules.indicators import Cells, Kind, Reading, read_indicator
from models.rules.profiles import Rules
from models.rules.score_basis import basis_of, contradicted, why_undecided
from models.rules.scoring import indicator_points, met_targets
from models.rules.shared_cells import join_shared
from models.rules.totals import add_up
from models.rules.weights import implied_weights
from models.rules.word_targets import is_marking

TEXT = ("level_1", "level_2", "level_3", "sign", "target", "unit", "actual")


def read_indicators(rows: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Text cells → what they say; index kept.

    rows: level_1, level_2, level_3, sign, target, unit, actual (text, "" where empty); optional weight_micro,
    reported_micro (Int64) and year (text, of the budget). Columns added: kind (int8 of Kind), shown (exchange.md's word), strict, target_micro,
    actual_micro (Int64, one unit), band (int8), why, problem (finding code of the cells), percent, copied,
    filled, missed (the words say so).
    """
    rule = rules.self_evaluation
    believed, marked = map(list, (_believed(rows), _marked(rows)))
    years = rows["year"] if "year" in rows else [0] * len(rows)
    found = [
        read_indicator(
            Cells(sign, target, unit, actual, level_1, level_2, level_3, trusted, by_marks, int(year or 0)),
            rule.qualitative.bands,
            rule.yes_no,
        )
        for level_1, level_2, level_3, sign, target, unit, actual, trusted, by_marks, year in zip(
            *(rows[name].fillna("") for name in TEXT), believed, marked, years, strict=True
        )
    ]
    return rows.assign(**_columns(found, rows.index))


def _believed(rows: pd.DataFrame) -> pd.Series:
    """Whether the table itself gives at least half of the points."""
    if "reported_micro" not in rows or "weight_micro" not in rows:
        return pd.Series(False, index=rows.index)
    return (2 * rows["reported_micro"] >= rows["weight_micro"]).fillna(False)


def _marked(rows: pd.DataFrame) -> pd.Series:
    """Rows whose points follow a marking scheme (每低于5%扣2分), in a form that has no column for results."""
    if "reported_micro" not in rows:
        return pd.Series(False, index=rows.index)
    scheme = rows["target"].fillna("").map(is_marking)
    project = rows["project"] if "project" in rows else pd.Series("", index=rows.index)
    empty = (rows["actual"].fillna("").str.strip() == "").groupby(project).transform("all")
    whole = empty & scheme.groupby(project).transform("any")
    return (scheme | whole) & rows["reported_micro"].notna()


def _columns(found: list[Reading], index: pd.Index) -> dict[str, pd.Series]:
    kinds = {
        "kind": "int8",
        "band": "int8",
        "strict": "bool",
        "percent": "bool",
        "copied": "bool",
        "filled": "bool",
        "missed": "bool",
    }
    kinds |= {"target_micro": "Int64", "actual_micro": "Int64", "shown": "string", "why": "string"}
    kinds["problem"] = "string"
    return {
        name: pd.Series([getattr(one, name) for one in found], index=index, dtype=kind)
        for name, kind in kinds.items()
    }


def score_indicators(rows: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Rows of indicators scored; index kept.

    rows: as for `read_indicators`, with project (text), weight_micro, reported_micro (Int64) and optional group
    (rows of a project that bear the same value share one score cell; "" is none).
    Columns added: full_micro, points_micro (Int64), met (boolean), leads (the row that carries the points),
    basis (how the points came about), undecided (why there are none, else "").
    """
    read = read_indicators(rows, rules)
    agreed = (read["kind"] == Kind.YES_NO) & (read["band"] == 0)
    read["met"] = met_targets(read).mask((read["kind"] == Kind.MET) | agreed, True)
    read = join_shared(read)
    read["full_micro"] = implied_weights(read, rules)
    scoring = read.assign(weight_micro=read["full_micro"], kind=read["scored_as"], band=read["scored_band"])
    read["points_micro"] = indicator_points(scoring, rules).where(read["leads"]).mask(contradicted(read))
    read["undecided"] = why_undecided(read)
    read["basis"] = basis_of(read, rules)
    return read


def score_projects(money: pd.DataFrame, scored: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Totals of projects; index = project.

    money: index project; budget_fen, spent_fen (Int64 分); optional published (bool: whether the table itself has
    execution points; it has, if left out). scored: from `score_indicators`.
    Columns: rate_micro, execution_full_micro, execution_micro, total_micro (Int64), grade, undecided (list of
    reasons). A total exists only when every part is decided and the full points add up to 100.
    """
    execution = execution_points(money["budget_fen"], money["spent_fen"], rules)
    execution["full_micro"] = micro(rules.self_evaluation.execution_full)
    execution["published"] = money.get("published", True)
    totals = add_up(execution, scored, rules)
    totals["grade"] = grades(totals["total_micro"], rules)
    return totals
