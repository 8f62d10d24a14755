"""The envelope of a push: size, age and signature first, then what is inside; and the reply's envelope.

Nothing beyond the envelope is parsed before the signature holds. In safe and compatible mode a push
without `encrypt_type=aes` is refused, because the plain signature does not cover the body.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.settings import WeChat
from bot.wechat import crypto

BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
MAX_QUERY = 200  # characters of one query value; WeChat's are far shorter


class Refused(Exception):
    """The push is not taken; `status` is 403 or 413, `reason` is for the log and names no content."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


def answer_verification(wechat: WeChat, query: Mapping[str, str], now: datetime) -> str:
    """The echostr that WeChat's console wants back. Raises Refused."""
    _check(wechat, query, "signature", now)
    echo = query.get("echostr", "")
    if not echo:
        raise Refused(403, "the echostr is missing")
    return echo


def open_push(wechat: WeChat, query: Mapping[str, str], body: bytes, now: datetime) -> bytes:
    """The plain XML or JSON of a push. Raises Refused."""
    if len(body) > wechat.max_body_bytes:
        raise Refused(413, "the body is too large")
    if wechat.mode == "plain":
        if query.get("encrypt_type") == "aes":
            raise Refused(403, "the push is encrypted, but the mode is plain")
        _check(wechat, query, "signature", now)
        return body
    if query.get("encrypt_type") != "aes":
        raise Refused(403, "the push is not encrypted")
    cipher_text = _cipher_text(body)
    _check(wechat, query, "msg_signature", now, cipher_text)
    try:
        return crypto.decrypt(wechat.encoding_aes_key, wechat.app_id, cipher_text)
    except crypto.BadCipher as error:
        raise Refused(403, f"the push cannot be decrypted: {error}") from error


def seal(wechat: WeChat, plain: str, *, now: datetime, nonce: str, as_json: bool) -> str:
    """A reply in its encrypted envelope, as JSON for a JSON push."""
    cipher_text = crypto.encrypt(wechat.encoding_aes_key, wechat.app_id, plain.encode())
    timestamp = str(int(now.timestamp()))
    nonce = re.sub(r"[^A-Za-z0-9]", "", nonce)[:32] or "0"
    signed = crypto.signature(wechat.token, timestamp, nonce, cipher_text)
    if as_json:
        return json.dumps({"Encrypt": cipher_text, "MsgSignature": signed, "TimeStamp": int(timestamp), "Nonce": nonce})
    return (
        f"<xml><Encrypt><![CDATA[{cipher_text}]]></Encrypt><MsgSignature><![CDATA[{signed}]]></MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
    )


def _check(wechat: WeChat, query: Mapping[str, str], name: str, now: datetime, *signed: str) -> None:
    """The signature under `name` holds and is young enough."""
    given, timestamp, nonce = (query.get(key, "") for key in (name, "timestamp", "nonce"))
    if not (given and timestamp and nonce) or max(map(len, (given, timestamp, nonce))) > MAX_QUERY:
        raise Refused(403, "the signature is missing")
    if not wechat.token or not crypto.is_signed(given, wechat.token, timestamp, nonce, *signed):
        raise Refused(403, "the signature is wrong")
    if not re.fullmatch(r"[0-9]{1,12}", timestamp):
        raise Refused(403, "the timestamp is no number")
    age = abs(now.timestamp() - int(timestamp))
    if timedelta(seconds=age) > timedelta(seconds=wechat.max_age_seconds):
        raise Refused(403, "the push is too old")


def _cipher_text(body: bytes) -> str:
    """The cipher text of an envelope, not yet verified; found in one pass, whatever the body holds.

    In compatible mode `Encrypt` is the last element, so a resident's own "<Encrypt>" before it does no harm.
    """
    if body.lstrip()[:1] == b"{":
        try:
            value = json.loads(body).get("Encrypt")
        except (ValueError, RecursionError):
            value = None
        text = value if isinstance(value, str) else ""
    else:
        start, end = body.rfind(b"<Encrypt>"), body.rfind(b"</Encrypt>")
        inner = body[start + len(b"<Encrypt>") : end].strip() if 0 <= start < end else b""
        text = inner.removeprefix(b"<![CDATA[").removesuffix(b"]]>").decode("ascii", "replace")
    text = "".join(text.split())
    if not BASE64.fullmatch(text):
        raise Refused(403, "the envelope holds no cipher text")
    return text
