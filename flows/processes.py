"""Processes and ports of the desk: started with a log file each, ended well, gone when this process is gone."""

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

LONGEST_LOG = 5_000_000


def log_file(home: Path, name: str) -> Path:
    """Where a part of the desk writes what goes wrong; what is too long moves aside, so that two files are kept."""
    path = home / "logs" / f"{name}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LONGEST_LOG:
        shutil.copyfile(path, path.with_suffix(".old.log"))
        os.truncate(path, 0)  # who has it open appends, so goes on at its new end
    return path


@contextlib.contextmanager
def errors_into(path: Path) -> Iterator[None]:
    """What libraries say on stderr goes into a file meanwhile; the terminal is for sentences of ours."""
    sys.stderr.flush()
    terminal = os.dup(2)
    with path.open("ab") as log:
        os.dup2(log.fileno(), 2)
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(terminal, 2)
        os.close(terminal)


def start(arguments: Sequence[str], log: Path) -> "subprocess.Popen[bytes]":
    """A process of Prefect's."""
    with log.open("ab") as said:
        return subprocess.Popen(
            [sys.executable, "-m", "prefect", *arguments],
            stdout=said,
            stderr=said,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )


def _die_with_parent() -> None:
    """Killed without warning, this process leaves nobody behind who would hold its ports (prctl PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def stop(process: "subprocess.Popen[bytes] | None") -> None:
    """Ask it to end; who does not in time is killed."""
    if process is None or process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def heed_stopping() -> None:
    """Ctrl+C and SIGTERM end it well, also where a shell started it in the background and Ctrl+C is ignored."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)


def is_free(host: str, port: int) -> bool:
    """Whether nobody listens there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def free_port(wanted: int) -> int:
    """The next one, so that it is known beforehand; any free one where that is taken."""
    if is_free("127.0.0.1", wanted):
        return wanted
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: Any = free.getsockname()[1]
        return int(port)
