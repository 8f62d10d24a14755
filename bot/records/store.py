"""The database: one engine, reading and writing transactions, and the wake-up of whoever waits for work.

SQLite runs with WAL and synchronous=FULL in one process with one writer lock, because several
writers starve each other behind its busy handler; PostgreSQL runs with as many processes as you like.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection as Connection

WAKE_CHANNEL = "outbox"
DatabaseError = sa.exc.SQLAlchemyError  # for those who must not know what the store is made of


class Store:
    """Opens nothing until the first transaction."""

    def __init__(self, url: str, pool_size: int = 10) -> None:
        self.url = sa.make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._writer = threading.Lock()
        self._work = threading.Event()
        if self.is_sqlite:
            if self.url.database:
                Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
            self.engine = sa.create_engine(self.url, pool_size=pool_size, max_overflow=pool_size, hide_parameters=True)
            sa.event.listen(self.engine, "connect", _prepare_sqlite)
            sa.event.listen(self.engine, "begin", _begin_sqlite)
        else:
            self.engine = sa.create_engine(
                self.url, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True, hide_parameters=True
            )

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that commits at the end of the block, or rolls back when it raises."""
        if self.is_sqlite:
            with self._writer, self.engine.connect() as connection:
                connection = connection.execution_options(writes=True)
                with connection.begin():
                    yield connection
        else:
            with self.engine.begin() as connection:
                yield connection

    def wake(self) -> None:
        """Tell the delivery loops of every process that work was committed. Losing this costs one poll."""
        if self.is_sqlite:
            self._work.set()
        else:
            with self.engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(f"NOTIFY {WAKE_CHANNEL}")

    @contextmanager
    def wakeups(self) -> Iterator[Callable[[float], None]]:
        """A function that waits for the next wake-up, at most the given seconds; none between two calls is missed."""
        if self.is_sqlite:

            def wait(seconds: float) -> None:
                self._work.wait(seconds)
                self._work.clear()

            yield wait
            return
        with self.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(f"LISTEN {WAKE_CHANNEL}")
            driver: Any = connection.connection.driver_connection

            def listen(seconds: float) -> None:
                try:
                    for _ in driver.notifies(timeout=seconds, stop_after=1):
                        pass
                except psycopg.Error as error:
                    raise DatabaseError(type(error).__name__) from error

            try:
                yield listen
            finally:
                connection.invalidate()  # a connection that still listens must not go back to the pool

    def close(self) -> None:
        """Close every connection."""
        self._work.set()
        self.engine.dispose()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 5000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def conflict_free_insert(connection: Connection, table: sa.Table) -> Any:
    """An INSERT that knows ON CONFLICT, in the dialect of the connection; both spell it the same way."""
    return (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)
