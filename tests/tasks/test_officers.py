"""Personal codes: only a hash is kept, few tries, a log-in that ends with the day or with a new code."""

from datetime import timedelta
from pathlib import Path

import pytest

from tasks.officers import (
    CodeRefused,
    check_code,
    login_token,
    note_start,
    officer_of,
    set_code,
    starter,
)
from tests import people

CODE = "铁山-2024-口令"
MORNING = people.at(7, 1)

pytestmark = pytest.mark.usefixtures("bureau")


@pytest.fixture
def bureau(home: Path) -> None:
    people.bureau()


def test_the_right_code_opens_and_a_wrong_one_says_how_many_tries_are_left() -> None:
    set_code("李文静", CODE)
    with pytest.raises(CodeRefused, match="还可以试4次"):
        check_code("李文静", "wrong", MORNING)
    check_code("李文静", CODE, MORNING)
    with pytest.raises(CodeRefused, match="还可以试4次"):
        check_code("李文静", "wrong", MORNING)


def test_five_wrong_tries_lock_out_for_a_quarter_of_an_hour_even_with_the_right_code() -> None:
    set_code("李文静", CODE)
    for _ in range(5):
        with pytest.raises(CodeRefused):
            check_code("李文静", "wrong", MORNING)
    with pytest.raises(CodeRefused, match="已锁定到09:15"):
        check_code("李文静", CODE, MORNING + timedelta(minutes=14))
    check_code("李文静", CODE, MORNING + timedelta(minutes=16))


def test_a_new_code_ends_the_lock_and_every_log_in() -> None:
    set_code("李文静", CODE)
    token = login_token("李文静", MORNING)
    assert officer_of(token, MORNING) == "李文静"
    set_code("李文静", CODE + "新")
    assert officer_of(token, MORNING) is None


def test_a_log_in_ends_with_the_day_and_cannot_be_made_up() -> None:
    set_code("李文静", CODE)
    token = login_token("李文静", MORNING)
    assert officer_of(token, MORNING + timedelta(hours=10)) is None
    words, _, signature = token.partition(".")
    assert officer_of(f"{words}.{signature[:-1]}x", MORNING) is None
    assert officer_of("", MORNING) is None
    assert officer_of("垃圾.垃圾", MORNING) is None


@pytest.mark.parametrize("weak", ["1234567", "11111111", "李文静12345"])
def test_a_weak_code_is_refused_with_what_a_good_one_needs(weak: str) -> None:
    with pytest.raises(CodeRefused, match="至少8位"):
        set_code("李文静", weak)


def test_who_is_not_registered_or_has_no_code_cannot_log_in() -> None:
    with pytest.raises(CodeRefused, match="未登记"):
        set_code("王某", CODE)
    with pytest.raises(CodeRefused, match="还没有个人口令"):
        check_code("张晓峰", "", MORNING)


def test_the_first_to_start_a_run_is_who_started_it(home: Path) -> None:
    set_code("李文静", CODE)
    note_start("r1", "李文静", "批复绩效目标", MORNING)
    note_start("r1", "张晓峰", "批复绩效目标", MORNING)
    assert starter("r1") == "李文静"
    assert starter("r2") is None
    kept = b"".join(path.read_bytes() for path in home.glob("jixiao.sqlite3*"))
    assert CODE.encode() not in kept
