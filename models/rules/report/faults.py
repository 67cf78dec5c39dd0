"""One contradiction found in a report."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """`line` is the number of the paragraph from 1 (None: the whole report), `about` the section or project."""

    code: str
    line: int | None
    says: str
    read: str = ""
    about: str = ""
    severity: str = ""


@dataclass(frozen=True)
class NotChecked:
    """A check that had nothing to work on, and why."""

    code: str
    why: str
