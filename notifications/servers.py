"""The mail servers of the setting, in order; what may be said to which, and what they answer, made harmless."""

from urllib.parse import SplitResult, urlsplit

from models.settings import settings

SCHEMES = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class PostOfficeShut(Exception):
    """Nothing can be sent now; the message says at which step it failed, without any secret."""


def servers() -> list[SplitResult]:
    """The servers in order: one address after another in the setting, separated by blanks; a wrong one is empty."""
    return [_parted(one) for one in settings().smtp_url.get_secret_value().split() or [""]]


def _parted(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def encryption(url: SplitResult) -> tuple[bool, bool]:
    """(encrypted from the first byte, encrypted by STARTTLS). Raises PostOfficeShut for an address that must not be used."""
    try:
        good = bool(url.scheme in SCHEMES and url.hostname and url.port != 0)
    except ValueError:
        good = False
    if not good:
        raise PostOfficeShut("JIXIAO_SMTP_URL不正确，应如 smtp+starttls://用户:口令@主机:587，未发送")
    if url.username and url.scheme == "smtp":
        raise PostOfficeShut(
            f"邮件服务器{url.hostname}的地址没有加密，口令未发出。请改用 smtps:// 或 smtp+starttls://"
        )
    return url.scheme == "smtps", url.scheme == "smtp+starttls"


def plain(answer: str) -> str:
    """A server's words on one line, without what could break a page or a database."""
    clean = answer.encode("utf-8", "replace").decode("utf-8")
    return " ".join("".join(mark if mark.isprintable() else " " for mark in clean).split())[:300]
