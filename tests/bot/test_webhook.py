"""The door that WeChat knocks at: what is refused, what is answered, and that no push breaks it."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bot.web.app import create_web_app
from bot.wechat import crypto
from tests.pushes import SHARED, opened, push, signed, text_xml
from tests.world import Town

OPENID = "oABCD1234567890abcdefghijkl9"


@pytest.fixture
def door(town: Town) -> FlaskClient:
    return create_web_app(town.house).test_client()


def test_the_console_gets_its_echostr_back_as_plain_text(town: Town, door: FlaskClient) -> None:
    query = signed(town.settings.wechat, town.clock()) | {"echostr": "<b>42</b>"}
    answer = door.get("/wechat", query_string=query)
    assert (answer.status_code, answer.text, answer.mimetype) == (200, "<b>42</b>", "text/plain")
    assert door.get("/wechat", query_string=query | {"signature": "0" * 40}).status_code == 403


def test_an_encrypted_push_gets_an_encrypted_reply(town: Town, door: FlaskClient) -> None:
    reply = opened(town.settings.wechat, push(door, town.settings.wechat, text_xml(OPENID, "帮助"), town.clock()))
    assert (reply["ToUserName"], reply["FromUserName"], reply["MsgType"]) == (OPENID, "gh_1", "text")
    assert "转人工" in reply["Content"]


def test_a_json_push_gets_a_json_reply(town: Town, door: FlaskClient) -> None:
    plain = (
        f'{{"ToUserName":"gh_1","FromUserName":"{OPENID}","CreateTime":1790000000,'
        f'"MsgType":"text","Content":"帮助","MsgId":7}}'
    ).encode()
    answer = push(door, town.settings.wechat, plain, town.clock(), as_json=True)
    assert answer.is_json
    assert "转人工" in opened(town.settings.wechat, answer)["Content"]


def test_in_safe_mode_a_plain_push_is_refused_even_with_a_good_signature(town: Town, door: FlaskClient) -> None:
    query = signed(town.settings.wechat, town.clock())
    for more in ({}, {"encrypt_type": "raw"}, {"encrypt_type": "aes"}):
        assert door.post("/wechat", query_string=query | more, data=text_xml(OPENID, "帮助")).status_code == 403
    assert town.ticket_count() == 0


def test_compatible_mode_reads_the_encrypted_copy_and_never_the_plain_one(database_url: str, tmp_path: Path) -> None:
    town = Town(database_url, tmp_path, mode="compatible")
    door, wechat = create_web_app(town.house).test_client(), town.settings.wechat
    cipher_text = crypto.encrypt(wechat.encoding_aes_key, wechat.app_id, text_xml(OPENID, "帮助"))
    inner = text_xml(OPENID, "转人工").decode().removeprefix("<xml>").removesuffix("</xml>")
    body = f"<xml>{inner}<Encrypt><![CDATA[{cipher_text}]]></Encrypt></xml>".encode()
    answer = door.post("/wechat", query_string=signed(wechat, town.clock(), cipher_text), data=body)
    assert "直接说事" in opened(wechat, answer)["Content"]
    query = signed(wechat, town.clock(), cipher_text) | {"msg_signature": "0" * 40}
    assert door.post("/wechat", query_string=query, data=body).status_code == 403
    assert town.ticket_count() == 0


def test_plain_mode_works_only_when_it_is_configured(database_url: str, tmp_path: Path) -> None:
    town = Town(database_url, tmp_path, mode="plain")
    door, wechat = create_web_app(town.house).test_client(), town.settings.wechat
    answer = door.post("/wechat", query_string=signed(wechat, town.clock()), data=text_xml(OPENID, "帮助"))
    assert f"<ToUserName><![CDATA[{OPENID}]]></ToUserName>" in answer.text


def test_size_age_and_signature_are_checked_before_anything_is_parsed(town: Town, door: FlaskClient) -> None:
    wechat = town.settings.wechat
    assert push(door, wechat, text_xml(OPENID, "长" * 40_000), town.clock()).status_code == 413
    town.clock.moves(minutes=-11)
    old = town.clock()
    town.clock.moves(minutes=11)
    assert push(door, wechat, text_xml(OPENID, "帮助"), old).status_code == 403
    forged = wechat.model_copy(update={"token": "another"})
    assert push(door, forged, text_xml(OPENID, "帮助"), town.clock()).status_code == 403
    assert door.post("/wechat").status_code == 403


def test_a_repeated_delivery_with_a_new_signature_gets_the_same_words(town: Town, door: FlaskClient) -> None:
    wechat, plain = town.settings.wechat, text_xml(OPENID, "吉劳庆小区3号楼楼道灯坏了")
    first = opened(wechat, push(door, wechat, plain, town.clock()))
    town.clock.moves(seconds=5)
    second = opened(wechat, push(door, wechat, plain, town.clock()))
    assert first["Content"] == second["Content"]
    assert town.ticket_count() == 1


def test_what_a_resident_pastes_does_not_break_the_reply(town: Town, door: FlaskClient) -> None:
    plain = text_xml(OPENID, "吉劳庆小区路灯坏了 \x02 ]]> <b>&amp; 快修")
    reply = opened(town.settings.wechat, push(door, town.settings.wechat, plain, town.clock()))
    assert "已登记" in reply["Content"]
    assert "]]>" in reply["Content"]


def test_every_kind_of_push_is_answered(town: Town, door: FlaskClient) -> None:
    if not SHARED.exists():
        pytest.skip("the samples are not here")
    for number, path in enumerate(sorted((SHARED / "wechat-samples").glob("*.xml"))):
        plain = path.read_bytes().replace(b"oABCD1234567890abcdefghijkl1", f"oSender{number:021}".encode())
        answer = push(door, town.settings.wechat, plain, town.clock())
        assert answer.status_code == 200, path.name
        if answer.text != "success":
            assert opened(town.settings.wechat, answer)["Content"], path.name
    assert not town.stuck()


def test_the_health_pages_name_each_part(town: Town, door: FlaskClient) -> None:
    assert door.get("/healthz").text == "ok"
    ready = door.get("/readyz")
    assert ready.status_code == 200
    assert ready.json
    assert ready.json["parts"] == {
        "database": True,
        "content": True,
        "content_is_current": True,
        "redis": False,
    }
    push(door, town.settings.wechat, text_xml(OPENID, "吉劳庆小区3号楼楼道灯坏了"), town.clock())
    metrics = door.get("/metrics").text
    assert 'outbox_notices{state="pending"} 1.0' in metrics
    assert "reply_seconds_count 1.0" in metrics
