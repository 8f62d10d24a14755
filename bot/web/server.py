"""The HTTP server: waitress in this process, with an end that lets requests in flight finish."""

import errno
import socket
import threading
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

from bot.settings import SettingsError

END_SECONDS = 5.0  # for requests in flight, and for their replies


def bind(host: str, port: int) -> socket.socket:
    """A socket on that address; port 0 takes a free one. Raises SettingsError when it cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        busy = error.errno == errno.EADDRINUSE
        expected = "a free port (this one is in use)" if busy else f"an address of this machine ({error})"
        raise SettingsError([f"server.port: found {port} on {host}, expected {expected}"]) from error
    return bound


class Listener:
    """One listening socket with its own threads."""

    def __init__(self, app: Flask, bound: socket.socket, threads: int) -> None:
        # Its own map: waitress would else share one event loop between two servers of a process.
        self._map: dict[int, Any] = {}
        self._server: Any = create_server(app, map=self._map, sockets=[bound], threads=threads, ident="lianxinqiao")
        self._thread = threading.Thread(target=self._run, name="http", daemon=True)
        self._ended = threading.Event()

    def start(self) -> None:
        """Answer requests on a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Take no more requests, let those in flight have their replies, and be done with the socket."""
        self._server.accepting = False
        self._server.task_dispatcher.shutdown(cancel_pending=False, timeout=END_SECONDS)
        self._ended.set()
        self._server.pull_trigger()
        self._thread.join(END_SECONDS)

    def _run(self) -> None:
        while not self._ended.is_set() or self._has_unsent_replies():
            wasyncore.loop(timeout=1.0, map=self._map, count=1)
        wasyncore.close_all(self._map)

    def _has_unsent_replies(self) -> bool:
        return any(channel.total_outbufs_len for channel in self._server.active_channels.values())
