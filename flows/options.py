"""Options that several commands share."""

from typing import Annotated

import typer


def _this_year() -> int:
    from flows.clock import now

    return now().year


WorkYear = Annotated[
    int, typer.Option("--work-year", help="工作年度，如 2024；不填为今年", default_factory=_this_year)
]
