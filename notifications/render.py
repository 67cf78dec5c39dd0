"""Texts from templates: a folder a kind with subject.txt, body.txt, body.html; a bureau may lay its own over them.

Values are filled in by Jinja2, strict: what is missing is an error, never a blank. A department's text is data: it is
never read as a template, and in HTML it is escaped.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from models.amounts import percent, points, wan
from models.files import write_whole
from models.rules.workdays import provisional
from models.settings import settings

SHIPPED = Path(__file__).with_name("templates")
NUMERALS = "零一二三四五六七八九十"


BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
TURNS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]")
"""Marks that turn the direction of writing, and what is no character at all."""


class Unrenderable(ValueError):
    """A text cannot be made; the message names the kind and what is wrong."""


class Ready(str):
    """A text that was made here, with its lines; anything else is one line of somebody's data."""


@dataclass(frozen=True)
class Section:
    """One matter of a letter."""

    subject: str
    text: "Ready"
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


def harmless(value: Any) -> Any:
    """Somebody's words in a letter: one line, in the direction of the letter; they cannot look like a line of ours."""
    if not isinstance(value, str) or isinstance(value, Markup | Ready):
        return value
    return TURNS.sub("", BREAKS.sub(" ", value))


def deadline(value: date) -> str:
    """A due day; of a year whose holidays are not published yet it says that it is assumed."""
    return day_in_words(value) + ("（暂按，以放假通知为准）" if provisional(value.year) else "")


def numeral(number: int) -> str:
    """一, 二, … 十一, … 一百零二."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    head = f"{NUMERALS[hundreds]}百" if hundreds else ""
    if tens == 0:
        return head + (("零" if head else "") + NUMERALS[ones] if ones or not head else "")
    ten = "十" if tens == 1 and not head else f"{NUMERALS[tens]}十"
    return head + ten + (NUMERALS[ones] if ones else "")


def _environment() -> Environment:
    return _made(settings().home / "templates")


@cache
def _made(own: Path) -> Environment:
    """The bureau's own texts go before the shipped ones; a changed file holds at once. A text cannot call anything."""
    made = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([FileSystemLoader(own), FileSystemLoader(SHIPPED)]),
        undefined=StrictUndefined,
        finalize=harmless,
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "day": day_in_words,
        "deadline": deadline,
        "wan": wan,
        "points": points,
        "percent": percent,
        "numeral": numeral,
    }
    return made


def section(kind: str, items: Sequence[dict[str, Any]]) -> Section:
    """All items of one kind as one section. Raises Unrenderable."""
    subject, text, html = (
        _filled(f"{kind}/{name}", items=items) for name in ("subject.txt", "body.txt", "body.html")
    )
    return Section(one_line(subject), Ready(text.strip()), Markup(html.strip()))


def letter(addressee: str, sections: Sequence[Section], officer: str, day: date) -> Rendered:
    """The letter around its sections. Raises Unrenderable."""
    about: dict[str, Any] = {
        "addressee": addressee,
        "sections": sections,
        "officer": officer,
        "bureau": settings().bureau,
        "day": day,
    }
    subject = sections[0].subject if len(sections) == 1 else _filled("letter/subject.txt", **about)
    about["subject"] = one_line(subject)
    text, html = (_filled(f"letter/{name}", **about) for name in ("body.txt", "body.html"))
    return Rendered(about["subject"], text.strip() + "\n", html)


def _filled(name: str, **about: Any) -> str:
    try:
        return _environment().get_template(name).render(**about)
    except Exception as error:
        raise Unrenderable(f"函件文字“{name}”无法生成（{type(error).__name__}：{error}）") from error


def one_line(text: str) -> str:
    """A header is one line: whatever breaks a line becomes a space."""
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())


def page(name: str, **about: Any) -> str:
    """A page for officers, e.g. the preview of today's letters."""
    return _environment().get_template(name).render(**about)


def own_texts() -> list[str]:
    """Texts that the bureau has laid over the shipped ones and changed: "opened/body.txt"."""
    own = settings().home / "templates"
    found = [path.relative_to(own) for path in sorted(own.rglob("*.*"))]
    return [
        str(name)
        for name in found
        if not (SHIPPED / name).exists() or (SHIPPED / name).read_bytes() != (own / name).read_bytes()
    ]


def compile_text(name: str) -> None:
    """Look whether a text is well formed. Raises Unrenderable."""
    try:
        _environment().get_template(name)
    except Exception as error:
        raise Unrenderable(f"函件文字“{name}”写法有误（{error}）") from error


def kinds_of_texts() -> list[str]:
    """Every kind of letter, by the name of its folder."""
    return sorted(path.name for path in SHIPPED.iterdir() if path.is_dir())


def subject_of(kind: str) -> str:
    """The subject as it is written, or "" for a page without one."""
    path = SHIPPED / kind / "subject.txt"
    return one_line(re.sub(r"{[{%].*?[%}]}", "…", path.read_text(encoding="utf-8"))) if path.exists() else ""


def lay_out_texts(kind: str) -> tuple[Path, int]:
    """The shipped texts of a kind beside the bureau's own, where there is none yet; the folder, and how many were new.

    Raises LookupError for a kind that there is not.
    """
    if kind not in kinds_of_texts():
        raise LookupError(f"没有“{kind}”这种函件。可选：{'、'.join(kinds_of_texts())}。")
    own = settings().home / "templates" / kind
    new = [path for path in sorted((SHIPPED / kind).iterdir()) if not (own / path.name).exists()]
    for path in new:
        write_whole(own / path.name, path.read_bytes())
    return own, len(new)
