"""Satisfaction of those served (P14) and the evidence behind results (C18)."""

from collections.abc import Iterator

import pandas as pd

from models.rules.columns import MICRO
from models.rules.problems.credibility import RESULTS, results_of
from models.rules.problems.facts import Facts
from models.rules.problems.hits import Hit, at_rows
from models.rules.problems.limits import LIMITS, WORDS
from models.rules.problems.readings import read_actuals
from models.rules.problems.wording import any_of
from models.rules.profiles import Rules


def check_satisfaction(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P14: people less content than promised, or nobody asked, or too few."""
    rows = results_of(facts, rules)
    if rows.empty:
        return
    pleased = (rows["LV1_PERF_IND_NAME"] + rows["LV2_PERF_IND_NAME"] + rows["name"]).str.contains("满意")
    rows = rows[pleased]
    said = read_actuals(rows["IND_COMP"])
    percent = (said["unit"] == "%") | (rows["words"] == "%")
    percent |= said["unit"].isin(["", "分"]) & rows["words"].isin(["", "分"])  # 88 of 100, unit or none
    actual = said["number_micro"].where(percent)
    actual = actual.where(~((actual <= MICRO) & (said["unit"] != "%")), actual * 100)
    below = (~rows["met"]).fillna(False).astype(bool) & actual.notna()
    poor = (actual < LIMITS["satisfaction_percent"] * MICRO).fillna(False).astype(bool)
    yield from at_rows(
        "P14", "below", RESULTS, rows, below | poor, "IND_COMP",
        lambda r: f"“{r['LV3_PERF_IND_NAME']}”目标{r['KPI_VAL']}，实际{r['IND_COMP']}",
    )  # fmt: skip
    filled = rows.groupby("PRO_CODE")["row"].transform("size") > 0
    everyone = facts.table(RESULTS)
    answered = (everyone["IND_COMP"] != "").groupby(everyone["PRO_CODE"]).any()
    filled &= rows["PRO_CODE"].map(answered).fillna(False).astype(bool)
    absent = (rows["IND_COMP"] == "") & filled
    absent |= (rows["IND_COMP"] + rows.get("DEVI_ANALY", "")).str.contains(any_of(WORDS["no_survey"]))
    yield from at_rows(
        "P14", "no_survey", RESULTS, rows, absent, "IND_COMP",
        lambda r: f"“{r['LV3_PERF_IND_NAME']}”没有满意度调查结果",
    )  # fmt: skip
    yield from _small_samples(rows)


def _small_samples(rows: pd.DataFrame) -> Iterator[Hit]:
    texts = pd.Series("", index=rows.index)
    for column in ("SAMPLE", "IND_REMARK", "DEVI_ANALY", "KPI_EVALSTD"):
        if column in rows:
            texts = texts + " " + (rows[column] + ("份" if column == "SAMPLE" else ""))
    size = texts.str.extract(r"(?:样本|问卷|调查|回收|发放|抽样)?[^\d%]{0,6}(\d{1,6})份", expand=False)
    asked = texts.str.extract(
        r"(?:样本|调查|回访|抽取|访谈|抽样)[^\d%]{0,6}(\d{1,6})(?:人|户|名)", expand=False
    )
    size = size.fillna(asked)
    small = pd.to_numeric(size, errors="coerce") < LIMITS["smallest_sample"]
    yield from at_rows(
        "P14", "sample", RESULTS, rows.assign(sample=size), small, "IND_COMP",
        lambda r: f"“{r['LV3_PERF_IND_NAME']}”只调查了{r['sample']}份，少于{LIMITS['smallest_sample']}份",
    )  # fmt: skip


def check_evidence(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """C18: results without anything to prove them, or proved by papers of another year."""
    rows = results_of(facts, rules)
    if rows.empty:
        return
    claimed = rows["IND_COMP"] != ""
    for column, nothing in (("EVIDENCE", WORDS["nothing"]), ("ATTACH_COUNT", ["", "0"])):
        if facts.has(RESULTS, column):
            yield from at_rows(
                "C18", "missing", RESULTS, rows, claimed & rows[column].isin(nothing), column,
                lambda r: f"“{r['LV3_PERF_IND_NAME']}”实际完成值“{r['IND_COMP']}”没有佐证材料",
            )  # fmt: skip
    if facts.has(RESULTS, "EVIDENCE_DATE"):
        old = rows["EVIDENCE_DATE_on"].dt.year < rows["year"]
        yield from at_rows(
            "C18", "old", RESULTS, rows, old, "EVIDENCE_DATE",
            lambda r: f"“{r['LV3_PERF_IND_NAME']}”的佐证材料是{r['EVIDENCE_DATE']}的，早于评价年度",
        )  # fmt: skip
