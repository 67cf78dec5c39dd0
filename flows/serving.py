"""The officers' desk on one machine: Prefect server, process work pool, worker, all deployments, by one command."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

POOL = "jixiao"
QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_V2_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
}
"""No telemetry, and the version of the UI that calls nobody."""


class ServingFailed(RuntimeError):
    """The stack did not come up; the message says what to look at."""


def serve(home: Path, host: str, port: int) -> None:
    """Start everything and stay until interrupted; stops worker and server cleanly."""
    api = f"http://{host}:{port}/api"
    os.environ.update(QUIET, PREFECT_HOME=str(home / "prefect"), PREFECT_API_URL=api, PREFECT_UI_API_URL=api)
    server = _start(["server", "start", "--host", host, "--port", str(port)])
    worker = None
    try:
        _wait_for(api, server)
        _run(["work-pool", "create", POOL, "--type", "process", "--overwrite"])
        _run(["--no-prompt", "deploy", "--all"])
        worker = _start(["worker", "start", "--pool", POOL])
        print(f"已就绪：请打开 http://{host}:{port} （按 Ctrl+C 停止）", flush=True)
        worker.wait()
    except KeyboardInterrupt:
        print("正在停止……", flush=True)
    finally:
        for process in (worker, server):
            if process is not None and process.poll() is None:
                process.terminate()
                process.wait(timeout=60)


def _prefect(arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "prefect", *arguments]


def _start(arguments: Sequence[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(_prefect(arguments), stdout=subprocess.DEVNULL)


def _run(arguments: Sequence[str]) -> None:
    done = subprocess.run(_prefect(arguments), capture_output=True, text=True, check=False)
    if done.returncode:
        raise ServingFailed(
            f"“prefect {' '.join(arguments)}”没有成功：{done.stdout[-2000:]}{done.stderr[-2000:]}"
        )


def _wait_for(api: str, server: "subprocess.Popen[bytes]", seconds: float = 120) -> None:
    """The health address answers before writes do; a first query of deployments proves that it works."""
    end = time.monotonic() + seconds
    request = urllib.request.Request(f"{api}/deployments/count", b"{}", {"Content-Type": "application/json"})
    while time.monotonic() < end:
        if server.poll() is not None:
            raise ServingFailed("Prefect服务启动后即退出。请检查端口是否被占用，或运行 jixiao doctor。")
        try:
            with urllib.request.urlopen(request, timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    raise ServingFailed(f"Prefect服务{seconds:.0f}秒内没有就绪。请检查机器负荷，或运行 jixiao doctor。")
