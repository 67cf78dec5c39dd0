"""Builders of small districts for tests: real rows in a real database."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from models.calendar import Round
from models.database import insert_new, transaction
from models.people import Contact, Department, Officer, ThirdParty
from models.projects import BudgetLine, Project, project_key
from models.target_review import Target
from models.vocabulary import BudgetMoment, PartyKind, ProjectKind, Role, RoundKind
from tasks.rounds import open_work_year

SHANGHAI = ZoneInfo("Asia/Shanghai")
YEAR = 2024


def at(month: int, day: int, hour: int = 9) -> datetime:
    """A moment of the work year."""
    return datetime(YEAR, month, day, hour, tzinfo=SHANGHAI)


def bureau() -> None:
    """The work year opened, two officers, two firms, two experts."""
    with transaction() as session:
        open_work_year(session, YEAR, date(YEAR, 1, 1), "huangshi")
        rows = [
            Officer(name=name, post="科长", email=f"{n}@bureau.example")
            for n, name in enumerate(("李文静", "张晓峰"))
        ]
        insert_new(session, rows)
        for kind, names in (
            (PartyKind.FIRM, ("甲事务所", "乙咨询公司")),
            (PartyKind.EXPERT, ("陈专家", "周专家")),
        ):
            insert_new(
                session,
                [
                    ThirdParty(name=name, kind=kind, email=f"p{n}.{kind.name.lower()}@firm.example")
                    for n, name in enumerate(names)
                ],
            )


def department(code: str = "203001", name: str = "区民政局") -> str:
    """A department with its three contacts."""
    with transaction() as session:
        insert_new(session, [Department(code=code, name=name, functions="负责民政工作。")])
        rows = [
            Contact(
                key=f"{code}/{role.value}",
                department_code=code,
                role=role,
                name=f"{name}{role.value}",
                email=f"{role.name.lower()}.{code}@dept.example",
            )
            for role in Role
        ]
        insert_new(session, rows)
    return code


def project(
    department_code: str,
    serial: int,
    *,
    wan: int = 100,
    name: str = "",
    attribute: str = "延续",
    kind: ProjectKind = ProjectKind.ORDINARY,
) -> str:
    """A project of the year that asked for so many 万元; returns its key."""
    code = f"42020424T{serial:012d}"
    key = project_key(YEAR, code)
    row = Project(
        key=key,
        fiscal_year=YEAR,
        code=code,
        name=name or f"项目{serial}",
        department_code=department_code,
        attribute=attribute,
        kind=kind,
    )
    line = BudgetLine(
        key=f"{key}/申报",
        project_key=key,
        moment=BudgetMoment.REQUESTED,
        source="本级财政资金",
        as_of=date(YEAR, 1, 1),
        amount_fen=wan * 1_000_000,
    )
    with transaction() as session:
        insert_new(session, [row])
        insert_new(session, [line])
    return key


def evaluated(department_code: str, serial: int, name: str, sector: str, wan: int) -> str:
    """A project of the year before that spent so many 万元: a candidate for the list of key projects."""
    code = f"42020423T{serial:012d}"
    key = project_key(YEAR - 1, code)
    row = Project(
        key=key,
        fiscal_year=YEAR - 1,
        code=code,
        name=name,
        department_code=department_code,
        kind=ProjectKind.ORDINARY,
        sector=sector,
    )
    spent = BudgetLine(
        key=f"{key}/执行",
        project_key=key,
        moment=BudgetMoment.SPENT,
        source="本级财政资金",
        as_of=date(YEAR - 1, 12, 31),
        amount_fen=wan * 1_000_000,
    )
    with transaction() as session:
        insert_new(session, [row])
        insert_new(session, [spent])
    return key


def adjusted_target(project_key: str) -> str:
    """A target adjusted with the budget, which waits to be approved; returns its key."""
    target = Target(
        key=f"{project_key}/1",
        project_key=project_key,
        version=1,
        origin="调整",
        received_on=date(YEAR, 9, 20),
        annual_goal="完成年度任务。",
    )
    with transaction() as session:
        insert_new(session, [target])
    return target.key


def round_of(kind: RoundKind) -> Round:
    """The year's round of a kind."""
    with transaction() as session:
        return session.get_one(Round, f"{YEAR}/{kind.value}")
