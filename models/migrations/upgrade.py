"""Bring the configured database to the newest shape; harmless when it is there already."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from models.database import engine


def config() -> Config:
    """Alembic's configuration, without an ini file."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    return made


def upgrade() -> None:
    """Create or migrate the database."""
    with engine().begin() as connection:
        made = config()
        made.attributes["connection"] = connection
        command.upgrade(made, "head")
