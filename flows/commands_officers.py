"""Commands about the officers: their personal codes."""

import sys
from typing import Annotated

import typer

officers = typer.Typer(help="经办人：个人口令。", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Hang the commands on the app."""
    app.add_typer(officers, name="officers")


@officers.command(
    "code", help="设置一位经办人登录页面、作决定用的个人口令（只存散列）；此前的登录即失效，等候即解除。"
)
def code(
    name: Annotated[str, typer.Argument(help="姓名")],
    from_stdin: Annotated[bool, typer.Option("--stdin", help="从标准输入读口令，不询问")] = False,
) -> None:
    """Asked twice and never shown; it stands in no argument, so in no history either."""
    from models.migrations.upgrade import upgrade
    from tasks.officers import set_code

    upgrade()
    given = (
        sys.stdin.readline().rstrip("\r\n")
        if from_stdin
        else typer.prompt("新口令", hide_input=True, confirmation_prompt="再输一遍")
    )
    set_code(name, given)
    typer.echo(f"已设置{name}的个人口令。")


@officers.command("list", help="经办人名单：谁已设口令，哪里输错口令须等候。")
def list_() -> None:
    """Who may decide."""
    from flows.clock import now
    from models.migrations.upgrade import upgrade
    from tasks.officers import standing

    upgrade()
    for line in standing(now()):
        typer.echo(line)


@officers.command("unlock", help="解除输错口令后的等候；不写姓名为全部经办人。")
def unlock(name: Annotated[str, typer.Argument(help="姓名")] = "") -> None:
    """For who has the right code but must wait, or comes from a new address while somebody is guessing."""
    from models.migrations.upgrade import upgrade
    from tasks.log_in import unlock as end_waiting
    from tasks.officers import known

    upgrade()
    if name:
        known(name)
    typer.echo(f"已解除{name or '全部经办人'}的等候（{end_waiting(name)}个地址有过输错）。")
