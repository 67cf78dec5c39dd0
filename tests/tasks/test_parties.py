"""Third parties: who may be commissioned with what, what came back how late, what did not stand a re-check."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlmodel import select

from models.calendar import FormCover, FormIssue
from models.database import insert_new, transaction
from models.evaluation import Commission, Evaluation, Problem
from models.intake import Submission
from models.ledger import Decision
from models.people import ThirdParty
from models.result_application import Rectification, RectificationReply
from models.rules.report_quality import sheet, wrong
from models.vocabulary import DecisionKind, EvaluationKind, Grade, PartyKind, RoundKind, Verdict
from tasks.commission_ledger import Entry, by_party, entries
from tasks.commissions import CommissionRefused, assign, commission_key
from tasks.decisions import DecisionRefused
from tasks.parties import Check, check_report, declare_interest, read_points, register_party
from tasks.reports.figures import figures
from tasks.reports.ledgers import ledgers
from tasks.rounds import the_year
from tests import people

APRIL, DECEMBER = date(2024, 4, 20), date(2024, 12, 31)
FULL = read_points("上传=20，要素=10,语句逻辑=10\n结论 = 20, 问题 = 20, 建议 = 16.5")


@pytest.fixture(autouse=True)
def key(home: Path) -> str:
    """A key project of the civil affairs bureau, commissioned to the first firm; returns the commission's key."""
    people.bureau()
    people.department()
    people.department("301001", "区教育局")
    project = people.evaluated("203001", 1, "养老服务", "民政养老", 100)
    give(project)
    return commission_key(people.round_of(RoundKind.FISCAL_EVALUATION), project, "甲事务所")


def give(project: str, kind: RoundKind = RoundKind.FISCAL_EVALUATION, chosen: str = "甲事务所") -> int:
    with transaction() as session:
        party = PartyKind.EXPERT if kind == RoundKind.EXPERT_REVIEW else PartyKind.FIRM
        return assign(session, people.round_of(kind), [project], party, APRIL, {project: chosen})


def sent(key: str, days_late: int, verdict: Verdict, version: int) -> str:
    """The firm sends its workbook in so many days after (or before) the due day."""
    round_ = people.round_of(RoundKind.FISCAL_EVALUATION)
    number, sha = f"F{version}", f"sha{version}"
    issue = {"round_key": round_.key, "addressee": "甲事务所", "path": "p", "sha256": sha}
    with transaction() as session:
        insert_new(
            session, [FormIssue(form_number=number, version=version, issued_at=people.at(4, 20), **issue)]
        )
        insert_new(session, [FormCover(form_number=number, about=key)])
        row = Submission(
            sha256=sha,
            received_at=people.at(round_.due_on.month, round_.due_on.day) + timedelta(days=days_late),
            file_name="表.xlsx",
            path="p",
            form_number=number,
            round_key=round_.key,
            addressee="甲事务所",
            verdict=verdict,
        )
        insert_new(session, [row])
    return sha


def evaluated(key: str) -> None:
    """The accepted result: grade 良 with two problems; a rectification of the first was sent back."""
    project = key.split("/")[2]
    result = f"财政评价/{project}/1"
    about = {"evaluation_key": result, "project_key": project, "found_on": APRIL}
    problem = f"{result}/问题1"
    answer = {"problem_key": problem, "version": 1, "submission": "sha2", "measure": "改", "outcome": "已改"}
    rows = [
        Evaluation(
            key=result,
            kind=EvaluationKind.FISCAL,
            project_key=project,
            version=1,
            commission_key=key,
            received_on=APRIL,
            grade=Grade.GOOD,
            basis="办法",
        ),
        *(Problem(key=f"{result}/问题{n}", sequence=n, text="问题", **about) for n in (1, 2)),
        Rectification(
            problem_key=problem, department_code="203001", asked_on=APRIL, due_on=DECEMBER, basis="参数"
        ),
        RectificationReply(key=f"{problem}/1", replied_on=APRIL, **answer),
        Decision(
            key="d",
            kind=DecisionKind.ACCEPT_RECTIFICATION,
            about=f"{problem}/1",
            work_year=2024,
            decided="退回",
            officer="李文静",
            decided_on=APRIL,
            recorded_at=people.at(8, 1),
        ),
    ]
    with transaction() as session:
        for row in rows:
            insert_new(session, [row])


def delivered(key: str, days_late: int = 3) -> None:
    """Returned once, then accepted."""
    sent(key, -2, Verdict.RETURNED, 1)
    sent(key, days_late, Verdict.ACCEPTED, 2)
    evaluated(key)


def entry(day: date = DECEMBER) -> Entry:
    with transaction() as session:
        return entries(session, the_year(session, 2024), day)[0]


@pytest.mark.parametrize(
    "kind", [RoundKind.SELF_EVALUATION, RoundKind.TARGET_DECLARATION, RoundKind.MONITORING]
)
@pytest.mark.parametrize("party", PartyKind)
def test_the_departments_own_work_is_never_commissioned(kind: RoundKind, party: PartyKind) -> None:
    with transaction() as session, pytest.raises(CommissionRefused, match=f"“{kind.value}”不得委托"):
        assign(session, people.round_of(kind), ["2023:x"], party, APRIL)
    with transaction() as session:
        assert len(session.exec(select(Commission)).all()) == 1


