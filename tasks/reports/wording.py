"""A report's words, written as lines of text, become a Word template in official layout that the bureau can edit.

The first mark of a line says what it is: `!` title, `#` 一级标题, `##` 二级标题, `.` paragraph, `..` paragraph without
indent, `@ chart | caption`, `| title:mm:field | … << rows` table, `>` signature, `{%p` a turn of the template.
"""

from pathlib import Path

from tasks.reports.document import Official

WORDS = Path(__file__).with_name("templates")


def template_of(text: str) -> bytes:
    """The Word template of a report's words."""
    page = Official()
    titles = [line[2:] for line in text.splitlines() if line.startswith("! ")]
    page.title("\n".join(titles))
    signed = [line[2:] for line in text.splitlines() if line.startswith("> ")]
    for line in text.splitlines():
        _put(page, line)
    if signed:
        page.sign(*signed)
    return page.data()


def _put(page: Official, line: str) -> None:
    mark, _, rest = line.partition(" ")
    match mark:
        case "#" | "##":
            page.heading(rest, len(mark))
        case ".":
            page.paragraph(rest)
        case "..":
            page.paragraph(rest, indent=False)
        case "{%p":
            page.turn(line)
        case "@":
            picture, _, caption = rest.partition(" | ")
            page.placed(picture, caption)
        case "|":
            columns, _, rows = rest.partition(" << ")
            parts = [one.strip().split(":") for one in columns.split(" | ")]
            fields = [(title, float(width), field) for title, width, field in parts]
            page.rows_of(rows, fields)
