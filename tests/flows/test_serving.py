"""The officers' desk as its users meet it: one command, a browser, decisions that the ledger signs with a name."""

import asyncio
import os
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from sqlmodel import select

from flows.gate import Gate
from flows.serving import server_key
from models.database import engine, engine_for, transaction
from models.ledger import Decision
from models.migrations.upgrade import upgrade
from models.settings import settings
from tasks.doctor import examine
from tasks.log_in import unlock
from tasks.officers import set_code
from tasks.secret_blocks import SecretMissing, fetch_secrets
from tests import people
from tests.flows.stack import CODE, DEPLOYED, ROOT, Desk, Refused, command_of, descendants, desk, wait_for
from tests.outbox import lead
from tests.smtp_server import Server, serving

DAILY = {"每日办理", "收取报送件", "巡检"}
YEARLY = {"事前绩效评估", "绩效目标管理", "绩效运行监控", "绩效评价", "结果应用", "年度绩效工作报告"}
PICTURES = ROOT / "out" / "pictures"
TARGET = "2024:42020424T000000000001/1"


class Trap:
    """A proxy that everything of the stack is told to use for the world outside; it only counts who comes."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.asked: list[bytes] = []
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def _listen(self) -> None:
        while True:
            caller, _ = self.socket.accept()
            self.asked.append(caller.recv(200))
            caller.close()


@pytest.fixture(scope="module")
def trap() -> Trap:
    return Trap()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A bureau with a department, a target and a list of key projects that wait, and an officer with a code."""
    home = tmp_path_factory.mktemp("desk")
    with pytest.MonkeyPatch.context() as here:
        for name in [key for key in os.environ if key.startswith("JIXIAO_")]:
            here.delenv(name)
        here.setenv("JIXIAO_HOME", str(home))
        settings.cache_clear()
        upgrade()
        people.bureau()
        department = people.department()
        people.adjusted_target(people.project(department, 1, name="养老服务"))
        for serial, (name, sector) in enumerate([("科技创新", "科技"), ("社区养老", "民生")], 1):
            people.evaluated(department, serial, name, sector, 500 * serial)
        for name in ("李文静", "张晓峰"):
            set_code(name, CODE)
        yield home
        engine().dispose()
        engine_for.cache_clear()
        settings.cache_clear()


@pytest.fixture(scope="module")
def stack(house: Path, trap: Trap) -> Iterator[Desk]:
    outside = dict.fromkeys(
        ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"), trap.address
    )
    with desk(house, **outside) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as tools:
        there = shutil.which("chromium")
        assert there, "没有 chromium。请运行 make test，或 apt-get install chromium。"
        made = tools.chromium.launch(executable_path=there, args=["--no-sandbox", "--disable-gpu"])
        yield made
        made.close()


@pytest.fixture
def page(browser: Browser, stack: Desk) -> Iterator[Page]:
    """A page that notes every address it asks; none may be elsewhere."""
    context = browser.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1280, "height": 900}
    )
    made = context.new_page()
    made.set_default_timeout(60_000)
    asked: list[str] = []
    made.on("request", lambda request: asked.append(request.url))
    made.on("websocket", lambda opened: asked.append(opened.url))
    yield made
    context.close()
    elsewhere = [
        url for url in asked if "://127.0.0.1:" not in url and not url.startswith(("data:", "blob:"))
    ]
    assert elsewhere == []


