"""Disclosure as static pages: one a department, one for the bureau, with CSV and JSON beside them.

Readable without script, on a phone, by a screen reader; no page asks anybody else for anything.
"""

import csv
import json
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from io import StringIO
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from models.calendar import WorkYear
from models.files import write_whole
from models.settings import settings
from tasks.disclosure import Standing
from tasks.reports.public_facts import PublicDepartment, PublicProject

PAGES = Path(__file__).with_name("templates") / "site"
COLUMNS = (
    ("code", "项目代码"),
    ("name", "项目名称"),
    ("kind", "类型"),
    ("budget_yuan", "全年预算数（元）"),
    ("spent_yuan", "全年执行数（元）"),
    ("rate", "执行率"),
    ("total", "自评得分"),
    ("grade", "自评等级"),
    ("key_total", "财政评价得分"),
    ("key_grade", "财政评价等级"),
)
LIVE = ("=", "+", "-", "@", "\t", "\r")


@cache
def environment() -> Environment:
    """The pages' own engine: whatever a department wrote is text, escaped."""
    return Environment(
        loader=FileSystemLoader(PAGES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def write_pages(
    folder: Path,
    year: WorkYear,
    departments: Sequence[PublicDepartment],
    tracker: Sequence[Standing],
    day: date,
) -> list[Path]:
    """The whole site into a folder; returns its files."""
    about = {"bureau": settings().bureau, "year": year.evaluated_year, "day": day}
    files: dict[Path, bytes] = {}
    texts = [_json(one) for one in departments]
    for one, text in zip(departments, texts, strict=True):
        page = environment().get_template("department.html").render(about, department=one, up="../")
        files[folder / "departments" / f"{one.code}.html"] = page.encode()
        files[folder / "data" / f"{one.code}.csv"] = table(one.projects)
        files[folder / "data" / f"{one.code}.json"] = text.encode()
    index = (
        environment()
        .get_template("index.html")
        .render(
            about,
            departments=departments,
            standing={one.department.code: one for one in tracker},
            count=sum(len(one.projects) for one in departments),
            up="",
        )
    )
    files[folder / "index.html"] = index.encode()
    everything = [project for one in departments for project in one.projects]
    files[folder / "data" / "all.csv"] = table(everything)
    files[folder / "data" / "all.json"] = ("[" + ",".join(texts) + "]").encode()
    for path, data in files.items():
        if not path.exists() or path.read_bytes() != data:  # a site is made again often and changes little
            write_whole(path, data)
    return list(files)


def table(projects: Iterable[PublicProject]) -> bytes:
    """The projects as CSV that Excel opens in Chinese; no cell is a formula."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([title for _, title in COLUMNS])
    for one in projects:
        writer.writerow([_inert(str(getattr(one, name))) for name, _ in COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(LIVE) else text


def _json(department: PublicDepartment) -> str:
    """A department's data as JSON."""
    projects = [
        {**vars(one), "indicators": [row._asdict() for row in one.indicators]} for one in department.projects
    ]
    return json.dumps({**vars(department), "projects": projects}, ensure_ascii=False)
