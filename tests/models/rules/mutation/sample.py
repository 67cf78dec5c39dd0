"""A random sample of the mutants, always the same for the same number: python sample.py 600 (in out/mutation)."""

import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

SEED = 2024
PIECE = 75  # a piece at a time, so that an interrupted run keeps what it has
KILLED = {1, 3}
NOTHING = ["none"]


def codes() -> dict[str, int | None]:
    """Mutant → exit code of its tests; None where they did not run yet."""
    found: dict[str, int | None] = {}
    for path in sorted(Path("mutants/models/rules").glob("*.meta")):
        found |= json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
    return found


def run(names: list[str]) -> None:
    """mutmut on some mutants; making the mutants is its first step, so a name that is none only makes them."""
    mutmut = Path(sys.executable).with_name("mutmut")
    command = [str(mutmut), "run", "--max-children", "2", *names]
    done = subprocess.run(command, check=False, capture_output=True, text=True, errors="replace")
    if done.returncode and names != NOTHING:
        sys.exit(f"mutmut could not run:\n{(done.stdout + done.stderr)[-3000:]}")


def main(number: int) -> None:
    """Runs what is left of the sample and prints the figure with the survivors."""
    if not Path("mutants").exists():
        run(NOTHING)
    whole = sorted(codes())
    sample = random.Random(SEED).sample(whole, min(number, len(whole)))
    left = [name for name in sample if codes()[name] is None]
    for start in range(0, len(left), PIECE):
        run(left[start : start + PIECE])
    found = codes()
    counts = Counter("killed" if found[name] in KILLED else str(found[name]) for name in sample)
    for name in sample:
        if found[name] not in KILLED:
            print(found[name], name)
    print(f"{len(sample)} of {len(whole)} mutants, seed {SEED}: {dict(counts)}")
    print(f"killed {100 * counts['killed'] / len(sample):.1f} %")


if __name__ == "__main__":
    main(int(sys.argv[1]))
