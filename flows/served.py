"""What the door itself serves: files of a folder, and today's letters before they go."""

from pathlib import Path

from starlette.responses import FileResponse, Response

from flows.clock import now

MISSING = Response("没有这个文件。", 404, media_type="text/plain")
SHOWN = (".png", ".js")
"""Files that a page shows; all else is downloaded under its name."""


def file_of(folder: Path, name: str) -> Response:
    """A file of the folder, and of nothing above it."""
    inside = folder.resolve()
    path = (inside / name).resolve()
    if not path.is_relative_to(inside) or not path.is_file():
        return MISSING
    return FileResponse(path, filename=None if path.suffix in SHOWN else path.name)


def letters_page(work_year: str) -> Response:
    """Every letter owed today, as one page. Raises LookupError for a year that is not open."""
    from flows.rounds import year_of
    from tasks.letters import preview  # heavy: loaded when somebody asks

    at = now()
    html, _ = preview(year_of(int(work_year) if work_year.isdigit() else 0, at), at.date())
    return Response(html, media_type="text/html")
