"""绩效目标管理: the steps of the stage, in order."""

from prefect import flow

from flows.rounds import Day, WorkYear, run_name, take_steps
from tasks.target_adjustment import issue_adjustments, register_adjustments
from tasks.target_review import (
    arrange_initial_budgets,
    commission_experts,
    issue_declarations,
    issue_expert_reviews,
)

STEPS = (
    arrange_initial_budgets,
    issue_declarations,
    commission_experts,
    issue_expert_reviews,
    register_adjustments,
    issue_adjustments,
)


@flow(name="绩效目标管理", flow_run_name=run_name("绩效目标管理"))
async def target_review(work_year: WorkYear = 0, day: Day = None) -> int:
    """Targets are declared, reviewed by experts, approved; a budget change asks for an adjustment."""
    return await take_steps(STEPS, work_year, day)
