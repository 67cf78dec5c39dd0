"""The command line `jixiao`. Every command loads what it needs only when it runs: --help answers at once."""

import re

import typer

CHINESE = re.compile("[\u4e00-\u9fff]")

app = typer.Typer(
    help="全过程预算绩效管理：事前评估、目标、监控、评价、结果应用。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Entry point of the command. What cannot be done is one sentence on stderr and exit code 2, no traceback."""
    from flows.commands import register_all

    register_all(app)
    try:
        app()
    except (LookupError, ValueError, OSError, RuntimeError) as error:
        typer.echo(_sentence(error), err=True)
        raise SystemExit(2) from None


def _sentence(error: Exception) -> str:
    """What could not be done. A fault of the program, not of its use, is raised again: its traceback is wanted."""
    if isinstance(error, OSError) and error.filename and not CHINESE.search(str(error.strerror)):
        return (
            f"不能读写“{error.filename}”：请核对路径是否存在、是否有权限、磁盘是否已满（{error.strerror}）。"
        )
    if not CHINESE.search(str(error)):
        raise error
    return str(error.args[0] if error.args else error)


if __name__ == "__main__":
    main()
