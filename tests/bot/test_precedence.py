"""Long work that leaves room for the requests."""

import sys
import time
from collections.abc import Callable

import pytest

from bot.house import House
from bot.precedence import Precedence
from bot.web.app import create_web_app
from tests.world import Town


def short(number: int) -> int:
    return number * number


def share_of_time() -> float:
    """How much of the time 50 ms of work took it worked."""
    began, used = time.perf_counter(), time.thread_time()
    while time.thread_time() - used < 0.05:
        short(7)
    return (time.thread_time() - used) / (time.perf_counter() - began)


def test_work_rests_most_of_the_time_while_a_request_is_answered() -> None:
    precedence = Precedence()
    with precedence.work(), precedence.request():
        assert share_of_time() < 0.6


def test_work_does_not_rest_while_there_is_no_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.precedence.REST_SECONDS", 60)
    precedence = Precedence()
    with pytest.raises(KeyError), precedence.request():
        raise KeyError
    with precedence.work():
        share_of_time()


def test_every_request_of_the_web_application_counts(small: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def parts(house: House) -> dict[str, Callable[[], bool]]:
        def look() -> bool:
            seen.append(house.precedence.is_asked)
            return True

        return {"database": look, "content": look}

    monkeypatch.setattr(House, "parts", parts)
    create_web_app(small.house).test_client().get("/readyz")
    assert seen == [True, True]
    assert not small.house.precedence.is_asked


def test_afterwards_everything_is_as_before_also_when_the_work_fails() -> None:
    before = sys.getprofile()
    precedence = Precedence()
    with precedence.work():
        assert sys.getprofile() is not before
    assert sys.getprofile() is before
    with pytest.raises(KeyError), precedence.work():
        raise KeyError
    assert sys.getprofile() is before
