"""The officers' desk on one machine, by one command: Prefect server, worker, all deployments, the door before them.

This process watches over the others: what dies is started again, and what was running when it died runs again.
"""

import asyncio
import contextlib
import logging
import os
import secrets
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
import uvicorn
from pydantic import SecretStr

from flows.gate import Gate
from flows.passing import basic, is_loopback
from flows.processes import errors_into, free_port, heed_stopping, is_free, log_file, start, stop

POOL = "jixiao"
USER = "jixiao"
QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_V2_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
}
"""No telemetry, and the version of the UI that calls nobody."""
YEAR_AHEAD = {"PREFECT_SERVER_SERVICES_SCHEDULER_MAX_SCHEDULED_TIME": "P400D"}
"""A stage is planned once a year; Prefect itself looks only 100 days ahead."""
LOOK_AFTER = 60.0
BREATH = 2.0


class ServingFailed(RuntimeError):
    """The stack did not come up; the message says what to look at."""


def serve(home: Path, host: str, port: int, inner: str = "", *, login: bool = False) -> None:
    """Start everything and stay until interrupted; then stop worker and server cleanly.

    `inner`: host:port of the Prefect server itself, where workers of other machines must reach it. `login`: nobody
    passes without logging in, also on loopback.
    """
    Desk(home, host, port, inner, login=login).stay()


def work(api: str, name: str = "") -> None:
    """A further worker, on this or another machine, until interrupted. `api`: address of the Prefect server itself."""
    os.environ.update(QUIET, PREFECT_API_URL=api, PREFECT_API_AUTH_STRING=server_key(_prefect_home()))
    worker = start(_worker(name), log_file(_prefect_home().parent, f"worker-{name}" if name else "worker"))
    with contextlib.suppress(KeyboardInterrupt):
        heed_stopping()
        worker.wait()
    stop(worker)


