"""The envelope reproduces WeChat's published vectors, and refuses every frame that is not WeChat's."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat import crypto
from bot.wechat.crypto import BadCipher
from tests.pushes import SHARED

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APP_ID = "wxb11529c136998cb6"


@pytest.fixture(scope="module")
def vectors() -> dict[str, Any]:
    path = SHARED / "wechat-vectors.json"
    if not path.exists():
        pytest.skip("the published vectors are not here")
    loaded: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return loaded


def test_the_signatures_of_verification_and_plain_pushes_are_wechats(vectors: dict[str, Any]) -> None:
    for name in ("URL_VERIFY", "PLAIN", "AES_JSON", "AES_XML"):
        vector = vectors[name]
        assert crypto.signature(vectors["TOKEN"], vector["timestamp"], vector["nonce"]) == vector["signature"], name


@pytest.mark.parametrize("name", ["AES_JSON", "AES_XML"])
def test_wechats_pushes_are_opened(vectors: dict[str, Any], name: str) -> None:
    vector = vectors[name]
    signed = crypto.signature(vectors["TOKEN"], vector["timestamp"], vector["nonce"], vector["encrypt"])
    assert signed == vector["msg_signature"]
    message = crypto.decrypt(vectors["AESKEY"], vector["appid"], vector["encrypt"])
    assert message.decode() == vector["msg"] if "msg" in vector else len(message) == vector["msg_len"]


@pytest.mark.parametrize("name", ["REPLY_JSON", "REPLY_XML"])
def test_replies_are_sealed_byte_by_byte_as_wechat_does(vectors: dict[str, Any], name: str) -> None:
    vector = vectors[name]
    sealed = crypto.encrypt(vectors["AESKEY"], vector["appid"], vector["msg"].encode(), vector["random16"].encode())
    assert sealed == vector["encrypt"]
    signed = crypto.signature(vectors["TOKEN"], vector["timestamp"], vector["nonce"], sealed)
    assert signed == vector["msg_signature"]


def test_the_vector_of_tencents_java_sample() -> None:
    sealed = crypto.encrypt(KEY, APP_ID, "我是中文abcd123".encode(), b"aaaabbbbccccdddd")
    assert sealed == "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="


@given(st.binary(max_size=300))
def test_what_is_sealed_is_opened_again(message: bytes) -> None:
    assert crypto.decrypt(KEY, APP_ID, crypto.encrypt(KEY, APP_ID, message)) == message


@given(st.binary(max_size=200))
def test_bytes_that_wechat_did_not_seal_are_refused(noise: bytes) -> None:
    with pytest.raises(BadCipher):
        crypto.decrypt(KEY, APP_ID, base64.b64encode(noise).decode())


def test_another_account_and_another_key_are_refused() -> None:
    sealed = crypto.encrypt(KEY, APP_ID, b"hello")
    for key, app_id in ((KEY, "wx0"), ("B" * 43, APP_ID)):
        with pytest.raises(BadCipher):
            crypto.decrypt(key, app_id, sealed)
    with pytest.raises(BadCipher):
        crypto.decrypt(KEY, APP_ID, "%%%")
