"""What officers enter by hand: exceptions, trainings, documents, undecided rules; each once, wrong input refused."""

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from models.database import transaction
from models.ledger import Decision
from models.registers import GrantedException, RuleDocument, Training
from models.rules.profiles import SHIPPED, load_rules
from models.vocabulary import RoundKind
from tasks.decisions import DecisionRefused
from tasks.registers import Exempt, grant_exception, register_rule_document, register_training
from tasks.rule_setting import Setting, read_lines, set_rule, undecided
from tests import people

JULY = people.at(7, 1)
PATHS = "budget_effect.effects.中.word = 保持上年规模\nbudget_effect.effects.中.cut_percent = 10"
BY = "局党组会议（2024年7月1日）"


@pytest.fixture(autouse=True)
def bureau(home: Path) -> None:
    people.bureau()
    people.project(people.department(), 1, name="养老服务")


def ledger() -> list[Decision]:
    with transaction() as session:
        return list(session.exec(select(Decision)).all())


def test_an_exception_is_granted_once_by_name_and_stands_in_the_ledger() -> None:
    asked = Exempt("延期", "区民政局", RoundKind.MONITORING, "系统迁移", date(2024, 7, 31))
    for _ in range(2):
        grant_exception(asked, "李文静", 2024, JULY)
    with transaction() as session:
        row = session.exec(select(GrantedException)).one()
    assert (row.about, row.round_key, row.officer) == ("203001", "2024/绩效运行监控", "李文静")
    assert [one.decided for one in ledger()] == ["延期至2024-07-31"]


@pytest.mark.parametrize(
    ("about", "until", "says"),
    [("区某局", date(2024, 7, 31), "没有名为"), ("养老服务", date(2024, 6, 30), "已经过去")],
)
def test_a_wrong_exception_is_refused_and_nothing_is_stored(about: str, until: date, says: str) -> None:
    with pytest.raises(DecisionRefused, match=says):
        grant_exception(Exempt("不适用", about, None, "理由", until), "李文静", 2024, JULY)
    assert ledger() == []


def test_trainings_and_documents_are_entered_once() -> None:
    about = {"title": "绩效管理专题培训", "attendance": 108}
    training = {"key": "2024-05-10/绩效管理专题培训", "work_year": 2024, "held_on": date(2024, 5, 10)}
    assert register_training(Training(**training, **about))
    assert not register_training(Training(**training, **about))
    late = RuleDocument(
        key="k", work_year=2024, title="指南", issued_on=date(2024, 3, 1), in_force_on=date(2024, 2, 1)
    )
    with pytest.raises(DecisionRefused, match="早于印发日期"):
        register_rule_document(late)


def test_an_undecided_rule_becomes_a_dated_version_of_the_bureaus_own_profile(home: Path) -> None:
    shipped = {path: path.read_bytes() for path in SHIPPED.iterdir() if path.is_file()}
    asked = Setting(read_lines(PATHS), date(2024, 7, 1), BY)
    about, new = set_rule(asked, "李文静", 2024, JULY)
    assert (about, new) == ("huangshi/budget_effect/2024-07-01", 1)
    assert set_rule(asked, "张晓峰", 2024, JULY) == (about, 0)
    rules = load_rules("huangshi", date(2024, 7, 1), home / "rules")
    assert (rules.budget_effect.effects["中"].cut_percent, rules.budget_effect.source) == (10, BY)
    assert load_rules("huangshi", date(2024, 6, 30), home / "rules").budget_effect.effects["中"].word is None
    assert "budget_effect.effects.中.word" not in undecided(2024, date(2024, 7, 1))
    assert [one.officer for one in ledger()] == ["李文静"]
    assert {path: path.read_bytes() for path in SHIPPED.iterdir() if path.is_file()} == shipped


def test_a_rule_set_half_way_is_completed_by_the_same_form(home: Path) -> None:
    asked = Setting(read_lines(PATHS), date(2024, 7, 1), BY)
    set_rule(asked, "李文静", 2024, JULY)
    kept = (home / "rules" / "huangshi.toml").read_bytes()
    (home / "jixiao.sqlite3").unlink()
    from models.database import engine
    from models.migrations.upgrade import upgrade

    engine().dispose()
    upgrade()
    people.bureau()
    assert set_rule(asked, "李文静", 2024, JULY)[1] == 1
    assert (home / "rules" / "huangshi.toml").read_bytes() == kept


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("budget_effect.effects.中.cut_percent", "每行应写成"),
        ("没有这条 = 1", "没有名为"),
        ("budget_effect.effects.优.cut_percent = 5", "不是未定的"),
        ("budget_effect.effects.中.cut_percent = 很多", "cut_percent"),
    ],
)
def test_a_wrong_rule_is_refused_and_no_file_appears(home: Path, lines: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        set_rule(Setting(read_lines(lines), date(2024, 7, 1), BY), "李文静", 2024, JULY)
    assert not (home / "rules").exists()
    assert ledger() == []


def test_versions_of_one_day_are_not_rewritten() -> None:
    set_rule(Setting(read_lines(PATHS), date(2024, 7, 1), BY), "李文静", 2024, JULY)
    more = Setting(read_lines("budget_effect.effects.差.cut_percent = 30"), date(2024, 7, 1), BY)
    with pytest.raises(DecisionRefused, match="只增不改"):
        set_rule(more, "李文静", 2024, JULY)
    later = Setting(more.values, date(2024, 7, 2), BY)
    assert set_rule(later, "李文静", 2024, JULY)[1] == 1
