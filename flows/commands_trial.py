"""`jixiao rules dry-run`: what other rules would change, in points, lights and grades, or in next year's money."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.commands_rules import CLEAN, FAILED, FOUND, Json, Year, _own_rules, _print, sentences

ASK = "请写明导出表所在文件夹，或用--year写明数据库中的年度（同时填--from、--to）；试算下年预算金额请用--work-year。"


def dry_run(
    folder: Annotated[
        Path | None, typer.Argument(help="导出表所在文件夹；不填则用数据库中--year年度的自评和监控")
    ] = None,
    *,
    old: Annotated[str, typer.Option("--from", help="原规则集")] = "",
    new: Annotated[str, typer.Option("--to", help="拟用规则集")] = "",
    year: Year = None,
    work_year: Annotated[
        int | None, typer.Option("--work-year", help="试算这一工作年度的结果对下年预算的影响（万元）")
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help="改一项规则，如 --set 中=10 --set 预算执行率低=5，可填多次"),
    ] = None,
    percents: Annotated[
        str, typer.Option("--percents", help="未定规则按哪几个核减比例测算")
    ] = "5,10,15,20,30",
    as_json: Json = False,
) -> None:
    """What another profile, or other parameters, would change."""
    from flows.clock import now
    from tasks.trial import dry_run as tried
    from tasks.trial import dry_run_year

    if work_year is not None:
        _money(work_year, new, changes or [], percents, as_json)
    with sentences():
        if folder is not None and old and new:
            found = tried(folder, old, new, year, _own_rules())
        elif year is not None and old and new:
            found = dry_run_year(year, old, new, now(), _own_rules())
        else:
            typer.echo(ASK, err=True)
            raise typer.Exit(FAILED)
    _print(found, as_json, _trial_lines)
    raise typer.Exit(FOUND if found["changed"] else CLEAN)


def _money(work_year: int, to: str, changes: list[str], percents: str, as_json: bool) -> None:
    from flows.clock import now
    from models.migrations.upgrade import upgrade
    from tasks.budget_trial import Asked, budget_trial

    upgrade()
    with sentences():
        asked = Asked(changes, to, _percents(percents))
        found = budget_trial(work_year, now().date(), asked)
    _print(found, as_json, _money_lines)
    raise typer.Exit(FOUND if found["totals"][0] != found["totals"][1] else CLEAN)


def _percents(text: str) -> list[Decimal]:
    try:
        found = [Decimal(one.strip().removesuffix("%")) for one in text.replace("，", ",").split(",")]
    except InvalidOperation:
        found = []
    if not found or not all(0 <= one <= 100 for one in found):
        typer.echo(f"核减比例“{text}”不对，请写作 5,10,15（0到100的数，逗号隔开）。", err=True)
        raise typer.Exit(FAILED)
    return found


def _trial_lines(found: dict[str, Any]) -> list[str]:
    lines = [f"由{found['from']}改用{found['to']}：{found['changed']}个项目有变化"]
    for one in found["projects"]:
        if one["changes"]:
            before, after = one["from"], one["to"]
            lines.append(
                f"{one['pro_code']} {one['pro_name']}：{'、'.join(one['changes'])}；"
                f"总分{before['total'] or '未定'}→{after['total'] or '未定'}，等级{before['grade'] or '未定'}→{after['grade'] or '未定'}"
            )
    return [*lines, *(f"未比较：{one['why']}" for one in found["not_checked"])]


def _money_lines(found: dict[str, Any]) -> list[str]:
    before, after = found["totals"]
    asked = "、".join(found["set"]) or (f"改用{found['to']}" if found["to"] != found["from"] else "")
    titles = ["规则", "项数", "涉及预算", "核减比例", "核减额"]
    rows = [
        [one["rule"], *(_shift(one, key) for key in ("count", "base", "percent", "cut"))]
        for one in found["rules"]
    ]
    sums = [[name, _arrow(_wan(before[key]), _wan(after[key]))] for name, key in SUMS]
    return [
        f"{found['work_year']}年度结果用于{found['applied_year']}年预算，按规则试算（单位：万元；不含经办人核定，不改动任何建议）",
        f"试算的改动：{asked or '无'}",
        "",
        *_table(titles, rows),
        "",
        *_table(["合计（一个项目有几条事由的，取最低数）", "金额"], sums),
        "",
        *_several(found["percents"]),
    ]


SUMS = (("调整前", "before"), ("调整后", "after"), ("腾出", "freed"), ("规则未定、待决定的项目预算", "open"))


def _several(rows: list[dict[str, Any]]) -> list[str]:
    """One line for each undecided rule, one column for each percentage."""
    if not rows:
        return ["没有未定的规则。"]
    names = list(dict.fromkeys(one["rule"] for one in rows))
    percents = list(dict.fromkeys(one["percent"] for one in rows))
    cut = {(one["rule"], one["percent"]): one for one in rows}
    lines = []
    for name in names:
        first = cut[name, percents[0]]
        lines.append(
            [
                name,
                str(first["count"]),
                _wan(first["base"]),
                *(_wan(cut[name, one]["cut"]) for one in percents),
            ]
        )
    return _table(["未定的规则，按不同比例核减", "项数", "涉及预算", *percents], lines)


def _shift(one: dict[str, Any], key: str) -> str:
    """A value under the rules as they are, and under the changed ones where it differs."""
    return _arrow(*(_word(key, one[side][key]) for side in ("from", "to")))


def _arrow(was: str, becomes: str) -> str:
    return was if was == becomes else f"{was} → {becomes}"


def _word(key: str, value: object) -> str:
    if value is None:
        return "未定"
    if key == "percent":
        return f"{value}%"
    return str(value) if key == "count" else _wan(str(value))


def _wan(yuan: str) -> str:
    return f"{Decimal(yuan) / 10000:,.2f}"


def _table(titles: list[str], rows: list[list[str]]) -> list[str]:
    """Columns that stand under one another; a Chinese character is two columns wide."""
    from unicodedata import east_asian_width

    def wide(text: str) -> int:
        return sum(1 + (east_asian_width(mark) in "WF") for mark in text)

    widths = [max(wide(row[n]) for row in [titles, *rows]) for n in range(len(titles))]
    return [
        "  ".join(
            cell + " " * (width - wide(cell)) if not n else " " * (width - wide(cell)) + cell
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in [titles, *rows]
    ]
