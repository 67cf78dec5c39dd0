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
        if not CHINESE.search(str(error)):
            raise  # a fault of the program, not of its use: the traceback is wanted
        typer.echo(error.args[0] if error.args else str(error), err=True)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
