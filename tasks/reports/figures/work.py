"""Figures of monitoring, and of trainings, documents, publicity, typical cases and letters."""

from sqlmodel import Session, col, select

from models.calendar import Round, WorkYear
from models.ledger import Decision
from models.letters import Letter
from models.mid_year_monitoring import MonitoringReport, MonitoringResult
from models.projects import Project
from models.registers import Publicity, RuleDocument, Training, TypicalCase
from models.vocabulary import DecisionKind, LetterState, Light, ProjectKind
from tasks.reports.figures.figure import Figure, count


def monitoring_figures(session: Session, year: WorkYear) -> list[Figure]:
    """Lights and warnings of the newest monitoring."""
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
    steady = [key for key in warned if last[key][0].overall_light not in (Light.RED, Light.YELLOW)]
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
        count("warned_steady", "灯色正常、因进度与支出偏离预警的", "个", query, steady),
        count("warnings_decided", "预警项目已定资金处理意见", "个", "决定台账中预警资金处理", money_decided),
    ]


def work_figures(session: Session, year: WorkYear) -> list[Figure]:
    """Trainings, documents, publicity, typical cases, letters, rounds."""
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
    cases = session.exec(
        select(TypicalCase.key).where(TypicalCase.work_year == year.year).order_by(TypicalCase.key)
    ).all()
    letters = session.exec(
        select(Letter.key)
        .where(Letter.work_year == year.year, Letter.state == LetterState.SENT, Letter.copy_of == "")
        .order_by(Letter.key)
    ).all()
    rounds = session.exec(select(Round.key).where(Round.work_year == year.year).order_by(Round.key)).all()
    keys = tuple(row.key for row in trainings)
    return [
        count("trainings", "专题培训", "场", "培训登记", keys),
        Figure("attendance", "培训人次", people, str(people), "人次", "培训登记人次之和", keys),
        count("rule_documents", "印发制度", "件", "制度登记", documents),
        count("publicity", "宣传报道", "篇", "宣传登记", publicity),
        count("typical_cases", "典型案例", "个", "典型案例登记", cases),
        count("letters", "发出函件", "封", "发件箱中已发", letters),
        count("rounds", "布置工作", "次", "环节布置", rounds),
    ]
