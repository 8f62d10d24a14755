"""Is a webhook's answer one that WeChat would take? If not, people see the outage bubble.

Rules: WeChat's page on passive replies; the byte limit and the one article are measured, not documented.
"""

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.settings import WeChat
from bot.simulator.media import MEDIA_KINDS
from bot.simulator.pushes import DataFormat
from bot.wechat.crypto import BadCipher, decrypt, is_signed

OUTAGE = "该公众号提供的服务出现故障，请稍后再试"
MAX_TEXT_BYTES = 2048
MAX_ARTICLES = {"message": 1, "event": 8}
KINDS = {"text", "image", "voice", "video", "music", "news", "transfer_customer_service"}
# A reply to any other event is thrown away, and a wrong one shows no bubble.
ANSWERED_EVENTS = {
    "subscribe",
    "scan",
    "click",
    "location",
    "scancode_push",
    "scancode_waitmsg",
    "pic_sysphoto",
    "pic_photo_or_album",
    "pic_weixin",
    "location_select",
}

Reply = dict[str, Any]


class BadReply(ValueError):
    """WeChat would show the outage bubble; the text says why, in Chinese."""


@dataclass(frozen=True)
class Opened:
    """An answer that WeChat takes. `reply` is None for `success` and for nothing; `plain` is its text, decrypted."""

    reply: Reply | None
    plain: str


def is_shown(fields: Mapping[str, Any]) -> bool:
    """Whether the person sees a reply to this push."""
    return fields.get("MsgType") != "event" or str(fields.get("Event")).lower() in ANSWERED_EVENTS


def check_reply(
    body: bytes,
    push: Mapping[str, Any],
    wechat: WeChat,
    data_format: DataFormat,
    has_media: Callable[[str], bool],
) -> Opened:
    """What the webhook said to `push`. Raises BadReply when WeChat would not take it."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadReply("回复不是 UTF-8") from error
    if text.strip() in ("", "success"):
        return Opened(None, text)
    parse = _parse_xml if data_format == "xml" else _parse_json
    values = parse(text)
    if "Encrypt" in values:
        if wechat.mode == "plain":
            raise BadReply("明文模式的回复不应加密")
        text = _open(values, wechat)
        values = parse(text)
    elif wechat.mode == "safe":
        raise BadReply("安全模式的回复必须加密")
    return Opened(_check_values(values, push, has_media), text)


def _open(values: Mapping[str, Any], wechat: WeChat) -> str:
    cipher = str(values["Encrypt"])
    parts = [str(values.get(name) or "") for name in ("MsgSignature", "TimeStamp", "Nonce")]
    if not all(parts):
        raise BadReply("加密的回复缺少 MsgSignature、TimeStamp 或 Nonce")
    if not is_signed(parts[0], wechat.token, parts[1], parts[2], cipher):
        raise BadReply("MsgSignature 不对")
    try:
        return decrypt(wechat.encoding_aes_key, wechat.app_id, cipher).decode("utf-8")
    except BadCipher as error:
        reason = "AppID 不对" if "app id" in str(error) else str(error)
        raise BadReply(f"回复无法解密:{reason}") from error
    except UnicodeDecodeError as error:
        raise BadReply("解密后的回复不是 UTF-8") from error


def _parse_xml(text: str) -> dict[str, Any]:
    if "<!DOCTYPE" in text:
        raise BadReply("回复不应有 DOCTYPE")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - entities need a DOCTYPE
    except ElementTree.ParseError as error:
        raise BadReply(f"回复不是规范的 XML:{error}") from error
    if root.tag != "xml":
        raise BadReply(f"回复的根元素应为 xml,实为 {root.tag}")
    return _values(root)


def _values(element: ElementTree.Element) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for child in element:
        value = _values(child) if len(child) else child.text or ""
        if child.tag == "item":
            values.setdefault("item", []).append(value)
        elif child.tag in values:
            raise BadReply(f"{child.tag} 出现了两次")
        else:
            values[child.tag] = value
    return values


def _parse_json(text: str) -> dict[str, Any]:
    try:
        values = json.loads(text)
    except ValueError as error:
        raise BadReply(f"回复不是规范的 JSON:{error}") from error
    if not isinstance(values, dict):
        raise BadReply("回复应为一个 JSON 对象")
    return values


def _check_values(values: dict[str, Any], push: Mapping[str, Any], has_media: Callable[[str], bool]) -> Reply:
    kind = values.get("MsgType")
    if kind not in KINDS:
        raise BadReply(f"MsgType 不可用:{kind!r}")
    for name, other in (("ToUserName", "FromUserName"), ("FromUserName", "ToUserName")):
        if values.get(name) != push.get(other):
            raise BadReply(f"{name} 应为来信的 {other}")
    if not str(values.get("CreateTime", "")).isdecimal():
        raise BadReply("CreateTime 应为整数秒")
    if kind == "text":
        return _check_text(values)
    if kind == "news":
        return _check_news(values, push)
    if kind in MEDIA_KINDS:
        part = values.get(kind.capitalize())
        media_id = part.get("MediaId", "") if isinstance(part, dict) else ""
        if not has_media(media_id):
            raise BadReply("MediaId 不存在或已过期")
        return {"type": kind, "text": MEDIA_KINDS[kind], "media_id": media_id}
    if kind == "music":
        part = values.get("Music")
        if not isinstance(part, dict) or not part:
            raise BadReply("缺少 Music")
        return {"type": kind, "text": f"[音乐] {part.get('Title', '')}", "url": part.get("MusicUrl", "")}
    return {"type": kind, "text": ""}


def _check_text(values: Mapping[str, Any]) -> Reply:
    content = values.get("Content")
    if not isinstance(content, str) or not content.strip():
        raise BadReply("Content 为空")
    size = len(content.encode())
    if size > MAX_TEXT_BYTES:
        raise BadReply(f"Content 有 {size} 字节,超过 {MAX_TEXT_BYTES}")
    return {"type": "text", "text": content}


def _check_news(values: Mapping[str, Any], push: Mapping[str, Any]) -> Reply:
    part = values.get("Articles")
    items = part.get("item") if isinstance(part, dict) else part
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise BadReply("Articles 里没有图文")
    if str(values.get("ArticleCount")) != str(len(items)):
        raise BadReply("ArticleCount 与图文条数不符")
    most = MAX_ARTICLES["event" if push.get("MsgType") == "event" else "message"]
    if len(items) > most:
        raise BadReply(f"图文有 {len(items)} 条,最多 {most} 条")
    names = {"title": "Title", "description": "Description", "picurl": "PicUrl", "url": "Url"}
    articles = [{ours: str(item.get(theirs) or "") for ours, theirs in names.items()} for item in items]
    return {"type": "news", "text": "\n".join(article["title"] for article in articles), "articles": articles}
