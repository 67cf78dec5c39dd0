"""整改: whether a problem is one that was found before. The limit is in rectification.toml."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from rapidfuzz import fuzz


@cache
def same_problem_percent() -> int:
    """From which likeness on two problems of one project are the same."""
    raw = tomllib.loads(Path(__file__).with_name("rectification.toml").read_text(encoding="utf-8"))
    return int(raw["same_problem_percent"])


def same_problem(text: str, earlier: Mapping[str, str]) -> str:
    """The key of the earlier problem (key → text, of the same project) that is the same; empty for none."""
    scored = [(fuzz.ratio(text, said), key) for key, said in earlier.items()]
    best = max(scored, default=(0.0, ""))
    return best[1] if best[0] >= same_problem_percent() else ""
