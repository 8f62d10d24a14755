"""Size, age and signature come first; nothing but the cipher text is read from a body that is not verified."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import WeChat
from bot.wechat import crypto
from bot.wechat.envelope import Refused, answer_verification, open_push, seal
from tests.pushes import signed, text_xml

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
SAFE = WeChat(app_id="wx1", app_secret="s", token="pamtest", encoding_aes_key="k" * 43)
COMPATIBLE = SAFE.model_copy(update={"mode": "compatible"})
PLAIN = SAFE.model_copy(update={"mode": "plain"})
PUSH = text_xml("o1", "路灯坏了")
CIPHER = crypto.encrypt(SAFE.encoding_aes_key, SAFE.app_id, PUSH)
ENVELOPE = f"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[{CIPHER}]]></Encrypt></xml>".encode()
QUERY = signed(SAFE, NOW, CIPHER)
PLAIN_QUERY = signed(SAFE, NOW)


def refusal(wechat: WeChat, query: dict[str, str], body: bytes, now: datetime = NOW) -> int:
    with pytest.raises(Refused) as caught:
        open_push(wechat, query, body, now)
    assert "pamtest" not in caught.value.reason
    return caught.value.status


def test_a_verification_gives_back_the_echostr_and_refuses_a_bad_query() -> None:
    query = PLAIN_QUERY | {"echostr": "4375120948345356249"}
    assert answer_verification(SAFE, query, NOW) == "4375120948345356249"
    for key in ("signature", "timestamp", "nonce", "echostr"):
        with pytest.raises(Refused):
            answer_verification(SAFE, query | {key: ""}, NOW)
    with pytest.raises(Refused):
        answer_verification(SAFE, query, NOW + timedelta(minutes=11))


@pytest.mark.parametrize("wechat", [SAFE, COMPATIBLE])
def test_an_encrypted_push_is_opened(wechat: WeChat) -> None:
    assert open_push(wechat, QUERY, ENVELOPE, NOW) == PUSH


@pytest.mark.parametrize(
    "body",
    [
        f"<xml>\n<Encrypt>\n{CIPHER}\n</Encrypt>\n<ToUserName>gh_1</ToUserName>\n</xml>",
        f"<xml><Encrypt> <![CDATA[{CIPHER}]]> </Encrypt></xml>",
        json.dumps({"ToUserName": "gh_1", "Encrypt": CIPHER}),
        "\n " + json.dumps({"Encrypt": CIPHER, "ToUserName": "gh_1"}, indent=1),
    ],
)
def test_the_form_of_the_envelope_does_not_matter(body: str) -> None:
    assert open_push(SAFE, QUERY, body.encode(), NOW) == PUSH


@pytest.mark.parametrize("wechat", [SAFE, COMPATIBLE])
@pytest.mark.parametrize("more", [{}, {"encrypt_type": "raw"}, {"encrypt_type": ""}, {"encrypt_type": "AES"}])
def test_a_push_that_is_not_encrypted_is_refused_even_when_it_is_signed(wechat: WeChat, more: dict[str, str]) -> None:
    assert refusal(wechat, PLAIN_QUERY | more, PUSH) == 403


def test_the_plain_signature_is_none_for_an_encrypted_push() -> None:
    assert refusal(SAFE, PLAIN_QUERY | {"encrypt_type": "aes"}, ENVELOPE) == 403
    assert refusal(SAFE, QUERY | {"msg_signature": PLAIN_QUERY["signature"]}, ENVELOPE) == 403


def test_the_plain_fields_beside_an_encrypted_copy_are_never_read() -> None:
    fields = text_xml("oOther", "别的话").decode().removeprefix("<xml>").removesuffix("</xml>")
    body = f"<xml>{fields}<Encrypt><![CDATA[{CIPHER}]]></Encrypt></xml>"
    assert open_push(COMPATIBLE, QUERY, body.encode(), NOW) == PUSH
    assert refusal(COMPATIBLE, QUERY, body.replace(CIPHER[:8], "AAAAAAAA").encode()) == 403
    assert refusal(COMPATIBLE, QUERY, f"<xml>{fields}</xml>".encode()) == 403


def test_a_resident_who_writes_of_encrypt_in_compatible_mode_is_heard() -> None:
    push = text_xml("o1", "<Encrypt>AAAA</Encrypt> 是什么")
    cipher = crypto.encrypt(SAFE.encoding_aes_key, SAFE.app_id, push)
    body = push.replace(b"</xml>", f"<Encrypt><![CDATA[{cipher}]]></Encrypt></xml>".encode())
    assert open_push(COMPATIBLE, signed(SAFE, NOW, cipher), body, NOW) == push


def test_plain_mode_takes_plain_pushes_only() -> None:
    assert open_push(PLAIN, PLAIN_QUERY, PUSH, NOW) == PUSH
    assert refusal(PLAIN, PLAIN_QUERY | {"signature": "0" * 40}, PUSH) == 403
    assert refusal(PLAIN, QUERY, ENVELOPE) == 403
    assert refusal(PLAIN, PLAIN_QUERY | {"encrypt_type": "aes"}, PUSH) == 403


def test_without_a_token_nothing_is_signed() -> None:
    nobody = SAFE.model_copy(update={"token": ""})
    assert refusal(nobody, signed(nobody, NOW, CIPHER), ENVELOPE) == 403


@pytest.mark.parametrize("key", ["msg_signature", "timestamp", "nonce"])
@pytest.mark.parametrize("value", [None, "", "x", "-1", "1e9", "\u0660", "路", "9" * 300])
def test_a_missing_or_garbled_query_is_refused(key: str, value: str | None) -> None:
    query = {name: given for name, given in QUERY.items() if name != key}
    assert refusal(SAFE, query if value is None else query | {key: value}, ENVELOPE) == 403


@pytest.mark.parametrize("timestamp", ["soon", "-1790000000", "17e8", "9" * 13, "\u0661\u0662", " 1790000000"])
def test_a_signed_timestamp_must_be_a_number(timestamp: str) -> None:
    query = QUERY | {
        "timestamp": timestamp,
        "msg_signature": crypto.signature(SAFE.token, timestamp, QUERY["nonce"], CIPHER),
    }
    assert refusal(SAFE, query, ENVELOPE) == 403


@pytest.mark.parametrize(("minutes", "is_taken"), [(0, True), (10, True), (-10, True), (10.1, False), (-10.1, False)])
def test_a_push_is_refused_when_it_was_signed_too_long_ago_or_ahead(minutes: float, is_taken: bool) -> None:
    now = NOW + timedelta(minutes=minutes)
    if is_taken:
        assert open_push(SAFE, QUERY, ENVELOPE, now) == PUSH
    else:
        assert refusal(SAFE, QUERY, ENVELOPE, now) == 403


def test_a_body_is_as_large_as_the_settings_say() -> None:
    body = ENVELOPE.ljust(SAFE.max_body_bytes)
    assert open_push(SAFE, QUERY, body, NOW) == PUSH
    assert refusal(SAFE, QUERY, body + b" ") == 413


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{}",
        b'{"Encrypt":7}',
        b'{"Encrypt":null}',
        b'{"Encrypt":"\\ud800"}',
        b'{"Encrypt":"\xff"}',
        b"{" * 60_000,
        b'{"a":' * 10_000,
        b"<Encrypt>",
        b"</Encrypt>AAAA<Encrypt>",
        b"<Encrypt></Encrypt>",
        b"<Encrypt>AAAA=AAAA</Encrypt>",
        b"<Encrypt>\xc3\xa9\xff</Encrypt>",
    ],
)
def test_a_body_without_cipher_text_is_refused(body: bytes) -> None:
    assert refusal(SAFE, QUERY, body) == 403


@pytest.mark.parametrize("filler", [b" ", b"<Encrypt>", b"<Encrypt> ", b"A ", b"=", b"<![CDATA["])
def test_no_body_takes_long_to_refuse(filler: bytes) -> None:
    """Anybody may send this: a pattern that backtracks took a minute for 300 blanks."""
    for size in (200, 60_000):
        start = time.process_time()
        assert refusal(SAFE, QUERY, b"<Encrypt>" + filler * (size // len(filler)) + b"!</Encrypt>") == 403
        assert time.process_time() - start < 0.5


@pytest.mark.parametrize("changed", [{"encoding_aes_key": "B" * 43}, {"app_id": "wx2"}])
def test_a_push_for_another_key_or_account_is_refused(changed: dict[str, str]) -> None:
    assert refusal(SAFE.model_copy(update=changed), QUERY, ENVELOPE) == 403


@given(st.binary(max_size=300))
def test_any_signed_bytes_are_opened_or_refused(body: bytes) -> None:
    query = signed(SAFE, NOW, "x")
    for wrapped in (body, b"<Encrypt>" + body + b"</Encrypt>", b'{"Encrypt":"' + body + b'"}'):
        with pytest.raises(Refused):
            open_push(SAFE, query, wrapped, NOW)


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("nonce", ["1514711492", "]]><x>", ""])
def test_a_sealed_reply_is_verified_and_opened_by_its_own_fields(as_json: bool, nonce: str) -> None:
    sealed = seal(SAFE, "<xml>好</xml>", now=NOW, nonce=nonce, as_json=as_json)
    fields = json.loads(sealed) if as_json else xmltodict.parse(sealed)["xml"]
    assert set(fields) == {"Encrypt", "MsgSignature", "TimeStamp", "Nonce"}
    signature = crypto.signature(SAFE.token, str(fields["TimeStamp"]), fields["Nonce"], fields["Encrypt"])
    assert fields["MsgSignature"] == signature
    assert int(fields["TimeStamp"]) == int(NOW.timestamp())
    opened = crypto.decrypt(SAFE.encoding_aes_key, SAFE.app_id, fields["Encrypt"])
    assert opened.decode() == "<xml>好</xml>"
