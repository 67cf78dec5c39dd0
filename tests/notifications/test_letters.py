"""Letters: owed from facts, one an addressee and day, silent when nothing is open."""

import email
from datetime import date, timedelta
from email.policy import default
from pathlib import Path

import pytest
from docx import Document
from sqlmodel import select

from models.calendar import FormIssue
from models.database import insert_new, transaction
from models.desk import FailedRound
from models.letters import Letter, LetterItem
from models.people import Contact
from models.projects import Project
from models.registers import GrantedException, Publication
from models.rules.workdays import add_workdays
from models.settings import settings
from models.target_review import IndicatorTarget, Target, TargetApproval
from models.vocabulary import LetterState, ProjectKind, RoundKind
from tasks.desk import make_approvals
from tasks.letters import letters_owed, send_letters, write_owed_letters
from tasks.target_review import approve, arrange_initial_budgets, issue_declarations
from tasks.trouble import note_failures, tell_failures
from tests import people

GOAL = {"received_on": date(2024, 2, 28), "annual_goal": "为老年人提供居家服务"}
pytestmark = pytest.mark.usefixtures("declared")


@pytest.fixture
def declared(home: Path) -> Path:
    """One department that was asked for its declaration on 19 February, due 8 March."""
    people.bureau()
    people.project(people.department(), 1, wan=100, name="社区居家养老服务")
    moment = people.at(2, 19)
    arrange_initial_budgets.run(2024, moment)
    issue_declarations.run(2024, moment)
    return home


def write(month: int, day: int) -> list[Letter]:
    """What is written on a day, without the officers' digest."""
    moment = people.at(month, day)
    write_owed_letters(2024, moment.date(), moment)
    with transaction() as session:
        rows = session.exec(
            select(Letter).where(Letter.written_on == moment.date()).order_by(Letter.key)
        ).all()
    return [row for row in rows if row.kind != "digest"]


def test_a_failed_round_is_told_to_the_officers_and_to_nobody_else(declared: Path) -> None:
    moment = people.at(2, 19)
    failed = FailedRound(run_id="r", title="每日办理", failed_on=moment.date(), says="磁盘已满")
    assert note_failures([failed]) == 1
    assert tell_failures(2024, moment) == 2
    with transaction() as session:
        assert {one.recipient for one in session.exec(select(Letter)).all()} == {
            "0@bureau.example",
            "1@bureau.example",
        }
    kinds = [one.kind for one in write(2, 19) if one.department_code]
    assert kinds == ["opened"]  # the department's own letter is owed as before


def test_a_form_goes_out_once_with_its_workbook(declared: Path) -> None:
    letters = write(2, 19)
    assert [(one.kind, one.recipient) for one in letters] == [("opened", "clerk.203001@dept.example")]
    assert "2024年3月8日" in letters[0].text
    assert write(2, 19) == letters
    moment = people.at(2, 19)
    assert send_letters(moment.date(), moment) == 1
    assert write(2, 20) == []
    (path,) = settings().post.rglob("*.eml")
    mail = email.message_from_bytes(path.read_bytes(), policy=default)
    (attached,) = mail.iter_attachments()
    issued = next((declared / "issued").rglob("*.xlsx"))
    assert attached.get_content() == issued.read_bytes()
    assert mail["Auto-Submitted"] == "auto-generated"


def test_the_ladder_and_who_gets_a_copy() -> None:
    write(2, 19)
    due = date(2024, 3, 8)
    seen = {}
    for offset in range(-14, 30):
        day = due + timedelta(days=offset)
        for one in write(day.month, day.day):
            seen[day] = (one.kind, one.copy_to)
    steps = {
        add_workdays(due, n): n for n in (-5, -1, 0, 1, 5, 10)
    }  # ten days before, the form is four days old
    assert set(seen) == set(steps)
    copies = {steps[day]: copy.count("@") for day, (_, copy) in seen.items()}
    assert copies == {-5: 0, -1: 0, 0: 0, 1: 1, 5: 2, 10: 3}


