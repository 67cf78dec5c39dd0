"""绩效运行监控: the steps of the stage, in order."""

from prefect import flow

from flows.rounds import Day, WorkYear, run_name, take_steps
from tasks.mid_year_monitoring import issue_monitoring

STEPS = (issue_monitoring,)


@flow(name="绩效运行监控", flow_run_name=run_name("绩效运行监控"))
async def mid_year_monitoring(work_year: WorkYear = 0, day: Day = None) -> int:
    """Money and targets half-way; lights follow from the rules when a form is accepted."""
    return await take_steps(STEPS, work_year, day)
