"""Pushes as WeChat makes them, for tests that knock at the webhook's own door."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.settings import WeChat
from bot.wechat import crypto

SHARED = Path(__file__).parent.parent.parent / "shared"


def signed(wechat: WeChat, now: datetime, *more: str, nonce: str = "n0nce") -> dict[str, str]:
    """The query of a push: the plain signature, and the one over the cipher text when it is given."""
    timestamp = str(int(now.timestamp()))
    query = {
        "signature": crypto.signature(wechat.token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
    }
    if more:
        query |= {"encrypt_type": "aes", "msg_signature": crypto.signature(wechat.token, timestamp, nonce, *more)}
    return query


def push(client: FlaskClient, wechat: WeChat, plain: bytes, now: datetime, *, as_json: bool = False) -> TestResponse:
    """A safe-mode push of this plain XML or JSON."""
    cipher_text = crypto.encrypt(wechat.encoding_aes_key, wechat.app_id, plain)
    body = (
        json.dumps({"ToUserName": "gh_1", "Encrypt": cipher_text})
        if as_json
        else f"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[{cipher_text}]]></Encrypt></xml>"
    )
    return client.post("/wechat", query_string=signed(wechat, now, cipher_text), data=body.encode())


def text_xml(openid: str, content: str, message_id: int = 1, created: int = 1790000000) -> bytes:
    """A text message."""
    return (
        f"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName>"
        f"<CreateTime>{created}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{content}]]></Content><MsgId>{message_id}</MsgId></xml>"
    ).encode()


def opened(wechat: WeChat, response: TestResponse) -> dict[str, Any]:
    """The fields of an encrypted reply, checked as WeChat checks them."""
    import xmltodict

    envelope = json.loads(response.data) if response.is_json else xmltodict.parse(response.data)["xml"]
    assert crypto.is_signed(
        envelope["MsgSignature"], wechat.token, str(envelope["TimeStamp"]), envelope["Nonce"], envelope["Encrypt"]
    )
    plain = crypto.decrypt(wechat.encoding_aes_key, wechat.app_id, envelope["Encrypt"])
    fields: dict[str, Any] = json.loads(plain) if response.is_json else xmltodict.parse(plain)["xml"]
    return fields
