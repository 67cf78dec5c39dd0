"""What comes back: bounces of several makes, automatic replies, answers of people; and what follows from them."""

import email
import time
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP, default
from pathlib import Path

import pytest
from alembic import command
from sqlmodel import select

from models.database import engine, transaction
from models.intake import Submission
from models.letters import ContactReply, Delivery, Letter, MailReport
from models.migrations.upgrade import config, upgrade
from models.people import Contact
from models.registers import Publication
from models.settings import settings
from models.vocabulary import LetterState, ReportKind, Verdict
from notifications.render import section
from tasks.contacts import (
    ContactRefused,
    delivery,
    doubtful_contacts,
    resend_letter,
    set_contact,
    withdraw_letter,
)
from tasks.disclosure import DisclosureRefused, accounts_of_all_approved, published_by
from tasks.intake import collect
from tasks.letters import letters_owed, preview, send_letters, write_owed_letters
from tasks.postmaster import redirect
from tasks.rounds import the_year
from tasks.waiting_page import waiting_page
from tests import people
from tests.outbox import NOON, all_letters, found, lead, letter, put, quick_rules
from tests.smtp_server import Server, serving

CLERK, HEAD = "clerk.203001@dept.example", "finance_head.203001@dept.example"
POSTFIX = """\
From: MAILER-DAEMON@mail.bureau.example (Mail Delivery System)
To: jixiao@bureau.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Return-Path: <>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

<{address}>: host mx.dept.example said: 550 5.1.1 user unknown

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.bureau.example

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} <{address}>: user unknown

--b1
Content-Type: message/rfc822

{original}
--b1--
"""
EXIM = """\
From: Mail Delivery System <Mailer-Daemon@mx.example>
To: jixiao@bureau.example
Subject: Mail delivery failed: returning message to sender
Auto-Submitted: auto-replied
X-Failed-Recipients: {address}

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {address}
    unknown user

------ This is a copy of the message, including all the headers. ------

{original}
"""
QMAIL = """\
From: MAILER-DAEMON@mx.example
To: jixiao@bureau.example
Subject: failure notice
Return-Path: <>

Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{address}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

{original}
"""
IN_WORDS = """\
From: <PostMaster@mail.example>
To: jixiao@bureau.example
Subject: =?utf-8?B?57O757uf6YCA5L+h?=
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

抱歉，您的邮件被退回来了。收件人邮件地址（{address}）不存在，邮件无法送达。

{original}
"""
MAKES = {"postfix": POSTFIX, "exim": EXIM, "qmail": QMAIL, "in words": IN_WORDS}


