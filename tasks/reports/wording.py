"""A report's words, written as lines of text, become a Word template in official layout that the bureau can edit.

The first mark of a line says what it is: `!` title, `#` 一级标题, `##` 二级标题, `.` paragraph, `..` paragraph without
indent, `@ chart | caption`, `| title:mm:field | … << rows` table, `>` signature, `^` an annex on a new page, `{%p` a
turn of the template. Lines of one mark that follow each other belong together where the layout has it so.
"""

from itertools import groupby
from pathlib import Path

from tasks.reports.document import Official

WORDS = Path(__file__).with_name("templates")


def template_of(text: str) -> bytes:
    """The Word template of a report's words."""
    page = Official()
    for mark, lines in groupby(text.splitlines(), key=lambda line: line.partition(" ")[0]):
        words = [line if mark == "{%p" else line.partition(" ")[2] for line in lines]
        if mark == "!":
            page.title("\n".join(words))
        elif mark == ">":
            page.sign(*words)
        else:
            for rest in words:
                _put(page, mark, rest)
    return page.data()


def _put(page: Official, mark: str, rest: str) -> None:
    match mark:
        case "#" | "##":
            page.heading(rest, len(mark))
        case ".":
            page.paragraph(rest)
        case "..":
            page.paragraph(rest, indent=False)
        case "^":
            page.attachment(rest)
        case "{%p":
            page.turn(rest)
        case "@":
            picture, _, caption = rest.partition(" | ")
            page.placed(picture, caption)
        case "|":
            columns, _, rows = rest.partition(" << ")
            parts = [one.strip().split(":") for one in columns.split(" | ")]
            page.rows_of(rows, [(title, float(width), field) for title, width, field in parts])
