"""What machines write back: bounces (delivery status notifications and all the other shapes) and automatic replies."""

import email
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message
from email.policy import compat32

from flufl.bounce import all_failures

from models.settings import settings
from models.vocabulary import ReportKind

OURS = re.compile(rb"<[0-9a-f]{32}@[A-Za-z0-9.-]+>")
ADDRESS = re.compile(r"[^\s;<>]+@[^\s;<>]+")
KINDS = {
    "failed": ReportKind.BOUNCED,
    "delayed": ReportKind.DELAYED,
    "delivered": ReportKind.DELIVERED,
    "relayed": ReportKind.RELAYED,
}
LONGEST = 300
FAILED = re.compile(
    "退信|退回|无法送达|无法投递|投递失败|发送失败|不存在|undeliver|not be delivered|delivery fail",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Report:
    """One address that a bounce speaks of: status code ("5.1.1") and the foreign server's words."""

    kind: ReportKind
    address: str
    status: str
    says: str


def bounces(data: bytes) -> list[Report]:
    """What a mail reports about addresses; empty for a mail that is no bounce. Any bytes give a list, never an error."""
    try:
        mail = email.message_from_bytes(data, policy=compat32)
        told = {one.address: one for one in _told(mail)}
        temporary, permanent = all_failures(mail)
    except Exception:  # noqa: BLE001  header parser and detectors raise what they like on foreign bytes
        return []
    for kind, found in ((ReportKind.BOUNCED, permanent), (ReportKind.DELAYED, temporary)):
        for address in sorted(one.decode("utf-8", "replace").lower() for one in found):
            told.setdefault(address, Report(kind, address, "", ""))
    return list(told.values())


def _told(mail: Message) -> Iterator[Report]:
    """The machine-readable part of a delivery status notification (RFC 3464)."""
    for part in mail.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in (one for one in blocks if isinstance(one, Message)):
            kind = KINDS.get(str(block.get("Action", "")).strip().lower())
            address = ADDRESS.search(
                str(block.get("Original-Recipient") or block.get("Final-Recipient") or "")
            )
            if kind is not None and address is not None:
                status = str(block.get("Status", "")).strip().split(" ")[0][:20]
                yield Report(
                    kind, address.group().lower(), status, _line(str(block.get("Diagnostic-Code", "")))
                )


def said_in_words(text: str, addresses: Sequence[str]) -> list[Report]:
    """A bounce in nobody's format, as some providers here write it: it says that it failed, and names the address."""
    if not FAILED.search(text):
        return []
    low = text.lower()
    return [Report(ReportKind.BOUNCED, one, "", _line(text)) for one in addresses if one in low]


def named_letters(data: bytes) -> list[str]:
    """Message-IDs of ours that a mail names anywhere, in its headers or in what it returns, also encoded."""
    found = dict.fromkeys(OURS.findall(data))
    try:
        for part in email.message_from_bytes(data, policy=compat32).walk():
            body = part.get_payload(decode=True)
            found |= dict.fromkeys(OURS.findall(body) if isinstance(body, bytes) else ())
    except Exception:  # noqa: BLE001  as above
        return [one.decode("ascii") for one in found]
    domain = settings().sender.rpartition("@")[2] or "localhost"
    return [name for name in (one.decode("ascii") for one in found) if name.endswith(f"@{domain}>")]


def _line(text: str) -> str:
    clean = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join("".join(mark if mark.isprintable() else " " for mark in clean).split())[:LONGEST]