def picture(page: Page, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")


def log_in(page: Page, stack: Desk, wanted: str) -> None:
    page.goto(f"{stack.address}/desk/login?next={wanted}")
    page.select_option("#name", "李文静")
    page.fill("#code", CODE)
    page.click("button")


def submit(page: Page) -> None:
    page.get_by_role("button", name="提交").click()


def ledger() -> dict[str, Decision]:
    with transaction() as session:
        return {row.about: row for row in session.exec(select(Decision)).all()}


def english(page: Page) -> list[str]:
    """Words on the page that no officer reads; the formats of files and dates aside."""
    return [one for one in re.findall(r"[A-Za-z]{3,}", page.locator("body").inner_text()) if one != "jixiao"]


def newest_run(stack: Desk, title: str) -> Any:
    """How the run that was started last by hand ended; planned ones are not asked."""
    asked = {"deployments": {"name": {"any_": [title]}}, "limit": 200}

    def by_hand() -> list[Any]:
        found = [one for one in stack.ask("/api/flow_runs/filter", asked) if not one["auto_scheduled"]]
        return sorted(found, key=lambda one: str(one["created"]))

    return stack.end_of(wait_for(by_hand, 20)[-1]["id"])


def test_every_deployment_has_a_chinese_description_and_form(stack: Desk) -> None:
    found = stack.deployments()
    assert set(found) == DEPLOYED
    for one in found.values():
        assert one["description"], one["name"]
        assert one["entrypoint"].startswith("flows.")
        titles = [field["title"] for field in one["parameter_openapi_schema"]["properties"].values()]
        assert not any(title.isascii() for title in titles), titles
    assert {name for name, one in found.items() if one["schedules"]} == DAILY | YEARLY
    zones = {row["schedule"]["timezone"] for one in found.values() for row in one["schedules"]}
    assert zones == {"Asia/Shanghai"}


def test_cron_deployments_get_their_runs_planned_a_year_ahead(stack: Desk) -> None:
    wanted = {one["id"] for name, one in stack.deployments().items() if name in DAILY | YEARLY}
    states = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}, "limit": 200}
    newest_last = [states, states | {"sort": "EXPECTED_START_TIME_DESC"}]

    def planned() -> bool:
        runs = [run for asked in newest_last for run in stack.ask("/api/flow_runs/filter", asked)]
        return {run["deployment_id"] for run in runs} >= wanted

    assert wait_for(planned, 60)


def test_a_decision_without_an_officer_is_refused_at_the_door(stack: Desk) -> None:
    with pytest.raises(Refused, match=r"401.*须登录后办理"):
        stack.start("批复绩效目标", which="全部", work_year=2024)
    with pytest.raises(Refused, match="401"):
        stack.ask(
            f"/api/deployments/{stack.deployments()['批复绩效目标']['id']}/create_flow_run",
            {"parameters": {"which": "全部"}},
            officer="李文静",
            code="wrong",
        )
    assert ledger() == {}


def test_a_stage_is_run_through_its_form_and_its_page_is_looked_at(page: Page, stack: Desk) -> None:
    page.goto(f"{stack.address}/deployments")
    page.get_by_text("事前绩效评估").first.wait_for()
    picture(page, "1-deployments")
    assert english(page) == []
    page.goto(f"{stack.address}/desk/form/绩效目标管理?work_year=2024")
    page.get_by_text("工作年度").wait_for()
    submit(page)
    assert newest_run(stack, "绩效目标管理")["type"] == "COMPLETED"
    page.goto(f"{stack.address}/desk")
    page.get_by_role("heading", name="2024年度 等我处理").wait_for()
    assert page.get_by_role("link", name="登记审定结果").is_visible()
    page.wait_for_timeout(500)
    picture(page, "2-waiting")


