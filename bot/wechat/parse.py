"""A push, however dirty, becomes an Inbound. Parsing never raises: what nobody knows is kept as `unknown`.

WeChat passes on what people paste: control characters, `]]>`, nested XML. Such a push is not
well-formed, so after cleaning and a strict try the known tags are picked out one by one.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from xml.parsers.expat import ExpatError

import xmltodict

from bot.messages import Inbound, Kind

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
KINDS: dict[str, Kind] = {
    "text": "text",
    "image": "image",
    "voice": "voice",
    "video": "video",
    "shortvideo": "video",
    "location": "location",
    "link": "link",
    "file": "file",
    "miniprogrampage": "card",
    "event": "event",
}
# Tags that are picked out of a push that is not well-formed, in the order of their use here.
KNOWN = (
    "ToUserName", "FromUserName", "CreateTime", "MsgType", "Content", "MsgId", "PicUrl", "MediaId", "Format",
    "Recognition", "ThumbMediaId", "Location_X", "Location_Y", "Scale", "Label", "Title", "Description", "Url",
    "Event", "EventKey", "Ticket", "Latitude", "Longitude", "Precision", "MsgID", "Status", "bizmsgmenuid",
)  # fmt: skip
LONGEST_TEXT = 20_000
LONGEST_ID = 64
LONGEST_KEY = 200
MOST_FIELDS = 60


def parse(plain: bytes, received_at: datetime) -> Inbound:
    """The message in a decrypted push. Without a sender `openid` is empty, and nothing can be done with it."""
    text = CONTROL.sub("", plain.decode("utf-8", "replace")).strip()
    is_json = text.startswith("{")
    fields = _from_json(text) if is_json else _from_xml(text)
    kind = KINDS.get(_text(fields, "MsgType").strip().lower(), "unknown")
    openid = _text(fields, "FromUserName").strip()[:LONGEST_ID]
    event = _text(fields, "Event").strip().lower()[:LONGEST_ID] if kind == "event" else ""
    position = fields if event == "location" else {}
    return Inbound(
        key=_key(fields, kind, openid, event, text),
        openid=openid,
        account=_text(fields, "ToUserName").strip()[:LONGEST_ID],
        kind=kind if openid else "unknown",
        sent_at=_time(fields, received_at),
        received_at=received_at,
        text=_words(fields, kind),
        event=event,
        event_key=_text(fields, "EventKey").strip()[:LONGEST_KEY] if kind == "event" else "",
        media_id=_text(fields, "MediaId").strip()[:LONGEST_KEY],
        media_format=_text(fields, "Format").strip()[:LONGEST_ID],
        latitude=_degrees(fields, "Location_X", 90) if not position else _degrees(position, "Latitude", 90),
        longitude=_degrees(fields, "Location_Y", 180) if not position else _degrees(position, "Longitude", 180),
        label=_text(fields, "Label").strip()[:LONGEST_KEY],
        menu_id=_text(fields, "bizmsgmenuid").strip()[:LONGEST_ID],
        is_json=is_json,
        fields=fields,
    )


def _words(fields: Mapping[str, Any], kind: Kind) -> str:
    if kind == "text":
        return _text(fields, "Content")[:LONGEST_TEXT]
    if kind == "voice":  # recognition was retired in 2023 and is empty, but may come back
        return _text(fields, "Recognition").strip()[:LONGEST_TEXT]
    if kind in ("link", "file", "card"):
        return " ".join(filter(None, (_text(fields, "Title").strip(), _text(fields, "Url").strip())))[:LONGEST_TEXT]
    return ""


def _key(fields: Mapping[str, Any], kind: Kind, openid: str, event: str, text: str) -> str:
    """The dedupe key. MsgId alone is not unique across people, nor is sender and second for events."""
    created = _text(fields, "CreateTime").strip()
    message_id = _text(fields, "MsgId").strip()
    parts: tuple[str, ...]
    if kind != "event" and message_id:
        parts = ("m", message_id, openid, created)
    elif kind == "event":
        more = _text(fields, "MsgID") or message_id or _text(fields, "Ticket")
        parts = ("e", openid, created, event, _text(fields, "EventKey"), more)
    else:
        parts = ("x", openid, created, hashlib.sha256(text.encode("utf-8", "replace")).hexdigest())
    key = "|".join(part.strip() for part in parts)
    return key if len(key) <= LONGEST_KEY else "h|" + hashlib.sha256(key.encode()).hexdigest()


def _time(fields: Mapping[str, Any], otherwise: datetime) -> datetime:
    created = _text(fields, "CreateTime").strip()
    if not re.fullmatch(r"[0-9]{1,11}", created):
        return otherwise
    return datetime.fromtimestamp(int(created), UTC)


def _degrees(fields: Mapping[str, Any], name: str, most: float) -> float | None:
    try:
        value = float(_text(fields, name))
    except ValueError:
        return None
    return value if -most <= value <= most else None


def _text(fields: Mapping[str, Any], name: str) -> str:
    """A field as text: a number in JSON is spelled out, a list gives its first, anything else nothing."""
    value = fields.get(name)
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, bool) or value is None:
        return ""
    return str(value) if isinstance(value, (str, int, float)) else ""


def _from_json(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return _bounded(value) if isinstance(value, dict) else {}


def _from_xml(text: str) -> dict[str, Any]:
    # Deep nesting costs time and memory before anything is known; WeChat's own pushes nest four deep.
    if text.count("<") <= 4 * MOST_FIELDS:
        try:
            value = xmltodict.parse(text, strip_whitespace=False).get("xml")
        except (ExpatError, ValueError, RecursionError):
            value = None
        if isinstance(value, dict) and _is_flat(value, "Content") and _is_flat(value, "MsgType"):
            return _bounded(value)
    return _pick(text)


def _is_flat(value: Mapping[str, Any], name: str) -> bool:
    return value.get(name) is None or isinstance(value[name], str)


def _bounded(value: dict[str, Any]) -> dict[str, Any]:
    """Not more fields, and no longer text, than a push can have; whitespace between tags is nothing."""
    kept = list(value.items())[:MOST_FIELDS]
    return {str(name)[:LONGEST_ID]: item[:LONGEST_TEXT] if isinstance(item, str) else item for name, item in kept
            if name != "#text"}  # fmt: skip


def _pick(text: str) -> dict[str, Any]:
    """The known tags of a push that is not well-formed; the text runs to the last closing tag of its name."""
    fields: dict[str, Any] = {}
    for name in KNOWN:
        start = text.find(f"<{name}>")
        end = text.rfind(f"</{name}>") if name == "Content" else text.find(f"</{name}>", start)
        if start < 0 or end < start:
            continue
        value = text[start + len(name) + 2 : end].strip()
        if value.startswith("<![CDATA["):
            value = value.removeprefix("<![CDATA[").removesuffix("]]>")
        fields[name] = value[:LONGEST_TEXT]
    return fields
