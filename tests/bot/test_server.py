"""The HTTP server ends in order: who is being answered gets the reply, and the socket is free afterwards."""

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field

import pytest
import requests
from flask import Flask

from bot.web.server import Listener, bind

LONG = "有回音" * 300_000


@dataclass
class Slow:
    """A server with one page, which waits until it may answer."""

    asked: threading.Event = field(default_factory=threading.Event)
    may_answer: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def page(self) -> str:
        """The whole of a long answer."""
        self.asked.set()
        self.may_answer.wait(10)
        return LONG


@pytest.fixture
def slow() -> Iterator[tuple[Slow, Listener]]:
    made = Slow()
    app = Flask("slow")
    app.add_url_rule("/", view_func=made.page)
    with closing(bind("127.0.0.1", 0)) as bound:
        made.url = f"http://127.0.0.1:{bound.getsockname()[1]}/"
        listener = Listener(app, bound, threads=2)
        listener.start()
        yield made, listener


def test_who_is_being_answered_when_it_stops_gets_the_whole_reply(slow: tuple[Slow, Listener]) -> None:
    page, listener = slow
    with ThreadPoolExecutor(2) as pool:
        reply = pool.submit(requests.get, page.url, timeout=10)
        assert page.asked.wait(10)
        stopped = pool.submit(listener.stop)
        page.may_answer.set()
        stopped.result(10)
        assert reply.result(10).content == LONG.encode()


def test_after_the_stop_nothing_of_it_is_left(slow: tuple[Slow, Listener], caplog: pytest.LogCaptureFixture) -> None:
    page, listener = slow
    threads = {thread for thread in threading.enumerate() if thread.name == "http"}
    listener.stop()
    assert not any(thread.is_alive() for thread in threads)
    with pytest.raises(requests.ConnectionError):
        requests.get(page.url, timeout=1)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
