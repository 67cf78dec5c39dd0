"""Every table, imported once: for migrations and for a fresh database."""

from models import (
    calendar,
    desk,
    evaluation,
    intake,
    ledger,
    letters,
    mid_year_monitoring,
    people,
    prior_assessment,
    projects,
    registers,
    result_application,
    scoring_run,
    target_review,
)

MODULES = (
    people,
    projects,
    calendar,
    intake,
    prior_assessment,
    target_review,
    mid_year_monitoring,
    evaluation,
    result_application,
    scoring_run,
    letters,
    registers,
    ledger,
    desk,
)