def test_an_extension_moves_the_ladder_and_a_waiver_ends_it() -> None:
    write(2, 19)
    row = GrantedException(
        key="e1",
        work_year=2024,
        kind="延期",
        about="203001",
        round_key=people.round_of(RoundKind.TARGET_DECLARATION).key,
        reason="单位搬迁",
        officer="李文静",
        granted_on=date(2024, 3, 1),
        expires_on=date(2024, 3, 29),
    )
    with transaction() as session:
        insert_new(session, [row])
    assert write(3, 11) == []
    assert [one.kind for one in write(3, 22)] == ["reminder"]


def test_a_clerk_who_left_is_replaced_by_the_next_in_line() -> None:
    with transaction() as session:
        clerk = session.exec(select(Contact).where(Contact.email == "clerk.203001@dept.example")).one()
        clerk.suspended_reason = "两次退信"
        session.add(clerk)
    (letter,) = write(2, 19)
    assert letter.recipient == "finance_head.203001@dept.example"


def test_two_rounds_at_once_send_nothing_twice(declared: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    write(2, 19)
    moment = people.at(2, 19)
    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(lambda _: send_letters(moment.date(), moment), range(4)))
    assert sum(sent) == len(list(settings().post.rglob("*.eml")))
    with transaction() as session:
        assert {row.state for row in session.exec(select(Letter)).all()} == {LetterState.SENT}
        assert all(row.attempts == 1 for row in session.exec(select(Letter)).all())


def test_a_template_that_cannot_be_rendered_stops_only_its_own_letter(declared: Path) -> None:
    own = declared / "templates" / "opened"
    own.mkdir(parents=True)
    (own / "body.txt").write_text("{{ items[0].nothing_of_this_name }}", encoding="utf-8")
    assert write(2, 19) == []
    with transaction() as session:
        assert session.exec(select(LetterItem).where(LetterItem.kind == "opened")).all() == []
        assert [one.kind for one in letters_owed(session, 2024, date(2024, 2, 19))].count("opened") == 1
        digest = session.exec(select(Letter).where(Letter.kind == "digest")).first()
        assert digest is not None
        assert "opened/body.txt" in digest.text
    (own / "body.txt").unlink()
    assert [one.kind for one in write(2, 19)] == ["opened"]


@pytest.mark.parametrize(
    "name", ["{{ 7*7 }}", "<script>alert(1)</script>", "x\r\nBcc: thief@example.org", "={1+1}", "\u202eabc"]
)
def test_a_hostile_project_name_is_only_text(name: str) -> None:
    with transaction() as session:
        project = session.exec(select(Project)).one()
        project.name = name
        session.add(project)
        issue = session.exec(select(FormIssue)).one()
        issue.reason = f"补充：{name}"
        issue.version = 2
        session.add(issue)
    (letter,) = write(2, 19)
    moment = people.at(2, 19)
    send_letters(moment.date(), moment)
    (path,) = settings().post.rglob("*.eml")
    mail = email.message_from_bytes(path.read_bytes(), policy=default)
    assert mail["Bcc"] is None
    assert "49" not in letter.text.replace("2024", "")[:200] or "{{" in letter.text
    assert "<script>" not in letter.html


def test_what_a_dead_process_had_in_hand_goes_out_at_once(declared: Path) -> None:
    import os
    import subprocess
    import sys

    from notifications.outbox import claim

    write(2, 19)
    moment = people.at(2, 19)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    taken = claim(moment, f"{os.uname().nodename}/{gone.pid}")
    assert [one.attempts for one in taken] == [1]
    assert send_letters(moment.date(), moment) == len(taken)
    with transaction() as session:
        assert [row.attempts for row in session.exec(select(Letter)).all()] == [1]


def test_disclosure_is_asked_for_and_chased_until_it_is_published() -> None:
    row = Publication(
        key="2024/203001",
        work_year=2024,
        department_code="203001",
        approved_on=date(2024, 9, 2),
        due_on=date(2024, 9, 20),
    )
    with transaction() as session:
        insert_new(session, [row])
    write(8, 30)  # what was owed before
    seen = {}
    for offset in range(40):
        day = date(2024, 9, 2) + timedelta(days=offset)
        if day == date(2024, 9, 25):
            with transaction() as session:
                published = session.get_one(Publication, "2024/203001")
                published.published_on, published.link = day, "https://example.org"
                session.add(published)
        for one in write(day.month, day.day):
            if "disclosure" in one.kind or one.kind == "综合":
                seen[f"{day:%m-%d}"] = one.copy_to.count("@")
    # Approved on the 2nd; five, one and no working days before the 20th; a day late with a copy.
    assert seen == {"09-02": 0, "09-12": 0, "09-19": 0, "09-20": 0, "09-23": 1}


