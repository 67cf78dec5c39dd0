"""Precision and recall of `jixiao find` on the labelled projects, per problem type, on both halves: `make precision`."""

import sys
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3]))
from models.rules.problems.limits import problem_types
from models.rules.profiles import load_rules
from tasks.finding import find_in
from tests.cases.problems.folder import Case, cases, write_folder

DAY = date(2025, 3, 1)
FURTHER = [Path(__file__).with_name(name) for name in ("unseen.txt", "mended.txt")]


def everyone() -> list[Case]:
    """All labelled projects, the later batches included."""
    return [*cases(), *(one for path in FURTHER for one in cases(path))]


def found_and_labelled(
    given: list[Case],
) -> tuple[set[tuple[str, str]], set[tuple[str, str]], dict[str, Any]]:
    """((code, project) found, (code, project) labelled, the document)."""
    with tempfile.TemporaryDirectory() as folder:
        write_folder(given, Path(folder))
        document = find_in(Path(folder), load_rules("huangshi", DAY))
    short = {one.full_code: one.code for one in given}
    found = {(one["code"], short[one["project"]]) for one in document["problems"] if one["project"] in short}
    return found, {(label, one.code) for one in given for label in one.labels}, document


def figures(found: set[Any], labelled: set[Any]) -> tuple[int, int, int]:
    """(right, wrongly found, missed)."""
    return len(found & labelled), len(found - labelled), len(labelled - found)


def line(name: str, right: int, wrong: int, missed: int) -> str:
    """One line of the table; a dash where there is nothing to divide by."""
    precision = f"{right / (right + wrong):.2f}" if right + wrong else "—"
    recall = f"{right / (right + missed):.2f}" if right + missed else "—"
    return f"{name:<10}{right:>6}{wrong:>6}{missed:>6}{precision:>8}{recall:>8}"


def table(found: set[tuple[str, str]], labelled: set[tuple[str, str]], codes: Iterable[str]) -> list[str]:
    """Per problem type and in all."""
    lines = []
    for code in codes:
        mine = [{pair for pair in pairs if pair[0] == code} for pairs in (found, labelled)]
        if mine[0] or mine[1]:
            lines.append(line(code, *figures(*mine)))
    return [*lines, line("全部", *figures(found, labelled))]


def main() -> None:
    """Prints both halves, and what was wrong in the half for tuning (or in both with --all)."""
    given = everyone()
    found, labelled, _ = found_and_labelled(given)
    kept = {one.code for one in given if one.kept}
    for name, half in (("调参用的一半", {one.code for one in given} - kept), ("留出的一半", kept)):
        mine = [{pair for pair in pairs if pair[1] in half} for pairs in (found, labelled)]
        print(f"{name}（{len(half)}个项目，{sum(len(c.rows) for c in given if c.code in half)}个指标）")
        print(f"{'代码':<10}{'对':>5}{'误报':>4}{'漏报':>4}{'准确率':>5}{'召回率':>5}")
        print("\n".join(table(*mine, problem_types())), "\n")
        if half is not kept or "--all" in sys.argv:
            print("误报", sorted(mine[0] - mine[1]), "\n漏报", sorted(mine[1] - mine[0]), "\n")


if __name__ == "__main__":
    main()
