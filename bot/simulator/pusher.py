"""Delivers pushes to the webhook as WeChat does: signed, encrypted, five seconds each, three deliveries.

WeChat documents the five seconds and "three tries in all"; that an unreachable webhook or an HTTP status
other than 200 is tried again like a late one is our reading of field reports.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import requests
from requests.adapters import BaseAdapter

from bot.settings import WeChat
from bot.simulator.pushes import DataFormat, to_json, to_xml
from bot.simulator.replies import BadReply, Reply, check_reply
from bot.simulator.state import Now
from bot.wechat.crypto import encrypt, signature

MAX_REPLY_BYTES = 1_000_000


@dataclass(frozen=True)
class Delivery:
    """One try. `status` is None when no answer came; `problem` is empty when WeChat takes the answer."""

    url: str
    body: str
    status: int | None
    answer: str
    ms: float
    problem: str


@dataclass(frozen=True)
class Outcome:
    """What became of a push. `reply` is None for silence and for a wrong answer; `problem` tells them apart."""

    plain: str
    deliveries: list[Delivery] = field(default_factory=list)
    reply: Reply | None = None
    reply_plain: str = ""
    problem: str = ""

    @property
    def status(self) -> int:
        """The last HTTP status; 0 when the webhook never answered."""
        return next((one.status for one in reversed(self.deliveries) if one.status is not None), 0)

    @property
    def ms(self) -> float:
        """Milliseconds from the first delivery to the end of the last."""
        return round(sum(one.ms for one in self.deliveries), 1)


class Pusher:
    """Knows the account's secrets and where its webhook is."""

    def __init__(
        self,
        wechat: WeChat,
        webhook_url: str,
        now: Now,
        *,
        deliveries: int,
        deadline_seconds: float,
        data_format: DataFormat,
        has_media: Callable[[str], bool],
        adapter: BaseAdapter | None = None,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        self.webhook_url = webhook_url
        self._wechat = wechat
        self._now = now
        self._deliveries = deliveries
        self._deadline = deadline_seconds
        self._format = data_format
        self._has_media = has_media
        self._adapter = adapter
        self._stopwatch = stopwatch

    def push(self, fields: Mapping[str, Any]) -> Outcome:
        """Deliver until the webhook answers in time, at most as often as WeChat does, and judge the answer."""
        plain = to_xml(fields) if self._format == "xml" else to_json(fields)
        tries: list[Delivery] = []
        while True:
            delivery, answer = self._deliver(fields, plain)
            if answer is not None:
                try:
                    opened = check_reply(answer, fields, self._wechat, self._format, self._has_media)
                except BadReply as error:
                    delivery = Delivery(**{**vars(delivery), "problem": str(error)})
                    return Outcome(plain, [*tries, delivery], problem=str(error))
                return Outcome(plain, [*tries, delivery], opened.reply, opened.plain)
            tries.append(delivery)
            if len(tries) >= self._deliveries:
                return Outcome(plain, tries, problem=delivery.problem)

    def verify(self) -> str:
        """Ask the webhook for its URL verification as the console does; empty when it passes, else the reason."""
        timestamp, nonce, echo = self._stamp(), _nonce(), str(secrets.randbelow(10**19))
        query = {
            "signature": signature(self._wechat.token, timestamp, nonce),
            "echostr": echo,
            "timestamp": timestamp,
            "nonce": nonce,
        }
        status, answer, problem = self._exchange("GET", self._address(query), b"")
        if problem:
            return problem
        if status != 200:
            return f"HTTP {status}"
        return "" if answer == echo.encode() else "回复的不是 echostr"

    def _deliver(self, fields: Mapping[str, Any], plain: str) -> tuple[Delivery, bytes | None]:
        """One try; the answer's bytes only where it came in time with status 200."""
        timestamp, nonce = self._stamp(), _nonce()
        query = {
            "signature": signature(self._wechat.token, timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
            "openid": str(fields["FromUserName"]),
        }
        body = plain
        if self._wechat.mode != "plain":
            cipher = encrypt(self._wechat.encoding_aes_key, self._wechat.app_id, plain.encode("utf-8", "replace"))
            query |= {
                "encrypt_type": "aes",
                "msg_signature": signature(self._wechat.token, timestamp, nonce, cipher),
            }
            kept = fields if self._wechat.mode == "compatible" else {"ToUserName": fields["ToUserName"]}
            envelope = {**kept, "Encrypt": cipher}
            body = to_xml(envelope) if self._format == "xml" else to_json(envelope)
        url = self._address(query)
        began = self._stopwatch()
        status, answer, problem = self._exchange("POST", url, body.encode("utf-8", "replace"))
        took = self._stopwatch() - began
        if not problem and took > self._deadline:
            problem = f"{self._deadline:g} 秒内没有回复"
        if not problem and status != 200:
            problem = f"HTTP {status}"
        text = answer.decode("utf-8", "replace")
        delivery = Delivery(url, body, status, text, round(took * 1000, 1), problem)
        return delivery, None if problem else answer

    def _exchange(self, method: str, url: str, body: bytes) -> tuple[int | None, bytes, str]:
        """Status, answer and what went wrong on the way. A new connection each time, as WeChat's."""
        kind = "text/xml" if self._format == "xml" else "application/json"
        headers = {"User-Agent": "Mozilla/4.0", "Accept": "*/*", "Pragma": "no-cache"}
        if body:
            headers["Content-Type"] = kind
        began = self._stopwatch()
        answer = bytearray()
        with requests.Session() as session:
            session.trust_env = False
            if self._adapter is not None:
                session.mount("http://", self._adapter)
                session.mount("https://", self._adapter)
            try:
                with session.request(
                    method,
                    url,
                    data=body or None,
                    headers=headers,
                    timeout=self._deadline,
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    for piece in response.iter_content(65536):
                        answer += piece
                        if len(answer) > MAX_REPLY_BYTES:
                            return response.status_code, bytes(answer[:2000]), "回复过长"
                        if self._stopwatch() - began > self._deadline:
                            break
                    return response.status_code, bytes(answer), ""
            except requests.RequestException as error:
                # A body that stops arriving is told as a broken connection, not as a Timeout.
                if isinstance(error, requests.Timeout) or self._stopwatch() - began >= self._deadline:
                    return None, b"", f"{self._deadline:g} 秒内没有回复"
                return None, b"", f"连接失败:{type(error).__name__}"

    def _address(self, query: Mapping[str, str]) -> str:
        return self.webhook_url + ("&" if "?" in self.webhook_url else "?") + urlencode(query)

    def _stamp(self) -> str:
        moment: datetime = self._now()
        return str(int(moment.timestamp()))


def _nonce() -> str:
    return str(secrets.randbelow(2_000_000_000))
