"""The officers' desk: one command brings server, worker and deployments; cron runs are planned; a run ends well."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from models.settings import settings
from tasks.doctor import examine
from tasks.secret_blocks import SecretMissing, fetch_secrets
from tests.outbox import lead
from tests.smtp_server import Server, serving

ROOT = Path(__file__).parents[2]
DAILY = {"每日办理", "收取报送件", "巡检"}
YEARLY = {"事前绩效评估", "绩效目标管理", "绩效运行监控", "绩效评价", "结果应用", "年度绩效工作报告"}
SCHEDULED = DAILY | YEARLY


class Desk:
    """A running stack, asked over its API as the page asks it."""

    def __init__(self, address: str) -> None:
        self.address = address

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.address}/api{path}", data, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)


def wait_for(question: Callable[[], Any], seconds: float) -> Any:
    end = time.monotonic() + seconds
    while True:
        answer = question()
        if answer or time.monotonic() > end:
            return answer
        time.sleep(0.5)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = tmp_path_factory.mktemp("desk")
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("JIXIAO_", "PREFECT_"))
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "serve", "--port", str(port)],
        cwd=ROOT,
        env=environment | {"JIXIAO_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "已就绪" in line:
            break
    assert process.poll() is None, "".join(lines)
    yield Desk(f"http://127.0.0.1:{port}")
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=90) == 0


def test_every_deployment_is_there_with_a_chinese_description(desk: Desk) -> None:
    found = desk.ask("/deployments/filter", {"limit": 50})
    assert len(found) == 24
    assert all(one["description"] and one["entrypoint"].startswith("flows.") for one in found)
    assert {one["name"] for one in found if one["schedules"]} == SCHEDULED


def test_cron_deployments_get_their_runs_planned(desk: Desk) -> None:
    ids = [one["id"] for one in desk.ask("/deployments/filter", {"limit": 50}) if one["name"] in SCHEDULED]

    def planned() -> bool:
        runs = desk.ask(
            "/flow_runs/filter", {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}, "limit": 200}
        )
        return {one["deployment_id"] for one in runs} >= set(ids)

    assert wait_for(planned, 60)


def test_a_run_by_hand_ends_well(desk: Desk) -> None:
    (daily,) = [one for one in desk.ask("/deployments/filter", {"limit": 50}) if one["name"] == "收取报送件"]
    run = desk.ask(f"/deployments/{daily['id']}/create_flow_run", {"parameters": {"work_year": 2024}})

    def ended() -> str:
        state = desk.ask(f"/flow_runs/{run['id']}")["state_type"]
        return state if state in {"COMPLETED", "FAILED", "CRASHED"} else ""

    assert wait_for(ended, 90) == "COMPLETED"


def test_a_secret_block_holds_the_post_offices_address(
    desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.blocks.system import Secret
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with temporary_settings({PREFECT_API_URL: f"{desk.address}/api"}), serving(Server()) as server:
        Secret(value=f"smtp://127.0.0.1:{server.port}").save("post-office", _sync=True)
        lead(monkeypatch, smtp_url="prefect:post-office")
        assert [one.well for one in examine(date(2024, 3, 1)) if one.what == "邮件"] == [True]
        assert settings().smtp_url.get_secret_value().endswith(str(server.port))
        assert str(server.port) not in repr(settings())
        lead(monkeypatch, smtp_url="prefect:no-such-block")
        with pytest.raises(SecretMissing, match="no-such-block"):
            fetch_secrets()
