"""What officers enter by hand: exceptions, trainings, documents, undecided rules; each once, wrong input refused."""

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from models.database import transaction
from models.ledger import Decision
from models.registers import GrantedException, Publicity, RuleDocument, Training, TypicalCase, dated_key
from models.rules.profiles import SHIPPED, load_rules
from models.vocabulary import RoundKind
from tasks.decisions import DecisionRefused
from tasks.registers import Entry, Exempt, enter, grant_exception
from tasks.reports.annual import context
from tasks.reports.figures import figures
from tasks.reports.ledgers import ledgers
from tasks.rounds import the_year
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


MAY = date(2024, 5, 10)


def training(attendance: int = 108, officer: str = "李文静", on: date = MAY) -> Training:
    title = "绩效管理专题培训"
    about = {"title": title, "place": "区会议中心", "content": "绩效目标编制", "attendance": attendance}
    return Training(key=dated_key(on, title), work_year=2024, held_on=on, officer=officer, **about)


def test_every_register_takes_a_row_once_with_who_entered_it() -> None:
    document = {"issued_on": MAY, "in_force_on": MAY, "officer": "李文静"}
    report = {"published_on": MAY, "medium": "区融媒体中心", "officer": "李文静"}
    case = {"collected_on": MAY, "about": "区民政局", "officer": "李文静"}
    for make in (
        training,
        lambda: RuleDocument(key="2024/指南", work_year=2024, title="指南", **document),
        lambda: Publicity(key=dated_key(MAY, "问效"), work_year=2024, title="问效", **report),
        lambda: TypicalCase(key=dated_key(MAY, "成本绩效"), work_year=2024, title="成本绩效", **case),
    ):
        assert (enter(make()), enter(make())) == (True, False)
    with transaction() as session:
        assert session.exec(select(TypicalCase.about, TypicalCase.officer)).one() == ("203001", "李文静")
        assert session.exec(select(Training.officer)).one() == "李文静"


def test_the_registers_stand_in_the_report_its_figures_and_the_ledgers() -> None:
    enter(training())
    enter(TypicalCase(key="c", work_year=2024, title="成本绩效", collected_on=MAY, about="区民政局"))
    with transaction() as session:
        found = {one.name: one for one in figures(session, 2024)}
        year = the_year(session, 2024)
        said = context(session, year, list(found.values()), load_rules("huangshi", MAY))["training"]
        books = {one.name: one.rows for one in ledgers(session, 2024)}
    assert (found["typical_cases"].says, found["typical_cases"].rows) == ("1", ("c",))
    assert "5月10日在区会议中心举办“绩效管理专题培训”，108人次，内容为绩效目标编制" in said
    assert "总结典型案例1个：“成本绩效”。" in said
    assert books["培训台账"][0][2:5] == ("区会议中心", "", 108)
    assert books["典型案例台账"][0][2] == "区民政局"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (training(attendance=0), "至少1"),
        (training(officer="王某"), "未登记"),
        (training(on=date(2023, 5, 10)), "不在2024工作年度"),
        (
            RuleDocument(key="k", work_year=2024, title="指南", issued_on=MAY, in_force_on=date(2024, 2, 1)),
            "早于印发日期",
        ),
        (Publicity(key="k", work_year=2024, title="问效", published_on=MAY, medium=" "), "没有填写媒体"),
        (TypicalCase(key="k", work_year=2024, title=" ", collected_on=MAY), "名称（题目）是空的"),
        (TypicalCase(key="k", work_year=2024, title="案例", collected_on=MAY, about="区某局"), "没有名为"),
    ],
)
def test_a_wrong_row_is_refused_with_a_sentence_and_nothing_is_stored(row: Entry, says: str) -> None:
    with pytest.raises(DecisionRefused, match=says):
        enter(row)
    with transaction() as session:
        assert session.get(type(row), row.key) is None


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
