"""Profiles are dated data with a source; a bad file is one clear sentence."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from models.rules.profiles import Rules, RulesError, load_rules, profile_names, written_version

DAY = date(2025, 6, 1)
META = '[meta]\ntitle = "试验区"\nbased_on = "huangshi"\n'
GRADES = '[[grades]]\nin_force = {day}\nsource = "本局办法"\nverified = true\n'


def own(folder: Path, text: str, name: str = "own") -> Rules:
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return load_rules(name, DAY, folder)


def test_the_four_shipped_profiles_load():
    assert profile_names() == ["huangshi", "mof-2020", "mof-2021", "sichuan-2025"]
    for name in profile_names():
        assert load_rules(name, DAY).name == name


@pytest.mark.parametrize("name", ["huangshi", "mof-2020", "mof-2021", "sichuan-2025"])
def test_every_question_has_a_day_and_a_source(name):
    for path, question in load_rules(name, DAY).questions():
        assert question.source, path
        assert question.clause == "" or question.verified, path


def test_figures_of_section_9():
    def read(name):
        return load_rules(name, DAY)

    assert [read(n).self_evaluation.execution_full for n in profile_names()] == [20, 10, 10, 10]
    assert [read(n).grades.fair for n in profile_names()] == [60, 60, 60, 70]
    assert [read(n).self_evaluation.lower.method for n in ("huangshi", "mof-2020")] == ["inverse", "linear"]
    assert [b.low for b in read("huangshi").self_evaluation.qualitative.bands] == [
        Decimal("0.8"),
        Decimal("0.5"),
        0,
    ]
    assert [read(n).monitoring.window.end_month for n in profile_names()] == [6, 7, 7, 8]
    assert read("sichuan-2025").monitoring.month_lines.lines == {
        4: Decimal("0.25"),
        6: Decimal("0.4"),
        8: Decimal("0.6"),
        10: Decimal("0.8"),
    }
    assert read("huangshi").approval.threshold_fen == 50_000_000


@pytest.mark.parametrize("name", ["huangshi", "mof-2020", "mof-2021", "sichuan-2025"])
def test_what_middle_and_poor_do_to_a_budget_in_numbers_is_undecided(name):
    rules = load_rules(name, DAY)
    assert "budget_effect.effects.中.cut_percent" in rules.undecided
    assert "budget_effect.effects.差.cut_percent" in rules.undecided
    assert rules.budget_effect.effects["中"].cut_percent is None


def test_an_unverified_clause_is_not_printed():
    assert load_rules("mof-2020", DAY).grades.basis == "《项目支出绩效评价管理办法》（财预〔2020〕10号）"


def test_a_verified_clause_is_printed(tmp_path):
    text = (
        META + GRADES.format(day="2025-01-01") + 'clause = "第九条"\nexcellent = 90\ngood = 80\nfair = 60\n'
    )
    assert own(tmp_path, text).grades.basis == "本局办法第九条"


def test_the_latest_version_in_force_holds_and_an_older_day_reads_the_older(tmp_path):
    lines = "excellent = {0}\ngood = 80\nfair = 60\n"
    text = (
        META
        + GRADES.format(day="2024-01-01")
        + lines.format(91)
        + GRADES.format(day="2025-06-01")
        + lines.format(92)
    )
    assert own(tmp_path, text).grades.excellent == 92
    assert load_rules("own", date(2025, 5, 31), tmp_path).grades.excellent == 91
    assert load_rules("own", date(2023, 12, 31), tmp_path).grades.excellent == 90  # still the base


def test_a_day_before_everything_takes_the_first_version_and_says_so():
    rules = load_rules("mof-2020", date(2018, 1, 1))
    assert "grades" in rules.early
    assert load_rules("mof-2020", DAY).early == ()


def test_a_profile_changes_only_what_it_names(tmp_path):
    text = META + GRADES.format(day="2025-01-01") + "excellent = 95\ngood = 85\nfair = 70\n"
    rules, base = own(tmp_path, text), load_rules("huangshi", DAY)
    assert rules.grades.excellent == 95
    assert rules.self_evaluation == base.self_evaluation
    assert rules.monitoring == base.monitoring
    assert rules.in_force == date(2025, 1, 1)


def test_values_name_every_single_number():
    values = dict(load_rules("huangshi", DAY).values())
    assert values["grades.excellent"] == 90
    assert values["budget_effect.effects.中.word"] is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[meta\n", "不是正确的TOML"),
        ('[[grades]]\nsource="x"\n', "缺少[meta]"),
        (META + '[[grades]]\nsource = "本局"\nverified = true\n', "施行日期in_force"),
        (META + GRADES.format(day="2025-01-01") + "excellent = 90\ngood = 80\n", "“grades.fair”缺少这一项"),
        (
            META + GRADES.format(day="2025-01-01") + 'excellent = "很高"\ngood = 80\nfair = 60\n',
            "“grades.excellent”不是数字（读到“很高”）",
        ),
        (
            META + GRADES.format(day="2025-01-01") + "excellent = 90\ngood = 80\nfair = 60\nbad = 1\n",
            "“grades.bad”不认识这一项",
        ),
        ('[meta]\ntitle = "x"\nbased_on = "own"\n', "绕成了圈"),
        ('[meta]\ntitle = "x"\nbased_on = "hubei"\n', "没有名为“hubei”的规则集"),
        ('[meta]\ntitle = "只有名称"\n', "缺少这一项"),
    ],
)
def test_a_bad_file_is_one_clear_sentence(tmp_path, text, says):
    with pytest.raises(RulesError) as caught:
        own(tmp_path, text)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (
            "excellent = 90\n",
            "规则集“own”（own.toml）的“grades.good”缺少这一项，请补上（若无人规定，写“未定”）；另有1处。",
        ),
        (
            "excellent = 90\ngood = 80\nfair = 60\nbad = 1\n",
            "规则集“own”（own.toml）的“grades.bad”不认识这一项，请核对拼写或删去（读到“1”）。",
        ),
        (
            "excellent = 90\ngood = 80\nfair = [60]\n",
            "规则集“own”（own.toml）的“grades.fair”不是数字（读到“[60]”）。",
        ),
    ],
)
def test_the_sentence_names_profile_file_place_and_what_was_read(tmp_path, lines, says):
    with pytest.raises(RulesError) as caught:
        own(tmp_path, META + GRADES.format(day="2025-01-01") + lines)
    assert str(caught.value) == says


def test_a_mistake_without_a_word_of_its_own_is_still_told(tmp_path):
    text = (
        META
        + '[[monitoring.window]]\nin_force = 2025-01-01\nsource = "本局"\nverified = true\nend_month = 13\n'
    )
    with pytest.raises(RulesError, match=r"“monitoring\.window\.end_month”写法不对（读到“13”）。"):
        own(tmp_path, text)


def test_the_bureaus_own_folder_goes_first(tmp_path):
    (tmp_path / "huangshi.toml").write_text(META.replace("huangshi", "mof-2020"), encoding="utf-8")
    rules = load_rules("huangshi", DAY, tmp_path)
    assert rules.title == "试验区"
    assert rules.self_evaluation.execution_full == 10
    assert profile_names(tmp_path) == ["huangshi", "mof-2020", "mof-2021", "sichuan-2025"]


def test_a_question_is_given_as_its_file_writes_it_on_the_day(tmp_path):
    lines = 'excellent = {0}\ngood = 80\nfair = "未定"\n'
    text = META + GRADES.format(day="2024-01-01") + lines.format(91) + GRADES.format(day="2025-06-01")
    own(tmp_path, (text + lines.format(92)).replace('"未定"', "60"))
    (tmp_path / "own.toml").write_text(text + lines.format(92), encoding="utf-8")
    assert written_version("own", "grades", DAY, tmp_path)["excellent"] == 92
    assert written_version("own", "grades", date(2025, 5, 31), tmp_path)["excellent"] == 91
    assert written_version("own", "grades", DAY, tmp_path)["fair"] == "未定"
    assert written_version("own", "grades", date(2023, 1, 1), tmp_path)["excellent"] == 90  # the base's
    assert written_version("huangshi", "monitoring.window", DAY)["end_month"] == 6


def test_a_profile_asked_for_by_name_answers_ahead_of_its_day_but_not_ahead_of_its_own_older_version(
    tmp_path,
):
    lines = "excellent = {0}\ngood = 80\nfair = 60\n"
    text = META + GRADES.format(day="2025-01-01") + lines.format(91) + GRADES.format(day="2026-01-01")
    own(tmp_path, text + lines.format(92))
    early = date(2020, 1, 1)
    assert load_rules("own", early, tmp_path).grades.excellent == 90
    assert load_rules("own", early, tmp_path, ahead=True).grades.excellent == 91
    assert load_rules("own", date(2025, 6, 1), tmp_path, ahead=True).grades.excellent == 91
    overlay = META + GRADES.format(day="2026-01-01") + lines.format(92)
    (tmp_path / "sichuan-2025.toml").write_text(overlay.replace("huangshi", "sichuan-2025"), encoding="utf-8")
    assert (
        load_rules("sichuan-2025", DAY, tmp_path, ahead=True).grades.excellent == 90
    )  # the shipped one holds