def test_a_decision_is_taken_from_the_page_and_the_ledger_names_the_officer(page: Page, stack: Desk) -> None:
    page.goto(f"{stack.address}/desk/login?next=/desk")
    page.select_option("#name", "李文静")
    page.fill("#code", "wrong code")
    page.click("button")
    page.get_by_text("口令不对。请核对大小写和输入法").wait_for()
    picture(page, "3-wrong-code")
    log_in(page, stack, "/desk")
    page.goto(f"{stack.address}{page.get_by_role('link', name='登记审定结果').get_attribute('href')}")
    filled = page.locator("textarea").first
    filled.wait_for()
    assert "财政评价" in filled.input_value()
    submit(page)  # 党组会议 is not filled in: the form itself refuses
    page.wait_for_timeout(1500)
    picture(page, "4-form-refuses")
    assert "/run" in page.url
    page.locator("textarea").nth(1).fill("局党组2024年第8次会议（4月18日）")
    submit(page)
    assert newest_run(stack, "审定重点项目")["name"] == "已记入台账"
    page.get_by_text("新记入台账1项。").wait_for()  # the form leads to what became of it
    page.get_by_text("财政评价开始之日起委托第三方").wait_for()
    picture(page, "6-result")
    assert english(page) == []
    row = ledger()["2024年重点评价项目"]
    assert (row.officer, row.reason) == ("李文静", "局党组2024年第8次会议（4月18日）")
    page.goto(f"{stack.address}/desk")
    page.get_by_role("heading", name="2024年度 等我处理").wait_for()
    assert not page.get_by_role("link", name="登记审定结果").is_visible()
    page.goto(f"{stack.address}/runs")
    page.get_by_text("审定重点项目").first.wait_for()
    picture(page, "5-decided")


def test_a_wrong_value_ends_with_a_sentence_and_nothing_is_stored(page: Page, stack: Desk) -> None:
    before = set(ledger())
    log_in(page, stack, "/desk/form/批复绩效目标?which=2024:没有这个/1")
    page.locator("textarea").first.wait_for()
    submit(page)
    state = newest_run(stack, "批复绩效目标")
    assert state["name"] == "未受理"
    assert "没有待决定的“批复绩效目标：2024:没有这个/1”" in state["message"]
    assert set(ledger()) == before
    page.get_by_text("未受理，没有改动任何东西").wait_for()
    picture(page, "7-refused")
    page.get_by_role("link", name="改好再提交（已填的都在）").click()
    page.get_by_text("接下来：下次办理时编批复文号").wait_for()  # what the form is for
    assert page.locator("textarea").first.input_value() == "2024:没有这个/1"


def test_what_ended_cannot_run_again_in_the_name_of_who_started_it(stack: Desk) -> None:
    run = stack.start("批复绩效目标", officer="李文静", which="2024:没有这个/1", work_year=2024)
    assert stack.end_of(run)["name"] == "未受理"
    again = {"state": {"type": "SCHEDULED", "name": "AwaitingRetry"}, "force": True}
    ways = (
        f"/api/flow_runs/{run}/set_state",
        "/api/flow_runs/bulk_set_state",
        f"/api/flow_runs/{run}/resume",
    )
    for way in ways:
        with pytest.raises(Refused, match=r"403.*重新填表提交"):
            stack.ask(way, again, officer="张晓峰")
    assert stack.end_of(run)["name"] == "未受理"


def test_who_comes_first_finds_a_page(stack: Desk) -> None:
    """Even before a round has run, as on the first day or when Prefect's database was deleted."""
    assert httpx.get(f"{stack.address}/desk").headers["location"].startswith("/artifacts/artifact/")


def test_a_day_to_come_and_a_year_that_is_not_open_are_refused_with_a_sentence(stack: Desk) -> None:
    asked = [{"work_year": 2024, "day": "2204-03-01"}, {"work_year": 1999}]
    ends = [stack.end_of(stack.start("函件与催报", **one)) for one in asked]
    says = [one["message"] for one in ends]
    assert ["还没有到" in says[0], "工作年度1999尚未开启" in says[1]] == [True, True], says
    with pytest.raises(Refused, match=r"409.*“工作年度”应填数字。没有提交，改好后再点"):
        stack.start("函件与催报", work_year="nonsense", day="nonsense")
    with pytest.raises(Refused, match=r"409.*“决定”只能选继续执行、调整预算和目标、取消收回。"):
        stack.start("预警资金处理", officer="李文静", which="全部", chosen="缓办", reason="再看一季")


