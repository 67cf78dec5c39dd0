"""Alembic's entry: the database of the settings, or the connection that the caller brings."""

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

import models.tables
from models.database import engine

assert models.tables.MODULES  # every table is known to the metadata

config = context.config
target = SQLModel.metadata


def run(connection: Connection) -> None:
    """Migrate over one connection, in one transaction where the database can."""
    context.configure(connection=connection, target_metadata=target, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


given = config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with engine().connect() as connection:
        run(connection)
        connection.commit()
