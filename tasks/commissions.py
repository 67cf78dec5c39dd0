"""Commissions: which third party or expert works on which project; nobody judges the one who pays him."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

from sqlmodel import Session, select

from models.calendar import Round
from models.database import insert_new
from models.evaluation import Commission
from models.people import Interest, ThirdParty
from models.projects import Project
from models.vocabulary import PartyKind, RoundKind
from tasks.rounds import covered, open_round

COMMISSIONED = {
    RoundKind.ASSESSMENT_CONCLUSION: PartyKind.FIRM,
    RoundKind.EXPERT_REVIEW: PartyKind.EXPERT,
    RoundKind.FISCAL_EVALUATION: PartyKind.FIRM,
}
"""What may be given to whom. Self-evaluation, target setting and monitoring are the department's own work."""


class CommissionRefused(LookupError):
    """A commission that may not be given; the message says why and what to do."""


def interests(session: Session) -> dict[str, set[str]]:
    """Third party or expert → codes of the departments that it must not judge."""
    parties = session.exec(select(ThirdParty.name, ThirdParty.serves)).all()
    found = {name: set(serves.replace("、", " ").split()) for name, serves in parties}
    for party, department in session.exec(select(Interest.third_party, Interest.department_code)).all():
        found[party].add(department)
    return found


def commission_key(round_: Round, project_key: str, third_party: str) -> str:
    """Identity of a commission."""
    return f"{round_.key}/{project_key}/{third_party}"


def commissioned(session: Session, kind: RoundKind, projects: Iterable[str]) -> set[str]:
    """Which of the projects already have a commission of the kind."""
    given = session.exec(select(Commission.project_key).where(Commission.kind == kind)).all()
    return set(given) & set(projects)


def assign(
    session: Session,
    round_: Round,
    projects: Iterable[str],
    kind: PartyKind,
    day: date,
    chosen: dict[str, str] | None = None,
) -> int:
    """Give each project to the free party with the least work, or to the one an officer chose.

    Raises CommissionRefused where the work is never commissioned, the one chosen has a conflict of interest, or
    nobody without one is registered.
    """
    if COMMISSIONED.get(round_.kind) != kind:
        raise CommissionRefused(
            f"“{round_.kind.value}”不得委托{kind.value}：单位自评、绩效目标设定和绩效运行监控由部门自己完成，"
            "只有事前评估、财政评价可委托第三方机构，目标评审可委托评审专家。未作任何改动。"
        )
    parties = session.exec(select(ThirdParty).where(ThirdParty.kind == kind).order_by(ThirdParty.name)).all()
    conflicts = interests(session)
    load = Counter(
        session.exec(select(Commission.third_party).where(Commission.round_key == round_.key)).all()
    )
    owners = dict(session.exec(select(Project.key, Project.department_code)).all())
    rows = []
    for project in projects:
        free = [party.name for party in parties if owners[project] not in conflicts[party.name]]
        if not free:
            raise CommissionRefused(
                f"没有可委托的{kind.value}：项目{project}所属部门与已登记的全部{kind.value}存在利益关系，或尚未登记{kind.value}。"
                "请先登记无利益关系的机构或专家。"
            )
        wish = (chosen or {}).get(project)
        if wish and wish not in free:
            known = wish in {one.name for one in parties}
            why = f"与项目{project}的主管部门存在利益关系" if known else f"未登记为{kind.value}"
            raise CommissionRefused(f"不能委托“{wish}”：{why}。可委托的有：{'、'.join(free)}。未作任何改动。")
        party = wish or min(free, key=lambda name: (load[name], name))
        load[party] += 1
        rows.append(
            Commission(
                key=commission_key(round_, project, party),
                round_key=round_.key,
                kind=round_.kind,
                project_key=project,
                third_party=party,
                commissioned_on=day,
                due_on=max(day, round_.due_on),
            )
        )
    return insert_new(session, rows)


def not_yet_sent(session: Session, work_year: int, kind: RoundKind, at: datetime) -> list[Commission]:
    """Commissions of the open round that no form has asked for yet."""
    round_ = open_round(session, work_year, kind, at)
    if round_ is None:
        return []
    sent = covered(session, round_)
    given = session.exec(
        select(Commission).where(Commission.round_key == round_.key).order_by(Commission.key)
    ).all()
    return [row for row in given if row.key not in sent]