def test_two_officers_at_once_decide_once_and_the_code_is_nowhere(stack: Desk, house: Path) -> None:
    runs = [
        stack.start("批复绩效目标", officer=name, which="全部", work_year=2024)
        for name in ("李文静", "张晓峰")
    ]
    states = {stack.end_of(run)["name"] for run in runs}
    assert "已记入台账" in states
    assert states <= {"已记入台账", "未受理"}
    assert ledger()[TARGET].officer in ("李文静", "张晓峰")
    marks = [CODE.encode(), CODE.encode("unicode_escape")]
    kept = [path for path in house.rglob("*") if path.is_file() and path.suffix != ".png"]
    assert any(path.name == "prefect.db" for path in kept)
    assert [path for path in kept if any(mark in path.read_bytes() for mark in marks)] == []


def test_todays_letters_are_seen_before_they_go(page: Page, stack: Desk) -> None:
    page.goto(f"{stack.address}/desk/letters?work_year=2024")
    page.get_by_text("尚未发送").first.wait_for()
    assert httpx.get(f"{stack.address}/desk/letters?work_year=1999").status_code == 404


def test_there_is_no_way_around_the_door(stack: Desk) -> None:
    number = stack.deployments()["批复绩效目标"]["id"]
    for written in (number.upper(), number.replace("-", "")):
        with pytest.raises(Refused, match=r"401.*须登录后办理"):
            stack.ask(f"/api/deployments/{written}/create_flow_run", {"parameters": {"which": "全部"}})
    with pytest.raises(Refused, match=r"403.*从办理事项的表单运行"):
        stack.ask("/api/flow_runs/", {"deployment_id": number, "flow_id": number})
    with pytest.raises(Refused, match=r"403.*不在页面上显示"):
        stack.ask("/api/block_documents/filter", {"include_secrets": True})
    with pytest.raises(Refused, match=r"403.*不在页面上显示"):
        stack.ask("/api/block_documents/?include%5Fsecrets=true")
    assert isinstance(stack.ask("/api/block_documents/filter", {}), list)
    asked = httpx.post(
        f"{stack.address}/api/deployments/filter", json={}, headers={"X-Forwarded-For": "10.1.2.3"}
    )
    assert (asked.status_code, asked.json()["detail"]) == (401, "请先登录。")
    with pytest.raises(Refused, match=r"401.*请先登录"):
        stack.ask("/api/deployments/filter", {}, host="desk.example")
    changed = httpx.patch(f"{stack.address}/api/flow_runs/{number}", json={"parameters": {}})
    assert changed.status_code == 403


