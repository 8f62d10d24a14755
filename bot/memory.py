"""What may be forgotten: the half-finished conversation, the per-resident lock, the access token.

It lives in redis, so that every process shares it, and beside it in this process, so that the bot
goes on when redis is gone. Losing all of it costs one repeated question, never a ticket: facts are
in the database, and a conversation says which inbound it last saw, so that an old one is noticed.
"""

import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from bot.clock import Now
from bot.wechat.client import Token

log = logging.getLogger(__name__)

PREFIX = "lxq:"
REST = timedelta(seconds=5)  # how long a redis that failed is left alone
LOCK_SECONDS = 10  # a lock that a killed process held opens by itself


@dataclass(frozen=True)
class Conversation:
    """What the bot has to remember from one message to the next.

    `inbound_id` is the last inbound it saw. `choices` are entry ids shown as 1, 2, 3 for `words`;
    `answered` is the entry answered last; `match_id` is the row that tells of either. `asked` is the
    slot asked for (place), or "more" where the next message is to join, of `ticket_id`.
    `listed` are ticket ids shown as 1, 2, 3 …; `verb` and `words` wait for one of them.
    """

    inbound_id: int = 0
    at: datetime | None = None
    choices: tuple[str, ...] = ()
    words: str = ""
    answered: str = ""
    match_id: int = 0
    asked: str = ""
    ticket_id: int = 0
    listed: tuple[int, ...] = ()
    verb: str = ""


class Memory:
    """Shared memory of all processes, with this process's own behind it."""

    def __init__(self, url: str, timeout_seconds: float, lock_seconds: float, hours: int, now: Now) -> None:
        self._redis = (
            redis.Redis.from_url(
                url,
                socket_timeout=timeout_seconds,
                socket_connect_timeout=timeout_seconds,
                retry=Retry(NoBackoff(), 0),
                decode_responses=True,
            )
            if url
            else None
        )
        self._lock_seconds = lock_seconds
        self._seconds = hours * 3600
        self._now = now
        self._resting_until: datetime | None = None
        self._own: dict[str, tuple[datetime, str]] = {}
        self._guard = threading.Lock()
        self._locks: dict[str, tuple[threading.Lock, int]] = {}

    def conversation(self, openid: str) -> Conversation:
        """What is remembered of this person; an empty one when nothing is."""
        text = self._get(f"talk:{openid}")
        if not text:
            return Conversation()
        try:
            values = json.loads(text)
            for name in ("choices", "listed"):
                values[name] = tuple(values[name])
            values["at"] = datetime.fromisoformat(values["at"]) if values["at"] else None
            return Conversation(**values)
        except (ValueError, TypeError, KeyError):
            return Conversation()  # left by another version of the program

    def remember(self, openid: str, conversation: Conversation) -> None:
        """Keep the conversation for some hours; an empty one is forgotten."""
        if replace(conversation, inbound_id=0, at=None) == Conversation():
            self._forget(f"talk:{openid}")
            return
        values = asdict(conversation)
        values["at"] = conversation.at.isoformat() if conversation.at else None
        self._set(f"talk:{openid}", json.dumps(values, ensure_ascii=False), self._seconds)

    @contextmanager
    def lock(self, openid: str) -> Iterator[None]:
        """One message of a person at a time. After a while of waiting it goes on: the database's own
        locks have the last word."""
        with self._own_lock(f"person:{openid}"), self._shared_lock(f"person:{openid}"):
            yield

    @property
    def is_up(self) -> bool:
        """Whether redis answers now."""
        return self._try(lambda client: client.ping(), False) is True

    # The access token: what bot.wechat.client.TokenCache asks for.

    def get(self) -> Token | None:
        """The shared access token."""
        text = self._get("token")
        if not text:
            return None
        values = json.loads(text)
        return Token(values["value"], datetime.fromisoformat(values["expires_at"]))

    def put(self, token: Token) -> None:
        """Share an access token until it expires."""
        seconds = max(1, int((token.expires_at - self._now()).total_seconds()))
        text = json.dumps({"value": token.value, "expires_at": token.expires_at.isoformat()})
        self._set("token", text, seconds)

    def single_flight(self) -> Any:
        """A lock under which one process at a time fetches the token."""
        return self.lock("access-token")

    # The two stores behind all of it.

    def _get(self, key: str) -> str | None:
        own = self._own_value(key)
        shared = self._try(lambda client: client.get(PREFIX + key), own)
        return shared if isinstance(shared, str) else own if shared is own else None

    def _set(self, key: str, text: str, seconds: int) -> None:
        with self._guard:
            now = self._now()
            if len(self._own) > 50_000:
                self._own = {name: kept for name, kept in self._own.items() if kept[0] > now}
            self._own[key] = (now + timedelta(seconds=seconds), text)
        self._try(lambda client: client.set(PREFIX + key, text, ex=seconds), None)

    def _forget(self, key: str) -> None:
        with self._guard:
            self._own.pop(key, None)
        self._try(lambda client: client.delete(PREFIX + key), None)

    def _own_value(self, key: str) -> str | None:
        with self._guard:
            kept = self._own.get(key)
        return kept[1] if kept and kept[0] > self._now() else None

    def _try(self, call: Callable[[redis.Redis], Any], otherwise: Any) -> Any:
        if self._redis is None or (self._resting_until and self._now() < self._resting_until):
            return otherwise
        try:
            return call(self._redis)
        except redis.RedisError as error:
            log.warning("redis does not answer, going on without it: %s", type(error).__name__)
            self._resting_until = self._now() + REST
            return otherwise

    @contextmanager
    def _own_lock(self, name: str) -> Iterator[None]:
        with self._guard:
            lock, users = self._locks.get(name, (threading.Lock(), 0))
            self._locks[name] = (lock, users + 1)
        taken = lock.acquire(timeout=self._lock_seconds)
        try:
            yield
        finally:
            if taken:
                lock.release()
            with self._guard:
                lock, users = self._locks[name]
                if users == 1:
                    del self._locks[name]
                else:
                    self._locks[name] = (lock, users - 1)

    @contextmanager
    def _shared_lock(self, name: str) -> Iterator[None]:
        lock = self._try(
            lambda client: client.lock(
                PREFIX + "lock:" + name, timeout=LOCK_SECONDS, sleep=0.01, blocking_timeout=self._lock_seconds
            ),
            None,
        )
        taken = lock is not None and self._try(lambda _client: lock.acquire(), False)
        try:
            yield
        finally:
            if taken:
                try:
                    lock.release()
                except redis.RedisError:
                    log.warning("a lock ran out or redis went away before it was released")
