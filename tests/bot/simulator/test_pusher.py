"""How a push travels: signed, encrypted, five seconds, three deliveries."""

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from typing import Any

import pytest
import requests

from bot.simulator import Simulator
from bot.wechat.crypto import decrypt, is_signed
from tests.bot.simulator.conftest import ANNA, WECHAT, Clock, Push, Webhook
from tests.bot.simulator.test_replies import sealed, xml

Build = Callable[..., Simulator]


def say(simulator: Simulator, text: str = "路灯坏了", **more: Any) -> dict[str, Any]:
    return simulator.say(ANNA, "text", {"Content": text, **more})


def reply_of(simulator: Simulator, words: str) -> bytes:
    return sealed(xml(f"<Content>{words}</Content>", FromUserName=simulator.account)).encode()


def late(clock: Clock, answer: tuple[int, bytes]) -> Callable[[Push], tuple[int, bytes]]:
    def give(_push: Push) -> tuple[int, bytes]:
        clock.moves(seconds=5.5)
        return answer

    return give


def test_a_push_looks_like_one_of_wechats(simulator: Simulator, webhook: Webhook) -> None:
    say(simulator)
    (push,) = webhook.pushes
    assert push.method == "POST"
    assert push.headers["User-Agent"] == "Mozilla/4.0"
    assert push.headers["Content-Type"] == "text/xml"
    assert push.query["openid"] == ANNA
    assert is_signed(push.query["signature"], WECHAT.token, push.query["timestamp"], push.query["nonce"])


def test_safe_mode_shows_nothing_but_the_receiver(simulator: Simulator, webhook: Webhook) -> None:
    say(simulator)
    (push,) = webhook.pushes
    root = ElementTree.fromstring(push.body)
    assert [child.tag for child in root] == ["ToUserName", "Encrypt"]
    cipher = root.findtext("Encrypt") or ""
    assert push.query["encrypt_type"] == "aes"
    assert is_signed(push.query["msg_signature"], WECHAT.token, push.query["timestamp"], push.query["nonce"], cipher)
    inner = ElementTree.fromstring(decrypt(WECHAT.encoding_aes_key, WECHAT.app_id, cipher))
    assert inner.findtext("Content") == "路灯坏了"


def test_compatible_mode_shows_both(build: Build, webhook: Webhook) -> None:
    say(build("compatible"))
    root = ElementTree.fromstring(webhook.pushes[0].body)
    assert root.findtext("Content") == "路灯坏了"
    assert root.findtext("Encrypt")


def test_plain_mode_encrypts_nothing(build: Build, webhook: Webhook) -> None:
    say(build("plain"))
    (push,) = webhook.pushes
    assert "encrypt_type" not in push.query
    assert ElementTree.fromstring(push.body).findtext("Content") == "路灯坏了"


def test_an_account_with_json_is_pushed_json(build: Build, webhook: Webhook) -> None:
    say(build("plain", data_format="json"))
    (push,) = webhook.pushes
    assert push.headers["Content-Type"] == "application/json"
    assert json.loads(push.body)["Content"] == "路灯坏了"


def test_the_reply_comes_back_and_stands_in_the_chat(simulator: Simulator, webhook: Webhook) -> None:
    webhook.answers = [(200, reply_of(simulator, "已登记"))]
    answer = say(simulator)
    assert answer["reply"] == {"type": "text", "text": "已登记"}
    assert (answer["status"], answer["deliveries"], answer["problem"], answer["notice"]) == (200, 1, "", "")
    assert [(item["via"], item["text"]) for item in simulator.platform.state.chat(ANNA)] == [
        ("me", "路灯坏了"),
        ("reply", "已登记"),
    ]


def test_what_is_late_is_delivered_again_with_the_same_msgid_and_a_fresh_signature(
    simulator: Simulator, webhook: Webhook, clock: Clock
) -> None:
    good = reply_of(simulator, "已登记")
    webhook.answers = [late(clock, (200, good)), late(clock, (200, good)), (200, good)]
    answer = say(simulator)
    assert (answer["deliveries"], answer["reply"]["text"]) == (3, "已登记")
    assert answer["ms"] == 11_000
    plains = {
        decrypt(WECHAT.encoding_aes_key, WECHAT.app_id, ElementTree.fromstring(push.body).findtext("Encrypt") or "")
        for push in webhook.pushes
    }
    assert len(plains) == 1
    assert len({push.query["signature"] for push in webhook.pushes}) == 3


