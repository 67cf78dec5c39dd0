"""One mail, many forms: each told apart by its number, and what is wrong with it said in one sentence."""

import io
from datetime import date, datetime
from pathlib import Path

from openpyxl import Workbook, load_workbook
from sqlmodel import col, select

from models.base import SHANGHAI
from models.calendar import FormIssue
from models.database import transaction
from models.intake import Finding, Submission
from models.settings import settings
from models.target_review import Target
from models.vocabulary import Verdict
from tasks.forms.fill import fill
from tasks.intake import collect
from tasks.opening import open_work_year
from tasks.target_review import arrange_initial_budgets, issue_declarations
from tests import people
from tests.walks.test_declaration_walk import KIND, about, answer
from tests.walks.test_mailbox import attach, mail


def two_departments(home: Path) -> dict[str, tuple[str, bytes]]:
    """Department → number and bytes of its filled declaration."""
    people.bureau()
    for serial, (code, name) in enumerate((("203001", "区民政局"), ("204001", "区委政法委")), 1):
        people.project(people.department(code, name), serial, wan=100, name=f"{name}服务")
    moment = people.at(2, 19)
    arrange_initial_budgets.run(2024, moment)
    assert issue_declarations.run(2024, moment) == 2
    with transaction() as session:
        sent = {
            one.addressee: (one.form_number, (home / one.path).read_bytes())
            for one in session.exec(select(FormIssue)).all()
        }
    return {code: (number, fill(data, KIND, [answer(about(data))])) for code, (number, data) in sent.items()}


def renumbered(data: bytes, old: str, new: str) -> bytes:
    book = load_workbook(io.BytesIO(data))
    for page in book:
        for row in page.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and old in cell.value:
                    cell.value = cell.value.replace(old, new)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def home_made() -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.active.append(["项目支出绩效目标申报表"])
    book.active.append(["项目名称", "养老服务"])
    book.save(out)
    return out.getvalue()


def submissions() -> dict[str, Submission]:
    with transaction() as session:
        return {one.file_name: one for one in session.exec(select(Submission)).all()}


def test_a_forwarded_mail_with_forms_of_all_kinds(home: Path) -> None:
    forms = two_departments(home)
    (number, own), (_, other) = forms["203001"], forms["204001"]
    inner = attach(attach(mail("申报表"), own, "民政局.xlsx"), other, "政法委.xlsx")
    middle = mail("转发：申报表")
    middle["X-Forwarded"] = "1"
    middle.add_attachment(attach(inner, home_made(), "自制表.xlsx"))
    outer = attach(
        mail("转发：转发：申报表"), renumbered(own, number, number.replace("203001", "204001")), "改号.xlsx"
    )
    outer.replace_header("From", "clerk <clerk.203001@dept.example>")
    outer.add_attachment(middle)
    settings().inbox.mkdir(parents=True, exist_ok=True)
    (settings().inbox / "1.eml").write_bytes(bytes(outer))
    at = people.at(3, 1)
    collect(at.date(), at)
    got = submissions()
    assert {name: one.verdict for name, one in got.items()} == {
        "民政局.xlsx": Verdict.ACCEPTED,
        "政法委.xlsx": Verdict.ACCEPTED,
        "自制表.xlsx": Verdict.NOT_OURS,
        "改号.xlsx": Verdict.NOT_OURS,
    }
    assert got["政法委.xlsx"].addressee == "204001"
    assert "没有表单编号" in got["自制表.xlsx"].says
    assert "不是本局发出的（可能被改动" in got["改号.xlsx"].says
    with transaction() as session:
        told = session.exec(select(Finding).where(Finding.code == "F-SENDER")).all()
        assert [one.submission for one in told] == [got["政法委.xlsx"].sha256]
        assert "这是区委政法委的表格，由区民政局的联系人" in told[0].says


def test_last_years_form_is_told_apart_once_this_year_asks(home: Path) -> None:
    _, own = two_departments(home)["203001"]
    with transaction() as session:
        open_work_year(session, 2025, date(2025, 1, 1), "huangshi")
    settings().inbox.mkdir(parents=True, exist_ok=True)
    (settings().inbox / "旧表.xlsx").write_bytes(own)
    at = datetime(2025, 3, 1, 9, tzinfo=SHANGHAI)
    collect(at.date(), at)
    (sent,) = submissions().values()
    assert sent.verdict == Verdict.NOT_OURS
    assert "是2024年度的表格" in sent.says
    assert "现在布置的是2025年度的" in sent.says
    with transaction() as session:
        assert session.exec(select(Target).where(col(Target.origin) == "申报")).all() == []