def test_every_approval_goes_out_with_its_target_table(declared: Path) -> None:
    """The numbered letter from the threshold up; the table alone for a target that is approved with the budget."""
    write(2, 19)
    overall = people.project("203001", 2, wan=100, name="部门整体支出", kind=ProjectKind.OVERALL)
    moment = people.at(2, 28)
    with transaction() as session:
        for n, project in enumerate(session.exec(select(Project.key).order_by(Project.key)).all(), 1):
            key = f"{project}/1"
            target = Target(key=key, project_key=project, version=1, origin="申报", **GOAL)
            line = {"level_1": "产出指标", "level_2": "数量指标", "level_3": f"服务人次{n}"}
            insert_new(session, [target])
            insert_new(
                session,
                [IndicatorTarget(key=f"{key}/1", target_key=key, sequence=1, value=f"77{n}", **line)],
            )
            approve(session, key, 2024, "李文静", moment.date())
        rows = session.exec(select(TargetApproval).order_by(TargetApproval.target_key)).all()
        formal = {row.target_key: row.formal for row in rows}
    assert formal[f"{overall}/1"] is False
    assert True in formal.values()
    assert write(2, 28) == []  # nothing is told before what it announces is there
    assert make_approvals.run(2024, moment) == 2
    (one,) = write(2, 28)
    assert one.text.count("见附件") == 2
    files = dict(reversed(line.split("|")) for line in one.attachments.splitlines())
    assert set(files) == {"绩效目标批复（社区居家养老服务）.docx", "绩效目标表（部门整体支出）.docx"}
    for n, path in enumerate(files.values(), 1):
        cells = [cell.text for table in Document(str(declared / path)).tables for cell in table._cells]
        assert {f"服务人次{n}", f"77{n}"} <= set(cells)
    assert send_letters(moment.date(), moment) >= 1


def test_an_officer_gets_one_letter_a_day(declared: Path) -> None:
    failed = FailedRound(run_id="r1", title="每日办理", failed_on=date(2024, 3, 4), says="数据库连不上")
    with transaction() as session:
        insert_new(session, [failed])
        for contact in session.exec(select(Contact)).all():
            contact.suspended_reason = "调离"
            session.add(contact)
    moment = people.at(3, 4)
    write_owed_letters(2024, moment.date(), moment)
    with transaction() as session:
        letters = session.exec(select(Letter).where(Letter.written_on == moment.date())).all()
    assert sorted(one.addressee for one in letters) == ["张晓峰", "李文静"]
    assert all("数据库连不上" in one.text and "没有可用的联系人" in one.text for one in letters)


def test_reminders_due_close_together_share_one_letter() -> None:
    """Self-evaluation is due on 22 March, the declaration was extended to the 25th: ten days before are neighbours."""
    write(2, 19)
    round_ = people.round_of(RoundKind.SELF_EVALUATION)
    issue = FormIssue(
        form_number="JX2024-ZP-203001-1-0",
        round_key=round_.key,
        addressee="203001",
        path="x.xlsx",
        sha256="x",
        issued_at=people.at(2, 26),
    )
    granted = GrantedException(
        key="e1",
        work_year=2024,
        kind="延期",
        about="203001",
        round_key=people.round_of(RoundKind.TARGET_DECLARATION).key,
        reason="单位搬迁",
        officer="李文静",
        granted_on=date(2024, 3, 1),
        expires_on=date(2024, 3, 25),
    )
    told = LetterItem(
        key=f"form/{issue.form_number}", letter_key="2024-02-19/区民政局", kind="opened", about="x"
    )
    with transaction() as session:
        insert_new(session, [issue])
        insert_new(session, [granted])
        insert_new(session, [told])
    (one,) = write(3, 8)
    assert one.kind == "reminder"
    assert "2024年3月22日" in one.text
    assert "2024年3月25日" in one.text
    assert write(3, 11) == []
    assert [one.kind for one in write(3, 15)] == ["reminder"]
