"""Ledgers of found problems: each with evidence and remedy, what to re-check, exceptions, what to train next."""

from collections import Counter

from sqlmodel import col, select

from models.calendar import Round
from models.evaluation import Evaluation
from models.intake import Finding, Submission
from models.projects import Project
from models.registers import GrantedException
from models.rules.problems.hits import Evidence, Found
from models.rules.problems.limits import problem_types
from models.vocabulary import EvaluationKind
from tasks.exchange.reader import layouts
from tasks.finding_codes import title_of
from tasks.problems import Standing, returned, triage
from tasks.reports.ledgers.books import Books
from tasks.reports.ledgers.sheet import Ledger

CERTAINTY = {"found": "确定", "suspected": "疑似"}
PLACES = 3


def problems(books: Books, found: Standing) -> Ledger:
    """Every problem that stands, with where it was read; one that returned says so."""
    again = returned(books.session, found, books.year.year)
    columns = (
        ("代码", 7), ("问题", 22), ("项目代码", 22), ("项目名称", 30), ("部门", 16), ("程度", 7), ("说明", 60),
        ("证据", 44), ("怎样改", 40), ("往年情况", 30),
    )  # fmt: skip
    cells = [
        (
            one.code,
            problem_types()[one.code].title,
            one.project or "",
            found.names.get(one.project or "", ""),
            books.who(one.department or found.agencies.get(one.project or "", "")),
            CERTAINTY[one.certainty],
            one.says,
            places(one),
            problem_types()[one.code].remedy,
            again.get((one.code, one.project or ""), ""),
        )
        for one in found.problems
    ]
    return Ledger("问题清单", columns, cells)


def places(one: Found) -> str:
    """Where a problem was read, in words."""
    told = [f"{_column(e)}“{e.read}”" for e in one.evidence[:PLACES] if e.read]
    more = f"等{len(one.evidence)}处" if len(one.evidence) > PLACES else ""
    return "；".join(told) + more


def _column(one: Evidence) -> str:
    """The column as officers call it."""
    layout = layouts().get(one.table, {"required": {}, "optional": {}})
    ways = (layout["required"] | layout["optional"]).get(one.field)
    return ways[0] if ways else one.field


def rechecks(books: Books, found: Standing) -> Ledger:
    """自评复核名单: doubtful ones with reasons, and a random sample that comes out the same again."""
    query = (
        select(Project.code, Project.name, Project.department_code)
        .join(Evaluation, col(Evaluation.project_key) == Project.key)
        .where(Evaluation.kind == EvaluationKind.SELF, Project.fiscal_year == books.year.evaluated_year)
    )
    evaluated = {code: (name, department) for code, name, department in books.session.exec(query).all()}
    rows = [one for one in triage(found, books.year.year, evaluated) if one.project in evaluated]
    cells = [
        (n, one.project, evaluated[one.project][0], books.who(evaluated[one.project][1]), len(one.reasons) if one.reasons != ("随机抽查",) else 0, "；".join(one.reasons))
        for n, one in enumerate(rows, 1)
    ]  # fmt: skip
    columns = (("序号", 6), ("项目代码", 22), ("项目名称", 34), ("部门", 16), ("疑点数", 8), ("复核理由", 80))
    return Ledger("自评复核名单", columns, cells)


def exceptions(books: Books, found: Standing) -> Ledger:
    """例外: what was granted, and which problems it covers."""
    rows = books.session.exec(
        select(GrantedException)
        .where(GrantedException.work_year == books.year.year)
        .order_by(GrantedException.key)
    ).all()
    covered = Counter(row.key for _, row in found.excused)
    codes: dict[str, list[str]] = {}
    for one, row in found.excused:
        codes.setdefault(row.key, []).append(one.code)
    cells = [
        (
            row.kind,
            books.who(row.about),
            (row.round_key or "").partition("/")[2] or "全部事项",
            row.reason,
            row.officer,
            row.granted_on,
            row.expires_on,
            covered[row.key],
            "、".join(dict.fromkeys(codes.get(row.key, []))),
        )
        for row in rows
    ]
    columns = (
        ("类别", 10), ("适用对象", 28), ("事项", 16), ("理由", 40), ("批准人", 10), ("批准日期", 11), ("失效日期", 11),
        ("涉及问题数", 10), ("问题代码", 24),
    )  # fmt: skip
    return Ledger("例外清单", columns, cells)


def training_topics(books: Books, found: Standing) -> Ledger:
    """培训选题: the commonest mistakes of forms and problems of projects, with who makes them most."""
    rows = books.session.exec(
        select(Finding.code, Submission.addressee)
        .join(Submission, col(Submission.sha256) == Finding.submission)
        .join(Round, col(Round.key) == Submission.round_key)
        .where(Round.work_year == books.year.year)
    ).all()
    by_code: dict[tuple[str, str], Counter[str]] = {}
    for code, who in rows:
        by_code.setdefault((code, title_of(code)), Counter())[books.who(who)] += 1
    for one in found.problems:
        who = books.who(one.department or found.agencies.get(one.project or "", ""))
        by_code.setdefault((one.code, problem_types()[one.code].title), Counter())[who] += 1
    ranked = sorted(by_code.items(), key=lambda pair: (-pair[1].total(), pair[0]))
    cells = [
        (n, code, title, who.total(), len(who), "、".join(f"{name}（{count}）" for name, count in who.most_common(3)), _topic(code))
        for n, ((code, title), who) in enumerate(ranked, 1)
    ]  # fmt: skip
    columns = (
        ("序号", 6),
        ("代码", 12),
        ("问题", 34),
        ("次数", 8),
        ("涉及部门数", 10),
        ("最多的部门", 46),
        ("建议培训内容", 46),
    )
    return Ledger("培训选题", columns, cells)


def _topic(code: str) -> str:
    known = problem_types().get(code)
    return known.remedy if known else "按《预算绩效目标编审指南》和填表说明讲解该项填报要求"
