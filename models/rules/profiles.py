"""Rule profiles: dated TOML files, one a region, each may build on another and change what differs.

A profile answers each question with a list of versions. On a day the latest version in force holds; a
question that the profile does not answer yet is taken from the profile it is based on. Versions are added,
never edited; a question is always answered whole, so that its source covers each of its numbers.
"""

import tomllib
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from models.rules.profile_errors import RulesError, toml_error, validation_error
from models.rules.questions import UNDECIDED, Audit, Grades, Question, Rollup, Section, SelfEvaluation, unique
from models.rules.stage_questions import (
    Approval,
    BudgetEffect,
    BudgetGrounds,
    Deadlines,
    DepartmentOverall,
    Discount,
    FiscalEvaluation,
    Monitoring,
    PriorAssessment,
    TargetReview,
)

SHIPPED = Path(__file__).with_name("profiles")

__all__ = ["SHIPPED", "Rules", "RulesError", "load_rules", "profile_names", "written_version"]


class Rules(BaseModel):
    """Every rule of one profile as in force on a day; numbers are exact decimals, money is 分."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    on: date
    self_evaluation: SelfEvaluation
    rollup: Rollup
    grades: Grades
    prior_assessment: PriorAssessment
    target_review: TargetReview
    approval: Approval
    fiscal_evaluation: FiscalEvaluation
    department_overall: DepartmentOverall
    monitoring: Monitoring
    deadlines: Deadlines
    budget_effect: BudgetEffect
    budget_grounds: BudgetGrounds
    discount: Discount
    audit: Audit
    undecided: tuple[str, ...]  # paths of values written 未定, e.g. budget_effect.effects.中.cut_percent

    @property
    def in_force(self) -> date:
        """The youngest of the days from which the rules used hold."""
        return max(question.in_force for _, question in self.questions())

    @property
    def unverified(self) -> tuple[str, ...]:
        """Questions whose source nobody has read: "self_evaluation.execution（source）"."""
        return tuple(f"{path}（{one.source}）" for path, one in self.questions() if not one.verified)

    @property
    def early(self) -> tuple[str, ...]:
        """Questions answered by a version that was not yet in force on the day."""
        return tuple(path for path, one in self.questions() if one.in_force > self.on)

    def questions(self) -> Iterator[tuple[str, Question]]:
        """(path, question) of every question."""
        for name, value in self:
            if isinstance(value, Question):
                yield name, value
            elif isinstance(value, Section):
                yield from ((f"{name}.{child}", one) for child, one in value if isinstance(one, Question))

    def values(self) -> Iterator[tuple[str, Any]]:
        """(path, value) of every single value; None where nobody decided or no such line exists."""
        for path, question in self.questions():
            yield from _leaves(path, question.model_dump(mode="python"))


def load_rules(name: str, on: date, folder: Path | None = None, ahead: bool = False) -> Rules:
    """The profile `name` as in force on a day; `folder` holds the bureau's own TOML files and goes first.

    Before a rule of the profile is in force its base answers; `ahead` lets the profile answer all the same, for
    somebody who asks what a table would be under it (`early` names those questions). Raises RulesError, in one Chinese sentence, when the profile does not exist or cannot be read.
    """
    chain = _chain(name, folder)
    answers: dict[str, Any] = {"name": name, "title": chain[0][1]["meta"]["title"], "on": on}
    own: set[tuple[str, ...]] = set()  # what files of the asked name have answered
    for file, raw in reversed(chain):
        for path, versions in _versions(raw):
            first = ahead and file.stem == name and path not in own
            _put(answers, path, _in_force(versions, on, keep=_has(answers, path) and not first))
            own |= {path} if file.stem == name else set()
    answers["undecided"] = [path for path, value in _leaves("", answers) if value == UNDECIDED]
    try:
        return Rules.model_validate(_decided(answers))
    except ValidationError as error:
        raise validation_error(name, chain[0][0], error) from None


def written_version(name: str, question: str, on: date, folder: Path | None = None) -> dict[str, Any]:
    """One question of a profile as its file writes it, 未定 included; a copy. Raises RulesError."""
    answers: dict[str, Any] = {}
    path = tuple(question.split("."))
    for _, raw in reversed(_chain(name, folder)):
        for written, versions in _versions(raw):
            if written == path:
                _put(answers, path, _in_force(versions, on, keep=_has(answers, path)))
    for part in path:
        answers = answers[part]
    return deepcopy(answers)


def profile_names(folder: Path | None = None) -> list[str]:
    """Names of all profiles, shipped ones and the bureau's own."""
    folders = [SHIPPED] if folder is None else [SHIPPED, folder]
    return sorted(unique(path.stem for one in folders for path in one.glob("*.toml")))


