"""Who is written to: the clerk of a department, or whoever stands next in line when the address is dead or away."""

from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session, col, select

from models.letters import MailReport
from models.people import Contact, Department, Officer, ThirdParty
from models.rules.rhythm import rhythm
from models.rules.workdays import add_workdays
from models.vocabulary import ReportKind, Role

CHIEF = "财政分管科长"
DEPUTY = "副"


@dataclass(frozen=True)
class Address:
    """To whom a letter goes; `also` gets every letter, since the recipient answers automatically that he is away."""

    name: str
    department_code: str | None
    recipient: str
    copies: dict[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()


class AddressBook:
    """Everybody's addresses, read once."""

    def __init__(self, session: Session, day: date) -> None:
        self.departments = dict(session.exec(select(Department.code, Department.name)).all())
        self.parties = dict(session.exec(select(ThirdParty.name, ThirdParty.email)).all())
        self.officers = list(session.exec(select(Officer).order_by(Officer.name)).all())
        self.roles: dict[str, dict[str, str]] = {}
        self.owner: dict[str, str] = {}
        """Address → the department whose contact it is."""
        usable = select(Contact).where(Contact.suspended_reason == "").order_by(Contact.key)
        for contact in session.exec(usable).all():
            self.roles.setdefault(contact.department_code, {}).setdefault(contact.role.value, contact.email)
            self.owner.setdefault(contact.email.lower(), contact.department_code)
        since = add_workdays(day, -rhythm().contact.away_workdays)
        reports = select(MailReport).where(col(MailReport.kind) == ReportKind.AWAY)
        self.away = {
            row.address for row in session.exec(reports).all() if since <= row.reported_at.date() <= day
        }

    @property
    def chief(self) -> str:
        """The last step of the ladder: the officer whose post says so, or the first one."""
        post = rhythm().sender.chief_post
        heads = [one for one in self.officers if one.post.endswith(post) and DEPUTY not in one.post]
        return next((one.email for one in heads or self.officers), "")

    @property
    def desk(self) -> str:
        """Whom a department may call: name and telephone of the first officer."""
        return next((f"{one.name} {one.phone}".strip() for one in self.officers), "")

    def in_line(self, department: str) -> list[str]:
        """Usable addresses of a department, in the order of escalation, each once."""
        roles = self.roles.get(department, {})
        return list(dict.fromkeys(roles[role.value] for role in Role if role.value in roles))

    def find(self, addressee: str) -> Address | None:
        """The clerk, or whoever stands next in line; None where nobody can be reached."""
        if addressee in self.parties:
            email = self.parties[addressee]
            return Address(addressee, None, email, {CHIEF: self.chief}) if email else None
        line = self.in_line(addressee)
        if not line:
            return None
        also = tuple(line[1:2]) if line[0] in self.away else ()
        copies = {**self.roles[addressee], CHIEF: self.chief}
        return Address(self.departments[addressee], addressee, line[0], copies, also)

    def name_of(self, addressee: str) -> str:
        """The name people know: of a department's code, else as it is."""
        return self.departments.get(addressee, addressee)
