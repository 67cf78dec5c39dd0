"""The shape of a rule profile: one class a written question, numbers as exact decimals.

Every question carries its day (`in_force`), its source and whether the source was read. A value written
未定 in a profile arrives as None: nobody decided it, and no function may compute from it.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

UNDECIDED = "未定"


class Question(BaseModel):
    """One question as answered from a day on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    in_force: date
    source: str = Field(min_length=2)
    clause: str = ""
    verified: bool

    @property
    def basis(self) -> str:
        """What may be printed as 依据: the clause only when its words were read in the source."""
        return f"{self.source}{self.clause}" if self.verified else self.source


class Section(BaseModel):
    """Several questions about one stage."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    def basis(self) -> str:
        """The sources of all its questions, each once."""
        return "；".join(unique(question.basis for question in self.questions()))

    def questions(self) -> list[Question]:
        """Its questions in order."""
        return [value for _, value in self if isinstance(value, Question)]


def unique(words: Iterable[str]) -> list[str]:
    """Words in order of first appearance."""
    return list(dict.fromkeys(words))


class Step(BaseModel):
    """From this value on (included), this result."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    from_: Decimal = Field(alias="from")
    gives: Decimal


class Band(BaseModel):
    """A qualitative band: its official name, the words by which tables say it, its share of the points.

    `top_included` and `low_included` say which edge belongs to the band.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    words: tuple[str, ...]
    low: Decimal
    high: Decimal
    low_included: bool = True
    high_included: bool = False


class Weights(Question):
    """How the 100 points of a self-evaluation are split over the classes besides execution."""

    classes: dict[str, Decimal]
    classes_with_cost: dict[str, Decimal] = Field(default_factory=dict)
    without_satisfaction_to: str = ""
    binding: bool
    implied: bool


class Execution(Question):
    """Points for budget execution. `base`: what the budget is; `steps`: rate from which points are given."""

    full: Decimal
    method: Literal["rate", "steps"]
    base: Literal["全年预算数", "到位资金"]
    steps: tuple[Step, ...] = ()


class Numeric(Question):
    """Points of a numeric indicator that missed its target.

    ratio: w·B/A · inverse: w·A/B · linear: w·(1-|B-A|/A), 0 from twice the target ·
    all_or_nothing: 0. Below `pass_rate` (B/A) nothing is given; None is no such line.
    """

    method: Literal["ratio", "inverse", "linear", "all_or_nothing"]
    pass_rate: Decimal | None = None


class ZeroTarget(Question):
    """A target of 0 has no ratio: met gives all, missed gives this share."""

    missed: Decimal


class Qualitative(Question):
    """Three bands; where in the band is a human judgement."""

    bands: tuple[Band, Band, Band]


class Satisfaction(Question):
    """Satisfaction by steps of the actual rate (share of the points), or as any other numeric indicator."""

    method: Literal["as_numeric", "steps"]
    steps: tuple[Step, ...] = ()


class YesNo(Question):
    """Yes/no indicators: all or nothing; the words that answer yes or no."""

    yes: tuple[str, ...]
    no: tuple[str, ...]


class OverAchievement(Question):
    """Far above target: capped (nothing more), explain (reason compulsory), deduct or zero.

    `limit` is B/A; deduct takes `rate` of the points for each 1.0 of B/A above the limit.
    """

    policy: Literal["capped", "explain", "deduct", "zero"]
    limit: Decimal
    limit_included: bool
    rate: Decimal | None = None


class Caps(Question):
    """The total may not exceed a number when execution stays low; no steps is no cap."""

    steps: tuple[Step, ...] = ()


class Rounding(Question):
    """Whether a total adds exact or rounded parts, and with how many decimals parts are published."""

    total_of: Literal["exact", "rounded"]
    decimals: int


class Reasons(Question):
    """When a deviation reason is compulsory in a self-evaluation."""

    missed: bool
    execution_below: Decimal | None = None
    completion_below: Decimal | None = None


class Rollup(Question):
    """Several units: absolute values add up, relative ones are weighted by money; then score."""

    absolute: Literal["sum"]
    relative: Literal["weighted_by_money"]
    qualitative: Literal["weighted_by_money"]
    order: Literal["values_first"]


class SelfEvaluation(Section):
    """单位自评."""

    weights: Weights
    execution: Execution
    higher: Numeric
    lower: Numeric
    equal: Numeric
    zero_target: ZeroTarget
    qualitative: Qualitative
    satisfaction: Satisfaction
    yes_no: YesNo
    over_achievement: OverAchievement
    caps: Caps
    rounding: Rounding
    reasons: Reasons

    @property
    def execution_full(self) -> Decimal:
        """Points that execution can earn."""
        return self.execution.full


class Grades(Question):
    """From which score on (included) 优, 良, 中 are given; below is 差."""

    excellent: Decimal
    good: Decimal
    fair: Decimal


class Audit(Question):
    """Limits of the arithmetic audit of a published table: our own parameters, not a regulation."""

    total_tolerance: Decimal
    points_tolerance: Decimal
    rate_tolerance: Decimal
    low_execution: Decimal
    whole_numbers: bool
