"""Personal codes: only a hash is kept, guessing waits, a log-in ends by logging out, with the day or with a new code."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from models.database import transaction
from models.letters import Letter
from tasks.letters import write_owed_letters
from tasks.log_in import check_code, guessed, log_in, log_out, officer_of, unlock
from tasks.officers import CodeRefused, note_start, set_code, standing, starter
from tasks.waiting_page import waiting_page
from tests import people

CODE = "铁山-2024-口令"
MORNING = people.at(7, 1)
DESK = "10.0.0.7"

pytestmark = pytest.mark.usefixtures("bureau")


@pytest.fixture
def bureau(home: Path) -> None:
    people.bureau()


def wrong(times: int, place: str, at: datetime = MORNING, name: str = "李文静") -> str:
    """Try wrong codes one after another, each as soon as that is free; returns when the next one is."""
    for _ in range(times):
        with pytest.raises(CodeRefused) as refused:
            check_code(name, "wrong", place, at)
        found = re.search(r"等到(\d\d):(\d\d):(\d\d)再试", str(refused.value))
        if found:
            hour, minute, second = map(int, found.groups())
            at = at.replace(hour=hour, minute=minute, second=second)
    return f"{at:%H:%M:%S}"


def test_the_right_code_opens_and_a_wrong_one_says_what_comes_of_it() -> None:
    set_code("李文静", CODE)
    with pytest.raises(CodeRefused, match="再错2次后，每次重试须等候"):
        check_code("李文静", "wrong", DESK, MORNING)
    check_code("李文静", CODE, DESK, MORNING)
    with pytest.raises(CodeRefused, match="再错2次后"):
        check_code("李文静", "wrong", DESK, MORNING)


def test_who_guesses_waits_longer_each_time_and_stops_nobody_elsewhere() -> None:
    set_code("李文静", CODE)
    assert [wrong(1, f"10.0.0.{n}") for n in (1, 2)] == ["09:00:00"] * 2
    assert wrong(8, "10.0.0.9") == "09:30:30"
    with pytest.raises(CodeRefused, match=r"10\.0\.0\.9）须等到09:30:30再试，其他电脑不受影响"):
        check_code("李文静", CODE, "10.0.0.9", MORNING + timedelta(minutes=30))
    check_code("李文静", CODE, DESK, MORNING + timedelta(minutes=30))
    check_code("李文静", CODE, "10.0.0.9", MORNING + timedelta(minutes=31))


def test_all_addresses_of_one_ipv6_network_are_one() -> None:
    set_code("李文静", CODE)
    wrong(3, "2001:db8::1")
    with pytest.raises(CodeRefused, match="须等到09:00:30"):
        check_code("李文静", CODE, "2001:db8::2", MORNING)
    check_code("李文静", CODE, "2001:db8:0:1::1", MORNING)


def test_when_strangers_guess_everywhere_only_strange_addresses_wait() -> None:
    for name in ("李文静", "张晓峰"):
        set_code(name, CODE)
    check_code("李文静", CODE, DESK, MORNING)
    for number in range(20):
        wrong(2, f"203.0.113.{number}", name="张晓峰")
    with pytest.raises(CodeRefused, match=r"没有登录过的电脑（198\.51\.100\.1）暂不能登录"):
        check_code("李文静", CODE, "198.51.100.1", MORNING)
    check_code("李文静", CODE, DESK, MORNING)
    check_code("张晓峰", CODE, "127.0.0.1", MORNING)
    check_code("李文静", CODE, "198.51.100.1", MORNING + timedelta(minutes=61))


def test_the_administrator_ends_the_waiting_of_one_or_of_all() -> None:
    for name in ("李文静", "张晓峰"):
        set_code(name, CODE)
        wrong(4, DESK, name=name)
    assert "李文静" in standing(MORNING)[1]
    assert "10.0.0.7须等到09:01:30" in standing(MORNING)[1]
    assert unlock("李文静") == 1
    check_code("李文静", CODE, DESK, MORNING)
    with pytest.raises(CodeRefused, match="须等到"):
        check_code("张晓峰", CODE, DESK, MORNING)
    assert unlock() == 1
    check_code("张晓峰", CODE, DESK, MORNING)


def test_guessing_is_told_to_the_officers_by_letter_and_on_the_page() -> None:
    set_code("李文静", CODE)
    people.department()
    wrong(6, "203.0.113.5")
    assert "李文静的口令从203.0.113.5连续输错6次" in waiting_page(2024, MORNING + timedelta(hours=1))
    with transaction() as session:
        assert [key for key, _ in guessed(session, MORNING.date())] == ["guess/李文静/2024-07-01"]
        assert guessed(session, MORNING.date() + timedelta(days=8)) == []
    write_owed_letters(2024, MORNING.date(), MORNING)
    with transaction() as session:
        told = [one.addressee for one in session.exec(select(Letter)).all() if "连续输错6次" in one.text]
    assert sorted(told) == ["张晓峰", "李文静"]


def test_logging_out_ends_it_here_too_and_another_log_in_goes_on() -> None:
    set_code("李文静", CODE)
    mine, other = log_in("李文静", DESK, MORNING), log_in("李文静", "10.0.0.8", MORNING)
    assert officer_of(mine, MORNING) == "李文静"
    log_out(mine, MORNING + timedelta(minutes=1))
    log_out("nobody's", MORNING)
    assert officer_of(mine, MORNING + timedelta(minutes=1)) is None
    assert officer_of(other, MORNING + timedelta(minutes=1)) == "李文静"


def test_a_new_code_ends_the_waiting_and_every_log_in() -> None:
    set_code("李文静", CODE)
    token = log_in("李文静", DESK, MORNING)
    wrong(5, DESK)
    assert officer_of(token, MORNING) == "李文静"  # who is logged in is not thrown out by guessing
    set_code("李文静", CODE + "新")
    assert officer_of(token, MORNING) is None
    check_code("李文静", CODE + "新", DESK, MORNING)


def test_a_log_in_ends_with_the_day_and_cannot_be_made_up(home: Path) -> None:
    set_code("李文静", CODE)
    token = log_in("李文静", DESK, MORNING)
    assert officer_of(token, MORNING + timedelta(hours=10)) is None
    assert officer_of(f"{token[:-1]}x", MORNING) is None
    assert officer_of("", MORNING) is None
    assert token.encode() not in b"".join(path.read_bytes() for path in home.glob("jixiao.sqlite3*"))


@pytest.mark.parametrize("weak", ["1234567", "11111111", "李文静12345"])
def test_a_weak_code_is_refused_with_what_a_good_one_needs(weak: str) -> None:
    with pytest.raises(CodeRefused, match="至少8位"):
        set_code("李文静", weak)


def test_who_is_not_registered_or_has_no_code_cannot_log_in() -> None:
    with pytest.raises(CodeRefused, match="未登记"):
        set_code("王某", CODE)
    with pytest.raises(CodeRefused, match="还没有个人口令"):
        check_code("张晓峰", "", DESK, MORNING)


def test_the_first_to_start_a_run_is_who_started_it(home: Path) -> None:
    set_code("李文静", CODE)
    note_start("r1", "李文静", "批复绩效目标", MORNING)
    note_start("r1", "张晓峰", "批复绩效目标", MORNING)
    assert starter("r1") == "李文静"
    assert starter("r2") is None
    kept = b"".join(path.read_bytes() for path in home.glob("jixiao.sqlite3*"))
    assert CODE.encode() not in kept
