"""收取报送件: what departments sent is read every few minutes."""

from prefect import flow

from flows.rounds import Day, WorkYear, run_name, take_steps
from tasks.desk import collect_answers, read_mailbox

STEPS = (read_mailbox, collect_answers)


@flow(name="收取报送件", flow_run_name=run_name("收取报送件"))
async def intake(work_year: WorkYear = 0, day: Day = None) -> int:
    """Store, read and check what came in; accept it or return it with everything that was found."""
    return await take_steps(STEPS, work_year, day)
