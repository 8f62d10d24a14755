"""Long work that leaves room for the others."""

import sys
import time

import pytest

from bot.breathing import breathing


def short(number: int) -> int:
    return number * number


def test_work_rests_most_of_the_time() -> None:
    began, used = time.perf_counter(), time.thread_time()
    with breathing():
        while time.thread_time() - used < 0.05:
            short(7)
    assert time.thread_time() - used < 0.6 * (time.perf_counter() - began)


def test_afterwards_everything_is_as_before_also_when_the_work_fails() -> None:
    before = sys.getprofile()
    with breathing():
        assert sys.getprofile() is not before
    assert sys.getprofile() is before
    with pytest.raises(KeyError), breathing():
        raise KeyError
    assert sys.getprofile() is before
