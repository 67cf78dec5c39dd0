"""The work year and its rounds: opened from the plan, found again by kind, asked what it has asked for so far."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.calendar import DayDone, FormCover, FormIssue, Round, WorkYear
from models.database import insert_new
from models.rules.calendar import Plan, plan
from models.rules.profiles import lineage
from models.settings import settings
from models.vocabulary import RoundKind, Stage
from tasks.forms.layout import variant_for
from tasks.forms.shape import Form, Sheet


def open_work_year(session: Session, work_year: int, day: date, rules: str) -> int:
    """Write down the year and its rounds; returns how many rows were new."""
    planned: Plan = plan(work_year)
    year = WorkYear(
        year=work_year,
        target_year=planned.target_year,
        evaluated_year=planned.evaluated_year,
        applied_year=planned.applied_year,
        rules=rules,
        opened_on=day,
    )
    rounds = [
        Round(
            key=f"{work_year}/{row.kind}",
            work_year=work_year,
            stage=Stage(row.stage),
            kind=RoundKind(row.kind),
            fiscal_year=row.fiscal_year,
            opens_on=row.opens_on,
            due_on=row.due_on,
            provisional=row.provisional,
        )
        for row in planned.rounds
    ]
    return insert_new(session, [year]) + insert_new(session, rounds)


def the_year(session: Session, work_year: int) -> WorkYear:
    """The opened work year; raises LookupError with what to do when it was never opened."""
    year = session.get(WorkYear, work_year)
    if year is None:
        raise LookupError(
            f"工作年度{work_year}尚未开启。请先运行“开启工作年度”（jixiao year open --work-year {work_year}）。"
        )
    return year


def year_at(session: Session, day: date) -> int | None:
    """The work year that runs on a day: the calendar year, or the last one opened while it is not open yet."""
    return session.exec(select(func.max(col(WorkYear.year))).where(col(WorkYear.year) <= day.year)).one()


def open_round(session: Session, work_year: int, kind: RoundKind, at: datetime) -> Round | None:
    """The year's round of a kind, once its opening day has come."""
    return session.exec(
        select(Round)
        .where(Round.work_year == work_year, Round.kind == kind, Round.opens_on <= at.date())
        .order_by(col(Round.sequence).desc())
    ).first()


def covered(session: Session, round_: Round) -> dict[str, str]:
    """What was asked for in the round so far: identity → number of the newest form that asks for it."""
    rows = session.exec(
        select(FormCover.about, FormCover.form_number)
        .join(FormIssue, col(FormIssue.form_number) == FormCover.form_number)
        .where(FormIssue.round_key == round_.key)
        .order_by(col(FormIssue.version))
    ).all()
    return dict(rows)


def next_version(session: Session, round_: Round) -> dict[str, int]:
    """Addressee → the version of the next form; absent means 1."""
    rows = session.exec(
        select(FormIssue.addressee, func.max(col(FormIssue.version)))
        .where(FormIssue.round_key == round_.key)
        .group_by(FormIssue.addressee)
    ).all()
    return {addressee: version + 1 for addressee, version in rows}


def forms_for(
    session: Session, round_: Round, sheets: Mapping[str, Mapping[str, Sheet]], reason: str = ""
) -> list[Form]:
    """A form for each addressee of `sheets` (addressee → identity asked for → sheet), in order of addressee.

    Several identities may share one sheet (a list); it goes in once.
    """
    versions = next_version(session, round_)
    profile = the_year(session, round_.work_year).rules
    variant = variant_for(round_.kind, lineage(profile, settings().rules_folder), round_.fiscal_year)
    forms = []
    for addressee in sorted(sheets):
        asked = sheets[addressee]
        version = versions.get(addressee, 1)
        forms.append(
            Form(
                round_.kind,
                addressee,
                round_.fiscal_year,
                list({id(sheet): sheet for sheet in asked.values()}.values()),
                variant,
                round_key=round_.key,
                version=version,
                reason=reason if version > 1 else "",
                covers=tuple(asked),
            )
        )
    return forms


def days_done(session: Session, work_year: int) -> set[date]:
    """Days of the work year whose round was finished."""
    return set(session.exec(select(col(DayDone.day)).where(DayDone.work_year == work_year)).all())
