"""Windows, quotas, templates and consents: what the account may send, and how WeChat says no."""

from typing import Any

import pytest

from bot.simulator import Simulator
from bot.simulator.faults import ApiFault
from tests.bot.simulator.conftest import ANNA, Clock, Webhook

DATA = {"character_string1": {"value": "100001"}, "thing2": {"value": "路灯坏了"}}


def text(words: str = "好") -> dict[str, Any]:
    return {"touser": ANNA, "msgtype": "text", "text": {"content": words}}


def template(**changed: Any) -> dict[str, Any]:
    return {"touser": ANNA, "template_id": "T1", "data": DATA, **changed}


def refusal(send: Any, body: dict[str, Any]) -> int:
    """The errcode of a call; 0 for none."""
    try:
        send(body)
    except ApiFault as fault:
        return fault.code
    return 0


def touched(simulator: Simulator, event: str, key: str = "") -> None:
    simulator.platform.note_inbound(ANNA, "event", event, key)


def vias(simulator: Simulator) -> list[str]:
    return [item["via"] for item in simulator.platform.inbox(ANNA)]


def test_after_a_message_five_may_be_sent_in_48_hours(simulator: Simulator, clock: Clock) -> None:
    send = simulator.platform.sending.custom
    assert refusal(send, text()) == 45015
    simulator.platform.note_inbound(ANNA, "text")
    assert [refusal(send, text()) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]
    simulator.platform.note_inbound(ANNA, "image")
    clock.moves(hours=47, minutes=59)
    assert refusal(send, text()) == 0
    clock.moves(minutes=1)
    assert refusal(send, text()) == 45015
    assert vias(simulator) == ["custom"] * 6


@pytest.mark.parametrize("event", ["subscribe", "SCAN", "CLICK", "scancode_push", "scancode_waitmsg"])
def test_after_a_touch_three_may_be_sent_in_a_minute(simulator: Simulator, clock: Clock, event: str) -> None:
    send = simulator.platform.sending.custom
    touched(simulator, event)
    assert [refusal(send, text()) for _ in range(4)] == [0, 0, 0, 45047]
    touched(simulator, event)
    clock.moves(seconds=60)
    assert refusal(send, text()) == 45015


@pytest.mark.parametrize("event", ["VIEW", "LOCATION", "TEMPLATESENDJOBFINISH", "pic_weixin"])
def test_other_events_open_no_window(simulator: Simulator, event: str) -> None:
    touched(simulator, event)
    assert refusal(simulator.platform.sending.custom, text()) == 45015


def test_the_window_that_ends_first_is_used_first(simulator: Simulator, clock: Clock) -> None:
    simulator.platform.note_inbound(ANNA, "text")
    touched(simulator, "CLICK")
    for _ in range(3):
        simulator.platform.sending.custom(text())
    clock.moves(minutes=2)
    assert [refusal(simulator.platform.sending.custom, text()) for _ in range(6)] == [0] * 5 + [45047]


def test_whoever_stops_following_closes_the_window(simulator: Simulator) -> None:
    simulator.platform.note_inbound(ANNA, "text")
    touched(simulator, "unsubscribe")
    assert refusal(simulator.platform.sending.custom, text()) == 45015
    assert refusal(simulator.platform.sending.template, template()) == 43004
    touched(simulator, "subscribe")
    assert refusal(simulator.platform.sending.template, template()) == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"touser": "oNobody"}, 40003),
        ({"touser": ANNA}, 40008),
        ({"touser": ANNA, "msgtype": "poem", "poem": {}}, 40008),
        (text(""), 44004),
        (text("长" * 683), 45002),
        (text("长" * 682), 0),
        ({"touser": ANNA, "msgtype": "image", "image": {"media_id": "gone"}}, 40007),
        ({"touser": ANNA, "msgtype": "news", "news": {"articles": []}}, 44003),
        ({"touser": ANNA, "msgtype": "news", "news": {"articles": [{"title": "a"}]}}, 0),
        ({"touser": ANNA, "msgtype": "news", "news": {"articles": [{"title": "a"}, {"title": "b"}]}}, 45008),
        ({"touser": ANNA, "msgtype": "msgmenu", "msgmenu": {"list": []}}, 44004),
        ({"touser": ANNA, "msgtype": "msgmenu", "msgmenu": {"list": [{"id": "1", "content": "a"}] * 11}}, 45098),
        ({"touser": ANNA, "msgtype": "link", "link": {"title": "a", "url": "http://a.test/"}}, 0),
        ({"touser": ANNA, "msgtype": "mpnews", "mpnews": {"media_id": "m"}}, 0),
    ],
)
def test_the_content_is_checked(simulator: Simulator, body: dict[str, Any], code: int) -> None:
    simulator.platform.note_inbound(ANNA, "text")
    assert refusal(simulator.platform.sending.custom, body) == code
    assert len(vias(simulator)) == (code == 0)


