"""Doors: what waits for a decision as tables, with links to the forms that take it, filled in."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from models.vocabulary import DecisionKind
from tasks.ledger import Waiting
from tasks.target_review import APPROVE

SHOWN = 50
K = DecisionKind
ALL_MAY = (K.APPROVE_TARGET, K.CONFIRM_GRADE, K.ACCEPT_RECTIFICATION)
"""Decisions that may sensibly be taken about everything that waits, with one click."""
MONEY = (K.NEXT_BUDGET, K.ARRANGE_BY_ASSESSMENT)
BY = {K.KEY_PROJECTS: "局党组审定，经办人登记"}


def link(words: str, deployment: str, **parameters: object) -> str:
    """A link that opens the deployment's form, filled in."""
    return f"[{words}](/desk/form/{deployment}?{urlencode(parameters)})"


def decisions(items: Sequence[Waiting], work_year: int, names: Mapping[str, str]) -> str:
    """What waits, a table a kind, each row with the links to the forms that decide it."""
    if not items:
        return "没有等待决定的事项。"
    groups: dict[DecisionKind, list[Waiting]] = defaultdict(list)
    for item in items:
        groups[item.kind].append(item)
    groups[K.APPROVE_TARGET].sort(
        key=lambda one: one.proposed == APPROVE
    )  # or nobody sees few among hundreds
    return "\n\n".join(_group(kind, group, work_year, names) for kind, group in groups.items() if group)


def _group(kind: DecisionKind, group: Sequence[Waiting], work_year: int, names: Mapping[str, str]) -> str:
    whole = []
    well = sum(one.proposed == APPROVE for one in group)
    if kind in ALL_MAY and (kind != K.APPROVE_TARGET or well):
        words = f"全部批复（建议批复的{well}项）" if kind == K.APPROVE_TARGET else "全部按建议办理"
        whole.append(link(words, kind.value, which="全部", work_year=work_year))
    if kind in MONEY and any(one.proposed for one in group):
        whole.append(link("全部按建议金额", kind.value, lines="全部", work_year=work_year))
        filled = "\n".join(_money(one, names) for one in group[:SHOWN])
        whole.append(link("逐项填写金额", kind.value, lines=filled, work_year=work_year))
    head = f"### {kind.value}（{len(group)}项） 由{BY.get(kind, '经办人')}决定"
    rows = [
        (_doors(one, work_year, names), one.says, _proposed(one), one.basis or "—") for one in group[:SHOWN]
    ]
    more = f"另有{len(group) - SHOWN}项，办完上面的再显示。" if len(group) > SHOWN else ""
    parts = [head, " · ".join(whole), table(("办理", "事项", "系统建议", "依据"), rows), more]
    return "\n\n".join(filter(None, parts))


def _proposed(one: Waiting) -> str:
    if one.kind == K.KEY_PROJECTS:
        return f"{len(one.proposed.split('、'))}个，名单已填在表里"
    return one.proposed or "—"


def _doors(one: Waiting, work_year: int, names: Mapping[str, str]) -> str:
    """Links to the forms that take this decision; beside each identity stands the name."""
    which = _with_name(one.about, names)
    if one.kind == K.KEY_PROJECTS:
        keys = one.proposed.split("、")
        lines = "\n".join(f"{_with_name(key, names)}|财政评价|" for key in keys)
        return link("登记审定结果", one.kind.value, lines=lines, work_year=work_year)
    if one.kind in MONEY:
        return link("填写金额", one.kind.value, lines=_money(one, names), work_year=work_year)
    if one.kind == K.APPROVE_TARGET:
        back = link("退回", K.RETURN_TARGET.value, which=which, work_year=work_year)
        return f"{link('批复', one.kind.value, which=which, work_year=work_year)} · {back}"
    return link("办理", one.kind.value, which=which, work_year=work_year)


def _money(one: Waiting, names: Mapping[str, str]) -> str:
    return f"{_with_name(one.about, names)} {one.proposed}".strip()


def _with_name(identity: str, names: Mapping[str, str]) -> str:
    name = names.get(identity)
    return f"{identity}（{name}）" if name else identity


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    """What others wrote is text, never a table's border, a link or a tag of ours."""
    if text.startswith("[") and "](/desk/" in text:
        return text
    flat = " ".join(text.split())
    for mark in "\\|[]<>*_`!#":
        flat = flat.replace(mark, f"\\{mark}" if mark != "|" else "／")
    return flat
