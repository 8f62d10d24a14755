"""Brings a database to the newest schema, with Alembic."""

import functools
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.records.store import Store

FOLDER = Path(__file__).parent / "migrations"


def upgrade(url: str, revision: str = "head") -> None:
    """Run every migration up to `revision` that the database at `url` has not seen."""
    store = Store(url)
    try:
        with store.write() as connection:
            if not store.is_sqlite:
                # Two processes that start together migrate one after the other.
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(7020)"))
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
    finally:
        store.close()


def is_current(store: Store) -> bool:
    """Whether the database has the schema that this program expects."""
    with store.read() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found == _newest()


@functools.cache
def _newest() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config
