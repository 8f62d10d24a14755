"""A real PostgreSQL for the tests: a cluster of its own in a temporary folder, on a unix socket, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FAST = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=200 -c listen_addresses=''"


def initdb() -> Path:
    """The newest initdb of this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if on_path := shutil.which("initdb"):
        found.append(Path(on_path))
    if not found:
        raise RuntimeError("PostgreSQL is needed: install the package 'postgresql' (make setup-tests does)")
    return found[-1]


@contextmanager
def postgres() -> Iterator[str]:
    """Run a server; gives the folder of its socket, which is its host. The user is `postgres`, without a password."""
    binaries = initdb().parent
    folder = Path(tempfile.mkdtemp(prefix="lxq-pg-"))
    as_owner: list[str] = []
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(folder, "postgres")
        as_owner = ["runuser", "-u", "postgres", "--"]

    def run(*command: str) -> None:
        subprocess.run([*as_owner, *command], check=True, stdout=subprocess.DEVNULL, cwd=folder)

    data = str(folder / "data")
    control = (str(binaries / "pg_ctl"), "-D", data, "-w", "-s")
    try:
        run(str(initdb()), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        run(*control, "-l", str(folder / "log"), "-o", f"-k {folder} {FAST}", "start")
        try:
            yield str(folder)
        finally:
            run(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
