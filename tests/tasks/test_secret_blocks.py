"""The post office's address from Prefect's Secret block: in memory only, and never in a message."""

from datetime import date
from pathlib import Path

import pytest
from prefect.blocks.system import Secret
from prefect.testing.utilities import prefect_test_harness

from models.settings import settings
from tasks.doctor import examine
from tasks.secret_blocks import SecretMissing, fetch_secrets
from tests.outbox import lead
from tests.smtp_server import Server, serving


def test_a_secret_block_holds_the_address(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with prefect_test_harness(server_startup_timeout=120), serving(Server()) as server:
        Secret(value=f"smtp://127.0.0.1:{server.port}").save("post-office", _sync=True)
        lead(monkeypatch, smtp_url="prefect:post-office")
        assert [one.well for one in examine(date(2024, 3, 1)) if one.what == "邮件"] == [True]
        assert settings().smtp_url.get_secret_value().endswith(str(server.port))
        assert str(server.port) not in repr(settings())
        lead(monkeypatch, smtp_url="prefect:no-such-block")
        with pytest.raises(SecretMissing, match="no-such-block"):
            fetch_secrets()


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
