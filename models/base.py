"""What every table shares: exact money and points, aware moments, checked vocabularies, Chinese titles.

Money is integer 分 (`..._fen`). Points, weights and rates are integer millionths (`..._micro`): the national
standard keeps 6 decimals. Keys are natural text identities ("2024:420204…"), so that inserting twice is harmless.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Enum
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

MICRO = 1_000_000
SHANGHAI = ZoneInfo("Asia/Shanghai")


class Moment(TypeDecorator[datetime]):
    """An aware datetime: stored in UTC, read in the bureau's time, so that its date is the office's date."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; a naive time is a programming error."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware again: SQLite forgets the zone, PostgreSQL gives its own."""
        if value is None:
            return None
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value).astimezone(SHANGHAI)


def fen(title: str, *, optional: bool = False, **more: Any) -> Any:
    """A column of money in 分."""
    if optional:
        more.setdefault("default", None)
    return Field(title=title, sa_column=Column(BigInteger, nullable=optional), **more)


def micro(title: str, *, optional: bool = False, **more: Any) -> Any:
    """A column of points, weights or rates in millionths."""
    return fen(title, optional=optional, **more)


def moment(title: str, *, optional: bool = False) -> Any:
    """A column holding an aware moment."""
    if optional:
        return Field(title=title, default=None, sa_column=Column(Moment, nullable=True))
    return Field(title=title, sa_column=Column(Moment, nullable=False))


def key(title: str) -> Any:
    """The natural identity of a row."""
    return Field(title=title, primary_key=True, max_length=200)


def ref(title: str, target: str, *, optional: bool = False) -> Any:
    """A foreign key; indexed, because stages read by it."""
    more: dict[str, Any] = {"default": None} if optional else {}
    return Field(title=title, foreign_key=target, index=True, nullable=optional, **more)


def word(title: str, vocabulary: type[StrEnum], *, optional: bool = False, **more: Any) -> Any:
    """A column holding one word of a vocabulary, stored as the Chinese word itself."""
    if optional:
        more.setdefault("default", None)
    kind = Enum(
        vocabulary, native_enum=False, length=20, values_callable=lambda words: [w.value for w in words]
    )
    return Field(title=title, sa_column=Column(kind, nullable=optional), **more)


def one_of(column: str, vocabulary: Iterable[str]) -> CheckConstraint:
    """SQL keeps the vocabulary too: table rows of SQLModel validate nothing."""
    words = ", ".join(f"'{v}'" for v in vocabulary)
    return CheckConstraint(f"{column} IN ({words})", name=f"{column}_vocabulary")


def check(rule: str, name: str) -> CheckConstraint:
    """A named SQL rule."""
    return CheckConstraint(rule, name=name)


NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING
