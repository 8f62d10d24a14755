"""Two implementations of WeChat's crypto that are not ours push to the webhook and read its replies."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import xmltodict

from bot.web.app import create_web_app
from bot.wechat import crypto
from tests.conformance.conftest import FOLDER
from tests.pushes import text_xml
from tests.world import Town

PEERS = ("wecom", "wechat-crypto")
TEXTS = [
    "帮助",
    "进度",
    "吉劳庆小区3号楼楼道灯坏了",
    "谢谢 🙏",
    "a",
    "长" * 500,
    *("补" * size for size in range(1, 40)),
]


def ask(node: str, question: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(
        [node, "--no-deprecation", str(FOLDER / "crypto_peer.js")],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        check=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.fixture
def town(sqlite_url: str, tmp_path: Path) -> Town:
    return Town(sqlite_url, tmp_path)


def question(town: Town, **more: Any) -> dict[str, Any]:
    wechat = town.settings.wechat
    asked = {"token": wechat.token, "key": wechat.encoding_aes_key, "appid": wechat.app_id, "seal": [], "open": []}
    return asked | more


def test_pushes_sealed_by_others_are_answered_and_our_replies_are_read_by_them(node: str, town: Town) -> None:
    door, timestamp = create_web_app(town.house).test_client(), str(int(town.clock().timestamp()))
    pushes = [
        {
            "timestamp": timestamp,
            "nonce": f"n{number}",
            "text": text_xml(f"oPeer{number:023}", text, number + 1).decode(),
        }
        for number, text in enumerate(TEXTS)
    ]
    sealed = ask(node, question(town, seal=pushes))
    for peer in PEERS:
        envelopes = []
        for number, (push, seal) in enumerate(zip(pushes, sealed[peer]["sealed"], strict=True)):
            query = {
                "encrypt_type": "aes",
                "timestamp": timestamp,
                "nonce": push["nonce"],
                "msg_signature": seal["signature"],
            }
            body = f"<xml><ToUserName>gh_1</ToUserName><Encrypt><![CDATA[{seal['cipher']}]]></Encrypt></xml>"
            answer = door.post("/wechat", query_string=query, data=body.encode())
            assert answer.status_code == 200, (peer, number)
            envelopes.append(xmltodict.parse(answer.data)["xml"])
        asked = [
            {"timestamp": envelope["TimeStamp"], "nonce": envelope["Nonce"], "cipher": envelope["Encrypt"]}
            for envelope in envelopes
        ]
        read = ask(node, question(town, open=asked))[peer]["opened"]
        for number, (envelope, opened) in enumerate(zip(envelopes, read, strict=True)):
            assert opened["signature"] == envelope["MsgSignature"]
            assert opened["appid"] == town.settings.wechat.app_id
            assert xmltodict.parse(opened["text"])["xml"]["ToUserName"] == f"oPeer{number:023}"


def test_what_we_seal_they_open_at_every_length(node: str, town: Town) -> None:
    wechat = town.settings.wechat
    ciphers = [crypto.encrypt(wechat.encoding_aes_key, wechat.app_id, text.encode()) for text in TEXTS]
    asked = [{"timestamp": "1", "nonce": "n", "cipher": cipher} for cipher in ciphers]
    answer = ask(node, question(town, open=asked))
    for peer in PEERS:
        assert [opened["text"] for opened in answer[peer]["opened"]] == TEXTS
