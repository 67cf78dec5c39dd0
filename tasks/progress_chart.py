"""The picture of how far each round is, drawn anew only when a number has changed."""

import hashlib
from collections.abc import Sequence

from models.files import write_whole
from tasks.year_report import results_folder


def chart(names: Sequence[str], percents: Sequence[int], work_year: int) -> str:
    """Draw the answered share of each round; returns the file below the results folder. Its name is its content."""
    mark = hashlib.sha256(repr((names, percents)).encode()).hexdigest()[:10]
    path = results_folder(work_year) / f"progress-{mark}.png"
    if not path.exists():
        from tasks.reports.charts import bars

        for old in path.parent.glob("progress-*.png"):
            old.unlink(missing_ok=True)
        write_whole(path, bars(names, percents, "已报百分比", lying=True))
    return f"{work_year}/{path.name}"
