"""报告质量表: the items of an officer's re-check of a third party's report. The items are in report_quality.toml."""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Item(NamedTuple):
    """One item of the sheet and its full points."""

    part: str
    name: str
    full: Decimal


@cache
def sheet() -> tuple[tuple[Item, ...], str]:
    """The items in order, and where they come from."""
    raw = tomllib.loads(Path(__file__).with_name("report_quality.toml").read_text(encoding="utf-8"))
    items = tuple(Item(one["part"], one["name"], Decimal(str(one["full"]))) for one in raw["item"])
    return items, str(raw["source"])


def wrong(points: Mapping[str, Decimal]) -> str:
    """What is wrong with the points of a sheet, in a sentence; empty when each item has points within its full ones."""
    items, _ = sheet()
    names = [one.name for one in items]
    strange = [name for name in points if name not in names]
    if strange:
        return f"质量表没有“{'、'.join(strange)}”。项目为：{'、'.join(names)}。"
    missing = [name for name in names if name not in points]
    if missing:
        return f"质量表缺少“{'、'.join(missing)}”的得分；没有打分的项目不能当作0分或满分。"
    over = [one for one in items if not 0 <= points[one.name] <= one.full]
    if over:
        said = "、".join(f"“{one.name}”{points[one.name]}分（满分{one.full}）" for one in over)
        return f"得分应在0和满分之间：{said}。"
    return ""
