"""委托台账: what became of every commission — delivered when, late, returned, overturned, how good; and each party's work."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from models.calendar import FormCover, Round, WorkYear
from models.evaluation import Commission, Evaluation, Problem, ReportQuality
from models.intake import Submission
from models.ledger import Decision
from models.people import ThirdParty
from models.projects import Project
from models.result_application import RectificationReply
from models.rules.calendar import plan
from models.vocabulary import DecisionKind, Grade, Verdict
from tasks.commissions import interests
from tasks.rectification_ledger import SEND_BACK


@dataclass(frozen=True)
class Entry:
    """One commission and what became of it on a day."""

    row: Commission
    party: ThirdParty
    project: Project
    delivered_on: date | None
    days_late: int
    returned: int
    problems: int
    sent_back: int
    grade: Grade | None
    quality: ReportQuality | None
    conflict: bool

    @property
    def on_time(self) -> bool:
        """Delivered by its due day."""
        return self.delivered_on is not None and not self.days_late

    @property
    def regraded(self) -> bool:
        """An officer's re-check came to another grade."""
        return bool(self.quality and self.quality.grade and self.quality.grade != self.grade)

    @property
    def overturned(self) -> int:
        """Findings that did not stand an officer's re-check."""
        return self.quality.overturned if self.quality else 0


def entries(session: Session, year: WorkYear, day: date | None = None) -> list[Entry]:
    """Every commission of the work year as it stands on a day (the report's day where none is given)."""
    on = day or plan(year.year).moments["report"]
    rows = session.exec(
        select(Commission, ThirdParty, Project)
        .join(Round, col(Round.key) == Commission.round_key)
        .join(ThirdParty, col(ThirdParty.name) == Commission.third_party)
        .join(Project, col(Project.key) == Commission.project_key)
        .where(Round.work_year == year.year, Commission.commissioned_on <= on)
        .order_by(Commission.key)
    ).all()
    answers = _answers(session, year)
    evaluations = {
        one.commission_key: one
        for one in session.exec(
            select(Evaluation).where(col(Evaluation.commission_key).is_not(None)).order_by(Evaluation.version)  # type: ignore[arg-type]
        ).all()
    }
    problems, sent_back = _problems(session)
    quality = newest_quality(session)
    conflicts = interests(session)
    found = []
    for row, party, project in rows:
        given = [one for one in answers[row.round_key, row.third_party, row.project_key] if one[0] <= on]
        delivered = min((came for came, verdict in given if verdict == Verdict.ACCEPTED), default=None)
        judged = evaluations.get(row.key)
        result = judged.key if judged else ""
        found.append(
            Entry(
                row=row,
                party=party,
                project=project,
                delivered_on=delivered,
                days_late=max(0, ((delivered or on) - row.due_on).days),
                returned=sum(verdict == Verdict.RETURNED for _, verdict in given),
                problems=problems[result],
                sent_back=sent_back[result],
                grade=judged.grade if judged else None,
                quality=quality.get(row.key),
                conflict=project.department_code in conflicts[party.name],
            )
        )
    return found


def _answers(
    session: Session, year: WorkYear
) -> defaultdict[tuple[str, str, str], list[tuple[date, Verdict]]]:
    """(round, party, project) → day and verdict of what the party sent in about the project."""
    rows = session.exec(
        select(FormCover.about, Submission)
        .join(Submission, col(Submission.form_number) == FormCover.form_number)
        .join(Round, col(Round.key) == Submission.round_key)
        .where(
            Round.work_year == year.year, col(Submission.verdict).in_([Verdict.ACCEPTED, Verdict.RETURNED])
        )
    ).all()
    found: defaultdict[tuple[str, str, str], list[tuple[date, Verdict]]] = defaultdict(list)
    for about, sent in rows:
        key = (sent.round_key or "", sent.addressee, _project_of(about, sent))
        found[key].append((sent.received_at.date(), sent.verdict))
    return found


def _project_of(about: str, sent: Submission) -> str:
    """A form covers commissions (round/project/party) or versions of a target (project/version)."""
    head = f"{sent.round_key}/"
    tail = f"/{sent.addressee}"
    if about.startswith(head) and about.endswith(tail):
        return about[len(head) : -len(tail)]
    return about.partition("/")[0]


def _problems(session: Session) -> tuple[Counter[str], Counter[str]]:
    """Evaluation → problems found; evaluation → rectifications that an officer sent back."""
    owner = dict(session.exec(select(Problem.key, Problem.evaluation_key)).all())
    back = session.exec(
        select(RectificationReply.problem_key)
        .join(Decision, col(Decision.about) == RectificationReply.key)
        .where(Decision.kind == DecisionKind.ACCEPT_RECTIFICATION, Decision.decided == SEND_BACK)
        .distinct()
    ).all()
    return Counter(owner.values()), Counter(owner[one] for one in back)


def newest_quality(session: Session) -> dict[str, ReportQuality]:
    """Commission → its newest quality sheet."""
    rows = session.exec(select(ReportQuality).order_by(col(ReportQuality.version))).all()
    return {one.commission_key: one for one in rows}


@dataclass(frozen=True)
class Work:
    """One third party or expert and all its commissions of the year."""

    party: ThirdParty
    given: Sequence[Entry]

    @property
    def quality_micro(self) -> int | None:
        """The mean of its quality sheets; None while there is none."""
        sheets = [one.quality.total_micro for one in self.given if one.quality]
        return sum(sheets) // len(sheets) if sheets else None


def by_party(session: Session, found: Iterable[Entry]) -> list[Work]:
    """Everybody in the register with the year's work, also who had none."""
    work: dict[str, list[Entry]] = defaultdict(list)
    for one in found:
        work[one.party.name].append(one)
    parties = session.exec(select(ThirdParty).order_by(ThirdParty.kind, ThirdParty.name)).all()
    return [Work(party, work[party.name]) for party in parties]
