"""Ledgers of the registers: trainings, rule documents, publicity, typical cases."""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from sqlmodel import col, select

from models.projects import Project
from models.registers import Publicity, RuleDocument, Training, TypicalCase
from tasks.reports.ledgers.books import Books
from tasks.reports.ledgers.sheet import Ledger

WHO = ("登记人", 10)


Row = TypeVar("Row", Training, RuleDocument, Publicity, TypicalCase)


def _of_the_year(books: Books, register: type[Row], day: date) -> Sequence[Row]:
    """A register's rows of the work year by their day."""
    query = select(register).where(register.work_year == books.year.year)
    return books.session.exec(query.order_by(col(day), register.key)).all()


def trainings(books: Books) -> Ledger:
    """Date, place, head-count, topics."""
    rows = _of_the_year(books, Training, Training.held_on)
    columns = (("日期", 11), ("主题", 30), ("地点", 20), ("参训对象", 30), ("人次", 8), ("内容", 50), WHO)
    cells = [(t.held_on, t.title, t.place, t.audience, t.attendance, t.content, t.officer) for t in rows]
    return Ledger("培训台账", columns, cells)


def rule_documents(books: Books) -> Ledger:
    """Title, number, issued when, in force when."""
    rows = _of_the_year(books, RuleDocument, RuleDocument.issued_on)
    columns = (("印发日期", 11), ("名称", 40), ("文号", 20), ("施行日期", 11), ("主要内容", 60), WHO)
    cells = [(d.issued_on, d.title, d.number, d.in_force_on, d.summary, d.officer) for d in rows]
    return Ledger("制度台账", columns, cells)


def publicity(books: Books) -> Ledger:
    """Where and when it was published, or to whom it was told."""
    rows = _of_the_year(books, Publicity, Publicity.published_on)
    columns = (("日期", 11), ("媒体或对象", 26), ("题目", 60), WHO)
    return Ledger("宣传台账", columns, [(p.published_on, p.medium, p.title, p.officer) for p in rows])


def typical_cases(books: Books) -> Ledger:
    """Whose case, what was done, who took it up."""
    rows = _of_the_year(books, TypicalCase, TypicalCase.collected_on)
    names = dict(books.session.exec(select(Project.key, Project.name)).all())
    columns = (("日期", 11), ("案例名称", 36), ("单位或项目", 30), ("主要做法", 60), ("采用情况", 30), WHO)
    cells = [
        (c.collected_on, c.title, names.get(c.about) or books.who(c.about), c.summary, c.adopted, c.officer)
        for c in rows
    ]
    return Ledger("典型案例台账", columns, cells)
