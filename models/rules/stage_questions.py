"""The shape of a profile, second part: the stages around evaluation."""

from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from models.rules.questions import Question, Section


class PriorAssessment(Question):
    """事前绩效评估: who must be assessed, the dimensions, the conclusion lines (from, included)."""

    compulsory_from_fen: int | None
    new_only: bool
    dimensions: dict[str, Decimal]
    support_from: Decimal | None
    partial_from: Decimal | None


class Criterion(BaseModel):
    """One heading of the review of targets with its items and their points."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    points: Decimal
    items: dict[str, Decimal]


class TargetReview(Question):
    """绩效目标审核: headings, opinion lines, what follows from an opinion, what a declaration must have.

    `item_bands`: share of an item's points from which the item is 优, 良, 中.
    `required`: level-two classes that need at least so many indicators.
    """

    criteria: dict[str, Criterion]
    item_bands: dict[str, Decimal]
    excellent: Decimal
    good: Decimal
    fair: Decimal
    next_steps: dict[str, str]
    may_continue: tuple[str, ...]
    required: dict[str, int]
    quantified: tuple[str, ...]
    minimum_weights: dict[str, Decimal]


class Approval(Question):
    """绩效目标批复: from which amount a formal approval is written; None is for all."""

    threshold_fen: int | None
    threshold_included: bool


class FiscalEvaluation(Question):
    """财政评价和部门评价: classes with points; 产出 and 效益 together at least `result_share_min`."""

    classes: dict[str, Decimal]
    result_classes: tuple[str, ...]
    result_share_min: Decimal


class DepartmentOverall(Question):
    """部门整体支出: the frame of its evaluation, and the execution rate aimed at."""

    frame: dict[str, Decimal | None]
    execution_full: Decimal | None
    execution_target: Decimal | None


class Window(Question):
    """Up to which month departments report."""

    end_month: int = Field(ge=1, le=12)


class Lights(Question):
    """Lines of a light, as share of the pace of the year: below `red` red, below `yellow` yellow,
    from `blue` on blue (None: no blue), else green."""

    red: Decimal
    yellow: Decimal
    blue: Decimal | None = None


class MonthLines(Question):
    """Execution below the month's rate is a warning; no lines is no such rule."""

    lines: dict[int, Decimal]


class Mismatch(Question):
    """Money and target more than so many percentage points apart is a warning; None is no such rule."""

    points: Decimal | None = None


class Likelihood(Question):
    """Words for 完成目标可能性, and which of them make reason and measure compulsory."""

    words: tuple[str, ...]
    reason_compulsory: tuple[str, ...]


class Overall(Question):
    """How a project's light follows from its indicators' and money's lights."""

    worst_first: tuple[str, ...]
    both: Literal["worst", "target_bad_red"]


class MoneyDecision(Question):
    """The three ways out of a warning and what happens when nobody chooses."""

    choices: tuple[str, ...]
    otherwise: str | None


class Monitoring(Section):
    """绩效运行监控."""

    window: Window
    target_light: Lights
    money_light: Lights
    month_lines: MonthLines
    mismatch: Mismatch
    likelihood: Likelihood
    overall: Overall
    decision: MoneyDecision


class Deadline(Question):
    """So many days, working or calendar; None is undecided."""

    days: int | None
    working: bool


class Deadlines(Section):
    """办理期限."""

    rectification_reply: Deadline
    money_decision: Deadline
    target_adjustment: Deadline
    monitoring_answer: Deadline
    disclosure: Deadline


class Effect(BaseModel):
    """What a grade does to next year's budget: the word, and the cut in percent (None: undecided).

    `word` None means that nobody said what the grade does. A cut of 0 keeps the base.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    word: str | None
    cut_percent: Decimal | None


class BudgetEffect(Question):
    """评价结果与预算安排挂钩, by grade."""

    effects: dict[str, Effect]


class BudgetGround(Question):
    """What a fact other than the grade does to next year's budget."""

    word: str | None
    cut_percent: Decimal | None


class LowExecution(BudgetGround):
    """`below`: the rate of execution under which it is low; None: nobody drew a line."""

    below: Decimal | None


class BudgetGrounds(Section):
    """预算执行率低, 整改未完成, 没有批复绩效目标."""

    low_execution: LowExecution
    unrectified: BudgetGround
    no_target: BudgetGround


class Discount(Question):
    """Share that remains when the finance evaluation lands so many grades lower than the department's."""

    remaining: dict[int, Decimal]
