"""The matrix of stages, department scorecards, and the evidence pack for the provincial assessment (考评)."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from sqlmodel import col, select

from models.calendar import Round
from models.evaluation import Evaluation, Problem
from models.intake import Finding, Submission
from models.mid_year_monitoring import MonitoringReport
from models.projects import Project
from models.result_application import Rectification
from models.target_review import Target, TargetApproval
from models.vocabulary import EvaluationKind, ProjectKind, Verdict
from tasks.money import in_force
from tasks.problems import Standing
from tasks.rectification_ledger import State, states
from tasks.reports.figures.figure import Figure
from tasks.reports.ledgers.books import Books
from tasks.reports.ledgers.sheet import Ledger

DONE, LACKING, NOT_OWED = "完成", "未完成", "—"
STAGES = ("目标申报", "目标批复", "运行监控", "单位自评", "整改")


def stage_matrix(books: Books) -> Ledger:
    """Every project of the target year and of the evaluated year: which stages are done."""
    columns = (
        ("预算年度", 9), ("项目代码", 22), ("项目名称", 34), ("部门", 18), *((stage, 10) for stage in STAGES), ("完成率", 9),
    )  # fmt: skip
    cells = []
    for project, marks in _marks(books):
        owed = [mark for mark in marks if mark != NOT_OWED]
        share = f"{owed.count(DONE) * 100 // len(owed)}%" if owed else NOT_OWED
        who = books.who(project.department_code)
        cells.append((project.fiscal_year, project.code, project.name, who, *marks, share))
    return Ledger("环节完成矩阵", columns, cells)


def _marks(books: Books) -> list[tuple[Project, tuple[str, ...]]]:
    year, ask = books.year, books.session.exec
    projects = ask(
        select(Project)
        .where(col(Project.fiscal_year).in_((year.evaluated_year, year.target_year)))
        .order_by(col(Project.fiscal_year), Project.code)
    ).all()
    declared = set(ask(select(Target.project_key).where(Target.origin != "导入")).all())
    approved = set(
        ask(
            select(Target.project_key).join(TargetApproval, col(TargetApproval.target_key) == Target.key)
        ).all()
    )
    monitored = set(ask(select(MonitoringReport.project_key)).all())
    evaluated = set(ask(select(Evaluation.project_key).where(Evaluation.kind == EvaluationKind.SELF)).all())
    arranged = set(in_force(books.session, date(year.year, 12, 31)))
    wholes_too = any(one.key in monitored for one in projects if one.kind == ProjectKind.OVERALL)
    problems = ask(
        select(Problem.project_key, Problem.key).join(
            Rectification, col(Rectification.problem_key) == Problem.key
        )
    ).all()
    accepted = _accepted(books)
    open_ones = {project for project, key in problems if key not in accepted}
    to_rectify = {project for project, _ in problems}

    def mark(have: bool, owed: bool) -> str:
        return (DONE if have else LACKING) if owed else NOT_OWED

    def due(one: Project) -> bool:  # a project that got no money owes no target
        paid = one.key in arranged or one.kind == ProjectKind.OVERALL
        return one.fiscal_year == year.target_year and paid

    return [
        (
            one,
            (
                mark(one.key in declared, due(one)),
                mark(one.key in approved, due(one)),
                mark(one.key in monitored, due(one) and (wholes_too or one.kind != ProjectKind.OVERALL)),
                mark(one.key in evaluated, one.fiscal_year == year.evaluated_year),
                mark(one.key not in open_ones, one.key in to_rectify),
            ),
        )
        for one in projects
    ]


def _accepted(books: Books) -> set[str]:
    """Problems whose rectification was accepted."""
    return {one.problem.key for one in states(books.session, books.year) if one.state == State.CLOSED}


def scorecard(books: Books, found: Standing) -> Ledger:
    """A row a department: stages done, on time, returns, mistakes a form, rectified, problems that stand."""
    done: dict[str, list[int]] = {}
    for project, marks in _marks(books):
        counts = done.setdefault(project.department_code, [0, 0])
        counts[0] += sum(mark == DONE for mark in marks)
        counts[1] += sum(mark != NOT_OWED for mark in marks)
    sent = books.session.exec(
        select(Submission, Round)
        .join(Round, col(Round.key) == Submission.round_key)
        .where(Round.work_year == books.year.year)
    ).all()
    faults = Counter(books.session.exec(select(Finding.submission)).all())
    rectified = _rectified(books)
    standing = Counter(one.department or found.agencies.get(one.project or "", "") for one in found.problems)
    cells = []
    for code, name in sorted(books.departments.items()):
        mine = [(s, r) for s, r in sent if s.addressee == code]
        good, owed = done.get(code, [0, 0])
        accepted, asked = rectified.get(code, (0, 0))
        on_time = sum(r.due_on >= s.received_at.date() for s, r in mine)
        cells.append(
            (
                code, name, _share(good, owed), _share(on_time, len(mine)), len(mine),
                sum(s.verdict == Verdict.RETURNED for s, _ in mine),
                f"{sum(faults[s.sha256] for s, _ in mine) / len(mine):.1f}" if mine else NOT_OWED,
                _share(accepted, asked), standing[code],
            )
        )  # fmt: skip
    columns = (
        ("部门编码", 10), ("部门", 22), ("环节完成率", 11), ("按时率", 9), ("报送份数", 9), ("退回次数", 9),
        ("每份差错", 9), ("整改完成率", 11), ("现有问题", 9),
    )  # fmt: skip
    return Ledger("部门记分卡", columns, cells)


def _share(part: int, whole: int) -> str:
    return f"{part * 100 / whole:.0f}%" if whole else NOT_OWED


def _rectified(books: Books) -> dict[str, tuple[int, int]]:
    """Department → (accepted, asked) rectifications."""
    rows = books.session.exec(select(Rectification.department_code, Rectification.problem_key)).all()
    accepted = _accepted(books)
    counts: dict[str, tuple[int, int]] = {}
    for code, key in rows:
        have, asked = counts.get(code, (0, 0))
        counts[code] = (have + (key in accepted), asked + 1)
    return counts


# Items of the assessment as the district's own report names its work; [figure names, document].
ITEMS = (
    ("事前绩效评估", ("事前", "评估"), "评估结论表"),
    ("绩效目标管理", ("目标", "评审", "批复"), "绩效目标台账、批复台账"),
    ("绩效目标调整", ("调整",), "目标调整台账"),
    ("绩效运行监控", ("监控", "预警"), "监控台账"),
    ("绩效评价", ("自评", "评价", "等级"), "自评台账、重点评价台账"),
    ("结果应用和整改", ("整改", "预算", "结果"), "整改台账、预算安排表"),
    ("信息公开和报告", ("公开", "报告"), "年度报告（全文、报政府、报人大）"),
    ("队伍建设和宣传", ("培训", "宣传", "制度"), "培训登记、制度登记、宣传登记"),
)


def assessment_pack(figures: Sequence[Figure]) -> Ledger:
    """考评佐证: each item with its figures, where each comes from, and the document that proves it."""
    cells = []
    for item, words, document in ITEMS:
        mine = [one for one in figures if any(word in one.title for word in words)]
        for one in mine:
            cells.append((item, one.title, one.says, one.unit, document, one.query))
        if not mine:
            cells.append((item, "没有可取的数字", "", "", document, "未核对：系统中没有该项数据"))
    columns = (("考评事项", 18), ("指标", 34), ("数值", 14), ("单位", 8), ("佐证材料", 34), ("数字来源", 46))
    return Ledger("考评佐证", columns, cells)
