"""The command line `jixiao`. Every command loads what it needs only when it runs: --help answers at once."""

import typer

app = typer.Typer(
    help="全过程预算绩效管理：事前评估、目标、监控、评价、结果应用。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Entry point of the command."""
    from flows.commands import register_all

    register_all(app)
    app()


if __name__ == "__main__":
    main()
