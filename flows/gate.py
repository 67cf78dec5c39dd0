"""The door in front of the Prefect server: officers log in here, and who starts a run is written down here.

Prefect knows no users. The server itself listens only to who has its key (the worker and this door). The door
checks an officer's code, passes his requests on with the key, and when a run is created writes the run's number
and the officer's name into our own database. The code reaches neither Prefect nor a log.
"""

import asyncio
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

import httpx
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from flows import login
from flows.clock import now
from flows.passing import (
    HOP,
    NEVER,
    OFFICERS_MAY,
    READS,
    START,
    asks_secrets,
    basic,
    in_chinese,
    is_loopback,
    kept,
    named,
    number_of,
    refuse,
    runs_again,
)
from flows.served import MISSING, file_of, letters_page
from models.settings import settings
from tasks.officers import note_start

PAUSES = (0.3, 0.6, 1.2, 2.4, 0.0)
KEY = "waiting"
"""The artifact that is the page of what waits."""
PAGES = Path(__file__).with_name("pages")
DECIDES = "决定"
"""The tag of deployments that only a named officer may start."""
FIRST = ("/", "/dashboard")
"""Where who opens the address comes first: to what waits for him, not to Prefect's own counters."""
SCRIPTS = (b"words", b"bar", b"result")
INDEX = (
    (b'<html lang="en"', b'<html lang="zh-CN"'),
    (b"<head>", b"""<head><script>localStorage["color-scheme"] ??= '"light"'</script>"""),
    (b"</body>", b"".join(b'<script src="/desk/%b.js"></script>' % one for one in SCRIPTS) + b"</body>"),
)
"""What is changed in Prefect's page: its language, light colours until somebody chooses others, our scripts."""


