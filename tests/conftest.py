"""What tests are given: a fresh, migrated database of both kinds, a real redis, a browser."""

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.embedded import start_redis
from bot.records import migrate
from tests.servers import postgres
from tests.world import Town


@pytest.fixture(scope="session", autouse=True)
def without_encoders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Programs and commands that tests start do without sentence encoders, whose vectors take a minute to make, and
    learn the same content once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BOT_CONTENT__ENCODERS", "[]")
        patch.setenv("BOT_CONTENT__CACHE", str(tmp_path_factory.getbasetemp().parent / "learned"))
        yield


@pytest.fixture(scope="session")
def postgres_host() -> Iterator[str]:
    """A PostgreSQL of this test process."""
    with postgres() as host:
        yield host


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_host: str) -> str:
    """A migrated PostgreSQL database to copy."""
    execute(postgres_host, "CREATE DATABASE template")
    migrate.upgrade(url(postgres_host, "template"))
    return "template"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated database; the test runs once on each kind."""
    if request.param == "sqlite":
        path = tmp_path / "test.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    host = request.getfixturevalue("postgres_host")
    template = request.getfixturevalue("postgres_template")
    name = f"t{uuid.uuid4().hex[:12]}"
    execute(host, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield url(host, name)
    execute(host, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def town(database_url: str, tmp_path: Path) -> Iterator[Town]:
    """A town on a database of each kind."""
    opened = Town(database_url, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def postgres_url(postgres_host: str) -> Iterator[str]:
    """A new PostgreSQL database with nothing in it."""
    name = f"t{uuid.uuid4().hex[:12]}"
    execute(postgres_host, f"CREATE DATABASE {name}")
    yield url(postgres_host, name)
    execute(postgres_host, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh, migrated SQLite database, where the other kind would prove nothing more."""
    path = tmp_path / "test.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real redis-compatible server."""
    server = start_redis(tmp_path_factory.mktemp("redis"))
    yield server.url
    server.stop()


def url(host: str, database: str) -> str:
    """The address of a database of the test server."""
    return f"postgresql+psycopg://postgres@/{database}?host={host}"


def execute(host: str, statement: str) -> None:
    """Run one statement as the server's administrator."""
    engine = sa.create_engine(url(host, "postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
