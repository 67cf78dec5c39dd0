"""Every figure of the annual report with its origin: the question asked of the database, and the rows it came from."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from models.amounts import wan, yi
from models.calendar import Round, WorkYear
from models.evaluation import Evaluation, Problem
from models.ledger import Decision
from models.letters import Letter
from models.mid_year_monitoring import MonitoringReport, MonitoringResult
from models.prior_assessment import AssessmentResult, PriorAssessment
from models.projects import Project
from models.registers import Publicity, RuleDocument, Training
from models.result_application import BudgetDecision, BudgetProposal, Rectification
from models.target_review import Target, TargetAdjustment, TargetApproval, TargetReview
from models.vocabulary import (
    BudgetMoment,
    Conclusion,
    DecisionKind,
    EvaluationKind,
    Grade,
    LetterState,
    Light,
    ProjectKind,
)
from tasks.ledger import decided
from tasks.money import totals
from tasks.result_application import ACCEPT
from tasks.rounds import the_year

OVERALL = ProjectKind.OVERALL


@dataclass(frozen=True)
class Figure:
    """One figure: `value` exact, `says` as the report prints it, `query` and `rows` where it comes from."""

    name: str
    title: str
    value: int
    says: str
    unit: str
    query: str
    rows: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """The figure with its origin."""
        about = asdict(self)
        origin = {"query": about.pop("query"), "count": len(self.rows), "rows": list(about.pop("rows"))}
        return {**about, "origin": origin}


def count(name: str, title: str, unit: str, query: str, rows: Iterable[str]) -> Figure:
    """A figure that is the number of its rows."""
    keys = tuple(rows)
    return Figure(name, title, len(keys), str(len(keys)), unit, query, keys)


def figures(session: Session, work_year: int) -> list[Figure]:
    """All figures of a work year, in the order of the report."""
    year = the_year(session, work_year)
    found: list[Figure] = []
    for part in (
        _assessments,
        _targets,
        _adjustments,
        _monitoring,
        _self_evaluations,
        _key_evaluations,
        _results,
        _work,
    ):
        found += part(session, year)
    return found


def _assessments(session: Session, year: WorkYear) -> list[Figure]:
    rows = session.exec(
        select(AssessmentResult.project_key, AssessmentResult.conclusion, PriorAssessment.requested_fen)
        .join(PriorAssessment, col(PriorAssessment.project_key) == AssessmentResult.project_key)
        .where(PriorAssessment.work_year == year.year)
        .order_by(AssessmentResult.project_key)
    ).all()
    arranged = totals(session, BudgetMoment.INITIAL, date.max, [key for key, _, _ in rows])
    asked = sum(requested for _, _, requested in rows)
    given = sum(arranged.values())
    keys = tuple(key for key, _, _ in rows)
    query = f"评估结论表中工作年度{year.year}的项目"
    found = [count("assessed", "事前绩效评估项目", "个", query, keys)]
    for word in Conclusion:
        chosen = [key for key, conclusion, _ in rows if conclusion == word]
        found.append(count(f"assessed_{word.name.lower()}", f"结论为{word.value}", "个", query, chosen))
    amounts = (
        ("assessed_requested", "申报金额", asked, f"{query}的申报数之和"),
        ("assessed_arranged", "评估后安排", given, f"{query}的年初预算之和"),
        ("assessed_cut", "评估核减", asked - given, "申报金额减评估后安排"),
    )
    return found + [
        Figure(name, title, fen, wan(fen), "万元", how, keys) for name, title, fen, how in amounts
    ]


def _targets(session: Session, year: WorkYear) -> list[Figure]:
    reviewed = session.exec(
        select(Project.key)
        .join(Target, col(Target.project_key) == Project.key)
        .join(TargetReview, col(TargetReview.target_key) == Target.key)
        .where(Project.fiscal_year == year.target_year, Project.kind != OVERALL)
        .distinct()
        .order_by(Project.key)
    ).all()
    money = totals(session, BudgetMoment.INITIAL, date.max, reviewed)
    amount = sum(money.values())
    approvals = session.exec(
        select(TargetApproval, Target)
        .join(Target, col(Target.key) == TargetApproval.target_key)
        .where(TargetApproval.work_year == year.year)
        .order_by(TargetApproval.target_key)
    ).all()
    overall = session.exec(
        select(Target.key)
        .join(Project, col(Project.key) == Target.project_key)
        .where(Project.fiscal_year == year.target_year, Project.kind == OVERALL, Target.origin == "申报")
        .order_by(Target.key)
    ).all()
    returned = session.exec(
        select(Decision.about)
        .where(Decision.kind == DecisionKind.RETURN_TARGET, Decision.work_year == year.year)
        .order_by(Decision.about)
    ).all()
    query = f"{year.target_year}年度项目（不含部门整体）中经专家评审的"
    first = [a for a, target in approvals if a.formal and target.origin != "调整"]
    again = [a for a, target in approvals if a.formal and target.origin == "调整"]
    return [
        count("reviewed", "评审绩效目标的项目", "个", query, reviewed),
        Figure(
            "reviewed_amount", "涉及金额", amount, yi(amount), "亿元", f"{query}年初预算之和", tuple(money)
        ),
        count("returned_targets", "评审退回修改", "个", "决定台账中退回绩效目标", returned),
        count(
            "approved_formal", "正式批复绩效目标", "个", "批复表中首次正式行文", [a.target_key for a in first]
        ),
        count(
            "approved_again", "调整后重新批复", "个", "批复表中调整后正式行文", [a.target_key for a in again]
        ),
        count("declared_overall", "申报部门整体支出绩效目标", "个", "部门整体支出目标", overall),
    ]


def _adjustments(session: Session, year: WorkYear) -> list[Figure]:
    rows = session.exec(
        select(TargetAdjustment.key)
        .where(TargetAdjustment.work_year == year.year, col(TargetAdjustment.to_target).is_not(None))
        .order_by(TargetAdjustment.key)
    ).all()
    return [count("adjusted", "审核调整绩效目标", "项", "已收到新目标的绩效目标调整", rows)]


def _monitoring(session: Session, year: WorkYear) -> list[Figure]:
    rows = session.exec(
        select(MonitoringResult, Project)
        .join(Project, col(Project.key) == MonitoringResult.project_key)
        .join(MonitoringReport, col(MonitoringReport.key) == MonitoringResult.report_key)
        .where(Project.fiscal_year == year.target_year)
        .order_by(MonitoringResult.report_key)
    ).all()
    last = {project.key: (result, project) for result, project in rows}
    query = f"{year.target_year}年度最近一次监控结果"
    lights = [
        count(
            f"light_{light.name.lower()}",
            f"{light.value}灯",
            "个",
            query,
            [key for key, (result, _) in last.items() if result.overall_light == light],
        )
        for light in Light
    ]
    warned = [key for key, (result, _) in last.items() if result.warning]
    money_decided = session.exec(
        select(Decision.about)
        .where(Decision.kind == DecisionKind.WARNING_MONEY, Decision.work_year == year.year)
        .order_by(Decision.about)
    ).all()
    special = [key for key, (_, project) in last.items() if project.kind == ProjectKind.SPECIAL_FUND]
    return [
        count("monitored", "开展绩效运行监控的项目", "个", query, last),
        count("monitored_special", "其中专项资金", "个", query, special),
        *lights,
        count("warned", "预警项目", "个", query, warned),
        count("warnings_decided", "预警项目已定资金处理意见", "个", "决定台账中预警资金处理", money_decided),
    ]


def _newest(
    session: Session, fiscal_year: int, kinds: Sequence[EvaluationKind]
) -> list[tuple[Evaluation, Project]]:
    rows = session.exec(
        select(Evaluation, Project)
        .join(Project, col(Project.key) == Evaluation.project_key)
        .where(Project.fiscal_year == fiscal_year, col(Evaluation.kind).in_(kinds))
        .order_by(Evaluation.project_key, col(Evaluation.version))
    ).all()
    return list({(row[0].kind, row[1].key): row for row in rows}.values())


def _self_evaluations(session: Session, year: WorkYear) -> list[Figure]:
    rows = _newest(session, year.evaluated_year, [EvaluationKind.SELF])
    query = f"{year.evaluated_year}年度单位自评最近一次"
    single = [e.key for e, p in rows if p.kind != OVERALL]
    whole = [e.key for e, p in rows if p.kind == OVERALL]
    open_ = [e.key for e, _ in rows if e.total_micro is None]
    differ = [
        e.key
        for e, _ in rows
        if e.total_micro is not None
        and e.reported_micro is not None
        and abs(e.total_micro - e.reported_micro) >= 10_000
    ]
    return [
        count("self_evaluated", "项目支出自评", "个", query, single),
        count("self_evaluated_overall", "部门整体支出自评", "个", query, whole),
        count("self_undecided", "核算总分未定", "个", query, open_),
        count("self_differ", "填报总分与核算不一致", "个", query, differ),
    ]


def key_evaluations(session: Session, year: WorkYear) -> list[tuple[Evaluation, Project]]:
    """The counted ones: fiscal evaluations of the evaluated year, confirmed, in the order of the approved list."""
    return _confirmed(session, _newest(session, year.evaluated_year, [EvaluationKind.FISCAL]))


def other_evaluations(session: Session, year: WorkYear) -> list[tuple[Evaluation, Project]]:
    """Listed but not counted: department evaluations, and evaluations of other budget years."""
    rows = _newest(session, year.evaluated_year, [EvaluationKind.DEPARTMENT])
    rows += _newest(session, year.target_year, [EvaluationKind.DEPARTMENT, EvaluationKind.FISCAL])
    return _confirmed(session, rows)


def _confirmed(session: Session, rows: list[tuple[Evaluation, Project]]) -> list[tuple[Evaluation, Project]]:
    keys = set(
        session.exec(select(Evaluation.key).where(decided(DecisionKind.CONFIRM_GRADE, Evaluation.key))).all()
    )
    return sorted((row for row in rows if row[0].key in keys), key=lambda row: row[1].code)


def _key_evaluations(session: Session, year: WorkYear) -> list[Figure]:
    rows = key_evaluations(session, year)
    query = f"{year.evaluated_year}年度财政评价中等级已确认的"
    grades = [
        count(
            f"grade_{grade.name.lower()}",
            f"评价为“{grade.value}”",
            "个",
            query,
            [e.key for e, _ in rows if e.grade == grade],
        )
        for grade in Grade
    ]
    problems = session.exec(
        select(Problem.key)
        .where(col(Problem.evaluation_key).in_([e.key for e, _ in rows]))
        .order_by(Problem.key)
    ).all()
    return [
        count("key_evaluations", "重点项目绩效评价", "个", query, [e.key for e, _ in rows]),
        count("key_overall", "含部门整体", "个", query, [e.key for e, p in rows if p.kind == OVERALL]),
        *grades,
        count(
            "other_evaluations",
            "另有部门评价",
            "个",
            "部门评价或其他年度评价中等级已确认的",
            [e.key for e, _ in other_evaluations(session, year)],
        ),
        count("problems", "评价发现问题", "个", query, problems),
    ]


def _results(session: Session, year: WorkYear) -> list[Figure]:
    evaluated = [e.key for e, _ in key_evaluations(session, year) + other_evaluations(session, year)]
    asked = session.exec(
        select(Rectification.problem_key)
        .join(Problem, col(Problem.key) == Rectification.problem_key)
        .where(col(Problem.evaluation_key).in_(evaluated))
        .order_by(Rectification.problem_key)
    ).all()
    closed = session.exec(
        select(Decision.about)
        .where(
            Decision.kind == DecisionKind.ACCEPT_RECTIFICATION,
            Decision.decided == ACCEPT,
            Decision.work_year == year.year,
        )
        .order_by(Decision.about)
    ).all()
    proposals = session.exec(
        select(BudgetProposal).where(BudgetProposal.work_year == year.year).order_by(BudgetProposal.key)
    ).all()
    decisions = session.exec(
        select(BudgetDecision.proposal_key)
        .join(BudgetProposal, col(BudgetProposal.key) == BudgetDecision.proposal_key)
        .where(BudgetProposal.work_year == year.year)
        .order_by(BudgetDecision.proposal_key)
    ).all()
    blank = [row for row in proposals if row.proposed_fen is None]
    stake = sum(row.base_fen for row in blank)
    query = f"{year.applied_year}年预算安排建议"
    return [
        count("rectifications", "下达整改要求", "项", "整改要求", asked),
        count("rectified", "整改验收通过", "项", "决定台账中整改验收通过", closed),
        count("proposals", "预算安排建议", "项", query, [row.key for row in proposals]),
        count("proposals_undecided", "规则未定", "项", f"{query}中无金额的", [row.key for row in blank]),
        Figure(
            "stake",
            "未定涉及金额",
            stake,
            wan(stake),
            "万元",
            f"{query}中无金额的基数之和",
            tuple(r.key for r in blank),
        ),
        count("budget_decisions", "已核定", "项", "核定表", decisions),
    ]


def _work(session: Session, year: WorkYear) -> list[Figure]:
    trainings = session.exec(
        select(Training).where(Training.work_year == year.year).order_by(Training.key)
    ).all()
    people = sum(row.attendance for row in trainings)
    documents = session.exec(
        select(RuleDocument.key).where(RuleDocument.work_year == year.year).order_by(RuleDocument.key)
    ).all()
    publicity = session.exec(
        select(Publicity.key).where(Publicity.work_year == year.year).order_by(Publicity.key)
    ).all()
    letters = session.exec(
        select(Letter.key)
        .where(Letter.work_year == year.year, Letter.state == LetterState.SENT)
        .order_by(Letter.key)
    ).all()
    rounds = session.exec(select(Round.key).where(Round.work_year == year.year).order_by(Round.key)).all()
    keys = tuple(row.key for row in trainings)
    return [
        count("trainings", "专题培训", "场", "培训登记", keys),
        Figure("attendance", "培训人次", people, str(people), "人次", "培训登记人次之和", keys),
        count("rule_documents", "印发制度", "件", "制度登记", documents),
        count("publicity", "宣传报道", "篇", "宣传登记", publicity),
        count("letters", "发出函件", "封", "发件箱中已发", letters),
        count("rounds", "布置工作", "次", "环节布置", rounds),
    ]
