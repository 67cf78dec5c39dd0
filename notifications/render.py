"""Texts from templates: a folder a kind with subject.txt, body.txt, body.html; a bureau may lay its own over them.

Values are filled in by Jinja2, strict: what is missing is an error, never a blank. A department's text is data: it is
never read as a template, and in HTML it is escaped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    select_autoescape,
)
from markupsafe import Markup

from models.amounts import percent, points, wan
from models.settings import settings

SHIPPED = Path(__file__).with_name("templates")
NUMERALS = "零一二三四五六七八九十"


class Unrenderable(ValueError):
    """A text cannot be made; the message names the kind and what is wrong."""


@dataclass(frozen=True)
class Section:
    """One matter of a letter."""

    subject: str
    text: str
    html: Markup


@dataclass(frozen=True)
class Rendered:
    """A whole letter."""

    subject: str
    text: str
    html: str


def day_in_words(value: date | datetime) -> str:
    """ "7月1日" with the year where it is not understood: 2024年7月1日."""
    return f"{value.year}年{value.month}月{value.day}日"


def numeral(number: int) -> str:
    """一, 二, … 十一."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return NUMERALS[ones]
    return ("" if tens == 1 else NUMERALS[tens]) + "十" + (NUMERALS[ones] if ones else "")


@cache
def _environment() -> Environment:
    own = settings().home / "templates"
    made = Environment(
        loader=ChoiceLoader([FileSystemLoader(own), FileSystemLoader(SHIPPED)]),
        undefined=StrictUndefined,
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "day": day_in_words,
        "wan": wan,
        "points": points,
        "percent": percent,
        "numeral": numeral,
    }
    return made


def section(kind: str, items: Sequence[dict[str, Any]]) -> Section:
    """All items of one kind as one section. Raises Unrenderable."""
    try:
        subject, text, html = (
            _environment().get_template(f"{kind}/{name}").render(items=items)
            for name in ("subject.txt", "body.txt", "body.html")
        )
    except (TemplateError, TypeError, ValueError, KeyError) as error:
        raise Unrenderable(f"函件“{kind}”的模板无法生成：{error}") from error
    return Section(one_line(subject), text.strip(), Markup(html.strip()))


def letter(addressee: str, sections: Sequence[Section], officer: str, day: date) -> Rendered:
    """The letter around its sections. Raises Unrenderable."""
    about: dict[str, Any] = {
        "addressee": addressee,
        "sections": sections,
        "officer": officer,
        "bureau": settings().bureau,
        "day": day,
    }
    try:
        subject = sections[0].subject
        if len(sections) > 1:
            subject = _environment().get_template("letter/subject.txt").render(about)
        about["subject"] = one_line(subject)
        text = _environment().get_template("letter/body.txt").render(about)
        html = _environment().get_template("letter/body.html").render(about)
    except TemplateError as error:
        raise Unrenderable(f"函件外框模板无法生成：{error}") from error
    return Rendered(about["subject"], text.strip() + "\n", html)


def one_line(text: str) -> str:
    """A header is one line: whatever breaks a line becomes a space."""
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())


def page(name: str, **about: Any) -> str:
    """A page for officers, e.g. the preview of today's letters."""
    return _environment().get_template(name).render(**about)
