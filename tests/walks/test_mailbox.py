"""Answers by mail, through a real IMAP server: read once, nothing changed there, nothing lost, no answer to machines."""

import email.policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest
from imap_tools import MailBoxUnencrypted
from sqlmodel import Session, col, select

from models.database import transaction
from models.intake import Submission
from models.settings import settings
from models.vocabulary import RoundKind, Verdict
from notifications.intake import owed
from tasks.desk import collect_answers, read_mailbox
from tasks.doctor import examine
from tasks.forms.fill import fill
from tasks.mailbox import MailboxShut, fetch_mail, trouble
from tests import imap, people
from tests.walks.test_declaration_walk import about, answer, form

__all__ = ["form"]
KIND = RoundKind.TARGET_DECLARATION
AT = people.at(3, 1)
WORKBOOK = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with imap.server(tmp_path_factory.mktemp("imap")) as one:
        yield one


@pytest.fixture
def mailbox(server, monkeypatch, home):
    """An empty mailbox that the settings lead to, encrypted."""
    with MailBoxUnencrypted("127.0.0.1", server.plain).login(imap.USER, imap.PASSWORD) as box:
        box.delete(box.uids())
    monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
    lead(monkeypatch, f"imap+starttls://{imap.USER}:{quote(imap.PASSWORD)}@localhost:{server.plain}/INBOX")
    fetch_mail()
    return server


def lead(monkeypatch, url: str) -> None:
    monkeypatch.setenv("JIXIAO_IMAP_URL", url)
    settings.cache_clear()


def mail(subject: str = "回复", text: str = "请查收。", **headers: str) -> EmailMessage:
    one = EmailMessage(policy=email.policy.SMTP)
    one["From"], one["To"], one["Subject"] = "李会计 <clerk@dept.example>", "jixiao@bureau.example", subject
    for name, value in headers.items():
        one[name.replace("_", "-")] = value
    one.set_content(text)
    return one


def attach(
    one: EmailMessage, data: bytes, name: str, kind: tuple[str, str] = WORKBOOK, **more: str
) -> EmailMessage:
    one.add_attachment(data, maintype=kind[0], subtype=kind[1], filename=name, **more)
    return one


def submissions() -> dict[str, Submission]:
    with transaction() as session:
        rows = session.exec(select(Submission).order_by(col(Submission.file_name))).all()
        return {row.file_name: row for row in rows}


def round_() -> None:
    read_mailbox.run(2024, AT)
    collect_answers.run(2024, AT)


def test_a_forwarded_mail_with_form_evidence_and_logo(mailbox, form, home):
    filled = fill(form, KIND, [answer(about(form))])
    inner = attach(mail("申报表", "第3行的单位已与贵局电话确认。"), filled, "养老服务 申报表.xlsx")
    attach(inner, b"%PDF-1.7 ...", "立项文件.pdf", ("application", "pdf"))
    attach(inner, b"\x89PNG logo", "image001.png", ("image", "png"), disposition="inline", cid="<logo>")
    outer = mail("转发：申报表", "请审核。")
    outer.add_attachment(inner)
    mailbox.put(bytes(outer))
    round_()
    got = submissions()
    assert {name: row.verdict for name, row in got.items()} == {
        "养老服务 申报表.xlsx": Verdict.ACCEPTED,
        "立项文件.pdf": Verdict.KEPT,
    }
    form_, evidence = got["养老服务 申报表.xlsx"], got["立项文件.pdf"]
    assert form_.message == "请审核。"
    assert evidence.form_number == form_.form_number
    assert (home / evidence.path).read_bytes() == b"%PDF-1.7 ..."


def test_a_mail_is_read_once_and_nothing_is_changed_on_the_server(mailbox, form):
    mailbox.put(bytes(attach(mail(), fill(form, KIND, [answer(about(form))]), "表.xlsx")))
    assert (fetch_mail(), fetch_mail()) == (1, 0)
    with MailBoxUnencrypted("127.0.0.1", mailbox.plain).login(imap.USER, imap.PASSWORD) as box:
        assert len(box.uids("UNSEEN")) == 1
    mailbox.put(bytes(mail("第二封")))
    assert fetch_mail() == 1


def test_a_crash_after_fetching_gives_one_submission(mailbox, form):
    mailbox.put(bytes(attach(mail(), fill(form, KIND, [answer(about(form))]), "表.xlsx")))
    round_()
    for mark in (settings().home / "mailbox").glob("*.uid"):
        mark.unlink()
    round_()
    assert [row.verdict for row in submissions().values()].count(Verdict.ACCEPTED) == 1