class Gate:
    """`inner`: the Prefect server; `key`: its password; `closed`: nobody passes without logging in."""

    def __init__(self, inner: str, key: str, *, closed: bool) -> None:
        self.inner, self.key, self.closed = inner, key, closed
        self.client = httpx.AsyncClient(
            base_url=inner, timeout=120, headers={"Authorization": basic(key)}, trust_env=False
        )
        self.names: dict[str, str] = {}
        self.decisions: dict[str, str] = {}
        self.titles: dict[str, dict[str, str]] = {}

    def app(self) -> Starlette:
        """The door as an ASGI application."""
        routes = [
            Route("/desk", self.desk),
            *login.ROUTES,
            Route("/desk/{name}.js", self.script),
            Route("/desk/form/{name}", self.form),
            Route("/desk/letters", self.letters),
            Route("/desk/results/{path:path}", self.results),
            Route("/{path:path}", self.through, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
        ]
        app = Starlette(routes=routes)
        app.state.trying = asyncio.Lock()
        return app

    async def desk(self, request: Request) -> Response:
        """What waits for me."""
        refused = await self._guarded(request)
        if refused:
            return refused
        wanted = {"artifacts": {"key": {"any_": [KEY]}}}
        found = await self._json("/api/artifacts/latest/filter", wanted)
        if not found:  # deleted a moment ago: the round that makes the page is one click away
            return RedirectResponse(f"/deployments/deployment/{(await self._ids()).get('巡检', '')}")
        return RedirectResponse(f"/artifacts/artifact/{found[0]['latest_id']}")

    async def script(self, request: Request) -> Response:
        """The words, the bar, the card that says what became of a run."""
        name = request.path_params["name"]
        return file_of(PAGES, f"{name}.js") if name.encode() in SCRIPTS else MISSING

    async def form(self, request: Request) -> Response:
        """Open a deployment's form, filled in from the query: numbers as numbers, all else as text."""
        refused = await self._guarded(request)
        if refused:
            return refused
        ids = await self._ids()
        found = ids.get(request.path_params["name"])
        if found is None:
            return Response(
                f"没有名为“{request.path_params['name']}”的办理事项。", 404, media_type="text/plain"
            )
        given = {k: int(v) if k == "work_year" else v for k, v in parse_qsl(request.url.query)}
        # The page decodes the value a second time after its router has.
        filled = quote(quote(json.dumps(given, ensure_ascii=False)))
        return RedirectResponse(f"/deployments/deployment/{found}/run?parameters={filled}")

    async def letters(self, request: Request) -> Response:
        """Every letter owed today, before anything is sent; nothing is stored."""
        refused = await self._guarded(request)
        if refused:
            return refused
        try:
            return await run_in_threadpool(letters_page, request.query_params.get("work_year", ""))
        except LookupError as error:
            return Response(str(error.args[0]), 404, media_type="text/plain")

    async def results(self, request: Request) -> Response:
        """A file of the results folder."""
        refused = await self._guarded(request)
        return refused or file_of(settings().results, request.path_params["path"])

    async def through(self, request: Request) -> Response:
        """Everything of Prefect's own, with its key; starting a run is written down."""
        refused = await self._guarded(request) or await self._forbidden(request)
        if refused:
            return refused
        if request.url.path.startswith("/v2"):
            return RedirectResponse("/desk")  # that version of the page calls outside
        if request.url.path in FIRST and request.method == "GET":
            return RedirectResponse("/desk")
        officer = await login.officer(request)
        start = START.fullmatch(request.url.path) if request.method == "POST" else None
        title = (await self._deciding()).get(number_of(start["id"])) if start else None
        name = self.names.get(number_of(start["id"]), "") if start else ""
        if title and officer is None:
            return refuse(request, f"“{title}”须登录后办理，决定记在登录人名下。")
        answer = await self._ask(request, named(await request.body(), name))
        if start and officer and answer.status_code == 201:
            body = json.loads(await answer.aread())
            await run_in_threadpool(note_start, body["id"], officer, title or body["name"], now())
        if start and answer.status_code in (409, 422):
            titles = self.titles.get(number_of(start["id"]), {})
            says = in_chinese(str(json.loads(await answer.aread()).get("detail")), titles)
            return JSONResponse({"detail": says, "exception_message": says}, answer.status_code)
        if request.url.path.endswith("/ui-settings"):
            return await self._ui_settings(request, answer)
        if answer.headers.get("content-type", "").startswith("text/html"):
            text = await answer.aread()
            for theirs, ours in INDEX:
                text = text.replace(theirs, ours, 1)
            return Response(text, answer.status_code, media_type="text/html")
        if answer.is_stream_consumed:
            return Response(answer.content, answer.status_code, kept(answer))
        return StreamingResponse(
            answer.aiter_bytes(), answer.status_code, kept(answer), background=BackgroundTask(answer.aclose)
        )

    async def _ask(self, request: Request, body: bytes) -> httpx.Response:
        headers = [(k, v) for k, v in request.headers.items() if k not in HOP]
        url = httpx.URL(path=request.url.path, query=request.url.query.encode())
        asked = self.client.build_request(
            request.method,
            url,
            headers=[*headers, ("authorization", basic(self.key))],
            content=body,
        )
        return await self._send(asked)

    async def _send(self, asked: httpx.Request) -> httpx.Response:
        """A server that is starting or whose database is busy (503: nothing was done) is asked again."""
        for pause in PAUSES:
            try:
                answer = await self.client.send(asked, stream=True)
            except httpx.TransportError:
                answer = httpx.Response(503, json={"exception_message": "办理服务正在启动，请稍候再试。"})
            if answer.status_code != 503:
                return answer
            if pause:
                await answer.aclose()
                await asyncio.sleep(pause)
        return answer

    async def _json(self, path: str, wanted: dict[str, Any]) -> Any:
        answer = await self._send(self.client.build_request("POST", path, json=wanted))
        body = json.loads(await answer.aread())
        return body if answer.status_code == 200 else []

    async def _ui_settings(self, request: Request, answer: httpx.Response) -> Response:
        """The page talks to the door under the name by which it was opened, and asks no password of its own."""
        known = json.loads(await answer.aread())
        api = f"{'https' if login.secure(request) else 'http'}://{request.headers['host']}/api"
        return JSONResponse({**known, "api_url": api, "auth": None})

    async def _guarded(self, request: Request) -> Response | None:
        """Who must log in first; a request that another site's page makes is never let through."""
        if request.headers.get("sec-fetch-site") == "cross-site" and request.method != "GET":
            return refuse(request, "请求来自别的网站，未受理。", status=403)
        if not self._is_closed(request) or await login.officer(request) or request.url.path == "/api/health":
            return None
        if "text/html" in request.headers.get("accept", ""):
            wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"/desk/login?next={quote(wanted)}", status_code=303)
        return refuse(request, "请先登录。")

    def _is_closed(self, request: Request) -> bool:
        """Also where a proxy stands before it, or it is asked by a name that is not this machine's own."""
        passed_on = any(name == "forwarded" or name.startswith("x-forwarded-") for name in request.headers)
        return self.closed or passed_on or not is_loopback(request.url.hostname or "")

    async def _forbidden(self, request: Request) -> Response | None:
        """Behind a closed door officers read, start, cancel; deleting and changing is the administrator's."""
        path, api = request.url.path, request.url.path.startswith("/api/")
        if any(request.method in methods and way.fullmatch(path) for way, methods in NEVER):
            return refuse(
                request, "请从办理事项的表单运行；已提交的运行不能改动，可取消后重新提交。", status=403
            )
        if await runs_again(request):
            return refuse(request, "办过的不能重试。请重新填表提交，重复提交无害。", status=403)
        if api and "block" in path and await asks_secrets(request):
            return refuse(request, "密码等机密不在页面上显示。", status=403)
        if not self._is_closed(request) or not api or request.method == "GET":
            return None
        if request.method == "POST" and (READS.fullmatch(path) or OFFICERS_MAY.fullmatch(path)):
            return None
        return refuse(request, "这项操作请由管理员在服务器上办理（见运维手册）。", status=403)

    async def _ids(self) -> dict[str, str]:
        """Name → number of every deployment; those that decide are remembered by number."""
        found = await self._json("/api/deployments/filter", {"limit": 200})
        self.decisions = {one["id"]: one["name"] for one in found if DECIDES in one["tags"]}
        self.names = {one["id"]: one["name"] for one in found}
        asked = ((one["id"], one["parameter_openapi_schema"].get("properties", {})) for one in found)
        self.titles = {key: {name: field["title"] for name, field in fields.items()} for key, fields in asked}
        return {one["name"]: one["id"] for one in found}

    async def _deciding(self) -> dict[str, str]:
        await self._ids()
        return self.decisions
