"""`jixiao rules dry-run --work-year`: other parameters of the budget effect, tried on the facts and never stored."""

import json
from datetime import date

import pytest
import typer
from sqlmodel import select
from typer.testing import CliRunner

from flows import commands_rules
from models.database import insert_new, transaction
from models.projects import Project, same_code
from models.result_application import BudgetProposal
from models.vocabulary import Grade, ProjectKind
from tasks.budget_balance import balanced
from tasks.reports.figures import figures
from tasks.rounds import the_year
from tests import people

MADE = (
    ("养老服务", "财政评价等级", Grade.EXCELLENT, 6_800_000_00),
    ("公园维护", "财政评价等级", Grade.FAIR, 1_000_000_01),
    ("公园维护", "预算执行率低", None, 1_000_000_01),
    ("社区矫正", "财政评价等级", Grade.FAIR, 333_333_33),
    ("数字城管", "财政评价等级", Grade.POOR, 500_000_00),
)


@pytest.fixture(autouse=True)
def district(home):
    """Four projects with five proposals of work year 2024."""
    people.bureau()
    people.department()
    names = list(dict.fromkeys(name for name, *_ in MADE))
    codes = {name: f"42020423T{place:012d}" for place, name in enumerate(names)}
    with transaction() as session:
        insert_new(
            session,
            [
                Project(
                    key=f"2023:{code}",
                    fiscal_year=2023,
                    code=code,
                    name=name,
                    department_code="203001",
                    kind=ProjectKind.ORDINARY,
                )
                for name, code in codes.items()
            ],
        )
        insert_new(
            session,
            [
                BudgetProposal(
                    key=f"2025/{codes[name]}/{ground}",
                    project_key=f"2023:{codes[name]}",
                    work_year=2024,
                    applied_year=2025,
                    ground=ground if grade else f"{ground}（执行率62.0%）",
                    grade=grade,
                    treatment="未定",
                    undecided="核减比例未定",
                    base_fen=base,
                    basis="办法",
                    proposed_on=date(2024, 10, 15),
                )
                for name, ground, grade, base in MADE
            ],
        )


def run(*arguments):
    app = typer.Typer(pretty_exceptions_enable=False)
    commands_rules.register(app)
    result = CliRunner().invoke(app, ["rules", "dry-run", "--work-year", "2024", *arguments])
    assert not result.exception or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stdout, result.stderr


def test_undecided_rules_are_blanks_with_what_is_at_stake_and_several_percentages():
    code, out, _ = run("--json", "--percents", "10,30")
    found = json.loads(out)
    by_rule = {one["rule"]: one["from"] for one in found["rules"]}
    assert code == 0
    assert by_rule["等级“优”"] == {"count": 1, "base": "6800000.00", "percent": "0", "cut": "0.00"}
    assert by_rule["等级“中”"] == {"count": 2, "base": "1333333.34", "percent": None, "cut": None}
    assert by_rule["预算执行率低"] == {"count": 1, "base": "1000000.01", "percent": None, "cut": None}
    assert found["totals"][0] == {
        "before": "8633333.34",
        "after": "8633333.34",
        "freed": "0.00",
        "open": "1833333.34",
    }
    percents = {(one["rule"], one["percent"]): one["cut"] for one in found["percents"]}
    assert percents["等级“中”", "10%"] == "133333.33"  # 100 000.00 and 33 333.33: half up leaves the odd 分
    assert percents["等级“差”", "30%"] == "150000.00"
    assert ("等级“优”", "10%") not in percents


def test_other_parameters_move_the_money_and_the_facts_stay():
    code, out, _ = run("--set", "中=10", "--set", "预算执行率低=25%", "--set", "差=未定", "--json")
    before, after = json.loads(out)["totals"]
    assert code == 1
    assert before["freed"] == "0.00"
    # 公园维护 has two grounds: the lower amount (25%) holds; 社区矫正 loses 10%
    assert after == {
        "before": "8633333.34",
        "after": "8350000.01",
        "freed": "283333.33",
        "open": "500000.00",
    }
    with transaction() as session:
        assert {one.proposed_fen for one in session.exec(select(BudgetProposal)).all()} == {None}


def test_the_table_for_people_says_wan_and_shows_old_and_new():
    code, out, _ = run("--set", "中=10")
    assert code == 1
    line = next(one for one in out.splitlines() if one.startswith("等级“中”"))
    assert line.split()[1:] == ["2", "133.33", "未定", "→", "10%", "未定", "→", "13.33"]
    assert "腾出" in out
    assert "不改动任何建议" in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--set", "良好=10"), "不是预算挂钩的规则"),
        (("--set", "中=一成"), "0到100的数"),
        (("--set", "中=120"), "0到100的数"),
        (("--set", "budget_effect.effects.丙.cut_percent=5"), "没有"),
        (("--percents", "五"), "核减比例“五”不对"),
        (("--to", "nowhere"), "没有名为“nowhere”的规则集"),
    ],
)
def test_what_is_no_rule_is_one_sentence(arguments, says):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1


def test_what_is_at_stake_is_followed_to_the_projects_that_wait_and_to_no_other():
    with transaction() as session:
        kept = session.exec(select(BudgetProposal).where(BudgetProposal.grade == Grade.EXCELLENT)).one()
        kept.proposed_fen = kept.base_fen
        session.add(kept)
    with transaction() as session:
        found = {one.name: one for one in figures(session, 2024)}
        bases = session.exec(select(Project.code, BudgetProposal.base_fen).join(BudgetProposal)).all()
    wait = {code.replace("23T", "24T"): fen for code, fen in bases if fen != 6_800_000_00}
    assert dict.fromkeys(found["stake"].rows) == dict.fromkeys(wait)
    assert found["stake"].value == sum(wait.values())
    assert len(found["money_before"].rows) == 4


def test_only_a_code_of_the_national_standard_is_another_years_code_by_its_digits():
    assert same_code("42020423T000000000001", 2024) == "42020424T000000000001"
    assert same_code("00000101", 2024) == "00000101"
    assert same_code("00000102", 2024) == "00000102"


def test_codes_of_another_shape_are_two_projects_in_the_balanced_table():
    with transaction() as session:
        for number, wan in ((1, 100), (2, 200)):
            code = f"0000010{number}"
            insert_new(session, [Project(key=f"2023:{code}", fiscal_year=2023, code=code, name=code,
                                         department_code="203001", kind=ProjectKind.ORDINARY)])  # fmt: skip
            insert_new(session, [BudgetProposal(key=f"2025/{code}/x", project_key=f"2023:{code}", work_year=2024,
                                                applied_year=2025, ground="财政评价等级", grade=Grade.FAIR, treatment="未定",
                                                undecided="未定", base_fen=wan * 1_000_000, basis="办法",
                                                proposed_on=date(2024, 10, 15))])  # fmt: skip
    with transaction() as session:
        found = {one.code: one.before_fen for one in balanced(session, the_year(session, 2024)).projects}
    assert (found["00000101"], found["00000102"]) == (100_000_000, 200_000_000)
