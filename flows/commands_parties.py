"""Commands of third parties and experts: register, conflicts of interest, commissions, quality sheets."""

from enum import StrEnum
from typing import Annotated

import typer

from flows.options import WorkYear


class Kind(StrEnum):
    """What a third party is."""

    firm = "第三方机构"
    expert = "评审专家"


class Other(StrEnum):
    """The grade that an officer's re-check came to."""

    excellent = "优"
    good = "良"
    fair = "中"
    poor = "差"


parties = typer.Typer(help="第三方机构和评审专家：登记、利益关系、委托进展、报告质量。", no_args_is_help=True)
Officer = Annotated[str, typer.Option("--officer", help="经办人姓名")]


def register(app: typer.Typer) -> None:
    """Hang the commands on the app."""
    app.add_typer(parties, name="parties")


@parties.command("add", help="登记一家第三方机构或一位评审专家。")
def add(
    name: Annotated[str, typer.Argument(help="机构全称或专家姓名")],
    email: Annotated[str, typer.Option("--email", help="邮箱，委托函和表格发到这里")],
    officer: Officer,
    kind: Annotated[Kind, typer.Option("--kind", help="类别")] = Kind.firm,
    field: Annotated[str, typer.Option("--field", help="专业领域")] = "",
    contact: Annotated[str, typer.Option("--contact", help="联系人")] = "",
    phone: Annotated[str, typer.Option("--phone", help="电话")] = "",
) -> None:
    """Once by its name."""
    from models.migrations.upgrade import upgrade
    from models.people import ThirdParty
    from models.vocabulary import PartyKind
    from tasks.parties import register_party

    upgrade()
    row = ThirdParty(
        name=name,
        kind=PartyKind(kind.value),
        field=field,
        contact=contact,
        email=email,
        phone=phone,
        officer=officer,
    )
    typer.echo("已登记。" if register_party(row) else "此前已登记，未作改动。")


@parties.command(
    "conflict", help="登记机构或专家与部门的利益关系：今后不委托其评估、评审、评价该部门的项目。"
)
def conflict(
    party: Annotated[str, typer.Argument(help="机构或专家名称")],
    department: Annotated[str, typer.Argument(help="部门名称或部门编码")],
    reason: Annotated[str, typer.Option("--reason", help="事由，如 承担该部门代理记账")],
    officer: Officer,
) -> None:
    """Exit code 1 when commissions given before stand against it."""
    from flows.clock import now
    from models.migrations.upgrade import upgrade
    from tasks.parties import declare_interest

    upgrade()
    says, against = declare_interest(party, department, reason, officer, now().date())
    typer.echo(says)
    for line in against:
        typer.echo(f"登记之前已经委托，请审慎采用其结论：{line}")
    raise typer.Exit(1 if against else 0)


@parties.command("commissions", help="各项委托：交来日期、逾期、退回、质量；有逾期未交的退出码为1。")
def commissions(
    work_year: WorkYear, day: Annotated[str, typer.Option("--day", help="日期；不填为今天")] = ""
) -> None:
    """One line a commission, the latest ones first."""
    from flows.clock import moment_of
    from flows.commands_year import as_date
    from models.database import transaction
    from models.migrations.upgrade import upgrade
    from tasks.commission_ledger import entries
    from tasks.rounds import the_year

    upgrade()
    with transaction() as session:
        found = entries(session, the_year(session, work_year), moment_of(as_date(day)).date())
    for one in sorted(found, key=lambda entry: (-entry.days_late, entry.row.key)):
        late = f"逾期{one.days_late}天　" if one.days_late else ""
        apart = "有利益关系　" if one.conflict else ""
        came = f"{one.delivered_on}交来" if one.delivered_on else f"未交（期限{one.row.due_on}）"
        typer.echo(f"{late}{apart}{came}　退回{one.returned}次　“{one.project.name}”　{one.row.key}")
    overdue = sum(one.delivered_on is None and one.days_late > 0 for one in found)
    typer.echo(f"共委托{len(found)}项，逾期未交{overdue}项。")
    raise typer.Exit(1 if overdue else 0)


@parties.command("quality", help="填写一份报告的质量表；不填 --points 时列出复核项目和满分。")
def quality(
    commission: Annotated[str, typer.Argument(help="委托标识（见 jixiao parties commissions 末列）")] = "",
    points: Annotated[str, typer.Option("--points", help="得分，如 上传=20,要素=9,语句逻辑=8,…")] = "",
    officer: Annotated[str, typer.Option("--officer", help="经办人姓名")] = "",
    overturned: Annotated[int, typer.Option("--overturned", help="经复核不成立的问题数")] = 0,
    grade: Annotated[Other | None, typer.Option("--grade", help="复核等级，与报告不同时填")] = None,
    reason: Annotated[str, typer.Option("--reason", help="说明；推翻问题、改变等级的必填")] = "",
) -> None:
    """An officer's re-check of a delivered report."""
    from models.rules.report_quality import sheet

    if not points:
        items, source = sheet()
        for one in items:
            typer.echo(f"{one.part}　{one.name}　满分{one.full}")
        typer.echo(f"依据：{source}")
        return
    from flows.clock import now
    from models.amounts import points as in_points
    from models.migrations.upgrade import upgrade
    from models.vocabulary import Grade
    from tasks.parties import Check, check_report, read_points

    upgrade()
    other = Grade(grade.value) if grade else None
    asked = Check(commission, read_points(points), overturned, other, reason)
    row = check_report(asked, officer, now().date())
    typer.echo(f"已登记第{row.version}版，质量得分{in_points(row.total_micro)}。")
