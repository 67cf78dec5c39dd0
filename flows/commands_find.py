"""`jixiao find`: problem types found from a folder of national tables. Heavy imports stay inside."""

from pathlib import Path
from typing import Annotated, Any

import typer

from flows.commands_rules import (
    CLEAN,
    FOUND,
    Folder,
    Json,
    Year,
    _day,
    _own_rules,
    _print,
    _profile,
    sentences,
)


def register(app: typer.Typer) -> None:
    """Mounts the command."""
    app.command(
        "find", help="从导出表查找问题：评价常见的32类问题、自评可信度、逐年走样，逐条列出证据和未核对的内容"
    )(find)


def find(
    folder: Folder,
    rules: Annotated[str, typer.Option("--rules", help="规则集名称")] = "",
    year: Year = None,
    dossier: Annotated[
        Path | None, typer.Option("--dossier", help="另在此目录为每个有问题的项目写一份评价底稿（Word）")
    ] = None,
    as_json: Json = False,
) -> None:
    """Problems of every project of a folder; exit code 1 where there are any."""
    from models.rules.profiles import load_rules
    from tasks.finding import find_in

    with sentences():
        found = find_in(folder, load_rules(rules or _profile(), _day(""), _own_rules()), year, dossier)
    _print(found, as_json, _lines)
    raise typer.Exit(FOUND if found["problems"] else CLEAN)


def _lines(found: dict[str, Any]) -> list[str]:
    lines = []
    for one in found["problems"]:
        mark = "" if one["certainty"] == "found" else "［疑似］"
        where = "、".join(dict.fromkeys(f"{e['table']}第{e['row']}行" for e in one["evidence"] if e["row"]))
        lines.append(
            f"{one['code']} {one['project'] or one['department']}{mark} {one['says']}（{where[:200]}）"
        )
    left: dict[tuple[str, str], int] = {}
    for one in found["not_checked"]:
        left[one["code"], one["why"]] = left.get((one["code"], one["why"]), 0) + 1
    lines += [f"未核对 {code}（{count}项）：{why}" for (code, why), count in left.items()]
    return lines