class Desk:
    """Server, worker and door of one machine."""

    def __init__(self, home: Path, host: str, port: int, inner: str, *, login: bool = False) -> None:
        self.home, self.host, self.port = home, host, port
        inner_host, _, inner_port = inner.rpartition(":")
        self.inner_host = inner_host or "127.0.0.1"
        self.inner_port = int(inner_port) if inner_port else free_port(port + 1)
        self.inner = f"http://{_reachable(self.inner_host)}:{self.inner_port}"
        key = server_key(home / "prefect")
        self.headers = {"Authorization": basic(key)}
        os.environ.update(
            QUIET | _own_settings() | {"JIXIAO_HOME": str(home)},
            PREFECT_HOME=str(home / "prefect"),
            PREFECT_API_URL=f"{self.inner}/api",
            PREFECT_SERVER_API_AUTH_STRING=key,
            PREFECT_API_AUTH_STRING=key,
        )
        for name in ("NO_PROXY", "no_proxy"):  # a proxy for the outside is none for this machine
            os.environ[name] = ",".join(filter(None, (os.environ.get(name), "127.0.0.1", "localhost")))
        for name, value in YEAR_AHEAD.items():
            os.environ.setdefault(name, value)
        self.gate = Gate(self.inner, key, closed=login or not is_loopback(host))
        self.server: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None

    def stay(self) -> None:
        """Bring everything up, say where, keep it up; the terminal shows sentences only."""
        with errors_into(self._log("desk")):
            self._stay()

    def _log(self, name: str) -> Path:
        return log_file(self.home, name)

    def _stay(self) -> None:
        heed_stopping()
        door = self._open_door()
        try:
            self._raise_server()
            self._raise_worker()
            _say(f"已就绪：请打开 http://{_shown(self.host)}:{self.port} （按 Ctrl+C 停止）")
            self._keep_up()
        except KeyboardInterrupt:
            _say("正在停止……")
        finally:
            stop(self.worker)
            stop(self.server)
            door.should_exit = True

    def _open_door(self) -> uvicorn.Server:
        if not is_free(self.host, self.port):
            raise ServingFailed(
                f"端口{self.port}已被占用。可能办公台已在运行：请直接打开页面，或用 --port 换一个端口。"
            )
        config = uvicorn.Config(self.gate.app(), self.host, self.port, log_level="warning", access_log=False)
        door = uvicorn.Server(config)
        threading.Thread(target=door.run, daemon=True).start()
        return door

    def _raise_server(self) -> None:
        """Start the server, deploy what is not deployed, sweep what an earlier stop left running; who comes
        first finds a page that says what to do."""
        where = ["--host", self.inner_host, "--port", str(self.inner_port)]
        self.server = start(["server", "start", *where], self._log("server"))
        from flows import deploying, patrol, waiting_page  # heavy: loaded while the server starts

        self._wait_for_server()
        asyncio.run(deploying.deploy())
        asyncio.run(patrol.look_after(timedelta()))
        asyncio.run(waiting_page.first_page())

    def _raise_worker(self) -> None:
        self.worker = start(_worker(""), self._log("worker"))

    def _keep_up(self) -> None:
        """Start again what dies; every minute look for runs whose process is gone and rounds that failed."""
        looked = time.monotonic()
        while True:
            time.sleep(BREATH)
            if self.server is None or self.server.poll() is not None:
                _say(f"Prefect服务意外停止，正在重新启动……（原因见 {self._log('server')}）")
                if not self._done("重新启动", self._raise_server):
                    stop(self.server)
                    continue
            if self.worker is None or self.worker.poll() is not None:
                _say(f"工作进程意外停止，正在重新启动……（原因见 {self._log('worker')}）")
                self._patrol(timedelta())
                self._raise_worker()
            if time.monotonic() - looked > LOOK_AFTER:
                self._patrol(timedelta(seconds=60))
                for name in ("desk", "server", "worker"):
                    self._log(name)  # keeps it from growing without end
                looked = time.monotonic()

    def _patrol(self, patience: timedelta) -> None:
        from flows.patrol import look_after

        self._done("巡检", lambda: asyncio.run(look_after(patience)))

    def _done(self, what: str, work: Callable[[], object]) -> bool:
        """What a busy machine or a dying server prevents is tried again later: the desk itself stays."""
        from prefect.exceptions import PrefectException
        from sqlalchemy.exc import SQLAlchemyError

        try:
            work()
        except (ServingFailed, httpx.HTTPError, OSError, PrefectException, SQLAlchemyError) as error:
            _say(f"{what}未成（{type(error).__name__}），稍后再试。")
            logging.getLogger("jixiao").exception(what)
            return False
        return True

    def _wait_for_server(self, seconds: float = 120) -> None:
        """The health address answers before writes do; a first query of deployments proves that it works."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.server is not None and self.server.poll() is not None:
                raise ServingFailed(
                    f"Prefect服务启动后即退出。原因见 {self._log('server')}；请检查端口是否被占用，或运行 jixiao doctor。"
                )
            with contextlib.suppress(httpx.HTTPError):
                asked = httpx.post(
                    f"{self.inner}/api/deployments/count",
                    json={},
                    headers=self.headers,
                    timeout=5,
                    trust_env=False,
                )
                if asked.status_code == 200:
                    return
                if asked.status_code == 401:
                    raise ServingFailed(
                        f"端口{self.inner_port}上是另一个Prefect服务。请先停止它，或用 --port 换一个端口。"
                    )
            time.sleep(0.25)
        raise ServingFailed(
            f"Prefect服务{seconds:.0f}秒内没有就绪。请检查机器负荷，查看 {self._log('server')}，或运行 jixiao doctor。"
        )


def _say(sentence: str) -> None:
    """To the terminal, if it is still there: a desk goes on when the window that started it is closed."""
    with contextlib.suppress(OSError):
        print(sentence, flush=True)


def _own_settings() -> dict[str, str]:
    """What this process read from a .env file, for its children, wherever they run."""
    from models.settings import settings

    given = settings().model_dump(exclude_defaults=True)
    plain = {k: v.get_secret_value() if isinstance(v, SecretStr) else str(v) for k, v in given.items()}
    return {f"JIXIAO_{name.upper()}": value for name, value in plain.items()}


def server_key(folder: Path) -> str:
    """The password between the Prefect server and its worker and door: made once, readable by its owner only."""
    given = os.environ.get("PREFECT_API_AUTH_STRING")
    if given:
        return given
    path = folder / "server.key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(f"{USER}:{secrets.token_hex(24)}")
    return path.read_text()


def _prefect_home() -> Path:
    from models.settings import settings

    return settings().home / "prefect"


def _worker(name: str) -> list[str]:
    """Named number@host, so that the patrol knows whose runs it can see."""
    called = f"{name or os.getpid()}@{socket.gethostname()}"
    return ["worker", "start", "--pool", POOL, "--type", "process", "--name", called]


def _shown(host: str) -> str:
    return socket.gethostname() if host in ("0.0.0.0", "::") else host


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host
