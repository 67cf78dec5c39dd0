"""A letter as mail: the same letter is the same bytes, except for its day."""

import hashlib
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from models.letters import Letter
from models.settings import settings
from notifications.render import one_line

XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
DOCX = ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document")


def message_id(key: str) -> str:
    """The stable identity of a letter's mail."""
    domain = settings().sender.rpartition("@")[2] or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def mail_bytes(letter: Letter, at: datetime) -> bytes:
    """The mail, ready to send. In trial mode it goes to one address and names the true addressee."""
    mail = EmailMessage(policy=SMTP)
    trial = settings().trial_address
    subject = f"[试运行 → {letter.addressee}] {letter.subject}" if trial else letter.subject
    mail["From"] = Address(display_name=one_line(settings().bureau), addr_spec=settings().sender)
    mail["To"] = trial or letter.recipient
    if letter.copy_to and not trial:
        mail["Cc"] = letter.copy_to
    mail["Subject"] = one_line(subject)
    mail["Date"] = at
    mail["Message-ID"] = letter.message_id
    mail["Reply-To"] = settings().reply_to or settings().sender
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text, cte="base64")
    mail.add_alternative(letter.html, subtype="html", cte="base64")
    for line in filter(None, letter.attachments.splitlines()):
        path, _, name = line.partition("|")
        main, sub = DOCX if name.endswith(".docx") else XLSX
        data = (settings().home / path).read_bytes()
        mail.add_attachment(data, maintype=main, subtype=sub, filename=name or Path(path).name)
    for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(f"=={hashlib.sha256(letter.key.encode()).hexdigest()[:24]}.{number}==")
    return mail.as_bytes()


def envelope(letter: Letter) -> list[str]:
    """Everybody whom the mail is handed to."""
    if settings().trial_address:
        return [settings().trial_address]
    return [letter.recipient, *filter(None, letter.copy_to.split(", "))]
