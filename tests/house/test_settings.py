"""Every setting stands in the operations page, and the page names no setting that does not exist."""

import re
from pathlib import Path

from models.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"


def test_settings_and_operations_page_agree() -> None:
    documented = set(re.findall(r"`(JIXIAO_[A-Z_]+)`", PAGE.read_text(encoding="utf-8")))
    assert documented == {f"JIXIAO_{name.upper()}" for name in Settings.model_fields}


def test_secrets_do_not_show() -> None:
    shown = repr(Settings(smtp_url="smtp://somebody:verysecret@localhost", form_key="verysecret"))
    assert "verysecret" not in shown
