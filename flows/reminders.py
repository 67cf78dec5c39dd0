"""函件: what is owed to whom today is written in one letter each, and sent."""

from prefect import flow

from flows.rounds import Day, WorkYear, run_name, take_steps
from tasks.desk import make_approvals, post_letters, write_letters

STEPS = (make_approvals, write_letters, post_letters)


@flow(name="函件与催报", flow_run_name=run_name("函件与催报"))
async def reminders(work_year: WorkYear = 0, day: Day = None) -> int:
    """Write the letters that facts make owed, reminders among them, and send them."""
    return await take_steps(STEPS, work_year, day)