def test_a_firm_never_evaluates_its_commissioners_project() -> None:
    says, against = declare_interest("甲事务所", "区教育局", "代理记账", "李文静", APRIL)
    assert ("今后不再委托" in says, against) == (True, [])
    school = people.evaluated("301001", 2, "校园安全", "教育", 90)
    with pytest.raises(CommissionRefused, match=r"“甲事务所”：与项目.*存在利益关系。可委托的有：乙咨询公司"):
        give(school)
    with pytest.raises(CommissionRefused, match="未登记为第三方机构"):
        give(school, chosen="陈专家")
    declare_interest("乙咨询公司", "301001", "法律顾问", "李文静", APRIL)
    with pytest.raises(CommissionRefused, match="没有可委托的第三方机构"):
        give(school)


def test_a_conflict_known_too_late_is_told_and_marked(key: str) -> None:
    assert not entry().conflict
    _, against = declare_interest("甲事务所", "区民政局", "原为该局干部", "李文静", APRIL)
    assert against == [f"{key}（“养老服务”）"]
    assert entry().conflict


def test_what_came_back_late_returned_and_overturned_is_counted(key: str) -> None:
    due = people.round_of(RoundKind.FISCAL_EVALUATION).due_on
    assert (entry().delivered_on, entry(due).days_late, entry(due + timedelta(days=4)).days_late) == (
        None,
        0,
        4,
    )
    delivered(key)
    check_report(
        Check(key, FULL, 1, Grade.FAIR, "问题2依据不足，等级偏高"), "李文静", due + timedelta(days=9)
    )
    one = entry()
    assert (one.delivered_on, one.days_late, one.on_time) == (due + timedelta(days=3), 3, False)
    assert (one.returned, one.problems, one.sent_back, one.overturned, one.regraded) == (1, 2, 1, 1, True)
    with transaction() as session:
        work = {row.party.name: row for row in by_party(session, [one])}
        books = {row.name: row.rows for row in ledgers(session, 2024)}
        found = {row.name: row for row in figures(session, 2024)}
    assert (work["甲事务所"].quality_micro, work["乙咨询公司"].quality_micro) == (96_500_000, None)
    assert next(row for row in books["第三方和专家台账"] if row[0] == "甲事务所")[6:] == (
        *(1, 1, 0, 1, 3, 1, 2, 1, 1),
        96_500_000,
    )
    assert [row[5] for row in books["报告质量表"]][-2:] == [20_000_000, 100_000_000]
    assert found["commissions_late"].rows == found["findings_overturned"].rows == (key,)
    assert (found["findings_overturned"].value, found["commissions_on_time"].value) == (1, 0)


def test_delivered_on_the_due_day_is_on_time(key: str) -> None:
    delivered(key, days_late=0)
    assert entry().on_time


def test_a_corrected_sheet_is_a_new_version_and_counts(key: str) -> None:
    delivered(key)
    for upload, version in ((20, 1), (5, 2)):
        row = check_report(Check(key, {**FULL, "上传": Decimal(upload)}, 0, None, ""), "李文静", DECEMBER)
        assert row.version == version
    quality = entry().quality
    assert quality is not None
    assert (quality.total_micro, quality.overturned) == (81_500_000, 0)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"commission": "2024/x"}, "没有委托"),
        ({"overturned": 3, "reason": "证据不足"}, "应在0到2之间"),
        ({"overturned": 1}, "须写明理由"),
        ({"grade": Grade.POOR}, "须写明理由"),
        ({"points": {**FULL, "上传": Decimal(21)}}, "“上传”21分（满分20）"),
    ],
)
def test_a_wrong_sheet_is_refused(key: str, change: dict[str, object], says: str) -> None:
    delivered(key)
    with pytest.raises(DecisionRefused, match=says):
        check_report(replace(Check(key, FULL, 0, None, ""), **change), "李文静", DECEMBER)
    assert entry().quality is None


def test_what_was_not_delivered_cannot_be_checked(key: str) -> None:
    with pytest.raises(DecisionRefused, match="尚未交来"):
        check_report(Check(key, FULL, 0, None, ""), "李文静", DECEMBER)


def test_the_sheet_has_a_hundred_points_and_no_item_is_guessed() -> None:
    items, source = sheet()
    assert (sum(one.full for one in items), "待本局核定" in source) == (100, True)
    assert "缺少“建议”" in wrong({name: FULL[name] for name in FULL if name != "建议"})
    assert "没有“美观”" in wrong({**FULL, "美观": Decimal(1)})
    for text in ("上传", "上传=好", "上传=nan", "上传=1,上传=2"):
        with pytest.raises(DecisionRefused, match="上传"):
            read_points(text)


def test_a_party_is_registered_once_and_by_a_known_officer() -> None:
    row = {"name": "丙评价中心", "kind": PartyKind.FIRM, "officer": "李文静"}
    assert register_party(ThirdParty(email="c@firm.example", **row))
    assert not register_party(ThirdParty(email="c@firm.example", **row))
    with pytest.raises(DecisionRefused, match="邮箱"):
        register_party(ThirdParty(email="c.firm", **row))
    for party, department, reason, officer, says in (
        ("丙评价中心", "区民政局", " ", "李文静", "须写明事由"),
        ("丁公司", "区民政局", "代理记账", "李文静", "没有登记“丁公司”"),
        ("丙评价中心", "区某局", "代理记账", "李文静", "没有部门"),
        ("丙评价中心", "区民政局", "代理记账", "王某", "未登记"),
    ):
        with pytest.raises(DecisionRefused, match=says):
            declare_interest(party, department, reason, officer, APRIL)
