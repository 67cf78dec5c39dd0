"""What waits for me: every item with a link to its filled-in form; what failed is told once and stands on the page."""

import re
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlmodel import select

from models.database import insert_new, transaction
from models.desk import FailedRound
from models.letters import Letter
from tasks.choosing import amounts, named
from tasks.decisions import DecisionRefused, K
from tasks.doors import link
from tasks.rounds import year_at
from tasks.trouble import note_failures, tell_failures
from tasks.waiting_page import waiting_page
from tests import people

AUTUMN = people.at(9, 25)
FAILED = FailedRound(
    run_id="r1", title="每日办理 2024年度 9月25日", failed_on=date(2024, 9, 25), says="磁盘已满"
)


@pytest.fixture(autouse=True)
def bureau(home: Path) -> None:
    people.bureau()
    department = people.department()
    people.adjusted_target(people.project(department, 1, name="养老|服务[1](http://x)"))
    people.evaluated(department, 1, "科技创新", "科技", 500)


def test_each_item_has_links_that_fill_the_form_in() -> None:
    text = waiting_page(2024, AUTUMN)
    target = "2024:42020424T000000000001/1"
    links = [part.split(")")[0] for part in text.split("](")[1:]]
    asked = [
        (urlsplit(one).path, parse_qs(urlsplit(one).query)) for one in links if one.startswith("/desk/form/")
    ]
    shown = f"{target}（养老|服务[1](http://x)）"
    assert ("/desk/form/批复绩效目标", {"which": [shown], "work_year": ["2024"]}) in asked
    assert ("/desk/form/批复绩效目标", {"which": ["全部"], "work_year": ["2024"]}) in asked
    assert ("/desk/form/退回绩效目标", {"which": [shown], "work_year": ["2024"]}) in asked
    assert named(K.APPROVE_TARGET, shown, 2024, AUTUMN.date()) == [target]
    (listed,) = [given["lines"][0] for path, given in asked if path == "/desk/form/审定重点项目"]
    assert listed == "2023:42020423T000000000001（科技创新）|财政评价|"


def test_names_beside_identities_are_for_the_eye_only() -> None:
    lines = "A/1（养老（二期））1,250,000.00元\nB（殡葬） 3"
    taken = amounts(K.NEXT_BUDGET, lines, 2024, AUTUMN.date())
    assert [(one.about, one.chosen) for one in taken] == [("A/1", "1,250,000.00"), ("B", "3")]


def test_what_others_wrote_is_text_and_never_a_link_or_a_border() -> None:
    text = waiting_page(2024, AUTUMN)
    assert not re.search(r"(?<!\\)\]\(http", text)
    (row,) = [line for line in text.splitlines() if "养老" in line]
    assert row.count("|") == 5


def test_a_failed_round_is_told_once_and_stands_on_the_page() -> None:
    assert note_failures([FAILED]) == 1
    assert note_failures([FailedRound(**FAILED.model_dump())]) == 0
    for _ in range(2):
        tell_failures(2024, AUTUMN)
    with transaction() as session:
        told = [one for one in session.exec(select(Letter)).all() if "磁盘已满" in one.text]
    assert sorted(one.recipient for one in told) == ["0@bureau.example", "1@bureau.example"]
    assert "磁盘已满" in waiting_page(2024, AUTUMN)
    assert "磁盘已满" not in waiting_page(2024, people.at(10, 25))


def test_a_year_that_is_not_open_yet_is_the_last_one_that_is() -> None:
    with transaction() as session:
        assert year_at(session, date(2025, 1, 3)) == 2024
        assert year_at(session, date(2023, 1, 3)) is None
        assert insert_new(session, []) == 0


def test_everything_stands_for_what_waits_and_nothing_for_nothing() -> None:
    day = AUTUMN.date()
    assert named(K.APPROVE_TARGET, " 全部 ", 2024, day, "批复") == ["2024:42020424T000000000001/1"]
    assert named(K.APPROVE_TARGET, "a/1，b/2\nc/3", 2024, day) == ["a/1", "b/2", "c/3"]
    with pytest.raises(DecisionRefused, match="没有等待"):
        named(K.CONFIRM_GRADE, "全部", 2024, day)
    with pytest.raises(DecisionRefused, match="等待的1项系统都不建议退回"):
        named(K.APPROVE_TARGET, "全部", 2024, day, "退回")
    with pytest.raises(DecisionRefused, match="只填"):
        named(K.APPROVE_TARGET, "全部 a/1", 2024, day)
    (one,) = amounts(K.NEXT_BUDGET, "2025/x/财政评价等级 1,250,000.00元", 2024, day)
    assert (one.about, one.chosen) == ("2025/x/财政评价等级", "1,250,000.00")
    with pytest.raises(DecisionRefused, match="后面没有金额"):
        amounts(K.NEXT_BUDGET, "2025/x/财政评价等级", 2024, day)


def test_a_link_carries_lines_and_signs_unharmed() -> None:
    made = link("填写", "核定下年预算", lines="a/1 1,000.00\nb/2 %&=", work_year=2024)
    given = parse_qs(urlsplit(made.partition("](")[2][:-1]).query)
    assert given["lines"] == ["a/1 1,000.00\nb/2 %&="]
