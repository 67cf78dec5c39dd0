"""What the finder sees in the database: at review, under exceptions, in the random sample."""

from datetime import date
from pathlib import Path

import pytest

from models.database import insert_new, transaction
from models.rules.problems.library import nearest, sector_of
from models.target_review import IndicatorTarget, Target
from models.vocabulary import RoundKind
from tasks.decisions import waiting
from tasks.problems import Standing, at_review, hint, standing, triage
from tasks.registers import Exempt, grant_exception
from tests import people

JULY = people.at(7, 1)
GOAL = "做好养老服务工作。"
ROWS = (
    ("产出指标", "数量指标", "运营服务中心", "≥", "18", "个"),
    ("效益指标", "社会效益指标", "服务质量", "定性", "明显提高", ""),
)


@pytest.fixture(autouse=True)
def weak_target(home: Path) -> str:
    people.bureau()
    key = people.project(people.department(), 1, name="社区养老服务")
    with transaction() as session:
        insert_new(session, [_target(key)])
        insert_new(session, [_indicator(key, n, row) for n, row in enumerate(ROWS, 1)])
    return key


def _target(key: str) -> Target:
    name = f"{key}/1"
    return Target(
        key=name, project_key=key, version=1, origin="调整", received_on=date(2024, 2, 1), annual_goal=GOAL
    )


def _indicator(key: str, number: int, row: tuple[str, ...]) -> IndicatorTarget:
    names = ("level_1", "level_2", "level_3", "operator", "value", "unit")
    given = dict(zip(names, row, strict=True))
    return IndicatorTarget(key=f"{key}/1/{number}", target_key=f"{key}/1", sequence=number, **given)


def codes(found: Standing) -> set[str]:
    return {one.code for one in found.problems}


def test_a_weak_target_is_told_before_it_is_approved(weak_target: str) -> None:
    with transaction() as session:
        known = at_review(session, 2024, "huangshi", JULY.date())
        says = [item.says for item in waiting(session, 2024, JULY.date()) if item.about == f"{weak_target}/1"]
    assert {"P3", "P7", "P30"} <= {one.code for one in known[weak_target]}
    assert "系统发现" in says[0]
    assert "明显提高" in hint(known[weak_target], most=20)


@pytest.mark.parametrize(
    ("matter", "until", "still"),
    [
        (None, date(2024, 12, 31), False),
        (RoundKind.TARGET_DECLARATION, date(2024, 12, 31), False),
        (RoundKind.MONITORING, date(2024, 12, 31), True),
        (None, date(2024, 7, 2), True),
    ],
)
def test_an_exception_in_force_for_the_matter_excuses_and_is_listed(
    weak_target: str, matter: RoundKind | None, until: date, still: bool
) -> None:
    grant_exception(Exempt("不适用", "社区养老服务", matter, "试点项目", until), "李文静", 2024, JULY)
    with transaction() as session:
        found = standing(session, 2024, date(2024, 7, 10))
    assert ("P7" in codes(found)) is still
    assert any(one.code == "P7" for one, _ in found.excused) is not still


def test_the_random_sample_is_the_same_whenever_it_is_drawn() -> None:
    with transaction() as session:
        found = standing(session, 2024, JULY.date())
    projects = [f"4202042{n}" for n in range(100)]
    first = triage(found, 2024, projects)
    assert first == triage(found, 2024, reversed(projects))
    assert [one.reasons for one in first] == [("随机抽查",)] * 5
    assert first != triage(found, 2025, projects)


def test_a_weak_indicator_gets_the_nearest_good_ones_of_its_sector() -> None:
    assert sector_of("社区居家养老服务中心运营补贴", "") == "民政养老"
    assert next(iter(nearest("服务老年人", "数量指标", "民政养老"))).name == "服务老年人次"
    assert {one.sector for one in nearest("及时性", "时效指标", "民政养老")} == {"共性"}
