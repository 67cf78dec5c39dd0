"""结果应用: the steps of the stage, in order."""

from prefect import flow

from flows.rounds import Day, WorkYear, run_name, take_steps
from tasks.budget_proposals import propose_budgets
from tasks.result_application import ask_rectifications, issue_rectifications

STEPS = (
    ask_rectifications,
    issue_rectifications,
    propose_budgets,
)


@flow(name="结果应用", flow_run_name=run_name("结果应用"))
async def result_application(work_year: WorkYear = 0, day: Day = None) -> int:
    """Problems are asked to be put right; grades become proposals for next year's budget."""
    return await take_steps(STEPS, work_year, day)
