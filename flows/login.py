"""Logging in at the door: a page in Chinese, a cookie for the working day; HTTP Basic for programs."""

import html
from base64 import b64decode
from binascii import Error as NotBase64
from pathlib import Path
from string import Template
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from flows.clock import now
from models.settings import settings
from tasks.log_in import check_code, log_in, log_out, officer_of
from tasks.officers import CodeRefused, officer_names

PAGE = Path(__file__).with_name("pages") / "login.html"
COOKIE = "jixiao"
NOBODY = "还没有登记经办人。请管理员在服务器上先运行 jixiao year open（读入人员名单），再为每人运行 jixiao officers code 姓名。"


async def officer(request: Request) -> str | None:
    """Who is there: from the cookie, or from name and code of HTTP Basic."""
    token = request.cookies.get(COOKIE)
    if token:
        return await run_in_threadpool(officer_of, token, now())
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, code = b64decode(given).decode().partition(":")
        await _try(request, name, code)
    except (CodeRefused, NotBase64, UnicodeDecodeError):
        return None
    return name


async def _try(request: Request, name: str, code: str) -> None:
    """One try at a time: what waits here holds no thread, and none is uncounted."""
    async with request.app.state.trying:
        await run_in_threadpool(check_code, name, code, _address(request), now())


def _address(request: Request) -> str:
    """Where the caller is; behind a proxy on this machine, what that says (uvicorn reads X-Forwarded-For)."""
    return request.client.host if request.client else ""


async def show(request: Request) -> Response:
    """The form for name and code."""
    return _page(request.query_params.get("next", "/desk"))


async def enter(request: Request) -> Response:
    """Check the code; a wrong one comes back with a sentence."""
    form = {key: values[0] for key, values in parse_qs((await request.body()).decode()).items()}
    name, wanted = form.get("name", ""), form.get("next", "/desk")
    try:
        await _try(request, name, form.get("code", ""))
    except CodeRefused as refused:
        return _page(wanted, str(refused), name, status=403)
    answer = RedirectResponse(_inside(wanted), status_code=303)
    token = await run_in_threadpool(log_in, name, _address(request), now())
    answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure(request))
    return answer


async def leave(request: Request) -> Response:
    """Forget who is here, at the server too: a copy of the cookie opens nothing any more."""
    await run_in_threadpool(log_out, request.cookies.get(COOKIE, ""), now())
    answer = JSONResponse({"officer": None})
    answer.delete_cookie(COOKIE)
    return answer


async def who(request: Request) -> Response:
    """Who is logged in."""
    return JSONResponse({"officer": await officer(request)})


ROUTES = (
    Route("/desk/login", show, methods=["GET"]),
    Route("/desk/login", enter, methods=["POST"]),
    Route("/desk/logout", leave, methods=["POST"]),
    Route("/desk/who", who),
)


def secure(request: Request) -> bool:
    """Whether the browser came by https, a proxy before this door included."""
    return request.headers.get("x-forwarded-proto", request.url.scheme) == "https"


def _page(wanted: str, wrong: str = "", name: str = "", status: int = 200) -> Response:
    known = officer_names()
    wrong = wrong or ("" if known else NOBODY)
    names = "".join(
        f"<option{' selected' if one == name else ''}>{html.escape(one)}</option>" for one in known
    )
    text = Template(PAGE.read_text(encoding="utf-8")).substitute(
        bureau=html.escape(settings().bureau),
        names=names,
        next=html.escape(wanted),
        wrong=f'<div class="wrong">{html.escape(wrong)}</div>' if wrong else "",
    )
    return Response(text, status, media_type="text/html")


def _inside(wanted: str) -> str:
    """Only to a page of this house."""
    return wanted if wanted.startswith("/") and not wanted.startswith(("//", "/\\")) else "/desk"