def lineage(name: str, folder: Path | None = None) -> list[str]:
    """The profile and all that it is based on, nearest first."""
    return [path.stem for path, _ in _chain(name, folder)]


def _chain(name: str, folder: Path | None) -> list[tuple[Path, dict[str, Any]]]:
    """(file, content) of the profile and of all that it is based on, nearest first.

    The bureau's own file may be based on the shipped one of its own name: it adds versions to it.
    """
    chain: list[tuple[Path, dict[str, Any]]] = []
    seen: list[str] = []
    following: str | None = name
    while following:
        own = bool(seen) and following == seen[-1] and (SHIPPED / f"{following}.toml").is_file()
        path = _find(following, None if own else folder)
        if path in [known for known, _ in chain]:
            raise RulesError(
                f"规则集“{name}”的 based_on 绕成了圈：{' → '.join([*seen, following])}。请改正。"
            )
        seen.append(following)
        chain.append((path, _read(path)))
        following = chain[-1][1]["meta"].get("based_on")
    return chain


def _find(name: str, folder: Path | None) -> Path:
    for one in (folder, SHIPPED):
        if one is not None and (one / f"{name}.toml").is_file():
            return one / f"{name}.toml"
    known = "、".join(profile_names(folder))
    raise RulesError(f"没有名为“{name}”的规则集。现有：{known}。请改用其中之一，或放入{name}.toml。")


def _read(path: Path) -> dict[str, Any]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise toml_error(path, error) from None
    meta = content.get("meta")
    if not isinstance(meta, dict) or not isinstance(meta.get("title"), str):
        raise RulesError(f"规则文件{path.name}缺少[meta]中的title（规则集名称）。请补上。")
    return content


def _versions(raw: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], list[dict[str, Any]]]]:
    """((section, question), versions) of a file; anything else is left for validation to refuse."""
    for name, value in raw.items():
        if name == "meta":
            continue
        if isinstance(value, dict):
            yield from (((name, child), _listed((name, child), rows)) for child, rows in value.items())
        else:
            yield (name,), _listed((name,), value)


def _listed(path: tuple[str, ...], rows: Any) -> list[dict[str, Any]]:
    good = isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows)
    if not good or not all(type(row.get("in_force")) is date for row in rows):
        where = ".".join(path)
        raise RulesError(f"规则“{where}”应写成[[{where}]]，并有施行日期in_force = 年-月-日。请改正。")
    return sorted(rows, key=lambda row: row["in_force"])


def _in_force(versions: list[dict[str, Any]], on: date, keep: bool) -> dict[str, Any] | None:
    """The latest version in force; before the first: None if a base answers, else the first."""
    held = [version for version in versions if version["in_force"] <= on]
    if held:
        return held[-1]
    return None if keep else versions[0]


def _has(answers: dict[str, Any], path: tuple[str, ...]) -> bool:
    for part in path:
        answers = answers.get(part, {})
    return bool(answers)


def _put(answers: dict[str, Any], path: tuple[str, ...], version: dict[str, Any] | None) -> None:
    if version is None:
        return
    for part in path[:-1]:
        answers = answers.setdefault(part, {})
    answers[path[-1]] = version


def _decided(value: Any) -> Any:
    """未定 becomes None, everywhere."""
    if isinstance(value, dict):
        return {key: _decided(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_decided(one) for one in value]
    return None if value == UNDECIDED else value


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, one in value.items():
            yield from _leaves(f"{path}.{key}" if path else str(key), one)
    else:
        yield path, value
