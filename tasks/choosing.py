"""What an officer's form says, read into choices: identities, or lines of identity and amount, or 全部."""

import re
from datetime import date

from models.database import transaction
from models.vocabulary import DecisionKind
from tasks.decisions import Choice, DecisionRefused, waiting
from tasks.ledger import Waiting
from tasks.named import without_names

ALL = "全部"


def same_for(
    kind: DecisionKind,
    which: str,
    chosen: str,
    work_year: int,
    day: date,
    reason: str = "",
    proposed: str = "",
) -> list[Choice]:
    """One decision about everything named; with 全部 only about what the machine proposes `proposed` for."""
    return [Choice(kind, one, chosen, reason) for one in named(kind, which, work_year, day, proposed)]


def named(kind: DecisionKind, which: str, work_year: int, day: date, proposed: str = "") -> list[str]:
    """Identities divided by spaces, commas or lines; 全部 is all that wait. Raises DecisionRefused when none is named."""
    words = list(dict.fromkeys(filter(None, re.split(r"[\s,，、；;]+", without_names(which)))))
    if words == [ALL]:
        found = _open(kind, work_year, day)
        meant = [one.about for one in found if proposed in ("", one.proposed)]
        if not meant:
            raise DecisionRefused(
                f"等待的{len(found)}项系统都不建议{proposed}；仍要{proposed}的请逐个写明对象。未作任何改动。"
            )
        return meant
    if not words or ALL in words:
        raise DecisionRefused(f"请填对象标识（每行一个），或只填“{ALL}”。未作任何改动。")
    return words


def amounts(kind: DecisionKind, lines: str, work_year: int, day: date, reason: str = "") -> list[Choice]:
    """A filled list "对象 金额", or 全部 for everything that the machine proposes an amount for."""
    if lines.strip() == ALL:
        proposed = [one for one in _open(kind, work_year, day) if one.proposed]
        if not proposed:
            raise DecisionRefused("等待的事项都没有系统建议（规则未定），请逐行填写金额。未作任何改动。")
        return [Choice(kind, one.about, one.proposed, reason) for one in proposed]
    choices = []
    for line in filter(None, map(str.strip, without_names(lines).splitlines())):
        about, *rest = re.split(r"[\s|]+", line)
        amount = "".join(rest).removesuffix("元")
        if not amount:
            raise DecisionRefused(
                f"“{about}”后面没有金额。每行写：对象标识 金额（元），如 {about} 1250000.00。未作任何改动。"
            )
        choices.append(Choice(kind, about, amount, reason))
    if not choices:
        raise DecisionRefused("没有填写项目和金额。每行写：对象标识 金额（元）。未作任何改动。")
    return choices


def _open(kind: DecisionKind, work_year: int, day: date) -> list[Waiting]:
    with transaction() as session:
        found = [one for one in waiting(session, work_year, day) if one.kind == kind]
    if not found:
        raise DecisionRefused(f"现在没有等待“{kind.value}”的事项，未作改动。")
    return found
