"""年度报告: written from facts at the year's end, or whenever an officer asks."""

from prefect import flow

from flows.rounds import Day, WorkYear, run_name, take_steps
from tasks.desk import report_the_year

STEPS = (report_the_year,)


@flow(name="年度绩效工作报告", flow_run_name=run_name("年度绩效工作报告"))
async def year_report(work_year: WorkYear = 0, day: Day = None) -> int:
    """Annual report with its figures' origins, ledgers and the budget table for next year."""
    return await take_steps(STEPS, work_year, day)
