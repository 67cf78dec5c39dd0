"""事前绩效评估: the steps of the stage, in order."""

from prefect import flow

from flows.rounds import Day, WorkYear, run_name, take_steps
from tasks.prior_assessment import (
    commission_assessors,
    issue_applications,
    issue_conclusions,
    register_assessments,
)

STEPS = (
    register_assessments,
    issue_applications,
    commission_assessors,
    issue_conclusions,
)


@flow(name="事前绩效评估", flow_run_name=run_name("事前绩效评估"))
async def prior_assessment(work_year: WorkYear = 0, day: Day = None) -> int:
    """Who must be assessed is asked, a third party concludes, an officer arranges the budget."""
    return await take_steps(STEPS, work_year, day)
