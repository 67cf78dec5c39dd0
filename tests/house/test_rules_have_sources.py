"""Every rule version of every shipped profile says from when, from where, and whether that was read."""

from datetime import date

import pytest

from models.rules.profiles import load_rules, profile_names


@pytest.mark.parametrize("name", profile_names())
def test_every_question_has_a_source_and_a_day(name: str) -> None:
    rules = load_rules(name, date(2026, 1, 1))
    for path, question in rules.questions():
        assert question.source, path
        assert question.in_force, path


@pytest.mark.parametrize("name", profile_names())
def test_no_unverified_clause_is_printed(name: str) -> None:
    for path, question in load_rules(name, date(2026, 1, 1)).questions():
        if question.clause and not question.verified:
            assert question.clause not in question.basis, path


def test_every_question_and_value_of_a_profile_has_a_chinese_name():
    from tasks.rules_shown import HIDDEN, titles

    for path, question in load_rules("mof-2021", date(2025, 6, 1)).questions():
        assert path in titles()["question"], path
        assert set(question.model_dump(by_alias=True, exclude=HIDDEN)) <= set(titles()["value"]), path