def told(session: Session) -> list[str]:
    return [one.key for one in owed(session, 2024, AT.date()) if one.kind == "unreadable"]


@pytest.mark.parametrize(
    "header",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Return_Path": "<>"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
    ],
)
def test_machines_are_not_answered(mailbox, header):
    mailbox.put(bytes(mail("自动回复：我正在休假", **header)))
    round_()
    (kept,) = submissions().values()
    assert kept.verdict == Verdict.KEPT
    with transaction() as session:
        assert told(session) == []


def test_people_without_a_form_are_answered_with_one_sentence(mailbox):
    mailbox.put(
        bytes(mail("请问怎么填？", "电话打不通。")),
        bytes(attach(mail(), b"%PDF-1.7", "扫描件.pdf", ("application", "pdf"))),
    )
    round_()
    rows = submissions()
    assert rows["请问怎么填？"].says == "邮件没有附件。请回复邮件并附上填好的表格。"
    assert rows["请问怎么填？"].message == "电话打不通。"
    assert "PDF" in rows["扫描件.pdf"].says
    with transaction() as session:
        assert len(told(session)) == 2


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe garbage",
        b"From: =?gb18030?B?!!!?=\r\nSubject: =?x?Q?=FF?=\r\nContent-Type: text/plain; charset=no-such\r\n\r\n\xff\xfe",
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Disposition: attachment; filename*=utf-8''%FF%FE.xlsx\r\n\r\nx",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"From: a@b\r\nFrom: c@d\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!notbase64",
    ],
)  # fmt: skip
def test_any_bytes_in_the_inbox_end_as_one_row(home, raw):
    settings().inbox.mkdir(parents=True)
    (settings().inbox / "a.eml").write_bytes(raw)
    collect_answers.run(2024, AT)
    (row,) = submissions().values()
    assert row.verdict in (Verdict.NOT_OURS, Verdict.UNREADABLE)
    assert (home / row.path).exists()


def test_the_line_is_verified_and_errors_tell_no_secret(mailbox, monkeypatch):
    good = f"imaps://{imap.USER}:{quote(imap.PASSWORD)}@localhost:{mailbox.direct}/INBOX"
    lead(monkeypatch, good)
    mailbox.put(bytes(mail()))
    assert fetch_mail() == 1
    troubles = {
        good.replace("s3cret", "wrong"): "拒绝登录",
        good.replace("imaps", "ftp"): "不正确",
        good.replace("imaps://", "imap://").replace("localhost", "mail.example"): "没有加密",
        good.replace(str(mailbox.direct), str(imap.free_port())): "暂时无法读取",
        "nonsense": "不正确",
        good.replace("/INBOX", "/NoSuchFolder"): "暂时无法读取",
    }
    for url, says in troubles.items():
        lead(monkeypatch, url)
        with pytest.raises(MailboxShut, match=says) as shut:
            fetch_mail()
        assert "s3cret" not in str(shut.value)
        assert "wrong" not in str(shut.value)
    lead(monkeypatch, good)
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(MailboxShut, match="没有通过验证"):
        fetch_mail()


def test_a_mailbox_that_is_shut_stops_nothing_and_is_told(mailbox, monkeypatch, form):
    settings().inbox.mkdir(parents=True, exist_ok=True)
    (settings().inbox / "表.xlsx").write_bytes(fill(form, KIND, [answer(about(form))]))
    lead(monkeypatch, f"imaps://u:p@localhost:{imap.free_port()}/INBOX")
    round_()
    assert submissions()["表.xlsx"].verdict == Verdict.ACCEPTED
    assert "暂时无法读取" in trouble()
    assert [one.well for one in examine(AT.date()) if one.what == "收件邮箱"] == [False]
    lead(monkeypatch, "")
    read_mailbox.run(2024, AT)
    assert trouble() == ""
    assert [one.well for one in examine(AT.date()) if one.what == "收件邮箱"] == [True]


def test_a_mail_too_large_is_left_there_and_said_so(mailbox, monkeypatch):
    monkeypatch.setattr("tasks.mailbox.MOST_BYTES", 100_000)
    mailbox.put(bytes(attach(mail("大文件"), bytes(200_000), "录像.mp4", ("video", "mp4"))))
    round_()
    assert "过大未收" in submissions()["大文件"].says
    assert sum(path.stat().st_size for path in Path(settings().received).rglob("*.eml")) < 10_000
