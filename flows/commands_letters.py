"""Commands of letters: look at today's before anything is sent, send, prove what arrived, ask who is still there."""

from pathlib import Path
from typing import Annotated

import typer

from flows.options import WorkYear

letters = typer.Typer(help="函件：预览、发送、送达情况、联系人核实。", no_args_is_help=True)
Day = Annotated[str, typer.Option("--day", help="日期，如 2024-07-01；不填为今天")]


def register(app: typer.Typer) -> None:
    """Hang the commands on the app."""
    app.add_typer(letters, name="letters")


@letters.command("preview", help="把今天应发的全部函件做成一页，不发送。")
def preview(
    work_year: WorkYear,
    day: Day = "",
    out: Annotated[Path, typer.Option("--out", help="输出文件")] = Path("letters.html"),
) -> None:
    """One page with every letter owed today."""
    from flows.clock import moment_of
    from flows.commands_year import as_date
    from models.migrations.upgrade import upgrade
    from tasks.letters import preview as page

    upgrade()
    html, count = page(work_year, moment_of(as_date(day)).date())
    out.write_text(html, encoding="utf-8")
    typer.echo(f"今天应发{count}封，预览：{out}" if count else "今天没有应发的函件。")


@letters.command("send", help="拟写并发送今天应发的函件。")
def send(work_year: WorkYear, day: Day = "") -> None:
    """Write what is owed and send what waits."""
    from flows.clock import moment_of
    from flows.commands_year import as_date
    from models.migrations.upgrade import upgrade
    from tasks.letters import send_letters, write_owed_letters
    from tasks.secret_blocks import fetch_secrets

    upgrade()
    fetch_secrets()
    at = moment_of(as_date(day))
    written = write_owed_letters(work_year, at.date(), at)
    typer.echo(f"拟写{written}封，发出{send_letters(at.date(), at)}封。")


@letters.command("status", help="各单位函件的送达情况；可指定单位。")
def status(
    work_year: WorkYear, addressee: Annotated[str, typer.Option("--addressee", help="单位名称")] = ""
) -> None:
    """Who was sent what, when, and what became of it."""
    from models.migrations.upgrade import upgrade
    from tasks.contacts import delivery

    upgrade()
    for line in delivery(work_year, addressee):
        typer.echo(line)


@letters.command("verify-contacts", help="列出没有可用联系人的单位，以及长期没有回复的联系人。")
def verify_contacts(work_year: WorkYear) -> None:
    """Departments that cannot be reached, or never answered."""
    from flows.clock import now
    from models.migrations.upgrade import upgrade
    from tasks.contacts import doubtful_contacts

    upgrade()
    lines = doubtful_contacts(work_year, now())
    for line in lines:
        typer.echo(line)
    if not lines:
        typer.echo("所有单位都有可用的联系人，且都有回复。")
    raise typer.Exit(1 if lines else 0)


@letters.command("contact", help="登记或更换单位联系人；此前未送达的函件随即补发给新联系人。")
def contact(
    department: Annotated[str, typer.Argument(help="单位名称或编码")],
    role: Annotated[str, typer.Argument(help="经办人、财务负责人或分管领导")],
    email: Annotated[str, typer.Argument(help="邮箱")],
    name: Annotated[str, typer.Option("--name", help="姓名")] = "",
    phone: Annotated[str, typer.Option("--phone", help="电话")] = "",
) -> None:
    """Enter or replace a contact."""
    from flows.clock import now
    from models.migrations.upgrade import upgrade
    from tasks.contacts import set_contact

    upgrade()
    typer.echo(set_contact(department, role, name, email, phone, now()))


@letters.command("withdraw", help="撤回一封尚未发出的函件。")
def withdraw(
    key: Annotated[str, typer.Argument(help="函件标识，见 jixiao letters status")],
    reason: Annotated[str, typer.Option("--reason", help="撤回的理由")],
) -> None:
    """Stop a letter before it goes out."""
    from models.migrations.upgrade import upgrade
    from tasks.contacts import withdraw_letter

    upgrade()
    typer.echo(withdraw_letter(key, reason))


@letters.command("resend", help="把被拒、过期或撤回的一封函件放回发件箱。")
def resend(key: Annotated[str, typer.Argument(help="函件标识，见 jixiao letters status")]) -> None:
    """Try a letter again that ended without arriving."""
    from flows.clock import now
    from models.migrations.upgrade import upgrade
    from tasks.contacts import resend_letter

    upgrade()
    typer.echo(resend_letter(key, now()))


@letters.command("texts", help="函件文字：列出各种函件；指定一种时复制出来供本局修改，已改过的不覆盖。")
def texts(
    kind: Annotated[str, typer.Argument(help="函件种类，如 opened；不填则列出全部")] = "",
) -> None:
    """Lay the texts of a kind out for the bureau to change."""
    from notifications.render import kinds_of_texts, lay_out_texts, own_texts, subject_of

    if not kind:
        for name in kinds_of_texts():
            changed = "（本局已改）" if any(one.startswith(f"{name}/") for one in own_texts()) else ""
            typer.echo(f"{name}　{subject_of(name)}{changed}")
        return
    folder, count = lay_out_texts(kind)
    typer.echo(
        f"函件文字在{folder}（新复制{count}个文件）。改好后用 jixiao letters preview 查看；删去某个文件即恢复原文。"
    )
