"""等级: a total becomes 优, 良, 中 or 差. Source: the profile's `grades`."""

import pandas as pd

from models.rules.columns import by_lines, micro
from models.rules.profiles import Rules
from models.rules.values import WORDS as VALUES
from models.vocabulary import Grade

WORDS = [grade.value for grade in Grade]


def grades(scores_micro: pd.Series, rules: Rules) -> pd.Series:
    """Grade of each total (Int64 millionths of points); a total on a line belongs to the better grade.

    Lines are compared with the exact total, not with what is displayed: 59.995 is 差 where 中 begins at 60.
    An undecided total (NA) has no grade (NA).
    """
    lines = [micro(line) for line in (rules.grades.excellent, rules.grades.good, rules.grades.fair)]
    return by_lines(scores_micro, lines, WORDS)


def grade_of(word: str) -> str:
    """The grade that a table's word means (优秀 → 优); "" where it means none."""
    return next((grade for grade, ways in VALUES["grade"].items() if word in ways), "")


def grade_lines(rules: Rules) -> list[tuple[str, str]]:
    """[("优", "90"), …] for handbooks and reports; 差 begins at 0."""
    found = rules.grades
    return list(zip(WORDS, map(str, (found.excellent, found.good, found.fair, 0)), strict=True))
