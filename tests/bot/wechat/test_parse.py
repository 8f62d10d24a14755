"""Every push becomes an Inbound, however dirty it is."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import Inbound
from bot.wechat.parse import parse
from tests.pushes import SHARED, text_xml

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
SENDER = "oABCD1234567890abcdefghijkl1"
KINDS = {
    "text": "text", "text_bizmsgmenuid": "text", "text_from_article": "text", "image": "image", "voice": "voice",
    "voice_recognition": "voice", "voice_recognition_empty": "voice", "video": "video", "shortvideo": "video",
    "location": "location", "link": "link", "file": "file", "miniprogrampage": "card", "msg_unknown_future": "unknown",
}  # fmt: skip


def sample(name: str) -> Inbound:
    path = SHARED / "wechat-samples" / f"{name}.xml"
    if not path.exists():
        pytest.skip("the samples are not here")
    return parse(path.read_bytes(), NOW)


def xml(**fields: str) -> bytes:
    inner = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in fields.items())
    return f"<xml>{inner}</xml>".encode()


def test_every_sample_has_its_kind_and_sender_and_a_key_of_its_own() -> None:
    paths = sorted((SHARED / "wechat-samples").glob("*.xml"))
    if not paths:
        pytest.skip("the samples are not here")
    keys = set()
    for path in paths:
        message = parse(path.read_bytes(), NOW)
        assert message.kind == KINDS.get(path.stem, "event"), path.stem
        assert message.openid == SENDER
        assert message.account == "gh_0123456789ab"
        keys.add(message.key)
    assert len(keys) == len(paths)


def test_what_the_kinds_carry() -> None:
    assert sample("text").text == "3号楼2单元电梯坏了 <请尽快> & 谢谢"[: len(sample("text").text)]
    assert sample("text_bizmsgmenuid").menu_id
    assert sample("image").media_id
    assert (sample("voice_recognition").text, sample("voice_recognition_empty").text) == ("我家水管漏水了。", "")
    place = sample("location")
    assert place.latitude
    assert place.label
    report = sample("ev_location")
    assert (report.event, report.latitude, report.longitude) == ("location", 23.137466, 113.352425)
    assert sample("ev_subscribe_qr").event_key == "qrscene_building-3"
    assert sample("ev_scan").event_key == "building-3"
    assert sample("ev_auth_revoke").fields["OpenID"].endswith("kl2")
    assert sample("ev_template_block").fields["Status"] == "failed:user block"


def test_the_key_of_a_message_is_id_sender_and_time() -> None:
    def key(**changes: str) -> str:
        fields = {"FromUserName": "o1", "CreateTime": "1", "MsgType": "text", "Content": "x", "MsgId": "7"}
        return parse(xml(**fields | changes), NOW).key

    assert key() == key(Content="y")
    assert len({key(), key(FromUserName="o2"), key(CreateTime="2"), key(MsgId="8")}) == 4


def test_the_key_of_an_event_is_sender_time_event_key_and_receipt() -> None:
    def key(**changes: str) -> str:
        fields = {"FromUserName": "o1", "CreateTime": "1", "MsgType": "event", "Event": "CLICK", "EventKey": "k"}
        return parse(xml(**fields | changes), NOW).key

    changed: tuple[dict[str, str], ...] = (
        {}, {"FromUserName": "o2"}, {"CreateTime": "2"}, {"Event": "VIEW"}, {"EventKey": "l"}, {"MsgID": "9"},
        {"Ticket": "t"},
    )  # fmt: skip
    assert len({key(**change) for change in changed}) == len(changed)


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        ("路\x02灯\x1d坏了", "路灯坏了"),
        ("看 ]]> 这里", "看 ]]> 这里"),
        ("<xml><a>套</a></xml>", "<xml><a>套</a></xml>"),
        ("a ]]></Content><Content> b", "a ]]></Content><Content> b"),
        ("  两边有空格 ", "  两边有空格 "),
    ],
)
def test_dirty_text_survives(content: str, kept: str) -> None:
    message = parse(text_xml("o1", content), NOW)
    assert (message.kind, message.openid, message.text.strip()) == ("text", "o1", kept.strip())


def test_a_json_push_is_read_too() -> None:
    message = parse(b'{"FromUserName":"o1","MsgType":"text","Content":"\\u8def\\u706f","MsgId":7,"CreateTime":1}', NOW)
    assert (message.text, message.is_json, message.key) == ("路灯", True, "m|7|o1|1")


def test_one_consent_and_several_read_alike_as_fields() -> None:
    assert "SubscribeMsgPopupEvent" in sample("ev_sub_popup_1").fields
    assert len(sample("ev_sub_popup_2").fields["SubscribeMsgPopupEvent"]["List"]) == 2


def test_entities_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "boom">]><xml><FromUserName>o1</FromUserName><Content>&a;</Content></xml>'
    assert "boom" not in parse(bomb, NOW).text


def test_an_odd_time_falls_back_to_now() -> None:
    assert parse(xml(FromUserName="o1", MsgType="text", CreateTime="soon"), NOW).sent_at == NOW


@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text_xml("o1", text)))
def test_nothing_raises(body: bytes) -> None:
    message = parse(body, NOW)
    assert len(message.key) <= 200
    assert len(message.openid) <= 64
