"""A Reply becomes what WeChat takes as an answer: harmless text in XML or JSON, or `success`."""

import json
import re
from datetime import datetime

from bot.messages import Inbound, Reply

SUCCESS = "success"
MOST_CHARACTERS = 600  # of one text; above about 2,048 bytes the person sees the outage notice
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
BREAKS = ("\n", "。", "\uff01", "\uff1f", "!", "?", "\uff1b", "\uff0c", ",", " ")


def render(reply: Reply, inbound: Inbound, now: datetime) -> str:
    """The body of a passive reply, in the format of the push it answers."""
    text = CONTROL.sub("", reply.text)
    if not text.strip():
        return SUCCESS
    created = int(now.timestamp())
    if inbound.is_json:
        values = {
            "ToUserName": inbound.openid,
            "FromUserName": inbound.account,
            "CreateTime": created,
            "MsgType": "text",
            "Content": text,
        }
        return json.dumps(values, ensure_ascii=False)
    return (
        f"<xml><ToUserName>{_cdata(inbound.openid)}</ToUserName>"
        f"<FromUserName>{_cdata(inbound.account)}</FromUserName>"
        f"<CreateTime>{created}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content>{_cdata(text)}</Content></xml>"
    )


def split_text(text: str, max_bytes: int) -> list[str]:
    """The text in parts of at most `max_bytes` of UTF-8 and 600 characters; no part ends inside a link.

    Parts end at a line or a sentence where there is one in their second half. Nothing but blanks at
    the ends of parts is lost. An empty text has no parts.
    """
    parts = []
    rest = text.strip()
    while rest:
        end = _fitting(rest, max_bytes)
        if end < len(rest):
            end = _border(rest, end)
        parts.append(rest[:end].strip())
        rest = rest[end:].strip()
    return parts


def _fitting(text: str, max_bytes: int) -> int:
    """How many characters fit."""
    size = 0
    for count, letter in enumerate(text):
        size += len(letter.encode("utf-8", "replace"))
        if size > max_bytes or count >= MOST_CHARACTERS:
            return max(count, 1)
    return len(text)


def _border(text: str, end: int) -> int:
    """A good place to cut at or before `end`."""
    if (start := _torn_link(text, end)) > 0:
        end = start
    for letter in BREAKS:
        found = text.rfind(letter, end // 2, end)
        if found >= 0 and _torn_link(text, found + 1) < 0:
            return found + 1
    return end


def _torn_link(text: str, end: int) -> int:
    """Where the link begins that a cut at `end` would tear; -1 when there is none."""
    start = text.rfind("<a ", 0, end + 2)
    close = text.find("</a>", max(start, 0))
    return start if 0 <= start < end < close + len("</a>") else -1


def _cdata(text: str) -> str:
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"