@pytest.mark.parametrize(
    ("answer", "status", "problem"),
    [
        (requests.ConnectTimeout(), 0, "5 秒"),
        (requests.ReadTimeout(), 0, "5 秒"),
        (requests.ConnectionError(), 0, "连接失败"),
        ((500, b"success"), 500, "HTTP 500"),
        ((302, b""), 302, "HTTP 302"),
    ],
)
def test_after_three_deliveries_the_person_sees_the_outage_bubble(
    simulator: Simulator, webhook: Webhook, answer: Any, status: int, problem: str
) -> None:
    webhook.answers = [answer]
    result = say(simulator)
    assert len(webhook.pushes) == 3
    assert (result["reply"], result["status"]) == (None, status)
    assert problem in result["problem"]
    assert result["notice"] == "该公众号提供的服务出现故障，请稍后再试"
    assert simulator.platform.state.chat(ANNA)[-1]["type"] == "outage"
    assert simulator.platform.inbox(ANNA) == []


def test_how_often_is_a_setting(build: Build, webhook: Webhook) -> None:
    webhook.answers = [(500, b"")]
    say(build(deliveries=5))
    assert len(webhook.pushes) == 5


def test_a_wrong_answer_shows_the_outage_bubble_at_once(simulator: Simulator, webhook: Webhook) -> None:
    webhook.answers = [(200, b"<html>hello</html>")]
    result = say(simulator)
    assert len(webhook.pushes) == 1
    assert result["notice"]


def test_nobody_sees_an_outage_after_an_event_that_has_no_reply(simulator: Simulator, webhook: Webhook) -> None:
    webhook.answers = [(500, b"")]
    result = simulator.say(ANNA, "event", {"Event": "VIEW", "EventKey": "http://a.test/"})
    assert (result["notice"], result["problem"]) == ("", "HTTP 500")


def test_an_answer_without_end_is_cut_off(simulator: Simulator, webhook: Webhook) -> None:
    webhook.answers = [(200, b"x" * 1_500_000)]
    assert say(simulator)["problem"] == "回复过长"


def test_dirty_words_go_out_raw_as_wechat_sends_them(build: Build, webhook: Webhook) -> None:
    say(build("plain"), "a]]>b\x02<c>")
    assert b"<![CDATA[a]]>b\x02<c>]]>" in webhook.pushes[0].body


def test_a_lone_surrogate_does_no_harm(build: Build, webhook: Webhook) -> None:
    assert say(build("plain"), "\ud83d")["status"] == 200


def test_an_earlier_push_can_be_delivered_once_more(simulator: Simulator, webhook: Webhook, clock: Clock) -> None:
    number = say(simulator)["push"]
    clock.moves(hours=1)
    webhook.answers = [(200, reply_of(simulator, "已登记"))]
    again = simulator.redeliver(number)
    assert again
    assert (again["reply"]["text"], again["is_same"]) == ("已登记", False)
    third = simulator.redeliver(again["push"])
    assert third
    assert third["is_same"]
    first, second = (simulator.push_by_number(one) for one in (number, again["push"]))
    assert first
    assert second
    assert first["plain"] == second["plain"]
    assert [item["via"] for item in simulator.platform.state.chat(ANNA)] == ["me"]
    assert simulator.redeliver(999) is None


def test_the_url_is_verified_by_its_echo(simulator: Simulator, webhook: Webhook) -> None:
    def echo(push: Push) -> tuple[int, bytes]:
        query = push.query
        assert push.method == "GET"
        assert is_signed(query["signature"], WECHAT.token, query["timestamp"], query["nonce"])
        return 200, query["echostr"].encode()

    webhook.answers = [echo]
    assert simulator.pusher.verify() == ""
    for answer, reason in (((200, b"hello"), "echostr"), ((403, b""), "403"), (requests.ReadTimeout(), "秒")):
        webhook.answers = [answer]
        assert reason in simulator.pusher.verify()
