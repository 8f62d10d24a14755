"""The long proofs: a small part of each runs with every test, the whole with `make soak`."""

import random
import re
import socket
import threading
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import requests

from bot.web.app import create_web_app
from tests.malformed import malformed_bodies
from tests.process import Program, Sender, in_threads
from tests.pushes import signed
from tests.world import Town

PLACES = ("吉劳庆小区", "铁西小区", "神华康城小区", "和平小区", "林荫小区", "民生小区")
TROUBLES = ("楼道灯坏了", "暖气不热", "下水道堵了", "垃圾没人清", "井盖丢了", "电梯坏了", "自来水停了")
whole = partial(pytest.param, marks=pytest.mark.soak)


def trouble(number: int) -> str:
    return f"{PLACES[number % len(PLACES)]}{number}号楼{TROUBLES[number % len(TROUBLES)]}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    running = Program(tmp_path, free_port())
    yield running
    running.stop()


@pytest.mark.parametrize("count", [500, whole(10_000)])
def test_no_malformed_body_breaks_the_webhook(sqlite_url: str, tmp_path: Path, count: int) -> None:
    town = Town(sqlite_url, tmp_path)
    door, wechat = create_web_app(town.house).test_client(), town.settings.wechat
    statuses: dict[int, int] = defaultdict(int)
    for how, body, cipher_text in malformed_bodies(2026, count, wechat):
        query = signed(wechat, town.clock(), cipher_text) if cipher_text else signed(wechat, town.clock(), "x")
        answer = door.post("/wechat", query_string=query, data=body)
        assert answer.status_code in (200, 403, 413), (how, body[:200])
        statuses[answer.status_code] += 1
    print(f"{count} malformed bodies: {dict(statuses)}")
    assert statuses[200]
    assert statuses[403]
    assert statuses[413]
    assert not town.stuck()


@pytest.mark.parametrize("count", [40, whole(300)])
def test_each_trouble_delivered_three_times_at_once_without_redis_is_one_ticket(program: Program, count: int) -> None:
    program.environ = {"BOT_REDIS__URL": "unix:///nowhere/redis.sock"}
    program.start()
    sender = Sender(program.url, program.account())
    replies: dict[int, list[str | None]] = defaultdict(list)

    def deliver(number: int) -> None:
        replies[number].append(sender.send(f"oResident{number:019}", trouble(number), number + 1))

    in_threads(30, [partial(deliver, number) for number in range(count) for _ in range(3)])
    assert program.rows("SELECT count(*) FROM tickets") == [(count,)]
    for number, words in replies.items():
        assert len(words) == 3
        assert len(set(words)) == 1, f"message {number} got different replies: {set(words)}"
        assert words[0]
        assert "已登记" in words[0]
    print(f"{count} troubles, {3 * count} deliveries at once, no redis: {count} tickets, one reply each")


@pytest.mark.parametrize("count", [120, whole(1_000)])
def test_killed_at_any_moment_nothing_acknowledged_is_lost_and_nothing_doubled(program: Program, count: int) -> None:
    program.environ = {"BOT_DELIVERY__LEASE_SECONDS": "5", "BOT_DESK__STUCK_SECONDS": "5"}
    program.start()
    sender = Sender(program.url, program.account())
    draw = random.Random(7)
    acknowledged: set[int] = set()
    done = threading.Event()
    kills = 0

    def deliver(number: int) -> None:
        for _ in range(3):  # as WeChat does, with a pause in place of its five seconds
            if sender.send(f"oResident{number:019}", trouble(number), number + 1):
                acknowledged.add(number)
                return
            done.wait(1.5)

    def murder() -> None:
        nonlocal kills
        while not done.wait(draw.uniform(0.2, 1.2)):
            program.kill()
            kills += 1
            program.start()

    murderer = threading.Thread(target=murder)
    murderer.start()
    in_threads(8, [partial(deliver, number) for number in range(count)])
    done.set()
    murderer.join()
    settle(program)
    tickets = program.rows("SELECT t.id, r.openid FROM tickets t JOIN residents r ON r.id = t.resident_id")
    by_resident: dict[str, int] = defaultdict(int)
    for _, openid in tickets:
        by_resident[openid] += 1
    assert max(by_resident.values()) == 1, "a ticket was doubled"
    lost = {number for number in acknowledged if f"oResident{number:019}" not in by_resident}
    assert not lost, f"acknowledged and lost: {sorted(lost)}"
    told = numbers_told(program)
    untold = {str(100_000 + ticket_id) for ticket_id, _ in tickets} - told
    assert not untold, f"nobody was told of {sorted(untold)}"
    assert program.rows("SELECT count(*) FROM inbound WHERE state = 'received'") == [(0,)]
    assert kills
    print(f"{count} messages, {kills} kills: {len(acknowledged)} acknowledged, {len(tickets)} tickets, none lost")


def settle(program: Program) -> None:
    """Wait until the outbox and the inbound are worked off."""
    pause = threading.Event()
    for _ in range(240):
        waiting = program.rows(
            "SELECT (SELECT count(*) FROM outbox WHERE state = 'pending') + "
            "(SELECT count(*) FROM inbound WHERE state = 'received')"
        )
        if waiting == [(0,)]:
            return
        pause.wait(0.5)
    raise AssertionError(f"work is left: {waiting}")


def numbers_told(program: Program) -> set[str]:
    """Every ticket number that stands in what members and coordinators were sent."""
    people = requests.get(f"{program.url}/simulator/api/people", timeout=5).json()
    told: set[str] = set()
    for person in people["members"] + people["coordinators"]:
        inbox = requests.get(f"{program.url}/simulator/api/inbox", params={"openid": person["openid"]}, timeout=10)
        for item in inbox.json()["items"]:
            told |= set(re.findall(r"\b\d{6}\b", item["text"]))
    return told