def test_a_menu_is_told_in_words_and_by_its_choices(simulator: Simulator) -> None:
    simulator.platform.note_inbound(ANNA, "text")
    menu = {"head_content": "满意吗?", "list": [{"id": "101", "content": "满意"}], "tail_content": "谢谢"}
    simulator.platform.sending.custom({"touser": ANNA, "msgtype": "msgmenu", "msgmenu": menu})
    (item,) = simulator.platform.inbox(ANNA)
    assert item["text"] == "满意吗?\n满意\n谢谢"
    assert item["menu"] == [{"id": "101", "content": "满意"}]


def test_a_template_joins_its_values(simulator: Simulator) -> None:
    message_id = simulator.platform.sending.template(template(url="http://a.test/"))
    (item,) = simulator.platform.inbox(ANNA)
    assert (item["via"], item["text"], item["url"]) == ("template", "100001\n路灯坏了", "http://a.test/")
    assert message_id > 0


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"touser": "oNobody"}, 40003),
        ({"template_id": "T2"}, 40037),
        ({"template_id": None}, 40037),
        ({"data": None}, 47001),
        ({"data": {"character_string1": {"value": "1"}}}, 47003),
    ],
)
def test_a_wrong_template_is_refused(simulator: Simulator, changed: dict[str, Any], code: int) -> None:
    assert refusal(simulator.platform.sending.template, template(**changed)) == code
    assert vias(simulator) == []


def test_the_result_of_a_template_is_pushed_later(simulator: Simulator, webhook: Webhook) -> None:
    message_id = simulator.platform.sending.template(template())
    assert webhook.pushes == []
    assert simulator.deliver_callbacks() == 1
    record = simulator.push_by_number(1)
    assert record
    assert record["fields"] | {"CreateTime": 0} == {
        "ToUserName": simulator.account,
        "FromUserName": ANNA,
        "CreateTime": 0,
        "MsgType": "event",
        "Event": "TEMPLATESENDJOBFINISH",
        "MsgID": message_id,
        "Status": "success",
    }
    assert simulator.deliver_callbacks() == 0


def test_who_refuses_is_reported_later_and_gets_nothing(simulator: Simulator) -> None:
    simulator.platform.note_inbound(ANNA, "text")
    simulator.platform.state.refuse(ANNA, True)
    simulator.platform.sending.template(template())
    assert refusal(simulator.platform.sending.custom, text()) == 48002
    simulator.deliver_callbacks()
    record = simulator.push_by_number(1)
    assert record
    assert record["fields"]["Status"] == "failed:user block"
    assert vias(simulator) == []


def test_the_same_client_msg_id_is_sent_once_in_ten_minutes(simulator: Simulator, clock: Clock) -> None:
    send = simulator.platform.sending.template
    first = send(template(client_msg_id="a"))
    assert send(template(client_msg_id="a")) == first
    assert send(template(client_msg_id="b")) != first
    assert len(vias(simulator)) == 2
    clock.moves(minutes=10)
    assert send(template(client_msg_id="a")) != first
    assert len(vias(simulator)) == 3


def test_one_consent_is_one_subscription_message(simulator: Simulator) -> None:
    body = {"touser": ANNA, "template_id": "S1", "page": "http://a.test/", "data": {"thing1": {"value": "办结"}}}
    send = simulator.platform.sending.bizsend
    assert refusal(send, body) == 43101
    simulator.say(ANNA, "event", consent("SubscribeMsgPopupEvent", "subscribe_msg_popup_event", "accept"))
    assert [refusal(send, body), refusal(send, body)] == [0, 43101]
    (item,) = simulator.platform.inbox(ANNA)
    assert (item["via"], item["text"], item["url"]) == ("bizsend", "办结", "http://a.test/")
    simulator.deliver_callbacks()
    record = simulator.push_by_number(2)
    assert record
    sent = record["fields"]["SubscribeMsgSentEvent"]["List"][0]
    assert (sent["TemplateId"], sent["ErrorStatus"]) == ("S1", "success")


def consent(part: str, event: str, status: str) -> dict[str, Any]:
    return {"Event": event, part: {"List": [{"TemplateId": "S1", "SubscribeStatusString": status, "PopupScene": 1}]}}


def test_a_refusal_gives_no_consent_and_a_change_takes_it_back(simulator: Simulator) -> None:
    body = {"touser": ANNA, "template_id": "S1", "data": {"thing1": {"value": "办结"}}}
    send = simulator.platform.sending.bizsend
    simulator.say(ANNA, "event", consent("SubscribeMsgPopupEvent", "subscribe_msg_popup_event", "reject"))
    assert refusal(send, body) == 43101
    simulator.say(ANNA, "event", consent("SubscribeMsgPopupEvent", "subscribe_msg_popup_event", "accept"))
    simulator.say(ANNA, "event", consent("SubscribeMsgChangeEvent", "subscribe_msg_change_event", "reject"))
    assert refusal(send, body) == 43101


def test_a_lasting_consent_is_not_used_up(simulator: Simulator) -> None:
    simulator.platform.state.grant(ANNA, "S1", -1)
    body = {"touser": ANNA, "template_id": "S1", "data": {"thing1": {"value": "办结"}}}
    assert [refusal(simulator.platform.sending.bizsend, body) for _ in range(3)] == [0, 0, 0]
