"""Word to PDF for printing and mailing: by LibreOffice where it is installed; all files in one go."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

PROGRAMS = ("soffice", "libreoffice")
SECONDS_A_FILE = 20


class NoPdf(RuntimeError):
    """PDF cannot be made; the message says why and what to do."""


def converter() -> str | None:
    """The LibreOffice program of this machine, or None."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def to_pdf(paths: Sequence[Path]) -> list[Path]:
    """A PDF beside each Word file; returns their paths. Raises NoPdf."""
    program = converter()
    if program is None:
        raise NoPdf(
            "本机没有安装LibreOffice，不能生成PDF。请安装LibreOffice后再试，或用Word打开后另存为PDF。"
        )
    if not paths:
        return []
    made = []
    for folder in sorted({path.parent for path in paths}):
        names = [str(path) for path in paths if path.parent == folder]
        _convert(program, names, folder)
        made += [Path(name).with_suffix(".pdf") for name in names]
    missing = [path.name for path in made if not path.exists()]
    if missing:
        raise NoPdf(f"有{len(missing)}个文件没有生成PDF（{missing[0]}等）。请用Word打开核对后重试。")
    return made


def _convert(program: str, names: Sequence[str], folder: Path) -> None:
    with tempfile.TemporaryDirectory() as profile:
        own = f"-env:UserInstallation={Path(profile).as_uri()}"
        command = [program, "--headless", own, "--convert-to", "pdf", "--outdir", str(folder), *names]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=60 + SECONDS_A_FILE * len(names))
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            raise NoPdf(f"LibreOffice转换PDF失败：{error}。请关闭已打开的LibreOffice窗口后重试。") from error
