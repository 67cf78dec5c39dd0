"""Ledgers as Excel: one workbook, a sheet a ledger. Foreign text stays text; amounts in 万元, exact in 分 beneath."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter
from sqlmodel import Session, col, select

from models.amounts import MICRO
from models.calendar import Round, WorkYear
from models.evaluation import Evaluation, Problem
from models.intake import Finding, Submission
from models.ledger import Decision
from models.letters import Letter
from models.mid_year_monitoring import MonitoringReport, MonitoringResult
from models.people import Department
from models.projects import Project
from models.result_application import BudgetDecision, BudgetProposal, Rectification, RectificationReply
from models.target_review import Target, TargetAdjustment, TargetApproval, TargetReview
from models.vocabulary import BudgetMoment, EvaluationKind
from notifications.reminders import due_of, open_forms
from tasks.money import totals
from tasks.reports.figures import Figure

FEN_PER_WAN = 1_000_000
Cells = Sequence[Any]


@dataclass(frozen=True)
class Ledger:
    """A sheet: name, column titles with widths, rows. A title ending in （万元） takes 分, one ending in 分 millionths."""

    name: str
    columns: Sequence[tuple[str, float]]
    rows: Sequence[Cells]
    sums: Sequence[str] = ()


def workbook(ledgers: Sequence[Ledger]) -> bytes:
    """The ledgers as one workbook."""
    out = BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    base = {"font_name": "宋体", "font_size": 10, "border": 1, "valign": "vcenter"}
    head = book.add_format(
        {**base, "bold": True, "bg_color": "#D9E2F3", "align": "center", "text_wrap": True}
    )
    text = book.add_format({**base, "text_wrap": True})
    money = book.add_format({**base, "num_format": "#,##0.00####"})
    score = book.add_format({**base, "num_format": "0.00"})
    total = book.add_format({**base, "bold": True, "num_format": "#,##0.00####", "bg_color": "#F2F2F2"})
    for ledger in ledgers:
        page = book.add_worksheet(ledger.name)
        page.freeze_panes(1, 0)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        titles = [title for title, _ in ledger.columns]
        for place, (title, width) in enumerate(ledger.columns):
            page.set_column(place, place, width)
            page.write_string(0, place, title, head)
        for number, row in enumerate(ledger.rows, 1):
            for place, (title, value) in enumerate(zip(titles, row, strict=True)):
                if value is None or value == "":
                    page.write_blank(number, place, None, text)
                elif isinstance(value, int) and title.endswith("（万元）"):
                    page.write_number(number, place, value / FEN_PER_WAN, money)
                elif isinstance(value, int) and title.endswith("分"):
                    page.write_number(number, place, value / MICRO, score)
                elif isinstance(value, int):
                    page.write_number(number, place, value, text)
                else:
                    page.write_string(number, place, str(value), text)
        if ledger.sums and ledger.rows:
            last = len(ledger.rows) + 1
            page.write_string(last, 0, "合计", total)
            for place, title in enumerate(titles[1:], 1):
                if title in ledger.sums:
                    value = sum(row[place] for row in ledger.rows if isinstance(row[place], int))
                    page.write_number(last, place, value / FEN_PER_WAN, total)
                else:
                    page.write_blank(last, place, None, total)
        if ledger.rows:
            page.autofilter(0, 0, len(ledger.rows), len(titles) - 1)
    book.close()
    return out.getvalue()


class _Books:
    """Reads the rows of every ledger of a work year."""

    def __init__(self, session: Session, work_year: int) -> None:
        self.session = session
        self.year = session.get_one(WorkYear, work_year)
        self.departments = dict(session.exec(select(Department.code, Department.name)).all())

    def who(self, code: str) -> str:
        return self.departments.get(code, code)

    def targets(self) -> Ledger:
        rows = self.session.exec(
            select(Target, Project, TargetReview, TargetApproval)
            .join(Project, col(Project.key) == Target.project_key)
            .join(TargetReview, col(TargetReview.target_key) == Target.key, isouter=True)
            .join(TargetApproval, col(TargetApproval.target_key) == Target.key, isouter=True)
            .where(Project.fiscal_year == self.year.target_year)
            .order_by(Project.code, col(Target.version))
        ).all()
        initial = totals(self.session, BudgetMoment.INITIAL, date.max)
        cells = [
            (
                p.code,
                p.name,
                self.who(p.department_code),
                p.kind.value,
                initial.get(p.key),
                t.version,
                t.origin,
                t.received_on,
                r.reviewer if r else "",
                r.total_micro if r else None,
                r.grade.value if r else "",
                r.opinion if r else "",
                a.number if a and a.formal else "随预算批复" if a else "",
                a.approved_on if a else "",
            )
            for t, p, r, a in rows
        ]
        columns = (
            ("项目代码", 22),
            ("项目名称", 34),
            ("部门", 16),
            ("类型", 12),
            ("年初预算（万元）", 14),
            ("目标版次", 8),
            ("来源", 8),
            ("收到日期", 11),
            ("评审人", 10),
            ("评审得分", 9),
            ("等级", 6),
            ("评审意见", 34),
            ("批复文号", 20),
            ("批复日期", 11),
        )
        return Ledger("绩效目标台账", columns, cells)

    def adjustments(self) -> Ledger:
        rows = self.session.exec(
            select(TargetAdjustment, Project)
            .join(Project, col(Project.key) == TargetAdjustment.project_key)
            .where(TargetAdjustment.work_year == self.year.year)
            .order_by(TargetAdjustment.key)
        ).all()
        goals = {t.key: t.annual_goal for t in self.session.exec(select(Target)).all()}
        cells = [
            (
                p.code,
                p.name,
                self.who(p.department_code),
                a.noticed_on,
                a.before_fen,
                a.after_fen,
                a.after_fen - a.before_fen,
                goals.get(a.from_target or "", ""),
                goals.get(a.to_target or "", "尚未报送"),
                a.reason,
            )
            for a, p in rows
        ]
        columns = (
            ("项目代码", 22),
            ("项目名称", 34),
            ("部门", 16),
            ("登记日期", 11),
            ("调整前（万元）", 14),
            ("调整后（万元）", 14),
            ("增减（万元）", 12),
            ("原绩效目标", 40),
            ("调整后绩效目标", 40),
            ("调整原因", 40),
        )
        return Ledger("目标调整台账", columns, cells, ("调整前（万元）", "调整后（万元）", "增减（万元）"))

    def monitoring(self) -> Ledger:
        rows = self.session.exec(
            select(MonitoringReport, MonitoringResult, Project, Decision)
            .join(MonitoringResult, col(MonitoringResult.report_key) == MonitoringReport.key)
            .join(Project, col(Project.key) == MonitoringReport.project_key)
            .join(Decision, col(Decision.about) == MonitoringReport.key, isouter=True)
            .where(Project.fiscal_year == self.year.target_year)
            .order_by(Project.code, col(MonitoringReport.version))
        ).all()
        cells = [
            (
                p.code,
                p.name,
                self.who(p.department_code),
                f"1-{m.month}月",
                m.budget_fen,
                m.spent_fen,
                *(light.value if light else "" for light in (r.money_light, r.target_light, r.overall_light)),
                r.warning,
                m.reason,
                m.measures,
                r.decide_by if r.warning else "",
                d.decided if d else "",
            )
            for m, r, p, d in rows
        ]
        columns = (
            ("项目代码", 22),
            ("项目名称", 34),
            ("部门", 16),
            ("期间", 8),
            ("全年预算（万元）", 14),
            ("执行数（万元）", 14),
            ("资金灯", 7),
            ("目标灯", 7),
            ("综合灯", 7),
            ("预警", 36),
            ("原因", 30),
            ("措施", 30),
            ("处理期限", 11),
            ("处理决定", 16),
        )
        return Ledger("双监控台账", columns, cells, ("全年预算（万元）", "执行数（万元）"))

    def self_evaluations(self) -> Ledger:
        rows = self._evaluations([EvaluationKind.SELF])
        cells = [
            (
                p.code,
                p.name,
                self.who(p.department_code),
                p.kind.value,
                e.version,
                e.received_on,
                e.budget_fen,
                e.spent_fen,
                e.execution_micro,
                e.reported_micro,
                e.total_micro,
                e.grade.value if e.grade else "未定",
                e.undecided,
                e.reason,
                e.measures,
            )
            for e, p in rows
        ]
        columns = (
            ("项目代码", 22),
            ("项目名称", 34),
            ("部门", 16),
            ("类型", 12),
            ("版次", 6),
            ("收到日期", 11),
            ("全年预算（万元）", 14),
            ("全年执行（万元）", 14),
            ("执行得分", 9),
            ("填报总分", 9),
            ("核算总分", 9),
            ("等级", 6),
            ("未定原因", 30),
            ("偏差原因", 30),
            ("改进措施", 30),
        )
        return Ledger("单位自评台账", columns, cells)

    def _evaluations(self, kinds: Sequence[EvaluationKind]) -> list[tuple[Evaluation, Project]]:
        rows = self.session.exec(
            select(Evaluation, Project)
            .join(Project, col(Project.key) == Evaluation.project_key)
            .where(col(Evaluation.kind).in_(kinds))
            .order_by(Project.code, col(Evaluation.version))
        ).all()
        return list(rows)

    def key_evaluations(self) -> Ledger:
        cells = [
            (
                p.fiscal_year,
                p.code,
                p.name,
                self.who(p.department_code),
                e.kind.value,
                e.received_on,
                e.budget_fen,
                e.spent_fen,
                e.total_micro,
                e.grade.value if e.grade else "未定",
                (e.commission_key or "").rpartition("/")[2],
            )
            for e, p in self._evaluations([EvaluationKind.FISCAL, EvaluationKind.DEPARTMENT])
        ]
        columns = (
            ("预算年度", 9),
            ("项目代码", 22),
            ("项目名称", 34),
            ("部门", 16),
            ("评价类型", 10),
            ("完成日期", 11),
            ("预算（万元）", 14),
            ("执行（万元）", 14),
            ("得分", 8),
            ("等级", 6),
            ("评价机构", 26),
        )
        return Ledger("重点评价台账", columns, cells)

    def rectifications(self) -> Ledger:
        rows = self.session.exec(
            select(Rectification, Problem, Project)
            .join(Problem, col(Problem.key) == Rectification.problem_key)
            .join(Project, col(Project.key) == Problem.project_key)
            .order_by(Rectification.problem_key)
        ).all()
        replies = {
            reply.problem_key: (reply, decision)
            for reply, decision in self.session.exec(
                select(RectificationReply, Decision)
                .join(Decision, col(Decision.about) == RectificationReply.key, isouter=True)
                .order_by(RectificationReply.problem_key, col(RectificationReply.version))
            ).all()
        }
        cells = []
        for rectification, problem, project in rows:
            reply, decision = replies.get(rectification.problem_key, (None, None))
            late = reply is not None and reply.replied_on > rectification.due_on
            cells.append(
                (
                    project.name,
                    self.who(rectification.department_code),
                    problem.text,
                    problem.requirement,
                    rectification.asked_on,
                    rectification.due_on,
                    reply.replied_on if reply else "未回复",
                    "是" if late else "",
                    reply.measure if reply else "",
                    reply.outcome if reply else "",
                    reply.evidence if reply else "",
                    decision.decided if decision else "待验收",
                    decision.officer if decision else "",
                )
            )
        columns = (
            ("项目", 30),
            ("责任部门", 16),
            ("存在问题", 36),
            ("整改要求", 36),
            ("下达日期", 11),
            ("整改期限", 11),
            ("回复日期", 11),
            ("逾期", 6),
            ("整改措施", 36),
            ("整改结果", 30),
            ("佐证材料", 18),
            ("验收", 8),
            ("验收人", 10),
        )
        return Ledger("整改台账", columns, cells)

    def budgets(self) -> Ledger:
        rows = self.session.exec(
            select(BudgetProposal, Project, BudgetDecision)
            .join(Project, col(Project.key) == BudgetProposal.project_key)
            .join(BudgetDecision, col(BudgetDecision.proposal_key) == BudgetProposal.key, isouter=True)
            .where(BudgetProposal.work_year == self.year.year)
            .order_by(BudgetProposal.key)
        ).all()
        cells = [
            (
                p.name,
                self.who(p.department_code),
                b.grade.value if b.grade else "",
                b.treatment,
                b.base_fen,
                b.proposed_fen,
                d.decided_fen if d else None,
                None if d is None else d.decided_fen - b.base_fen,
                b.undecided,
                b.basis,
                d.officer if d else "",
                d.decided_on if d else "",
                d.reason if d else "",
            )
            for b, p, d in rows
        ]
        columns = (
            ("项目", 22),
            ("部门", 16),
            ("等级", 6),
            ("应用方式", 20),
            ("基数（万元）", 14),
            ("建议数（万元）", 14),
            ("核定数（万元）", 14),
            ("增减（万元）", 12),
            ("未定原因", 22),
            ("依据", 24),
            ("经办人", 10),
            ("核定日期", 11),
            ("理由", 16),
        )
        sums = ("基数（万元）", "建议数（万元）", "核定数（万元）", "增减（万元）")
        return Ledger(f"{self.year.applied_year}年预算安排表", columns, cells, sums)

    def decisions(self) -> Ledger:
        rows = self.session.exec(
            select(Decision)
            .where(Decision.work_year == self.year.year)
            .order_by(col(Decision.recorded_at), Decision.key)
        ).all()
        cells = [
            (d.decided_on, d.kind.value, d.about, d.proposed, d.decided, d.reason, d.basis, d.officer)
            for d in rows
        ]
        columns = (
            ("日期", 11),
            ("事项", 16),
            ("对象", 40),
            ("系统建议", 24),
            ("决定", 24),
            ("理由", 36),
            ("依据", 40),
            ("经办人", 10),
        )
        return Ledger("决定台账", columns, cells)

    def submissions(self) -> Ledger:
        rows = self.session.exec(
            select(Submission, Round)
            .join(Round, col(Round.key) == Submission.round_key, isouter=True)
            .order_by(col(Submission.received_at), Submission.sha256)
        ).all()
        found: dict[str, int] = {}
        for key in self.session.exec(select(Finding.submission)).all():
            found[key] = found.get(key, 0) + 1
        cells = [
            (
                f"{s.received_at.date()}",
                r.kind.value if r else "",
                self.who(s.addressee),
                s.file_name,
                s.form_number or "",
                s.verdict.value,
                found.get(s.sha256, 0),
                "是" if r and s.received_at.date() > r.due_on else "",
                s.says,
            )
            for s, r in rows
        ]
        columns = (
            ("收到日期", 11),
            ("事项", 14),
            ("报送单位", 20),
            ("文件", 40),
            ("表单编号", 30),
            ("结果", 10),
            ("问题数", 8),
            ("逾期", 6),
            ("说明", 40),
        )
        return Ledger("报送台账", columns, cells)

    def letters(self) -> Ledger:
        rows = self.session.exec(
            select(Letter)
            .where(Letter.work_year == self.year.year)
            .order_by(col(Letter.written_on), Letter.key)
        ).all()
        cells = [
            (
                x.written_on,
                x.addressee,
                x.recipient,
                x.copy_to,
                x.subject,
                x.state.value,
                x.attempts,
                x.outcome,
            )
            for x in rows
        ]
        columns = (
            ("日期", 11),
            ("收件单位", 22),
            ("收件人", 28),
            ("抄送", 34),
            ("主题", 44),
            ("状态", 8),
            ("次数", 6),
            ("结果", 34),
        )
        return Ledger("函件台账", columns, cells)

    def unanswered(self) -> Ledger:
        cells = [
            (round_.kind.value, self.who(issue.addressee), issue.form_number, due_of(issue, round_))
            for issue, round_ in open_forms(self.session, self.year.year)
        ]
        return Ledger("未报清单", (("事项", 14), ("单位", 22), ("表单编号", 32), ("截止日期", 12)), cells)


def ledgers(session: Session, work_year: int) -> list[Ledger]:
    """All ledgers of a work year."""
    books = _Books(session, work_year)
    return [
        books.targets(),
        books.adjustments(),
        books.monitoring(),
        books.self_evaluations(),
        books.key_evaluations(),
        books.rectifications(),
        books.decisions(),
        books.submissions(),
        books.unanswered(),
        books.letters(),
    ]


def budget_table(session: Session, work_year: int) -> Ledger:
    """Next year's budget: base, proposal, decision, and the blanks that nobody decided."""
    return _Books(session, work_year).budgets()


def figure_sheet(figures: Sequence[Figure]) -> Ledger:
    """Every figure of the report with where it comes from."""
    cells = [(f.title, f.says, f.unit, f.query, len(f.rows)) for f in figures]
    return Ledger("报告数字来源", (("指标", 26), ("数值", 14), ("单位", 8), ("来源", 46), ("行数", 8)), cells)
