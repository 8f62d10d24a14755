"""What the account sends by API: customer-service, template and subscription messages.

Each function checks what WeChat checks and raises ApiFault as WeChat would answer. Sources: WeChat's
pages sendCustomMessage, sendTemplateMessage and bizsend; the error wordings stand in faults.py.
"""

import queue
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.settings import WeChat
from bot.simulator.faults import ApiFault
from bot.simulator.fields import check_fields
from bot.simulator.media import MEDIA_KINDS, MediaStore
from bot.simulator.state import Now, Person, State, open_window

MAX_TEXT_BYTES = 2048
MAX_MENU_ITEMS = 10
SAME_MESSAGE = timedelta(minutes=10)  # client_msg_id: sent once in this time
TITLES = {"music": "[音乐]", "link": "[链接]", "miniprogrampage": "[小程序]", "wxcard": "[卡券]"}
ARTICLES = {"mpnews": "[图文]", "mpnewsarticle": "[图文]"}

Callback = tuple[str, dict[str, Any]]  # openid, and the fields of an event to push


class Sending:
    """The account's outgoing messages. Results that WeChat reports later wait in `callbacks`."""

    def __init__(self, wechat: WeChat, state: State, media: MediaStore, now: Now) -> None:
        self.callbacks: queue.Queue[Callback | None] = queue.Queue()
        self._state = state
        self._media = media
        self._now = now
        self._templates = {template.id: tuple(template.fields) for template in wechat.templates.values()}
        self._sent: dict[tuple[str, str], tuple[datetime, int]] = {}
        self._last_id = 0

    def custom(self, body: Mapping[str, Any]) -> None:
        """`message/custom/send`: into an open window, 45015 when none is open, 45047 when all are used up."""
        with self._state.lock:
            person = self._receiver(body)
            kind = body.get("msgtype")
            if not isinstance(kind, str) or not isinstance(body.get(kind, {}), Mapping):
                raise ApiFault(40008)
            item = self._custom_item(kind, body.get(kind, {}))
            if person.refuses:
                raise ApiFault(48002)
            now = self._now()
            if not any(window.ends_at > now for window in person.windows.values()):
                raise ApiFault(45015)
            if open_window(person, now) is None:
                raise ApiFault(45047)
            self._state.record(person.openid, "custom", kind, **item)

    def template(self, body: Mapping[str, Any]) -> int:
        """`message/template/send`: the msgid. The same `client_msg_id` is sent once in ten minutes."""
        with self._state.lock:
            person = self._receiver(body)
            if not person.follows:
                raise ApiFault(43004)
            template_id = body.get("template_id")
            if not isinstance(template_id, str) or (self._templates and template_id not in self._templates):
                raise ApiFault(40037)
            values = check_fields(body.get("data"), self._templates.get(template_id, ()))
            now = self._now()
            self._sent = {key: value for key, value in self._sent.items() if now - value[0] < SAME_MESSAGE}
            key = (person.openid, str(body.get("client_msg_id") or ""))
            if key[1] and key in self._sent:
                return self._sent[key][1]
            message_id = self._next_id(now)
            if key[1]:
                self._sent[key] = (now, message_id)
            status = "failed:user block" if person.refuses else "success"
            if not person.refuses:
                self._record_values(person, "template", template_id, values, body)
            event = {"Event": "TEMPLATESENDJOBFINISH", "MsgID": message_id, "Status": status}
            self.callbacks.put((person.openid, event))
            return message_id

    def bizsend(self, body: Mapping[str, Any]) -> None:
        """`message/subscribe/bizsend`: uses one consent, 43101 when there is none."""
        with self._state.lock:
            person = self._receiver(body)
            template_id = body.get("template_id")
            if not isinstance(template_id, str) or not template_id:
                raise ApiFault(40037)
            values = check_fields(body.get("data"))
            if person.refuses or not self._state.use_grant(person.openid, template_id):
                raise ApiFault(43101)
            self._record_values(person, "bizsend", template_id, values, body)
            sent = {
                "TemplateId": template_id,
                "MsgID": str(self._next_id(self._now())),
                "ErrorCode": 0,
                "ErrorStatus": "success",
            }
            event = {"Event": "subscribe_msg_sent_event", "SubscribeMsgSentEvent": {"List": [sent]}}
            self.callbacks.put((person.openid, event))

    def _receiver(self, body: Mapping[str, Any]) -> Person:
        person = self._state.people.get(str(body.get("touser") or ""))
        if person is None:
            raise ApiFault(40003)
        return person

    def _record_values(
        self, person: Person, via: str, template_id: str, values: dict[str, str], body: Mapping[str, Any]
    ) -> None:
        link = body.get("url") or body.get("page") or ""
        fields = [{"name": name, "value": value} for name, value in values.items()]
        self._state.record(
            person.openid,
            via,
            "template",
            "\n".join(values.values()),
            template_id=template_id,
            fields=fields,
            url=str(link),
        )

    def _custom_item(self, kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """The text and other parts of the bubble. Raises ApiFault where the content is wrong."""
        if kind == "text":
            text = content.get("content")
            if not isinstance(text, str) or not text:
                raise ApiFault(44004)
            _check_size(text)
            return {"text": text}
        if kind in MEDIA_KINDS:
            media = self._media.about(str(content.get("media_id") or ""), self._now())
            return {"text": MEDIA_KINDS[kind], "media_id": media.media_id}
        if kind == "news":
            articles = content.get("articles")
            if not isinstance(articles, list) or not articles:
                raise ApiFault(44003)
            if len(articles) > 1:  # one since 2018-10-12
                raise ApiFault(45008)
            return {"text": str(articles[0].get("title", "")), "articles": articles}
        if kind == "msgmenu":
            return _menu_item(content)
        if kind in ARTICLES:
            return {"text": ARTICLES[kind]}
        if kind in TITLES:
            title = f"{TITLES[kind]} {content.get('title') or content.get('card_id') or ''}".strip()
            return {"text": title, "url": str(content.get("url") or "")}
        raise ApiFault(40008)

    def _next_id(self, now: datetime) -> int:
        self._last_id = max(self._last_id + 1, int(now.timestamp() * 1000) * 1000)
        return self._last_id


def _menu_item(content: Mapping[str, Any]) -> dict[str, Any]:
    options = content.get("list")
    if not isinstance(options, list) or not options:
        raise ApiFault(44004)
    if len(options) > MAX_MENU_ITEMS:
        raise ApiFault(45098)
    head, tail = str(content.get("head_content") or ""), str(content.get("tail_content") or "")
    menu = [{"id": str(option.get("id", "")), "content": str(option.get("content", ""))} for option in options]
    text = "\n".join(part for part in (head, *(option["content"] for option in menu), tail) if part)
    _check_size(text)
    return {"text": text, "head": head, "menu": menu, "tail": tail}


def _check_size(text: str) -> None:
    if len(text.encode()) > MAX_TEXT_BYTES:
        raise ApiFault(45002)