def test_behind_a_closed_door_nothing_is_served_before_logging_in(stack: Desk, house: Path) -> None:
    """The same door as `--host` other than loopback opens, before the running server."""
    found = (re.search(r"--port (\d+)", command_of(pid)) for pid in stack.children("server start"))
    port = next(one.group(1) for one in found if one)
    key = (house / "prefect" / "server.key").read_text()
    assert (house / "prefect" / "server.key").stat().st_mode & 0o077 == 0

    async def ask() -> None:
        door = Gate(f"http://127.0.0.1:{port}", key, closed=True)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(door.app()), base_url="http://desk.example"
        ) as client:
            listed = ("POST", "/api/deployments/filter")
            officer = httpx.BasicAuth("李文静".encode(), CODE.encode())
            assert (await client.request(*listed, json={})).status_code == 401
            assert (
                (await client.get("/desk", headers={"accept": "text/html"}))
                .headers["location"]
                .startswith("/desk/login")
            )
            assert (await client.get("/desk/results/2024/x.docx")).status_code == 401
            assert len((await client.request(*listed, json={}, auth=officer)).json()) == len(DEPLOYED)
            number = stack.deployments()["巡检"]["id"]
            refused = await client.request("DELETE", f"/api/deployments/{number}", auth=officer)
            assert (refused.status_code, "管理员" in refused.text) == (403, True)
            elsewhere = {"sec-fetch-site": "cross-site"}
            assert (
                await client.request(*listed, json={}, auth=officer, headers=elsewhere)
            ).status_code == 403
            entered = await client.post(
                "/desk/login", data={"name": "李文静", "code": CODE, "next": "//evil.example"}
            )
            assert (entered.status_code, entered.headers["location"]) == (303, "/desk")
            assert "HttpOnly" in entered.headers["set-cookie"]
            assert (await client.get("/desk/who")).json() == {"officer": "李文静"}
            assert (await client.get("/desk/results/../jixiao.sqlite3")).status_code == 404
            kept = client.cookies["jixiao"]
            await client.post("/desk/logout")
            client.cookies.set("jixiao", kept)  # a copy of the cookie opens nothing after logging out
            assert (await client.get("/desk/who")).json() == {"officer": None}
            assert (await client.request(*listed, json={})).status_code == 401
            client.cookies.clear()
            wrong = {"name": "李文静", "code": "wrong", "next": "/desk"}
            guesses = [client.post("/desk/login", data=wrong) for _ in range(12)]
            said = [answer.text for answer in await asyncio.gather(*guesses)]
            assert (sum("口令不对" in one for one in said), sum("须等到" in one for one in said)) == (3, 9)
            unlock("李文静")
            await door.client.aclose()

    with ThreadPoolExecutor(1) as aside:  # the browser tools keep a loop in this thread
        aside.submit(asyncio.run, ask()).result()
    with pytest.raises(Refused, match="401"):
        Desk(f"http://127.0.0.1:{port}", stack.process, 0, house).ask("/api/deployments/filter", {})


def test_nothing_of_the_stack_called_outside(stack: Desk, trap: Trap) -> None:
    assert trap.asked == []
    remote = [line for pid in descendants(stack.process.pid) for line in connections(pid)]
    assert remote == []


def connections(pid: int) -> list[str]:
    """TCP connections of a process that end on another machine."""
    mine = set()
    for link in Path(f"/proc/{pid}/fd").glob("*"):
        try:
            mine.add(str(link.readlink()))
        except OSError:
            continue
    found = []
    for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]:
        parts = line.split()
        local, listening = parts[2].startswith(("0100007F", "00000000")), parts[3] == "0A"
        if f"socket:[{parts[9]}]" in mine and not local and not listening:
            found.append(line)
    return found


def test_the_terminal_shows_sentences_and_the_rest_stands_in_a_file(stack: Desk, house: Path) -> None:
    assert (house / "desk.log").read_text() == ""  # what the terminal would show beside our own lines
    assert {path.name for path in (house / "logs").iterdir()} == {"desk.log", "server.log", "worker.log"}
    assert (house / "logs" / "server.log").read_text()


def test_it_is_ready_in_time(stack: Desk) -> None:
    assert stack.seconds < 25 * float(os.environ.get("SLOWER", "2"))


def test_a_secret_block_holds_the_post_offices_address(
    stack: Desk, house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.blocks.system import Secret
    from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

    port = command_of(stack.children("server start")[0]).partition("--port ")[2].split()[0]
    inside = {
        PREFECT_API_URL: f"http://127.0.0.1:{port}/api",
        PREFECT_API_AUTH_STRING: server_key(house / "prefect"),
    }
    with temporary_settings(inside), serving(Server()) as server:
        Secret(value=f"smtp://127.0.0.1:{server.port}").save("post-office", _sync=True)
        lead(monkeypatch, smtp_url="prefect:post-office")
        assert [one.well for one in examine(date(2024, 3, 1)) if one.what == "邮件"] == [True]
        assert settings().smtp_url.get_secret_value().endswith(str(server.port))
        assert str(server.port) not in repr(settings())
        lead(monkeypatch, smtp_url="prefect:no-such-block")
        with pytest.raises(SecretMissing, match="no-such-block"):
            fetch_secrets()
    settings.cache_clear()
