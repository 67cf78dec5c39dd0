"""The doctor rings at the post office and reads the bureau's own texts before they are needed."""

from datetime import date
from pathlib import Path

import pytest

from tasks.doctor import examine
from tests.outbox import lead


def test_the_doctor_says_what_is_wrong_with_the_post_office(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def says() -> list[tuple[bool, str]]:
        return [(one.well, one.says) for one in examine(date(2024, 3, 1)) if one.what == "邮件"]

    lead(monkeypatch, smtp_url="smtp://user:verysecret@localhost:25")
    ((well, text),) = says()
    assert not well
    assert "没有加密" in text
    assert "verysecret" not in text
    lead(monkeypatch, smtp_url="smtps://[::1")
    assert says()[0][0] is False


def test_a_broken_text_of_the_bureau_is_found_before_it_is_needed(home: Path) -> None:
    own = home / "templates" / "opened"
    own.mkdir(parents=True)
    (own / "body.txt").write_text("{% for %}", encoding="utf-8")
    (found,) = [one for one in examine(date(2024, 3, 1)) if one.what == "函件文字和节奏"]
    assert not found.well
    assert "opened/body.txt" in found.says
