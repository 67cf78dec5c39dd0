"""What may pass the door in front of the Prefect server, and how it is written on the way."""

import contextlib
import ipaddress
import json
import re
from base64 import b64encode
from collections.abc import Mapping
from uuid import UUID

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

START = re.compile(r"/api/deployments/(?P<id>[^/]+)/create_flow_run/?")
READS = re.compile(
    r"/api/(ui/.+|.+/(filter|paginate|count|history|lateness|get_scheduled_flow_runs)|events/count-by/.+)"
)
OFFICERS_MAY = re.compile(rf"{START.pattern}|/api/flow_runs/[0-9a-f-]{{36}}/(set_state|resume)")
NEVER = (
    (re.compile(r"/api/.*create_flow_run/.+|/api/flow_runs/?|/api/flow_runs/bulk_create.*"), {"POST"}),
    (re.compile(r"/api/flow_runs/.*"), {"PATCH", "PUT"}),
)
"""Ways around the door: a run made or changed so that the ledger would name who did not decide it."""
AGAIN = re.compile(r"/api/flow_runs/(bulk_set_state|[^/]+/(set_state|resume))/?")
STOPS = {"CANCELLING", "CANCELLED"}
HOP = {
    "content-length",
    "connection",
    "keep-alive",
    "transfer-encoding",
    "te",
    "upgrade",
    "host",
    "authorization",
    "cookie",
}
UNPACKED = {"content-encoding", "content-length", "transfer-encoding", "connection"}


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only be this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


async def asks_secrets(request: Request) -> bool:
    """Whether a Secret block's content is asked for in clear, by query or body."""
    given = request.query_params.get("include_secrets", "false").lower()
    with contextlib.suppress(ValueError):
        body = json.loads(await request.body() or b"{}")
        given = str(body.get("include_secrets") or given) if isinstance(body, dict) else given
    return given.lower() not in ("false", "0", "")


async def runs_again(request: Request) -> bool:
    """Whether a run is moved on by hand. One that ran again would decide in the name of who once started it."""
    if request.method != "POST" or not AGAIN.fullmatch(request.url.path):
        return False
    with contextlib.suppress(ValueError, KeyError, TypeError):
        return str(json.loads(await request.body())["state"]["type"]).upper() not in STOPS
    return True


WRONG = re.compile(
    r"Validation failed(?: for field '(?P<field>\w+)')?\. Failure reason: (?P<why>.*)", re.DOTALL
)
REASONS = (
    (re.compile(r"'(?P<field>\w+)' is a required property"), "没有填写"),
    (re.compile(r"too short|should be non-empty"), "填写得太短，请写完整"),
    (re.compile(r"less than the minimum of (?P<n>\S+)"), "不能小于{n}"),
    (re.compile(r"greater than the maximum of (?P<n>\S+)"), "不能大于{n}"),
    (re.compile(r"is not of type '(integer|number)'"), "应填数字"),
    (re.compile(r"is not one of \[(?P<n>.*)\]"), "只能选{n}"),
)


def in_chinese(detail: str, titles: Mapping[str, str]) -> str:
    """Why Prefect did not take a form, with the field's title; what is not understood stays as it is."""
    found = WRONG.search(detail)
    if not found:
        return detail
    why, field = found["why"], found["field"] or ""
    says = "填写不合要求"
    for pattern, words in REASONS:
        if one := pattern.search(why):
            given = one.groupdict()
            field = given.get("field") or field
            says = words.format(n=(given.get("n") or "").replace("'", "").replace(", ", "、"))
            break
    return f"“{titles.get(field, field)}”{says}。没有提交，改好后再点“提交”。"


def number_of(written: str) -> str:
    """A deployment's number however it is written: the server reads capitals and leaves out dashes too."""
    try:
        return str(UUID(written))
    except ValueError:
        return written


def named(body: bytes, name: str) -> bytes:
    """A run to be started bears its deployment's name from the first moment, not one of Prefect's made-up ones."""
    with contextlib.suppress(ValueError):
        asked = json.loads(body) if name else None
        if isinstance(asked, dict):
            return json.dumps(asked | {"name": f"{name}（待启动）"}).encode()
    return body


def basic(key: str) -> str:
    """The server's own password as a header."""
    return f"Basic {b64encode(key.encode()).decode()}"


def refuse(request: Request, says: str, status: int = 401) -> Response:
    """A sentence; programs are told how to log in, a browser's own dialog is never opened."""
    ask = status == 401 and "sec-fetch-mode" not in request.headers
    headers = {"WWW-Authenticate": 'Basic realm="jixiao", charset="UTF-8"'} if ask else {}
    return JSONResponse({"exception_message": says, "detail": says}, status, headers)


def kept(answer: httpx.Response) -> dict[str, str]:
    """The answer's headers, without what no longer holds of its body."""
    return {k: v for k, v in answer.headers.items() if k not in UNPACKED}
