"""What may be forgotten, with a real redis, a dead one, a frozen one and none."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import redis

from bot.embedded import EmbeddedRedis, start_redis
from bot.memory import Conversation, Memory
from bot.wechat.client import Token
from tests.world import START, Clock, Town

TALK = Conversation(inbound_id=7, at=START, choices=("a", "b"), words="路灯", listed=(3, 4), verb="accept")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[EmbeddedRedis]:
    server = start_redis(tmp_path)
    yield server
    server.process.send_signal(signal.SIGCONT)
    server.stop()


def memory(url: str, clock: Clock) -> Memory:
    return Memory(url, timeout_seconds=0.3, lock_seconds=2.0, hours=24, now=clock)


@pytest.mark.parametrize("has_redis", [True, False])
def test_a_conversation_is_remembered_and_forgotten_after_its_hours(
    redis_url: str, clock: Clock, has_redis: bool
) -> None:
    kept = memory(redis_url if has_redis else "", clock)
    kept.remember("o1", TALK)
    assert kept.conversation("o1") == TALK
    assert kept.conversation("o2") == Conversation()
    kept.remember("o1", Conversation(inbound_id=9, at=START))
    assert kept.conversation("o1") == Conversation()


def test_without_redis_it_is_forgotten_when_its_hours_are_over(clock: Clock) -> None:
    kept = memory("", clock)
    kept.remember("o1", TALK)
    clock.moves(hours=25)
    assert kept.conversation("o1") == Conversation()


def test_two_processes_share_a_conversation_and_a_token(redis_url: str, clock: Clock) -> None:
    here, there = memory(redis_url, clock), memory(redis_url, clock)
    here.remember("o-shared", TALK)
    assert there.conversation("o-shared") == TALK
    here.put(Token("t", START + timedelta(hours=2)))
    assert there.get() == Token("t", START + timedelta(hours=2))


def test_two_processes_handle_one_person_one_after_the_other(redis_url: str, clock: Clock) -> None:
    here, there = memory(redis_url, clock), memory(redis_url, clock)
    order: list[str] = []
    inside = threading.Event()

    def second() -> None:
        inside.wait(5)
        with there.lock("o-lock"):
            order.append("second")

    waiting = threading.Thread(target=second)
    waiting.start()
    with here.lock("o-lock"):
        inside.set()
        with there.lock("o-another"):
            order.append("another person")
        order.append("first")
    waiting.join()
    assert order == ["another person", "first", "second"]


def test_when_redis_dies_this_process_goes_on_with_what_it_knows(own_redis: EmbeddedRedis, clock: Clock) -> None:
    kept = memory(own_redis.url, clock)
    kept.remember("o1", TALK)
    assert kept.is_up
    own_redis.process.kill()
    own_redis.process.wait()
    assert kept.conversation("o1") == TALK
    with kept.lock("o1"):
        kept.remember("o1", TALK)
    assert not kept.is_up


def test_a_frozen_redis_costs_a_moment_and_not_a_minute(own_redis: EmbeddedRedis, clock: Clock) -> None:
    kept = memory(own_redis.url, clock)
    os.kill(own_redis.process.pid, signal.SIGSTOP)
    begun = time.monotonic()
    with kept.lock("o1"):
        kept.remember("o1", TALK)
        assert kept.conversation("o1") == TALK
    assert time.monotonic() - begun < 2.0


def test_a_flushed_redis_costs_one_repeated_question_never_a_ticket(
    sqlite_url: str, own_redis: EmbeddedRedis, tmp_path: Path
) -> None:
    town = Town(sqlite_url, tmp_path, redis_url=own_redis.url)
    resident = town.resident("王大娘")
    number = resident.says("路灯坏了好几天了").split("编号 ")[1][:6]
    redis.Redis.from_url(own_redis.url).flushall()
    town.close()
    town.open()  # and this process forgets as well
    assert number in resident.says("在铁西公园门口")
    assert town.ticket(number).place == "铁西公园门口"
    assert town.ticket_count() == 1
