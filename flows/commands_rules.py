"""`jixiao score`, `jixiao rules …`, `jixiao explain`: rules shown, applied and tried. Heavy imports stay inside."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from models.rules.profiles import Rules

Folder = Annotated[Path, typer.Argument(help="预算管理一体化导出表所在文件夹")]
Json = Annotated[bool, typer.Option("--json", help="输出一个JSON文档")]
Year = Annotated[int | None, typer.Option("--year", help="预算年度；不填则全部")]
Day = Annotated[str, typer.Option("--on", help="按哪一天施行的规则（年-月-日），不填为今天")]
CLEAN, FOUND, FAILED = 0, 1, 2


def register(app: typer.Typer) -> None:
    """Mounts the commands."""
    from flows.commands_trial import dry_run

    app.command("score", help="按规则集给自评表计分并审核")(score)
    app.command("explain", help="一个项目的每一分、每盏灯、每一元从何而来")(explain)
    rules = typer.Typer(help="规则集：列出、查看、比较、试算", no_args_is_help=True)
    rules.command("list", help="列出全部规则集")(list_rules)
    rules.command("show", help="查看一个规则集的每项规则、依据、未核对和未定之处")(show)
    rules.command("diff", help="比较两个规则集")(diff)
    rules.command(
        "dry-run", help="换规则试算：哪些项目的得分、灯色、等级会变；加--work-year则试算下年预算的金额"
    )(dry_run)
    app.add_typer(rules, name="rules")


@contextmanager
def sentences() -> Iterator[None]:
    """What could not be done is one sentence on stderr and exit code 2."""
    from models.rules.profiles import RulesError
    from tasks.exchange.errors import ExchangeError

    try:
        yield
    except (RulesError, ExchangeError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FAILED) from None


def score(
    folder: Folder,
    rules: Annotated[str, typer.Option("--rules", help="规则集名称")] = "",
    year: Year = None,
    as_json: Json = False,
) -> None:
    """Scores every project of a folder."""
    from tasks.scoring import document, read_self_evaluations, rules_for
    from tasks.scoring import score as scored

    with sentences():
        given = read_self_evaluations(folder, year)
        found = document(scored(given, rules_for(rules or _profile(), given, _own_rules())))
    _print(found, as_json, _score_lines)
    raise typer.Exit(FOUND if any(one["findings"] for one in found["projects"]) else CLEAN)


def explain(
    project: Annotated[str, typer.Argument(help="项目代码")],
    year: Annotated[int, typer.Option("--year", help="预算年度")],
    data: Annotated[Path | None, typer.Option("--data", help="从文件夹的表计算，不查数据库")] = None,
    rules: Annotated[str, typer.Option("--rules", help="规则集名称（与--data同用）")] = "",
    page: Annotated[Path | None, typer.Option("--page", help="做成一项目一页的网页文件")] = None,
    as_json: Json = False,
) -> None:
    """Everything known about one project, with cell, rule and clause."""
    if page is not None:
        _page(project, year, page)
        return
    from models.migrations.upgrade import upgrade
    from tasks.explanation import ExplanationError, explain_folder, explain_project

    with sentences():
        try:
            if data is not None:
                lines = explain_folder(data, project, year, rules or _profile(), _own_rules())
            else:
                upgrade()
                lines = explain_project(project, year)
        except ExplanationError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(FAILED) from None
    _print({"pro_code": project, "year": year, "lines": lines}, as_json, _explained_lines)


def list_rules(as_json: Json = False) -> None:
    """Names and titles of all profiles."""
    from models.rules.profiles import load_rules, profile_names

    with sentences():
        found = [load_rules(name, _day(""), _own_rules()) for name in profile_names(_own_rules())]
    rows = [
        {
            "name": one.name,
            "title": one.title,
            "in_force": one.in_force.isoformat(),
            "unverified": len(one.unverified),
        }
        for one in found
    ]
    _print(
        {"profiles": rows},
        as_json,
        lambda doc: [
            f"{r['name']}\t{r['title']}\t施行{r['in_force']}\t未核对{r['unverified']}项"
            for r in doc["profiles"]
        ],
    )


def show(
    profile: Annotated[str, typer.Argument(help="规则集名称")], on: Day = "", as_json: Json = False
) -> None:
    """Every value of a profile with its basis."""
    from tasks.rules_shown import document

    with sentences():
        found = document(_loaded(profile, _day(on)))
    _print(found, as_json, _rule_lines)


def diff(
    first: Annotated[str, typer.Argument(help="规则集甲")],
    second: Annotated[str, typer.Argument(help="规则集乙")],
    on: Day = "",
    as_json: Json = False,
) -> None:
    """Values that differ between two profiles."""
    from tasks.rules_shown import differences

    with sentences():
        mine, theirs = (_loaded(name, _day(on)) for name in (first, second))
        one, other = _values(mine), _values(theirs)
    rows = [
        {"path": path, first: one.get(path), second: other.get(path)}
        for path in dict.fromkeys([*one, *other])
        if one.get(path) != other.get(path)
    ]
    words = [f"{title}　{name}：{here} → {there}" for title, name, here, there in differences(mine, theirs)]
    _print({"from": first, "to": second, "differences": rows}, as_json, lambda _: words)


def _page(project: str, year: int, out: Path) -> None:
    """一项目一页 as a file."""
    from flows.clock import now
    from models.migrations.upgrade import upgrade
    from tasks.reports.project_page import project_page

    upgrade()
    out.write_text(project_page(project, year, now().date()), encoding="utf-8")
    typer.echo(f"已生成：{out}")


def _profile() -> str:
    from models.settings import settings

    return settings().rules


def _own_rules() -> Path | None:
    from models.settings import settings

    return settings().rules_folder


def _day(text: str) -> date:
    from flows.clock import now

    try:
        return date.fromisoformat(text) if text else now().date()
    except ValueError:
        typer.echo(f"日期“{text}”不对，请写作2025-06-01。", err=True)
        raise typer.Exit(FAILED) from None


def _loaded(profile: str, on: date) -> "Rules":
    from models.rules.profiles import load_rules

    return load_rules(profile, on, _own_rules())


def _values(rules: "Rules") -> dict[str, str | None]:
    values = rules.values()
    hidden = (".in_force", ".verified", ".clause")
    return {
        path: None if value is None else str(value) for path, value in values if not path.endswith(hidden)
    }


def _print(found: dict[str, Any], as_json: bool, lines: Callable[[dict[str, Any]], list[str]]) -> None:
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        for line in lines(found):
            typer.echo(line)


def _score_lines(found: dict[str, Any]) -> list[str]:
    lines = [f"规则集{found['rules']['profile']}（施行{found['rules']['in_force']}）"]
    early = found["rules"]["not_yet_in_force"]
    lines += [f"  当年尚未施行、应要求提前采用的规则：{'、'.join(early)}"] if early else []
    for one in found["projects"]:
        total = one["total"] or "未定"
        lines.append(
            f"{one['pro_code']} {one['pro_name']}：核算{total}，填报{one['reported_total'] or '—'}，等级{one['grade'] or '未定'}"
        )
        lines += [f"  未定：{why}" for why in one["undecided"]]
        for finding in one["findings"]:
            where = f"第{finding['row']}行：" if finding["row"] else ""
            lines.append(f"  {finding['code']} {where}{finding['says']}（{finding['basis']}）")
    return lines


def _rule_lines(found: dict[str, Any]) -> list[str]:
    lines = [f"{found['profile']} {found['title']}（{found['on']}）"]
    for one in found["questions"]:
        mark = "" if one["verified"] else "［未核对］"
        lines.append(f"{one['title']}　施行{one['in_force']}　{one['basis']}{mark}")
        lines += [f"  {name}：{value}" for name, value in one["in_words"].items()]
    return [*lines, "未定：", *(f"  {path}" for path in found["undecided_in_words"])]


def _explained_lines(found: dict[str, Any]) -> list[str]:
    return [f"{one['what']}：{one['value']}　来自{one['from']}　依据{one['basis']}" for one in found["lines"]]
