"""What WeChat pushes when a person does something, as XML or JSON; what a tester leaves out is filled in."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal

from bot.simulator.media import Media

DataFormat = Literal["xml", "json"]
Fields = dict[str, Any]
MakeMedia = Callable[[str], Media]
FindTicket = Callable[[str], str]

MESSAGES = ("text", "image", "voice", "video", "shortvideo", "location", "link", "file")
LATITUDE, LONGITUDE = 39.608266, 109.781327
LABEL = "内蒙古自治区鄂尔多斯市康巴什区"


class BadPush(ValueError):
    """The tester asked for a push that WeChat does not know."""


def make_fields(
    kind: str,
    given: Mapping[str, Any],
    *,
    openid: str,
    account: str,
    message_id: int,
    now: datetime,
    make_media: MakeMedia,
    media_url: Callable[[str], str],
    find_ticket: FindTicket,
) -> Fields:
    """The fields of a push in WeChat's order, `given` ones over the filled-in ones.

    `make_media("image")` keeps a sample file, `media_url` gives a picture's address, `find_ticket` the
    ticket of a scene ("" when there is none). Raises BadPush for an unknown kind or an event without Event.
    """
    head: Fields = {
        "ToUserName": account,
        "FromUserName": openid,
        "CreateTime": int(now.timestamp()),
        "MsgType": kind,
    }
    if kind == "event":
        event = given.get("Event")
        if not isinstance(event, str) or not event:
            raise BadPush("an event needs its Event, for example subscribe, SCAN or CLICK")
        return {**head, **_event_fields(event, given, message_id, find_ticket), **given}
    if kind not in MESSAGES:
        raise BadPush(f"type: found {kind!r}, expected one of {', '.join(MESSAGES)}, event")
    return {**head, **_message_fields(kind, given, make_media, media_url), "MsgId": message_id, **given}


def _message_fields(
    kind: str, given: Mapping[str, Any], make_media: MakeMedia, media_url: Callable[[str], str]
) -> Fields:
    if kind == "text":
        return {"Content": "你好"}
    if kind == "location":
        return {"Location_X": LATITUDE, "Location_Y": LONGITUDE, "Scale": 16, "Label": LABEL}
    if kind == "link":
        return {"Title": "公众平台官网", "Description": "微信公众平台", "Url": "https://mp.weixin.qq.com/"}
    if kind == "file":
        return {"Title": "文件.pdf", "Description": "", "FileKey": "key", "FileMd5": "0" * 32, "FileTotalLen": 1024}
    media_id = given.get("MediaId") or make_media("video" if kind == "shortvideo" else kind).media_id
    if kind == "image":
        return {"PicUrl": media_url(media_id), "MediaId": media_id}
    if kind == "voice":
        return {"MediaId": media_id, "Format": "amr"}
    return {"MediaId": media_id, "ThumbMediaId": given.get("ThumbMediaId") or make_media("thumb").media_id}


def _event_fields(event: str, given: Mapping[str, Any], message_id: int, find_ticket: FindTicket) -> Fields:
    key = str(given.get("EventKey") or "")
    match event.lower():
        case "subscribe" if key.startswith("qrscene_"):
            return {"Event": event, "EventKey": key, "Ticket": find_ticket(key.removeprefix("qrscene_"))}
        case "scan":
            return {"Event": event, "EventKey": key, "Ticket": find_ticket(key)}
        case "location":
            return {"Event": event, "Latitude": LATITUDE, "Longitude": LONGITUDE, "Precision": 65.0}
        case "scancode_push" | "scancode_waitmsg":
            info = {"ScanType": "qrcode", "ScanResult": "https://mp.weixin.qq.com/"}
            return {"Event": event, "EventKey": key, "ScanCodeInfo": info}
        case "pic_sysphoto" | "pic_photo_or_album" | "pic_weixin":
            digest = hashlib.md5(str(message_id).encode(), usedforsecurity=False).hexdigest()
            pictures = {"Count": 1, "PicList": {"item": [{"PicMd5Sum": digest}]}}
            return {"Event": event, "EventKey": key, "SendPicsInfo": pictures}
        case "location_select":
            place = {
                "Location_X": str(LATITUDE),
                "Location_Y": str(LONGITUDE),
                "Scale": "16",
                "Label": LABEL,
                "Poiname": "",
            }
            return {"Event": event, "EventKey": key, "SendLocationInfo": place}
        case "view" | "view_miniprogram":
            return {"Event": event, "EventKey": key, "MenuId": 400_000_000 + message_id % 100_000_000}
        case "templatesendjobfinish":
            return {"Event": event, "MsgID": message_id, "Status": "success"}
        case _:
            return {"Event": event, "EventKey": key}


def to_xml(fields: Mapping[str, Any]) -> str:
    """The push as WeChat writes it: numbers bare, words in CDATA.

    Words go in as they are. WeChat does not clean what people paste: control characters and `]]>` arrive
    raw and make the document ill-formed, and a webhook has to live with it.
    """
    return f"<xml>{_elements(fields)}</xml>"


def to_json(fields: Mapping[str, Any]) -> str:
    """The push in JSON, for an account whose data format in the console is JSON."""
    return json.dumps(fields, ensure_ascii=False)


def _elements(fields: Mapping[str, Any]) -> str:
    parts = []
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, Mapping):
                inner = _elements(one)
            elif isinstance(one, int | float) and not isinstance(one, bool):
                inner = str(one)
            else:
                inner = f"<![CDATA[{one}]]>"
            parts.append(f"<{name}>{inner}</{name}>")
    return "".join(parts)
