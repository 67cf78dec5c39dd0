"""A real desk for tests: `jixiao serve` on a free port, asked over its API as the page asks it."""

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
DEPLOYED = {one["name"] for one in YAML(typ="safe").load(ROOT / "prefect.yaml")["deployments"]}
ENDED = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
CODE = "铁山-2024-口令"


def wait_for(question: Callable[[], Any], seconds: float) -> Any:
    """The first true answer, or the last one when the time is over."""
    end = time.monotonic() + seconds
    while True:
        answer = question()
        if answer or time.monotonic() > end:
            return answer
        time.sleep(0.4)


class Refused(Exception):
    """An answer of the desk that is no success: its status and its sentence."""


class Desk:
    """A running stack."""

    def __init__(self, address: str, process: "subprocess.Popen[str]", seconds: float, home: Path) -> None:
        self.address, self.process, self.seconds, self.home = address, process, seconds, home

    def ask(
        self,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        officer: str = "",
        code: str = CODE,
        host: str = "",
    ) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} | ({"Host": host} if host else {})
        if officer:
            headers["Authorization"] = f"Basic {base64.b64encode(f'{officer}:{code}'.encode()).decode()}"
        request = urllib.request.Request(f"{self.address}{path}", data, headers)
        try:
            with urllib.request.urlopen(request, timeout=150) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise Refused(f"{error.code} {error.read().decode()}") from None

    def deployments(self) -> dict[str, Any]:
        return {one["name"]: one for one in self.ask("/api/deployments/filter", {"limit": 100})}

    def start(self, name: str, *, officer: str = "", **parameters: Any) -> str:
        """Start a deployment; returns the run's number."""
        number = self.deployments()[name]["id"]
        path = f"/api/deployments/{number}/create_flow_run"
        made: str = self.ask(path, {"parameters": parameters}, officer=officer)["id"]
        return made

    def end_of(self, run: str, seconds: float = 240) -> Any:
        """The state in which a run ended, or the one it is in when the time is over."""

        def ended() -> Any:
            state = self.ask(f"/api/flow_runs/{run}")["state"]
            return state if state["type"] in ENDED else None

        return wait_for(ended, seconds) or self.ask(f"/api/flow_runs/{run}")["state"]

    def children(self, words: str) -> list[int]:
        """Processes below the desk whose command has the words."""
        return [pid for pid in descendants(self.process.pid) if words in command_of(pid)]


def descendants(pid: int) -> list[int]:
    """Every process below a process, from /proc."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == pid:
            child = int(path.parent.name)
            found += [child, *descendants(child)]
    return found


def command_of(pid: int) -> str:
    """A process's command line; "" when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def free_port() -> int:
    """A port nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def desk(home: Path, host: str = "127.0.0.1", **environment: str) -> Iterator[Desk]:
    """`jixiao serve` in a home of its own; stopped by Ctrl+C, which must end it well."""
    port = free_port()
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("JIXIAO_", "PREFECT_"))}
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "serve", "--host", host, "--port", str(port)],
        cwd=ROOT,
        env=clean | {"JIXIAO_HOME": str(home)} | environment,
        stdout=subprocess.PIPE,
        stderr=(home / "desk.log").open("w"),
        text=True,
    )
    try:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "已就绪" in line:
                break
        assert process.poll() is None, "".join(lines) + (home / "desk.log").read_text()[-3000:]
        yield Desk(f"http://127.0.0.1:{port}", process, time.monotonic() - began, home)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
