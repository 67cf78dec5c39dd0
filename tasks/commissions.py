"""Commissions: which third party or expert works on which project; nobody judges the one who pays him."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

from sqlmodel import Session, select

from models.calendar import Round
from models.database import insert_new
from models.evaluation import Commission
from models.people import ThirdParty
from models.projects import Project
from models.vocabulary import PartyKind, RoundKind
from tasks.rounds import covered, open_round


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

    Raises LookupError when nobody without a conflict of interest is registered.
    """
    parties = session.exec(select(ThirdParty).where(ThirdParty.kind == kind).order_by(ThirdParty.name)).all()
    conflicts = {party.name: set(party.serves.replace("、", " ").split()) for party in parties}
    load = Counter(
        session.exec(select(Commission.third_party).where(Commission.round_key == round_.key)).all()
    )
    owners = dict(session.exec(select(Project.key, Project.department_code)).all())
    rows = []
    for project in projects:
        free = [party.name for party in parties if owners[project] not in conflicts[party.name]]
        if not free:
            raise LookupError(
                f"没有可委托的{kind.value}：项目{project}所属部门与已登记的全部{kind.value}存在利益关系，或尚未登记{kind.value}。"
                "请先登记无利益关系的机构或专家。"
            )
        wish = (chosen or {}).get(project)
        party = wish if wish in free else min(free, key=lambda name: (load[name], name))
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
