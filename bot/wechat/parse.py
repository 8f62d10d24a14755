"""A push, however dirty, becomes an Inbound. Parsing never raises: what nobody knows is kept as `unknown`.

WeChat passes on what people paste: control characters, `]]>`, nested XML. Such a push is not
well-formed, so after cleaning and a strict try the known tags are picked out one by one.
"""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from xml.parsers.expat import ExpatError

import xmltodict

from bot.messages import Inbound, Kind
from bot.wechat.render import CONTROL

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
# Tags that are picked out of a push that is not well-formed, beside its Content.
KNOWN = (
    "ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "PicUrl", "MediaId", "Format",
    "Recognition", "ThumbMediaId", "Location_X", "Location_Y", "Scale", "Label", "Title", "Description", "Url",
    "Event", "EventKey", "Ticket", "Latitude", "Longitude", "Precision", "MsgID", "Status", "bizmsgmenuid",
)  # fmt: skip
LONGEST_TEXT = 20_000
LONGEST_ID = 64
LONGEST_KEY = 200
MOST_FIELDS = 60
DEEPEST = 8  # WeChat's own pushes nest four deep
BETWEEN = "#text"  # what xmltodict calls the text between tags: line ends


def parse(plain: bytes, received_at: datetime) -> Inbound:
    """The message in a decrypted push. Without a sender `openid` is empty, and nothing can be done with it."""
    text = CONTROL.sub("", plain.decode("utf-8", "replace")).strip("\ufeff \t\r\n")
    is_json = text.startswith("{")
    fields = _from_json(text) if is_json else _from_xml(text)
    kind = KINDS.get(_text(fields, "MsgType").strip().lower(), "unknown")
    openid = _text(fields, "FromUserName").strip()[:LONGEST_ID]
    event = _text(fields, "Event").strip().lower()[:LONGEST_ID] if kind == "event" else ""
    north, east = ("Latitude", "Longitude") if event == "location" else ("Location_X", "Location_Y")
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
        latitude=_degrees(fields, north, 90),
        longitude=_degrees(fields, east, 180),
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
        # Revoked authorisations come from the platform; the person is OpenID.
        more = _text(fields, "MsgID") or message_id or _text(fields, "Ticket") or _text(fields, "OpenID")
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
        value = json.loads(text, strict=False)  # bare line ends in a text do no harm
    except (ValueError, RecursionError):
        return {}
    return _bounded(value) if isinstance(value, dict) else {}


def _from_xml(text: str) -> dict[str, Any]:
    # Thousands of tags cost time and memory before anything is known.
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
    """Not more fields, and no longer text, than a push can have."""
    kept = list(value.items())[:MOST_FIELDS]
    return {_clean(name, 0)[:LONGEST_ID]: _clean(item, 1) for name, item in kept if name != BETWEEN}


def _clean(value: Any, depth: int) -> Any:
    """A value that every database and JSON writer takes, however it was escaped when it came."""
    if isinstance(value, str):
        return CONTROL.sub("", value)[:LONGEST_TEXT]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (dict, list)) and depth > DEEPEST:
        return None
    if isinstance(value, dict):
        return {_clean(name, depth): _clean(item, depth + 1) for name, item in value.items() if name != BETWEEN}
    if isinstance(value, list):
        return [_clean(item, depth + 1) for item in value]
    return value


def _pick(text: str) -> dict[str, Any]:
    """The known tags of a push that is not well-formed. The text runs to the last closing tag of its name, and
    tags inside it are the resident's words, not WeChat's."""
    fields: dict[str, Any] = {}
    start, end = text.find("<Content>"), text.rfind("</Content>")
    if 0 <= start < end:
        fields["Content"] = _inner(text, "Content", start, end)
        text = text[:start] + text[end:]
    for name in KNOWN:
        start = text.find(f"<{name}>")
        end = text.find(f"</{name}>", start)
        if 0 <= start < end:
            fields[name] = _inner(text, name, start, end)
    return fields


def _inner(text: str, name: str, start: int, end: int) -> str:
    value = text[start + len(name) + 2 : end].strip()
    if value.startswith("<![CDATA["):
        value = value.removeprefix("<![CDATA[").removesuffix("]]>")
    return value[:LONGEST_TEXT]
