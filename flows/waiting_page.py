"""等我处理, renewed: the page is an artifact that always has the same address."""

from datetime import date

from prefect.artifacts import acreate_markdown_artifact

from flows.clock import moment_of
from flows.rounds import year_of
from tasks.waiting_page import link, waiting_page

KEY = "waiting"


async def renew_page(work_year: int, day: date | None) -> None:
    """Write the page anew from the facts."""
    at = moment_of(day)
    year = year_of(work_year, at) or at.year
    try:
        text = waiting_page(year, at)
    except LookupError as missing:
        door = link("开启工作年度", "开启工作年度", work_year=year)
        text = f"# 等我处理\n\n{missing.args[0]}\n\n{door}\n"
    await acreate_markdown_artifact(text, key=KEY, description="等我处理")
