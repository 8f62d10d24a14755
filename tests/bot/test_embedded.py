"""The private redis server: the real binary, started, found again and gone with its parent."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import redis

from bot.embedded import LONGEST_SOCKET_PATH, hold_folder, start_redis
from bot.settings import SettingsError
from tests.process import ROOT

# Starts the server, tells its process and its lock, and waits to be killed.
PARENT = """
import sys
from pathlib import Path
from bot.embedded import hold_folder, start_redis
with hold_folder(Path(sys.argv[1])):
    print(start_redis(Path(sys.argv[1])).process.pid, flush=True)
    sys.stdin.read()
"""


def is_gone(pid: int, within_seconds: float = 5.0) -> bool:
    """Whether a process has ended, looked at until it has or the time is over."""
    pause, deadline = threading.Event(), time.monotonic() + within_seconds
    while is_alive(pid):
        if time.monotonic() > deadline:
            return False
        pause.wait(0.02)
    return True


def is_alive(pid: int) -> bool:
    """A process that has ended and that nobody has asked about yet is a zombie, not alive."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def test_it_answers_and_leaves_nothing_behind(tmp_path: Path) -> None:
    server = start_redis(tmp_path)
    client = redis.Redis.from_url(server.url)
    assert client.set("key", "value")
    assert client.get("key") == b"value"
    client.close()
    server.stop()
    assert is_gone(server.process.pid)
    assert not list(tmp_path.iterdir()), "nothing in it is worth keeping"


def test_a_path_too_long_for_a_socket_does_not_matter(tmp_path: Path) -> None:
    server = start_redis(tmp_path / ("n" * LONGEST_SOCKET_PATH))
    with redis.Redis.from_url(server.url) as client:
        assert client.ping()
    server.stop()
    assert not server.folder.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_killed_at_once_the_parent_takes_it_along_and_the_folder_is_free(tmp_path: Path) -> None:
    call = [sys.executable, "-c", PARENT, str(tmp_path)]
    with subprocess.Popen(call, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        assert is_alive(child)
        with pytest.raises(SettingsError), hold_folder(tmp_path):
            pass
        parent.kill()
        parent.wait()
    assert is_gone(child)
    assert (tmp_path / "redis" / "redis.sock").exists(), "the socket that a killed server leaves behind"
    with hold_folder(tmp_path):
        server = start_redis(tmp_path)
        with redis.Redis.from_url(server.url) as client:
            assert client.ping()
        server.stop()
