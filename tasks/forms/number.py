"""表单编号: says year, kind, addressee and version in clear, with a keyed tag that nobody can make up."""

import contextlib
import hashlib
import hmac
import os
import re
import secrets

from models.settings import settings
from models.vocabulary import OwnList, RoundKind

CODES: dict[RoundKind | OwnList, str] = {
    RoundKind.ASSESSMENT_APPLICATION: "PG",
    RoundKind.ASSESSMENT_CONCLUSION: "JL",
    RoundKind.TARGET_DECLARATION: "SB",
    RoundKind.EXPERT_REVIEW: "PS",
    RoundKind.TARGET_ADJUSTMENT: "TZ",
    RoundKind.MONITORING: "JK",
    RoundKind.SELF_EVALUATION: "ZP",
    RoundKind.FISCAL_EVALUATION: "CP",
    RoundKind.RECTIFICATION: "ZG",
    OwnList.DECISIONS: "JD",
}
SHAPE = re.compile(
    r"JX(?P<year>\d{4})-(?P<code>[A-Z]{2})-(?P<who>[0-9A-Z]+)-(?P<version>\d+)-(?P<tag>[0-9A-F]{12})"
)


def form_number(
    kind: RoundKind | OwnList, round_key: str, addressee: str, fiscal_year: int, version: int
) -> str:
    """E.g. JX2024-JK-219-1-7F3A9C01D2E4. An addressee that is no code is shown by a short digest of its name."""
    clear = addressee.isascii() and addressee.isalnum()
    who = addressee.upper() if clear else hashlib.sha256(addressee.encode()).hexdigest()[:6].upper()
    head = f"JX{fiscal_year}-{CODES[kind]}-{who}-{version}"
    return f"{head}-{_tag(head, round_key, addressee)}"


def looks_like(text: str) -> str | None:
    """The first form number in a text, or None."""
    found = SHAPE.search(text.upper())
    return found.group(0) if found else None


def _tag(head: str, round_key: str, addressee: str) -> str:
    words = "\n".join((head, round_key, addressee))
    return hmac.new(secret_key(), words.encode(), hashlib.sha256).hexdigest()[:12].upper()


def secret_key() -> bytes:
    """The secret of this installation: from the settings, or made once and kept readable by its owner only."""
    given = settings().form_key.get_secret_value()
    if given:
        return given.encode()
    path = settings().home / "form.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_suffix(f".{os.getpid()}")
        made.write_text(secrets.token_hex(32))
        made.chmod(0o600)
        with contextlib.suppress(FileExistsError):  # whoever is second keeps the first one's key
            os.link(made, path)
        made.unlink()
    return path.read_bytes()
