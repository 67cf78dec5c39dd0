"""A rule profile as people read it: questions and values by their Chinese names, amounts in 元, shares in %."""

import json
import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from models.amounts import yuan
from models.rules import profiles
from models.rules.columns import plain
from models.rules.profiles import Rules
from models.rules.questions import UNDECIDED

HIDDEN = {"in_force", "source", "clause", "verified"}
SHARES = {
    "pass_rate",
    "limit",
    "execution_below",
    "completion_below",
    "result_share_min",
    "red",
    "yellow",
    "blue",
}


@cache
def titles() -> dict[str, dict[str, str]]:
    """Names of questions, values and words."""
    path = Path(profiles.__file__).with_name("titles.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def shown(rules: Rules) -> dict[str, dict[str, str]]:
    """Question path → value name → value in words."""
    return {
        path: {
            titles()["value"].get(name, name): "无此规定"
            if value is None and f"{path}.{name}" not in rules.undecided
            else _words(name, value)
            for name, value in question.model_dump(by_alias=True, exclude=HIDDEN).items()
        }
        for path, question in rules.questions()
    }


def question_title(path: str) -> str:
    """ "等级分数线（grades）"."""
    return f"{titles()['question'].get(path, path)}（{path}）"


def undecided_title(path: str) -> str:
    """ "评价结果与预算挂钩：各等级的应用·中·核减比例（%）" of budget_effect.effects.中.cut_percent."""
    question = next((one for one in titles()["question"] if path.startswith(one + ".")), "")
    rest = path[len(question) + 1 :].split(".") if question else [path]
    names = "·".join(titles()["value"].get(one, one) for one in rest)
    return f"{titles()['question'].get(question, question)}：{names}"


def document(rules: Rules) -> dict[str, Any]:
    """Every question of a profile with its values, raw and in words, and what is undecided or unverified."""
    words = shown(rules)
    questions = [
        {
            "question": path,
            "title": question_title(path),
            "in_force": one.in_force.isoformat(),
            "basis": one.basis,
            "verified": one.verified,
            "values": json.loads(one.model_dump_json(exclude=HIDDEN)),
            "in_words": words[path],
        }
        for path, one in rules.questions()
    ]
    return {
        "profile": rules.name,
        "title": rules.title,
        "on": rules.on.isoformat(),
        "in_force": rules.in_force.isoformat(),
        "questions": questions,
        "undecided": list(rules.undecided),
        "undecided_in_words": [undecided_title(path) for path in rules.undecided],
        "unverified": list(rules.unverified),
    }


def differences(one: Rules, other: Rules) -> list[tuple[str, str, str, str]]:
    """(question, value, here, there) of every value that two profiles answer differently, in words."""
    here, there = shown(one), shown(other)
    return [
        (question_title(path), name, value, there[path][name])
        for path, values in here.items()
        for name, value in values.items()
        if value != there[path][name]
    ]


def _words(name: str, value: Any) -> str:
    if value is None:
        return UNDECIDED
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return _group(value) or "，".join(f"{key} {_words('', one)}" for key, one in value.items()) or "无"
    if isinstance(value, list | tuple):
        mark = "；" if value and isinstance(value[0], dict) else "、"
        return mark.join(_words(name, one) for one in value) or "无"
    return _single(name, value)


def _group(value: dict[str, Any]) -> str:
    """Values that belong together: a band, a step, a heading of the review, the effect of a grade."""
    if value.keys() >= {"name", "low", "high"}:
        edges = ("（含）" if value[edge] else "（不含）" for edge in ("high_included", "low_included"))
        high, low = (_percent(value[edge]) + said for edge, said in zip(("high", "low"), edges, strict=True))
        return f"{value['name']} {high}—{low}"
    if value.keys() == {"from", "gives"}:
        return f"达到{plain(value['from'])}得{plain(value['gives'])}"
    if value.keys() == {"points", "items"}:
        return f"{plain(value['points'])}分（{_words('', value['items'])}）"
    if value.keys() == {"word", "cut_percent"}:
        return f"“{_words('', value['word'])}”，核减{_words('', value['cut_percent'])}%".replace(
            "未定%", "未定"
        )
    return ""


def _percent(share: Decimal) -> str:
    return f"{plain((share * 100).normalize())}%"


def _single(name: str, value: Any) -> str:
    if name.endswith("_fen"):
        return f"{yuan(value)}元"
    if isinstance(value, Decimal):
        return _percent(value) if name in SHARES else plain(value)
    return titles()["word"].get(str(value), str(value))
