"""等我处理, renewed: the page is an artifact that always has the same address."""

from datetime import date

from prefect.artifacts import Artifact, acreate_markdown_artifact

from flows.clock import moment_of
from flows.rounds import year_of
from tasks.doors import link
from tasks.officers import officer_names
from tasks.waiting_page import waiting_page

KEY = "waiting"
FIRST = (
    "第一次使用，还没有登记经办人，请管理员在服务器上办两件事：先运行 jixiao year open（读入部门、项目和人员），"
    "再为每位经办人运行 jixiao officers code 姓名。然后点页面下方的“登录”。"
)


async def renew_page(work_year: int, day: date | None, done: int | None = None) -> None:
    """Write the page anew from the facts; a round also says how much it did."""
    if done is not None:
        says = (
            f"办理了{done}件（收件、发表、拟函、发函等各算一件）。" if done else "今天没有应办的，一件没动。"
        )
        await acreate_markdown_artifact(says, key="done", description="本次办理")
    at = moment_of(day)
    year = year_of(work_year, at) or at.year
    try:
        text = waiting_page(year, at)
    except LookupError as missing:
        door = link("开启工作年度", "开启工作年度", work_year=year) if officer_names() else FIRST
        text = f"# 等我处理\n\n{missing.args[0]}\n\n{door}\n"
    await acreate_markdown_artifact(text, key=KEY, description="等我处理")


async def first_page() -> None:
    """Before any round has run, and when Prefect's database was deleted, the page is there all the same."""
    if await Artifact.aget(KEY) is None:
        await renew_page(0, None)
