"""Secrets that lie in Prefect: a setting "prefect:名称" is read from the Secret block of that name, in memory only."""

from typing import Any

from pydantic import SecretStr

from models.settings import settings

MARK = "prefect:"


class SecretMissing(LookupError):
    """The block cannot be read; the message names it and says what to do, and holds no secret."""


def fetch_secrets() -> None:
    """Put what the blocks hold into this process's settings. Raises SecretMissing."""
    for name in ("smtp_url", "imap_url"):
        value = getattr(settings(), name).get_secret_value()
        if value.startswith(MARK):
            setattr(settings(), name, SecretStr(_read(value.removeprefix(MARK).strip())))


def _read(block: str) -> str:
    from prefect.blocks.system import Secret

    try:
        held: Any = Secret.load(block, _sync=True)  # type: ignore[call-arg]
        return str(held.get())
    except Exception as error:  # noqa: BLE001  Prefect raises what it likes: no server, no block, another kind of block
        raise SecretMissing(
            f"Prefect中没有可用的Secret区块“{block}”（{type(error).__name__}）。请在页面“Blocks”中建立，或改用环境变量。"
        ) from None
