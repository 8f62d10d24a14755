"""Every push becomes an Inbound, however dirty it is."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

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


# What each sample says beside sender, account and time; see also its `fields`.
SAID: dict[str, dict[str, object]] = {
    "text": {"text": "3号楼2单元电梯坏了 <请尽快> & 谢谢"},
    "text_bizmsgmenuid": {"text": "满意", "menu_id": "101"},
    "text_from_article": {"text": "留言"},
    "image": {"media_id": "media_id_img"},
    "voice": {"media_id": "media_id_voice", "media_format": "amr", "text": ""},
    "voice_recognition": {"media_id": "media_id_voice", "text": "我家水管漏水了。"},
    "voice_recognition_empty": {"media_id": "media_id_voice", "text": ""},
    "video": {"media_id": "media_id_video"},
    "shortvideo": {"media_id": "media_id_sv"},
    "location": {"latitude": 23.134521, "longitude": 113.358803, "label": "广州市海珠区新港中路397号"},
    "link": {"text": "公众平台官网链接 https://example.invalid/a?b=1&c=2"},
    "file": {"text": "物业合同.pdf"},
    "miniprogrampage": {"text": "t"},
    "ev_subscribe": {"event": "subscribe", "event_key": ""},
    "ev_subscribe_nokey": {"event": "subscribe", "event_key": ""},
    "ev_subscribe_qr": {"event": "subscribe", "event_key": "qrscene_building-3"},
    "ev_unsubscribe": {"event": "unsubscribe"},
    "ev_scan": {"event": "scan", "event_key": "building-3"},
    "ev_location": {"event": "location", "latitude": 23.137466, "longitude": 113.352425},
    "ev_click": {"event": "click", "event_key": "REPORT_REPAIR"},
    "ev_view": {"event": "view", "event_key": "https://example.invalid/h5"},
    "ev_unknown_future": {"event": "brand_new_event_2027"},
}
KEPT: dict[str, dict[str, object]] = {
    "text_from_article": {"MsgDataId": "2247483650", "Idx": "1"},
    "msg_unknown_future": {"MsgType": "hologram", "MediaId": "x"},
    "ev_unknown_future": {"Foo": "bar"},
    "ev_auth_revoke": {"OpenID": "oABCD1234567890abcdefghijkl2", "RevokeInfo": "205"},
    "ev_auth_cancel": {"OpenID": "oABCD1234567890abcdefghijkl2"},
    "ev_user_info_modified": {"OpenID": "oABCD1234567890abcdefghijkl2"},
    "ev_template_ok": {"MsgID": "200163836", "Status": "success"},
    "ev_template_block": {"Status": "failed:user block"},
    "ev_template_sysfail": {"Status": "failed: system failed"},
    "ev_template_freq": {"Status": "failed:freq limit"},
    "ev_scancode_waitmsg": {"ScanCodeInfo": {"ScanType": "qrcode", "ScanResult": "2"}},
    "ev_debug_demo": {"debug_str": "hello world"},
}


@pytest.mark.parametrize("name", SAID)
def test_what_a_sample_says(name: str) -> None:
    message = sample(name)
    assert {field: getattr(message, field) for field in SAID[name]} == SAID[name]


@pytest.mark.parametrize("name", KEPT)
def test_what_else_a_sample_says_is_kept(name: str) -> None:
    fields = sample(name).fields
    assert {field: fields[field] for field in KEPT[name]} == KEPT[name]


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


def test_two_people_who_revoke_in_one_second_are_two_events() -> None:
    def key(person: str) -> str:
        return parse(
            xml(FromUserName="oPlatform", CreateTime="1", MsgType="event", Event="user_authorization_revoke",
                OpenID=person), NOW,
        ).key  # fmt: skip

    assert key("o1") == key("o1")
    assert key("o1") != key("o2")


def test_a_push_without_a_sender_is_unknown() -> None:
    message = parse(xml(MsgType="text", Content="x", MsgId="1", CreateTime="1"), NOW)
    assert (message.openid, message.kind) == ("", "unknown")


def test_long_fields_are_cut_and_long_keys_stay_different() -> None:
    def long(end: str) -> Inbound:
        return parse(xml(FromUserName="o" * 100, CreateTime="1", MsgType="event", Event="CLICK",
                         EventKey="k" * 5_000 + end), NOW)  # fmt: skip

    assert len(long("a").openid) == 64
    assert len(long("a").event_key) == 200
    assert len(long("a").key) <= 200
    assert long("a").key == long("a").key
    assert long("a").key != long("b").key


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        ("路\x02灯\x1d坏了", "路灯坏了"),
        ("看 ]]> 这里", "看 ]]> 这里"),
        ("<xml><a>套</a></xml>", "<xml><a>套</a></xml>"),
        ("a ]]></Content><Content> b", "a ]]></Content><Content> b"),
        ("  两边有空格 \n", "  两边有空格 \n"),
        ("&lt;b&gt; &amp; &#1; &nbsp;", "&lt;b&gt; &amp; &#1; &nbsp;"),
        ("<![CDATA[套]]>", "<![CDATA[套]]>"),
        ("<" * 500, "<" * 500),
        ("", ""),
    ],
)
def test_dirty_text_survives(content: str, kept: str) -> None:
    message = parse(text_xml("o1", content), NOW)
    assert (message.kind, message.openid, message.text) == ("text", "o1", kept)
    assert message.key == "m|1|o1|1790000000"


@pytest.mark.parametrize(
    "pasted",
    [
        "]]></Content><FromUserName>oOther</FromUserName><MsgId>9</MsgId><MsgType>event</MsgType>",
        "]]></Content><FromUserName>oOther</FromUserName><MsgId>9</MsgId><Content><![CDATA[",
        "]]></Content><Event>unsubscribe</Event><bizmsgmenuid>7</bizmsgmenuid><MediaId>m</MediaId><x><![CDATA[",
        "<FromUserName>oOther</FromUserName><MsgId>9</MsgId>]]>",
    ],
)
def test_what_a_resident_pastes_changes_neither_sender_nor_kind_nor_key(pasted: str) -> None:
    message = parse(text_xml("o1", "路灯坏了" + pasted), NOW)
    assert (message.openid, message.kind, message.key) == ("o1", "text", "m|1|o1|1790000000")
    assert (message.event, message.menu_id, message.media_id) == ("", "", "")
    assert message.text == "路灯坏了" + pasted


def test_a_json_push_is_read_too() -> None:
    message = parse(b'{"FromUserName":"o1","MsgType":"text","Content":"\\u8def\\u706f","MsgId":7,"CreateTime":1}', NOW)
    assert (message.text, message.is_json, message.key) == ("路灯", True, "m|7|o1|1")


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        ("路\\u0000灯\\ud83d坏\\u001d了", "路灯坏了"),
        ("路灯\n坏了\x02", "路灯\n坏了"),
        ("\\ud83d\\ude4f", "🙏"),
        ("]]> <xml>", "]]> <xml>"),
    ],
)
def test_dirty_json_text_survives(content: str, kept: str) -> None:
    push = f'\ufeff{{"FromUserName":"o1","MsgType":"text","Content":"{content}","MsgId":7,"CreateTime":1}}'
    assert parse(push.encode(), NOW).text == kept


def test_one_consent_and_several_read_alike_as_fields() -> None:
    assert "SubscribeMsgPopupEvent" in sample("ev_sub_popup_1").fields
    assert len(sample("ev_sub_popup_2").fields["SubscribeMsgPopupEvent"]["List"]) == 2


def test_entities_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "boom">]><xml><FromUserName>o1</FromUserName><Content>&a;</Content></xml>'
    assert "boom" not in parse(bomb, NOW).text


def test_an_odd_time_falls_back_to_now() -> None:
    assert parse(xml(FromUserName="o1", MsgType="text", CreateTime="soon"), NOW).sent_at == NOW


WORDS = st.text(max_size=40) | st.sampled_from(["]]>", "<Content>", "</Content>", "&x;", "\ud800", "\x00", "<a b='"])
TAGS = st.sampled_from(["FromUserName", "MsgType", "Event", "EventKey", "Content", "CreateTime", "MsgId", "Location_X",
                        "List", "x"])  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TAGS | WORDS, inner, max_size=6),
    max_leaves=20,
)


def loose_xml(parts: list[tuple[str, str]]) -> bytes:
    inner = "".join(f"<{tag}>{words}</{tag}>" for tag, words in parts)
    return f"<xml>{inner}</xml>".encode("utf-8", "surrogatepass")


@given(
    st.binary(max_size=400)
    | WORDS.map(lambda words: text_xml("o1", words.encode("utf-8", "replace").decode()))
    | st.lists(st.tuples(TAGS, WORDS), max_size=12).map(loose_xml)
    | st.dictionaries(TAGS, JSON, max_size=8).map(lambda value: json.dumps(value).encode())
)
def test_nothing_raises_and_every_database_takes_what_comes_out(body: bytes) -> None:
    message = parse(body, NOW)
    assert len(message.key) <= 200
    assert len(message.openid) <= 64
    values: dict[str, Any] = asdict(message) | {"sent_at": "", "received_at": ""}
    written = json.dumps(values, ensure_ascii=False, allow_nan=False)
    assert "\\u0000" not in written
    assert written.encode("utf-8")


@pytest.mark.parametrize("opened", ["[", '{"a":'])
@pytest.mark.parametrize("depth", [50, 900, 20_000])
def test_deep_json_is_cut(opened: str, depth: int) -> None:
    closed = "]" if opened == "[" else "0}"
    deep = opened * depth + closed[:-1] + closed[-1] * depth
    message = parse(f'{{"FromUserName":"o1","MsgType":"text","Content":"x","z":{deep}}}'.encode(), NOW)
    assert len(json.dumps(message.fields)) < 300


@pytest.mark.parametrize("encoding", ["gbk", "utf-16", "latin-1"])
def test_another_encoding_is_no_error(encoding: str) -> None:
    parse(text_xml("o1", "路灯").decode().encode(encoding, "replace"), NOW)
