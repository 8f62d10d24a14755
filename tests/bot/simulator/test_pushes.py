"""What is filled in when a tester leaves it out, and the form of every push."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest

from bot.simulator import Simulator
from bot.simulator.pushes import MESSAGES, BadPush, to_xml
from tests.bot.simulator.conftest import ANNA, START, Webhook

SAMPLES = Path(__file__).parents[4] / "shared" / "wechat-samples"


def fields(simulator: Simulator, kind: str, **given: Any) -> dict[str, Any]:
    number = simulator.say(ANNA, kind, given)["push"]
    record = simulator.push_by_number(number)
    assert record
    value: dict[str, Any] = record["fields"]
    return value


def test_the_head_of_a_push(simulator: Simulator) -> None:
    push = fields(simulator, "text")
    assert list(push)[:4] == ["ToUserName", "FromUserName", "CreateTime", "MsgType"]
    assert push["ToUserName"].startswith("gh_")
    assert push["CreateTime"] == int(START.timestamp())
    assert push["Content"]


def test_msgids_rise_even_while_the_clock_stands(simulator: Simulator) -> None:
    first, second = (fields(simulator, "text")["MsgId"] for _ in range(2))
    assert second > first > 10**16


@pytest.mark.parametrize("kind", MESSAGES)
def test_every_kind_of_message_can_be_said_with_nothing_but_its_name(simulator: Simulator, kind: str) -> None:
    push = fields(simulator, kind)
    if "MediaId" in push:
        assert simulator.platform.media.has(push["MediaId"], START)
    if "ThumbMediaId" in push:
        assert simulator.platform.media.has(push["ThumbMediaId"], START)


def test_given_fields_win(simulator: Simulator) -> None:
    push = fields(simulator, "text", Content="好", MsgId=7, CreateTime=8, bizmsgmenuid="101", FromUserName="oOther")
    assert (push["MsgId"], push["CreateTime"], push["bizmsgmenuid"], push["FromUserName"]) == (7, 8, "101", "oOther")


def test_a_picture_can_be_fetched_where_picurl_says(simulator: Simulator, client: Any) -> None:
    push = fields(simulator, "image")
    answer = client.get(push["PicUrl"].removeprefix("http://wechat.test"))
    assert answer.mimetype == "image/png"
    assert answer.data.startswith(b"\x89PNG")
    assert client.get("/mmbiz/unknown/0").status_code == 404


def test_a_voice_is_amr(simulator: Simulator) -> None:
    _, body = simulator.platform.media.read(fields(simulator, "voice")["MediaId"], START)
    assert body.startswith(b"#!AMR\n")


@pytest.mark.parametrize(
    ("event", "names"),
    [
        ("LOCATION", ["Latitude", "Longitude", "Precision"]),
        ("scancode_push", ["EventKey", "ScanCodeInfo"]),
        ("scancode_waitmsg", ["EventKey", "ScanCodeInfo"]),
        ("pic_weixin", ["EventKey", "SendPicsInfo"]),
        ("location_select", ["EventKey", "SendLocationInfo"]),
        ("VIEW", ["EventKey", "MenuId"]),
        ("TEMPLATESENDJOBFINISH", ["MsgID", "Status"]),
        ("CLICK", ["EventKey"]),
        ("unsubscribe", ["EventKey"]),
    ],
)
def test_an_event_carries_what_wechat_gives_it(simulator: Simulator, event: str, names: list[str]) -> None:
    push = fields(simulator, "event", Event=event)
    assert list(push)[4:] == ["Event", *names]


def test_a_scan_carries_the_ticket_of_its_code(simulator: Simulator) -> None:
    made = simulator.platform.create_code(
        {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "building-3"}}}
    )
    assert fields(simulator, "event", Event="SCAN", EventKey="building-3")["Ticket"] == made["ticket"]
    push = fields(simulator, "event", Event="subscribe", EventKey="qrscene_building-3")
    assert push["Ticket"] == made["ticket"]
    assert fields(simulator, "event", Event="SCAN", EventKey="elsewhere")["Ticket"] != made["ticket"]


@pytest.mark.parametrize(("kind", "given"), [("poem", {}), ("event", {}), ("event", {"Event": ""})])
def test_what_wechat_does_not_know_is_refused(
    simulator: Simulator, webhook: Webhook, kind: str, given: dict[str, Any]
) -> None:
    with pytest.raises(BadPush):
        simulator.say(ANNA, kind, given)
    assert webhook.pushes == []


def test_numbers_stand_bare_words_in_cdata_and_lists_repeat() -> None:
    text = to_xml({"MsgId": 1, "Location_X": 23.5, "Content": "a", "List": [{"A": "1"}, {"A": "2"}]})
    assert text == (
        "<xml><MsgId>1</MsgId><Location_X>23.5</Location_X><Content><![CDATA[a]]></Content>"
        "<List><A><![CDATA[1]]></A></List><List><A><![CDATA[2]]></A></List></xml>"
    )


@pytest.mark.skipif(not SAMPLES.exists(), reason="the samples lie beside the repository")
@pytest.mark.parametrize("kind", ["text", "image", "location", "link", "video", "shortvideo", "file"])
def test_a_message_has_the_elements_of_the_sample(simulator: Simulator, kind: str) -> None:
    sample = ElementTree.fromstring((SAMPLES / f"{kind}.xml").read_text("utf-8"))
    assert set(fields(simulator, kind)) == {child.tag for child in sample}
