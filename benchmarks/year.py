"""The sample district's year through Prefect against the same year by plain calls: wall time, one run, at most 3."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]


def year(out: Path, *more: str) -> float:
    """Seconds of one rehearsal in a process of its own."""
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("JIXIAO_", "PREFECT_"))
    }
    command = [
        sys.executable,
        "-m",
        "flows.cli",
        "year",
        "rehearse",
        "--work-year",
        "2024",
        "--out",
        str(out),
    ]
    command += ["--data", str(ROOT / "examples" / "district"), *more]
    start = time.perf_counter()
    subprocess.run(
        command, cwd=ROOT, env=environment | {"DO_NOT_TRACK": "1"}, check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - start


def main() -> None:
    """Both years, side by side in one run."""
    with tempfile.TemporaryDirectory() as folder:
        plain = year(Path(folder) / "plain", "--without-prefect")
        prefect = year(Path(folder) / "prefect")
    print(
        f"year of 192 projects: plain {plain:.0f} s, through Prefect {prefect:.0f} s, ratio {prefect / plain:.2f} (at most 3)"
    )
    if prefect > 3 * plain:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
