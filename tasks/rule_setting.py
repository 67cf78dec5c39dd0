"""确定规则: an undecided number gets its value as a new dated version in the bureau's own profile, never by an edit."""

import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import tomli_w

from models.database import transaction
from models.files import write_whole
from models.rules.profiles import Rules, load_rules, written_version
from models.rules.questions import UNDECIDED
from models.settings import settings
from models.vocabulary import DecisionKind
from tasks.decisions import DecisionRefused
from tasks.ledger import Waiting, record
from tasks.named import without_names
from tasks.rounds import the_year


@dataclass(frozen=True)
class Setting:
    """Values for undecided paths of one question, from a day on, with the document that decides them."""

    values: Sequence[tuple[str, str]]
    in_force: date
    source: str
    reason: str = ""


def undecided(work_year: int, day: date) -> tuple[str, ...]:
    """Paths of everything that nobody has decided yet, in the profile of the year."""
    with transaction() as session:
        name = the_year(session, work_year).rules
    return load_rules(name, day, settings().rules_folder).undecided


def read_lines(text: str) -> list[tuple[str, str]]:
    """Lines "规则 = 值". Raises DecisionRefused."""
    pairs = []
    for line in filter(None, map(str.strip, text.splitlines())):
        path, sign, value = (part.strip() for part in line.partition("="))
        path = without_names(path).strip()
        if not (path and sign and value):
            raise DecisionRefused(
                f"每行应写成“规则 = 值”，如 budget_effect.effects.中.cut_percent = 10；读到的是“{line}”。"
            )
        pairs.append((path, value))
    if not pairs:
        raise DecisionRefused("没有填写规则。每行一条：规则 = 值。")
    return pairs


def set_rule(asked: Setting, officer: str, work_year: int, at: datetime) -> tuple[str, int]:
    """Write the version and the ledger's row; returns its identity and how many rows were new. Raises DecisionRefused, RulesError.

    The file is put in place last but before the row is committed: stopped in between, the same form is
    harmless and completes it.
    """
    with transaction() as session:
        name = the_year(session, work_year).rules
        folder = settings().rules_folder
        assert folder is not None
        now = load_rules(name, asked.in_force, folder)
        question = _question(now, asked)
        path = folder / f"{name}.toml"
        own = _own(path, name, now.title)
        version = _version(folder, name, question, asked)
        about = f"{name}/{question}/{asked.in_force.isoformat()}"
        chosen = "；".join(f"{key} = {value}" for key, value in asked.values)
        placed = _placed(own, question, version)
        item = Waiting(DecisionKind.SET_RULE, about, UNDECIDED, asked.source, "")
        new = record(session, item, work_year, chosen, asked.reason, officer, at)
        if not placed:
            return about, int(new)
        data = tomli_w.dumps(own, multiline_strings=False).encode()
        _try_out(name, asked.in_force, data)
        write_whole(path, data)
        return about, int(new)


def _question(now: Rules, asked: Setting) -> str:
    """The one question that all the paths belong to; values of several questions are several decisions."""
    names = [path for path, _ in now.questions()]
    found = set()
    for path, _ in asked.values:
        question = next((one for one in names if path.startswith(f"{one}.")), None)
        if question is None:
            raise DecisionRefused(f"没有名为“{path}”的规则。未定的规则有：{_listed(now)}。")
        found.add(question)
    if len(found) > 1:
        raise DecisionRefused(
            f"一次只确定一个问题；您填了{len(found)}个：{'、'.join(sorted(found))}。请分开提交。"
        )
    return found.pop()


def _listed(now: Rules) -> str:
    return "、".join(now.undecided) or "无"


def _own(path: Path, name: str, title: str) -> dict[str, Any]:
    """The bureau's own file as it is, or a new one that adds to the shipped profile of the same name."""
    if path.exists():
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    return {"meta": {"title": f"{title}（本局确定的规则）", "based_on": name}}


def _version(folder: Path, name: str, question: str, asked: Setting) -> dict[str, Any]:
    """The whole question as it stands, with the new values in place of 未定."""
    raw = written_version(name, question, asked.in_force, folder)
    version: dict[str, Any] = {**raw, "in_force": asked.in_force, "source": asked.source, "verified": True}
    version.pop("clause", None)
    for path, text in asked.values:
        *parts, last = path.removeprefix(f"{question}.").split(".")
        place = version
        for part in parts:
            place = place.get(part, {})
        if place.get(last) not in (UNDECIDED, _value(text)):
            raise DecisionRefused(
                f"规则“{path}”不是未定的（现为“{place.get(last, '没有此项')}”）。要改已定的规则，请在规则集中增加新版本。"
            )
        place[last] = _value(text)
    return version


def _value(text: str) -> Decimal | int | bool | str:
    if text in ("是", "否"):
        return text == "是"
    try:
        number = Decimal(text.removesuffix("%"))
    except InvalidOperation:
        return text
    return int(number) if number == number.to_integral_value() else number


def _placed(own: dict[str, Any], question: str, version: dict[str, Any]) -> bool:
    """Add the version; False when the same one is there. Another one of the same day is refused: versions stay."""
    *parts, last = question.split(".")
    place = own
    for part in parts:
        place = place.setdefault(part, {})
    versions = place.setdefault(last, [])
    same_day = [one for one in versions if one["in_force"] == version["in_force"]]
    if same_day and same_day[0] != version:
        raise DecisionRefused(
            f"规则“{question}”已有{version['in_force']}起施行的版本，版本只增不改。请把施行日期改为以后的一天。"
        )
    if not same_day:
        versions.append(version)
    return not same_day


def _try_out(name: str, on: date, data: bytes) -> None:
    """A profile that cannot be read is never put in place."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / f"{name}.toml").write_bytes(data)
        load_rules(name, on, Path(folder))
