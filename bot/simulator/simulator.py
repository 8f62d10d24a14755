"""The simulator: WeChat's platform, the pusher, and what happens between them when a person does something."""

import itertools
import queue
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC
from pathlib import Path
from typing import Any

from flask import Blueprint
from requests.adapters import BaseAdapter

from bot.settings import WeChat
from bot.simulator import api, page
from bot.simulator.media import MEDIA_KINDS, Media, sample_amr, sample_png
from bot.simulator.platform import Platform
from bot.simulator.pusher import Outcome, Pusher
from bot.simulator.pushes import DataFormat, Fields, make_fields
from bot.simulator.replies import OUTAGE, is_shown
from bot.simulator.state import Now, Phone
from bot.wechat.crypto import signature

KEPT_PUSHES = 500
EVENT_NOTICES = {
    "subscribe": "关注了公众号",
    "unsubscribe": "取消了关注",
    "scan": "扫描了二维码 {key}",
    "click": "点击了菜单 {key}",
    "view": "打开了菜单链接",
}


class Simulator:
    """A stand-in for WeChat around one account.

    `wechat` with its secrets is the account, `webhook_url` where its pushes go, `phones` who has WeChat to
    begin with, `now` the clock, `folder` where chats and media are kept, `title` the account's name on the
    phones. `start()` lets a thread push what WeChat reports later (TEMPLATESENDJOBFINISH and the like);
    without it, `deliver_callbacks()` does.
    """

    def __init__(
        self,
        wechat: WeChat,
        webhook_url: str,
        phones: Sequence[Phone],
        now: Now,
        folder: Path,
        deliveries: int = 3,
        deadline_seconds: float = 5.0,
        data_format: DataFormat = "xml",
        title: str = "公众号",
        adapter: BaseAdapter | None = None,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        self.wechat = wechat
        self.data_format = data_format
        self.title = title
        self.run = secrets.token_hex(8)  # a page that was opened in another run begins anew
        self.account = "gh_" + signature(wechat.app_id)[:12]
        self.platform = Platform(wechat, phones, now, folder)
        self.pusher = Pusher(
            wechat,
            webhook_url,
            now,
            deliveries=deliveries,
            deadline_seconds=deadline_seconds,
            data_format=data_format,
            has_media=lambda media_id: self.platform.media.has(media_id, now()),
            adapter=adapter,
            stopwatch=stopwatch,
        )
        self._now = now
        self._lock = threading.Lock()
        self._last_id = 0
        self._numbers = itertools.count(self.platform.state.last_push + 1)
        self._in_flight: set[int] = set()
        self._finished = itertools.count(1)
        self._pushes: deque[dict[str, Any]] = deque(maxlen=KEPT_PUSHES)
        self._thread: threading.Thread | None = None

    def page_blueprint(self) -> Blueprint:
        """The page of phones and its own API; mount it at `/simulator`."""
        return page.create_page(self)

    def api_blueprint(self) -> Blueprint:
        """WeChat's API under its real paths; mount it where `wechat.api_base_url` points to."""
        return api.create_api(self.platform)

    def start(self) -> None:
        """Push from now on, by a thread, what WeChat reports later."""
        self._thread = threading.Thread(target=self._run_callbacks, name="simulator-callbacks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; reports not yet pushed are dropped."""
        if self._thread:
            callbacks = self.platform.sending.callbacks
            with suppress(queue.Empty):
                while True:
                    callbacks.get_nowait()
            callbacks.put(None)
            self._thread.join(timeout=10)

    def say(self, openid: str, kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """A person does something: `{"reply", "status", "ms", "push", "deliveries", "problem", "notice"}`.

        `kind` and `given` as WeChat names them; what is missing is filled in. `reply` is None for silence and
        for an answer that WeChat would not take; then `problem` says why, and `notice` is the outage bubble
        if the person sees one. Raises BadPush for a kind that WeChat does not know.
        """
        state = self.platform.state
        state.meet(openid)
        fields = self._make_fields(openid, kind, given)
        event = str(fields.get("Event", ""))
        state.note_inbound(openid, kind, event, str(fields.get("EventKey", "")))
        self._note_consents(openid, fields)
        number = self._begin()
        if kind != "event":
            state.record(openid, "me", kind, **_own_item(kind, fields), push=number)
        elif notice := EVENT_NOTICES.get(event.lower()):
            text = notice.format(key=fields.get("EventKey", "")).strip()
            state.record(openid, "notice", "event", text, push=number)
        outcome = self.pusher.push(fields)
        record = self._log(number, openid, fields, outcome)
        answer = {key: record[key] for key in ("status", "ms", "push", "deliveries", "problem")}
        if outcome.problem:
            if is_shown(fields):
                state.record(openid, "notice", "outage", OUTAGE, push=number)
            return {"reply": None, **answer, "notice": OUTAGE if is_shown(fields) else ""}
        reply = outcome.reply if is_shown(fields) else None
        if reply and reply["type"] != "transfer_customer_service":
            more = {key: value for key, value in reply.items() if key not in ("type", "text")}
            state.record(openid, "reply", reply["type"], reply["text"], **more, push=number)
        return {"reply": reply, **answer, "notice": ""}

    def redeliver(self, number: int) -> dict[str, Any] | None:
        """Deliver an earlier push once more, same MsgId and CreateTime under a fresh signature; None if unknown.

        WeChat does so when an answer got lost on its way. The reply is told, with whether it is word for word
        the earlier one (`is_same`), and not put into the chat again.
        """
        record = self.push_by_number(number)
        if record is None:
            return None
        number = self._begin()
        outcome = self.pusher.push(record["fields"])
        again = self._log(number, record["openid"], record["fields"], outcome)
        is_same = outcome.reply == record["reply"]
        return {"is_same": is_same, **{key: again[key] for key in ("reply", "status", "ms", "push", "problem")}}

    def media_url(self, media_id: str) -> str:
        """Where a picture can be fetched without a token, as PicUrl has it."""
        return f"{self.wechat.api_base_url}/mmbiz/{media_id}/0"

    def new_openid(self) -> str:
        """An openid that nobody has."""
        return "o" + secrets.token_urlsafe(21)[:27]

    def in_flight(self) -> list[int]:
        """The numbers of pushes whose end is still awaited."""
        with self._lock:
            return sorted(self._in_flight)

    def pushes(self, after: int) -> list[dict[str, Any]]:
        """Short accounts of pushes that ended after the given count, in the order they ended."""
        keys = ("push", "done", "openid", "kind", "at", "status", "ms", "deliveries", "problem")
        with self._lock:
            return [{key: record[key] for key in keys} for record in self._pushes if record["done"] > after]

    def push_by_number(self, number: int) -> dict[str, Any] | None:
        """All that is known of one push, with the raw requests and answers; None once it is forgotten."""
        with self._lock:
            return next((record for record in self._pushes if record["push"] == number), None)

    def deliver_callbacks(self) -> int:
        """Push everything that WeChat reports later and that is waiting; how many that were."""
        count = 0
        while True:
            try:
                callback = self.platform.sending.callbacks.get_nowait()
            except queue.Empty:
                return count
            if callback is not None:
                self._report(*callback)
                count += 1

    def _run_callbacks(self) -> None:
        while (callback := self.platform.sending.callbacks.get()) is not None:
            self._report(*callback)

    def _report(self, openid: str, event: dict[str, Any]) -> None:
        fields = self._make_fields(openid, "event", event)
        self._log(self._begin(), openid, fields, self.pusher.push(fields))

    def _make_fields(self, openid: str, kind: str, given: Mapping[str, Any]) -> Fields:
        now = self._now()
        with self._lock:
            self._last_id = max(self._last_id + 1, int(now.timestamp() * 1000) * 10000)
            message_id = self._last_id
        return make_fields(
            kind,
            given,
            openid=openid,
            account=self.account,
            message_id=message_id,
            now=now,
            make_media=self._sample,
            media_url=self.media_url,
            find_ticket=self._ticket_of,
        )

    def _sample(self, kind: str) -> Media:
        if kind == "voice":
            return self.platform.media.add("voice", "voice.amr", sample_amr(), self._now())
        if kind == "video":
            return self.platform.media.add("video", "video.mp4", b"\0\0\0\x08ftyp", self._now())
        return self.platform.media.add(kind, "picture.png", sample_png(secrets.randbelow(12)), self._now())

    def _ticket_of(self, scene: str) -> str:
        codes = [code["ticket"] for code in self.platform.state.live_codes() if code["scene"] == scene]
        return codes[-1] if codes else "g" + secrets.token_urlsafe(60)

    def _note_consents(self, openid: str, fields: Fields) -> None:
        """Consents to subscription messages that the person just gave or took back."""
        for part in ("SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent"):
            listed = fields.get(part, {}).get("List", []) if isinstance(fields.get(part), dict) else []
            for one in listed if isinstance(listed, list) else [listed]:
                accepts = one.get("SubscribeStatusString") == "accept"
                if accepts or part == "SubscribeMsgChangeEvent":
                    self.platform.state.grant(openid, str(one.get("TemplateId", "")), 1 if accepts else 0)

    def _begin(self) -> int:
        with self._lock:
            number = next(self._numbers)
            self._in_flight.add(number)
        return number

    def _log(self, number: int, openid: str, fields: Fields, outcome: Outcome) -> dict[str, Any]:
        record = {
            "push": number,
            "openid": openid,
            "at": self._now().astimezone(UTC).isoformat(),
            "kind": str(fields.get("Event") or fields["MsgType"]),
            "fields": fields,
            "plain": outcome.plain,
            "reply": outcome.reply,
            "reply_plain": outcome.reply_plain,
            "status": outcome.status,
            "ms": outcome.ms,
            "deliveries": len(outcome.deliveries),
            "tries": [vars(delivery) for delivery in outcome.deliveries],
            "problem": outcome.problem,
        }
        with self._lock:
            record["done"] = next(self._finished)
            self._pushes.append(record)
            self._in_flight.discard(number)
        return record


def default_phones() -> list[Phone]:
    """The phones of a simulator that is told of nobody: two residents, two members, one coordinator."""
    named = [
        ("居民 王大娘", "resident"),
        ("居民 小李", "resident"),
        ("值班委员甲", "member"),
        ("值班委员乙", "member"),
        ("调度员", "coordinator"),
    ]
    return [Phone(openid_of(name), name, role) for name, role in named]  # type: ignore[arg-type]


def openid_of(name: str) -> str:
    """An openid of WeChat's form (28 characters), the same for the same name."""
    return "o" + signature(name)[:27]


def _own_item(kind: str, fields: Fields) -> dict[str, Any]:
    """What the person sees of their own message."""
    text = {
        "text": fields.get("Content"),
        "location": fields.get("Label"),
        "link": fields.get("Title"),
        "file": fields.get("Title"),
        "shortvideo": "[视频]",
        **MEDIA_KINDS,
    }.get(kind)
    item: dict[str, Any] = {"text": str(text or "")}
    if "MediaId" in fields:
        item["media_id"] = fields["MediaId"]
    if kind == "location":
        item |= {"latitude": fields["Location_X"], "longitude": fields["Location_Y"]}
    return item
