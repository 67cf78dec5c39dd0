"""Files that are there whole or not at all, whenever the power goes."""

from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Write beside, then put in place; folders are made as needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.replace(path)
