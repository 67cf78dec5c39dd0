"""登记公开: forms for whose final accounts were approved, and who published when and where."""

from datetime import date
from typing import Annotated, Any

from prefect import flow
from prefect.states import State

from flows.clock import now
from flows.desk import settle
from flows.rounds import WorkYear, asked, run_name, year_of
from models.database import transaction
from tasks.disclosure import accounts_of_all_approved, published_by, put_right
from tasks.rounds import the_year


@flow(name="登记决算批复", flow_run_name=run_name("登记决算批复"))
async def accounts_approved(
    which: Annotated[
        str, asked("部门", "部门名称或编码，每行一个；填“全部”为所有还没有登记的部门。", min_length=1)
    ],
    approved_on: Annotated[date, asked("批复日期", "从这天起计算公开期限。")],
    work_year: WorkYear = 0,
) -> State[Any]:
    """The day from which departments have twenty days to publish."""

    def take(officer: str) -> str:
        with transaction() as session:
            year = the_year(session, year_of(work_year, now()))
            named = [one.strip() for one in which.splitlines() if one.strip()]
            due = accounts_of_all_approved(session, year, named, approved_on, officer, now().date())
        return f"已登记{len(due)}个部门的决算批复日期{approved_on}，公开期限{due[0].due_on}{put_right(due)}。\n\n接下来：系统按期限提醒各部门公开，回信写明日期和网址的自动登记。"

    return await settle("登记决算批复", take)


@flow(name="登记公开", flow_run_name=run_name("登记公开"))
async def published(
    department: Annotated[str, asked("部门", "部门名称或编码，只填一个。", min_length=1)],
    published_on: Annotated[date, asked("公开日期")],
    link: Annotated[str, asked("公开网址", "以 http:// 或 https:// 开头。", min_length=4)],
    work_year: WorkYear = 0,
) -> State[Any]:
    """When and where a department published, for the tracker and the annual report."""

    def take(officer: str) -> str:
        with transaction() as session:
            year = the_year(session, year_of(work_year, now()))
            name, state, before = published_by(
                session, year, department, published_on, link, officer, now().date()
            )
        changed = f"（原登记为{before}，已更正）" if before else ""
        return f"{name}{published_on}公开，{state.value}{changed}。\n\n接下来：不再催办；列入公开情况和年度报告。"

    return await settle("登记公开", take)