@pytest.fixture(autouse=True)
def asked(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A department with its three contacts, and a mailbox's inbox folder."""
    lead(monkeypatch, sender="jixiao@bureau.example", rules_folder=str(quick_rules(home / "rules")))
    people.bureau()
    people.department()
    settings().inbox.mkdir(parents=True)
    return home


def sent(day: int) -> Letter:
    """A letter to the clerk that went out on a day of March."""
    at = people.at(3, day, 12)
    one = letter("区民政局", 1, at, recipient=CLERK, department_code="203001", kind="warning")
    put(one)
    assert send_letters(at.date(), at) >= 1
    return found(one.key)


def original(one: Letter) -> str:
    (path,) = settings().post.rglob(f"{one.written_on}/*.eml")
    return path.read_bytes().decode().replace("\r\n", "\n")


def come(raw: str | bytes, at: datetime = NOON) -> None:
    (settings().inbox / "in.eml").write_bytes(raw.encode() if isinstance(raw, str) else raw)
    collect(at.date(), at)


def bounce(one: Letter, make: str = "postfix", status: str = "5.1.1", action: str = "failed") -> None:
    fields = {"address": CLERK, "status": status, "action": action, "original": original(one)}
    come(MAKES[make].format(**fields))


def contact(email_: str) -> Contact:
    with transaction() as session:
        return session.exec(select(Contact).where(Contact.email == email_)).one()


def reports() -> list[MailReport]:
    with transaction() as session:
        return list(session.exec(select(MailReport).order_by(MailReport.key)).all())


@pytest.mark.parametrize("make", MAKES)
def test_a_bounced_letter_goes_to_the_next_in_line_and_says_so(make: str) -> None:
    one = sent(4)
    bounce(one, make)
    assert found(one.key).state == LetterState.REFUSED
    (again,) = [row for row in all_letters() if row.redirected_from == one.key]
    assert (again.recipient, again.state, again.subject) == (HEAD, LetterState.QUEUED, one.subject)
    assert "未能送达" in again.text
    assert again.message_id != one.message_id
    assert contact(CLERK).suspended_reason == ""
    assert [row.kind for row in reports()] == [ReportKind.BOUNCED]


def test_an_address_that_bounces_twice_is_suspended_and_the_officers_are_told() -> None:
    bounce(sent(4))
    bounce(sent(5))
    assert "第2次退信" in contact(CLERK).suspended_reason
    at = people.at(3, 6)
    write_owed_letters(people.YEAR, at.date(), at)
    digests = [row for row in all_letters() if row.kind == "digest"]
    assert len(digests) == 2
    assert CLERK in digests[0].text
    assert any(CLERK in line for line in doubtful_contacts(people.YEAR, at))


def test_the_same_bounce_read_twice_counts_once() -> None:
    one = sent(4)
    bounce(one)
    bounce(one)
    assert contact(CLERK).suspended_reason == ""
    assert len([row for row in all_letters() if row.redirected_from]) == 1


def test_the_other_side_is_asked_for_a_receipt_and_it_proves_the_delivery(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = people.at(3, 4, 12)
    put(letter("区民政局", 1, at, recipient=CLERK, department_code="203001"))
    with serving(Server(receipts=True)) as server:
        lead(monkeypatch, smtp_url=f"smtp://127.0.0.1:{server.port}")
        assert send_letters(at.date(), at) == 1
    said = b"".join(line for _, line in server.heard)
    assert b"RET=HDRS" in said
    assert b"NOTIFY=SUCCESS,FAILURE,DELAY" in said
    (one,) = all_letters()
    head = f"Message-ID: {one.message_id}\n"
    come(POSTFIX.format(address=CLERK, status="2.0.0", action="delivered", original=head))
    assert found(one.key).state == LetterState.SENT
    assert f"送达 {CLERK} 2.0.0" in "\n".join(delivery(people.YEAR, "区民政局"))
    assert len(all_letters()) == 1


def test_a_forged_bounce_suspends_nobody() -> None:
    one = sent(4)
    for n in range(3):
        forged = original(one).replace(one.message_id, f"<{n:032x}@bureau.example>")
        come(POSTFIX.format(address=CLERK, status="5.1.1", action="failed", original=forged))
    assert found(one.key).state == LetterState.SENT
    assert contact(CLERK).suspended_reason == ""
    assert len(reports()) == 3


def test_a_delay_changes_nothing_and_a_policy_refusal_does_not_suspend() -> None:
    one = sent(4)
    bounce(one, status="4.4.1", action="delayed")
    assert found(one.key).state == LetterState.SENT
    bounce(one, status="5.7.1")
    bounce(sent(5), status="5.7.1")
    assert found(one.key).state == LetterState.REFUSED
    assert contact(CLERK).suspended_reason == ""


def test_our_own_form_in_a_bounce_is_no_answer(asked: Path) -> None:
    (asked / "form.xlsx").write_bytes(b"PK not a workbook")
    at = people.at(3, 4, 12)
    put(letter("区民政局", 1, at, recipient=CLERK, department_code="203001", attachments="form.xlsx|表.xlsx"))
    send_letters(at.date(), at)
    bounce(all_letters()[0])
    with transaction() as session:
        (kept,) = session.exec(select(Submission)).all()
    assert kept.verdict == Verdict.KEPT
    assert "退信" in kept.says


def reply(one: Letter, text: str, sender: str = CLERK, **headers: str) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, "jixiao@bureau.example", f"回复：{one.subject}"
    mail["In-Reply-To"] = one.message_id
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return bytes(mail)


def test_while_the_clerk_is_away_the_next_in_line_gets_a_copy() -> None:
    one = sent(4)
    come(reply(one, "我在外培训，周一回来。", Auto_Submitted="auto-replied"), people.at(3, 5))
    assert [(row.kind, row.address) for row in reports()] == [(ReportKind.AWAY, CLERK)]
    owes_a_form()
    at = people.at(3, 5)
    write_owed_letters(people.YEAR, at.date(), at)
    (opened,) = [row for row in all_letters() if row.kind == "opened" and row.written_on == at.date()]
    assert (opened.recipient, opened.copy_to) == (CLERK, HEAD)
    digest = next(row for row in all_letters() if row.kind == "digest")
    assert "我在外培训" in digest.text


def owes_a_form() -> None:
    from tasks.target_review import arrange_initial_budgets, issue_declarations

    people.project("203001", 1)
    moment = people.at(3, 1)
    arrange_initial_budgets.run(people.YEAR, moment)
    issue_declarations.run(people.YEAR, moment)


def test_people_who_answer_in_words_are_not_told_off_and_the_officers_read_it() -> None:
    one = sent(4)
    come(reply(one, "是\n\n李会计"))
    come(reply(one, "联系人换成王会计，wang@dept.example。"))
    with transaction() as session:
        answers = sorted(
            (row.confirmed, row.text.splitlines()[0]) for row in session.exec(select(ContactReply))
        )
        assert [one.kind for one in letters_owed(session, people.YEAR, people.at(3, 5).date())] == [
            "digest"
        ] * 2
    assert answers == [(False, "联系人换成王会计，wang@dept.example。"), (True, "是")]


def test_contacts_are_asked_twice_a_year_unless_they_were_heard_from() -> None:
    owes_nothing = people.at(1, 5)
    write_owed_letters(people.YEAR, owes_nothing.date(), owes_nothing)
    (asked_,) = [row for row in all_letters() if row.kind == "contact_check"]
    assert "还是您吗" in asked_.subject
    assert CLERK in asked_.text
    assert HEAD in asked_.text
    again = people.at(1, 8)
    write_owed_letters(people.YEAR, again.date(), again)
    assert len([row for row in all_letters() if row.kind == "contact_check"]) == 1
    come(reply(asked_, "是"), people.at(6, 3))
    july = people.at(7, 5)
    write_owed_letters(people.YEAR, july.date(), july)
    assert len([row for row in all_letters() if row.kind == "contact_check"]) == 1


def test_a_new_contact_gets_what_did_not_arrive() -> None:
    for role, address in (("财务负责人", HEAD), ("分管领导", "leader.203001@dept.example")):
        with transaction() as session:
            row = session.exec(select(Contact).where(Contact.email == address)).one()
            row.suspended_reason = f"{role}调离"
            session.add(row)
    one = sent(4)
    bounce(one)
    assert [row.redirected_from for row in all_letters()] == [""]
    says = set_contact("区民政局", "经办人", "王会计", "wang@dept.example", "0714-1", people.at(3, 6))
    assert "补发未送达函件1封" in says
    at = people.at(3, 6)
    assert send_letters(at.date(), at) == 1
    proof = "\n".join(delivery(people.YEAR, "区民政局"))
    assert "wang@dept.example" in proof
    assert "退信 clerk.203001@dept.example 5.1.1" in proof
    for wrong in (("区民政局", "经办人", "x", "不是 地址"), ("没有这个局", "经办人", "x", "a@b.example"), ("区民政局", "门卫", "x", "a@b.example")):  # fmt: skip
        with pytest.raises(ContactRefused):
            set_contact(*wrong, "", at)


def test_a_refusal_at_the_door_is_a_bounce_too(monkeypatch: pytest.MonkeyPatch) -> None:
    at = people.at(3, 4, 12)
    put(letter("区民政局", 1, at, recipient=CLERK, department_code="203001"))
    put(letter("另一单位", 1, at, recipient="good@dept.example"))
    server = Server(refused={CLERK: b"550 5.1.1 no such user\r\n"})
    with serving(server):
        lead(monkeypatch, smtp_url=f"smtp://127.0.0.1:{server.port}")
        assert send_letters(at.date(), at) == 2
    assert sorted(people_[0] for people_, _ in server.taken) == [HEAD, "good@dept.example"]
    assert "no such user" in "\n".join(delivery(people.YEAR, "区民政局"))
    assert "queued as ABC123" in "\n".join(delivery(people.YEAR, "另一单位"))


def test_a_copy_that_is_refused_does_not_stop_the_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    at = people.at(3, 4, 12)
    put(letter("区民政局", 1, at, recipient=CLERK, copy_to=HEAD, department_code="203001"))
    with serving(Server(refused={HEAD: b"550 5.1.1 no such user\r\n"})) as server:
        lead(monkeypatch, smtp_url=f"smtp://127.0.0.1:{server.port}")
        assert send_letters(at.date(), at) == 1
    assert [(row.address, row.says) for row in reports()] == [(HEAD, "550 5.1.1 no such user")]


@pytest.mark.parametrize("ends", ["taken", "refused", "never"])
def test_a_copy_that_is_put_off_goes_again_alone_and_is_no_bounce(
    monkeypatch: pytest.MonkeyPatch, ends: str
) -> None:
    at, other = people.at(3, 4, 12), "leader.203001@dept.example"
    one = letter("区民政局", 1, at, recipient=CLERK, copy_to=f"{HEAD}, {other}", department_code="203001")
    put(one)
    with serving(Server(refused={HEAD: b"450 4.2.0 greylisted\r\n"})) as server:
        lead(monkeypatch, smtp_url=f"smtp://127.0.0.1:{server.port}")
        assert send_letters(at.date(), at) == 1
        assert (found(one.key).state, found(one.key).sent_at) == (LetterState.SENT, at)
        assert HEAD in found(one.key).outcome
        put(letter("区民政局", 2, at, recipient=CLERK, department_code="203001"))
        assert send_letters(at.date(), at) == 1  # the addressee's next letter does not wait for the copy
        if ends != "never":
            server.refused = {} if ends == "taken" else {HEAD: b"550 5.1.1 no such user\r\n"}
        for hours in (1, 4, 14, 40, 70, 100):
            send_letters(at.date(), at + timedelta(hours=hours))
    (again,) = [row for row in all_letters() if row.copy_of]
    assert (again.key, again.goes_to, again.message_id) == (f"{one.key}/抄送1", HEAD, one.message_id)
    states = {"taken": LetterState.SENT, "refused": LetterState.REFUSED, "never": LetterState.EXPIRED}
    assert again.state == states[ends]
    assert [row.address for row in reports()] == ([HEAD] if ends == "refused" else [])
    assert contact(HEAD).suspended_reason == ""
    assert [people_ for people_, _ in server.taken] == [
        [CLERK, other],
        [CLERK],
        *([[HEAD]] if ends == "taken" else []),
    ]
    if ends == "taken":
        assert server.taken[0][1] == server.taken[2][1]
    assert [row.redirected_from for row in all_letters() if row.redirected_from] == []
    assert HEAD in "\n".join(delivery(people.YEAR, "区民政局"))


@pytest.mark.parametrize("who", [CLERK, HEAD])
def test_a_policy_is_no_bad_address(monkeypatch: pytest.MonkeyPatch, who: str) -> None:
    at = people.at(3, 4, 12)
    for n in (1, 2, 3):
        put(letter("区民政局", n, at, recipient=CLERK, copy_to=HEAD, department_code="203001"))
    with serving(Server(refused={who: b"550 5.7.1 rejected by policy\r\n"})) as server:
        lead(monkeypatch, smtp_url=f"smtp://127.0.0.1:{server.port}")
        assert send_letters(at.date(), at) == (0 if who == CLERK else 3)
    assert reports() == []
    assert contact(who).suspended_reason == ""
    assert "rejected by policy" in "\n".join(delivery(people.YEAR, "区民政局"))


def test_a_reminder_redirected_to_the_next_in_line_is_not_withdrawn_while_its_form_is_open() -> None:
    owes_a_form()
    at = people.at(3, 1)
    write_owed_letters(people.YEAR, at.date(), at)
    (one,) = [row for row in all_letters() if row.addressee == "区民政局"]
    with transaction() as session:
        again = session.get_one(Letter, one.key)
        again.kind = "reminder"
        assert redirect(session, again, HEAD, at)
    assert send_letters(at.date(), at) >= 2
    assert {row.state for row in all_letters() if row.addressee == "区民政局"} == {LetterState.SENT}


def test_one_poison_letter_stops_nobody_and_order_waits_for_it_only_so_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = people.at(3, 4, 9)
    put(
        letter("甲", 1, at, recipient="slow@dept.example"), letter("甲", 2, at, recipient="fast@dept.example")
    )
    put(*(letter(f"unit{n}", 1, at) for n in range(5)))
    with serving(Server(refused={"slow@dept.example": b"450 4.2.0 greylisted\r\n"})) as server:
        lead(monkeypatch, smtp_url=f"smtp://127.0.0.1:{server.port}")
        assert send_letters(at.date(), at) == 5
        assert send_letters(at.date(), at + timedelta(minutes=10)) == 0
        assert (
            send_letters(at.date(), at + timedelta(minutes=60)) == 1
        )  # the third try failed: no more waiting
        for hours in (3, 12, 40, 70, 100):
            send_letters(at.date(), at + timedelta(hours=hours))
    slow = found(letter("甲", 1, at).key)
    assert slow.state == LetterState.EXPIRED
    assert "fast@dept.example" in [people_[0] for people_, _ in server.taken]


def test_daily_limit_and_quiet_days(asked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick_rules(asked / "rules", daily=3)
    lead(monkeypatch, rules_folder=str(quick_rules(asked / "rules3", daily=3)))
    friday, saturday, monday = people.at(3, 1, 12), people.at(3, 2, 12), people.at(3, 4, 12)
    put(*(letter(f"unit{n}", 1, friday) for n in range(5)))
    assert send_letters(friday.date(), friday) == 3
    put(letter("prompt", 1, saturday, kind="accepted"))
    assert send_letters(saturday.date(), saturday) == 1
    assert send_letters(monday.date(), monday) == 2
    owes_a_form()
    assert write_owed_letters(people.YEAR, saturday.date(), saturday) == 0
    # 18 February 2024 is a Sunday on which offices work.
    sunday = people.at(2, 18)
    assert write_owed_letters(people.YEAR, sunday.date(), sunday) > 0


def test_a_reminder_whose_form_came_in_is_withdrawn_and_an_officer_may_withdraw_any() -> None:
    at = people.at(3, 4)
    put(letter("区民政局", 1, at, kind="reminder", recipient=CLERK), letter("乙", 1, at))
    assert "已撤回" in withdraw_letter(letter("乙", 1, at).key, "写错了")
    assert send_letters(at.date(), at) == 0
    assert {row.state for row in all_letters()} == {LetterState.WITHDRAWN}
    with pytest.raises(ContactRefused, match="不能撤回"):
        withdraw_letter(letter("乙", 1, at).key, "再撤一次")


def test_trial_mode_shows_the_true_addressee(monkeypatch: pytest.MonkeyPatch) -> None:
    lead(monkeypatch, trial_address="trial@bureau.example")
    one = sent(4)
    mail = email.message_from_string(original(one), policy=default)
    assert (mail["To"], mail["Cc"]) == ("trial@bureau.example", None)
    assert mail["Subject"].startswith("[试运行 → 区民政局]")
    body = mail.get_body(("plain",))
    assert body is not None
    assert CLERK in body.get_content()


def test_the_preview_stores_nothing_and_shows_every_letter() -> None:
    owes_a_form()
    day = people.at(3, 1).date()
    page, count = preview(people.YEAR, day)
    assert count == page.count("<details") > 0
    assert CLERK in page
    assert all_letters() == []
    at = people.at(3, 1)
    assert write_owed_letters(people.YEAR, day, at) == count


def test_a_letter_that_nobody_could_send_expires_and_can_be_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    at = people.at(3, 4, 9)
    one = letter("区民政局", 1, at, recipient=CLERK, department_code="203001")
    put(one)
    lead(monkeypatch, smtp_url="smtp://127.0.0.1:1")
    for days in (0, 7, 14, 15, 16):
        moment = at + timedelta(days=days)
        send_letters(moment.date(), moment)
    assert found(one.key).state == LetterState.EXPIRED
    later = people.at(3, 21)
    with transaction() as session:
        told = [owed.facts["failed"] for owed in letters_owed(session, people.YEAR, later.date())]
    assert "未能发出" in told[0][0]
    assert "放回发件箱" in resend_letter(one.key, later)
    lead(monkeypatch, smtp_url="")
    assert send_letters(later.date(), later) == 1
    with pytest.raises(ContactRefused, match="不需要重发"):
        resend_letter(one.key, later)


@pytest.mark.parametrize("why", ["too many tries", "too old"])
def test_a_letter_put_back_begins_anew(monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    """Greylisting meets every new address: the first try after putting back must not be the last."""
    at = people.at(3, 4, 9)
    one = letter("区民政局", 1, at, recipient=CLERK, department_code="203001")
    put(one)
    slow = {CLERK: b"450 4.2.0 greylisted\r\n"}
    with serving(Server(refused=slow)) as server:
        lead(monkeypatch, smtp_url=f"smtp://127.0.0.1:{server.port}")
        for hours in (0, 1, 4, 14, 40, 70, 100) if why == "too many tries" else (0, 24 * 20):
            moment = at + timedelta(hours=hours)
            send_letters(moment.date(), moment)
        assert found(one.key).state == LetterState.EXPIRED
        tried = found(one.key).attempts
        later = at + timedelta(days=21)
        resend_letter(one.key, later)
        assert send_letters(later.date(), later) == 0
        assert found(one.key).state == LetterState.DEFERRED
        server.refused = {}
        assert send_letters(later.date(), later + timedelta(minutes=6)) == 1
    assert found(one.key).attempts == tried + 2
    with transaction() as session:
        assert len(session.exec(select(Delivery).where(Delivery.letter_key == one.key)).all()) == tried + 2


def test_the_pace_is_kept(asked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = quick_rules(asked / "paced")
    text = (folder / "rhythm.toml").read_text().replace("per_minute = 0", "per_minute = 1200")
    (folder / "rhythm.toml").write_text(text)
    put(*(letter(f"unit{n}") for n in range(11)))
    with serving(Server()) as server:
        lead(monkeypatch, rules_folder=str(folder), smtp_url=f"smtp://127.0.0.1:{server.port}")
        start = time.monotonic()
        assert send_letters(NOON.date(), NOON) == 11
    assert time.monotonic() - start >= 10 * 60 / 1200


def test_a_due_day_of_a_year_not_published_yet_is_said_to_be_assumed() -> None:
    facts = {"matter": "单位自评", "fiscal_year": 2030, "count": 1, "due": date(2031, 3, 21)}
    assert "2031年3月21日（暂按，以放假通知为准）" in section("opened", [facts]).text
    known = section("opened", [facts | {"due": date(2025, 3, 21)}])
    assert "暂按" not in known.text + known.html


def test_an_installation_of_before_keeps_its_letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lead(monkeypatch, home=str(tmp_path / "old"))
    with engine().begin() as connection:
        made = config()
        made.attributes["connection"] = connection
        command.upgrade(made, "0001")
        connection.exec_driver_sql(
            "INSERT INTO workyear VALUES (2024, 2024, 2023, 2025, 'huangshi', '2024-01-01')"
        )
        columns = "key, kind, about, work_year, written_on, addressee, recipient, copy_to, subject, text, html, attachments, state, attempts, claimed_by, outcome, message_id"
        values = "'k', 'opened', 'x', 2024, '2024-03-01', '甲', 'a@b.example', '', 's', 't', 'h', '', '待发', 0, '', '', '<m@b.example>'"
        connection.exec_driver_sql(f"INSERT INTO letter ({columns}) VALUES ({values})")  # noqa: S608
        connection.exec_driver_sql("INSERT INTO letteritem VALUES ('i', 'k', 'opened', 'x')")
    upgrade()
    assert send_letters(NOON.date(), NOON) == 1
    assert found("k").written_at.date() == date(2024, 3, 1)


def test_an_unreadable_file_is_answered_in_the_departments_own_letter() -> None:
    owes_a_form()
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["Subject"] = f"郭晓红 <{CLERK}>", "表"
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="扫描件.pdf")
    at = people.at(3, 1)
    come(bytes(mail), at)
    mail.replace_header("From", "路人 <passer@elsewhere.example>")
    mail.replace_header("Subject", "另一封")
    mail.add_attachment(b"%PDF-1.7 x", maintype="application", subtype="pdf", filename="另一份.pdf")
    come(bytes(mail), at)
    write_owed_letters(people.YEAR, at.date(), at)
    with transaction() as session:
        rows = session.exec(select(Letter).where(Letter.kind != "digest").order_by(Letter.addressee)).all()
    assert [(row.addressee, row.recipient) for row in rows] == [
        ("区民政局", CLERK),
        ("路人", "passer@elsewhere.example"),
    ]
    assert "PDF" in rows[0].text
    assert "绩效目标申报" in rows[0].text
    assert "区民政局" not in rows[1].text


def reminded_to_publish() -> Letter:
    """The letter that asks the department to publish, sent on March 4."""
    at = people.at(3, 4)
    with transaction() as session:
        year = the_year(session, people.YEAR)
        accounts_of_all_approved(session, year, ["全部"], date(2024, 3, 1), "李文静", at.date())
    write_owed_letters(people.YEAR, at.date(), at)
    assert send_letters(at.date(), at) >= 1
    return next(row for row in all_letters() if row.department_code == "203001")


def published_row() -> tuple[date | None, str, str]:
    with transaction() as session:
        row = session.get_one(Publication, "2024/203001")
        return row.published_on, row.link, row.officer


def test_a_plain_answer_to_the_disclosure_reminder_is_entered_and_ends_the_reminders() -> None:
    come(reply(reminded_to_publish(), "已于3月5日公开，网址 http://www.ts.gov.cn/1.html"), people.at(3, 6))
    assert published_row() == (date(2024, 3, 5), "http://www.ts.gov.cn/1.html", f"{CLERK}来信")
    with transaction() as session:
        says = [row.says for row in session.exec(select(Submission)).all()]
        owed = letters_owed(session, people.YEAR, date(2024, 3, 29))
    assert says == ["已登记公开：2024-03-05，http://www.ts.gov.cn/1.html。"]
    assert "disclosure" not in {one.kind for one in owed}
    assert "登记公开" not in waiting_page(people.YEAR, people.at(4, 8))


def test_an_answer_that_is_not_plain_waits_on_the_page_with_a_filled_in_form() -> None:
    come(reply(reminded_to_publish(), "已公开，见 http://www.ts.gov.cn/1.html"), people.at(3, 6))
    assert published_row() == (None, "", "李文静")
    page = waiting_page(people.YEAR, people.at(3, 6))
    assert "### 登记公开（1项）" in page
    assert "department=203001&link=http%3A%2F%2Fwww.ts.gov.cn%2F1.html&work_year=2024" in page
    with transaction() as session:
        year = the_year(session, people.YEAR)
        link, seen = "http://www.ts.gov.cn/1.html", date(2024, 3, 6)
        first, again = (
            published_by(session, year, name, on, link, "李文静", seen)
            for name, on in (("区民政局", date(2024, 3, 5)), ("203001", date(2024, 3, 6)))
        )
    assert [first, again] == [
        ("区民政局", "按期公开", ""),
        ("区民政局", "按期公开", "2024-03-05 http://www.ts.gov.cn/1.html"),
    ]
    assert "登记公开" not in waiting_page(people.YEAR, people.at(3, 6))


def test_all_departments_are_registered_at_once_and_nothing_half() -> None:
    people.department("204001", "区教育局")
    with transaction() as session:
        year = the_year(session, people.YEAR)
        first = accounts_of_all_approved(
            session, year, ["区教育局"], date(2024, 3, 1), "李文静", date(2024, 3, 5)
        )
        assert len(first) == 1
        rest = accounts_of_all_approved(session, year, ["全部"], date(2024, 3, 4), "李文静", date(2024, 3, 5))
        assert [one.due_on for one in rest] == [date(2024, 3, 25)]
    for which in (["全部"], ["203001", "没有这个局"], ["203001"]):
        with pytest.raises(DisclosureRefused, match="未作"), transaction() as session:
            accounts_of_all_approved(
                session, the_year(session, people.YEAR), which, date(2024, 3, 4), "李文静", date(2024, 3, 5)
            )
