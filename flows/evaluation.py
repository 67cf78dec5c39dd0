"""绩效评价: the steps of the stage, in order."""

from prefect import flow

from flows.rounds import Day, WorkYear, run_name, take_steps
from tasks.evaluation import commission_evaluators, issue_evaluations
from tasks.self_evaluation import issue_self_evaluations

STEPS = (
    issue_self_evaluations,
    commission_evaluators,
    issue_evaluations,
)


@flow(name="绩效评价", flow_run_name=run_name("绩效评价"))
async def evaluation(work_year: WorkYear = 0, day: Day = None) -> int:
    """Everybody evaluates himself; key projects are commissioned, graded and confirmed."""
    return await take_steps(STEPS, work_year, day)
