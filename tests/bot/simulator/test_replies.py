"""What WeChat takes for a reply, rule by rule."""

import json
from typing import Any

import pytest

from bot.simulator.replies import BadReply, Opened, check_reply, is_shown
from bot.wechat.crypto import encrypt, signature
from tests.bot.simulator.conftest import ANNA, WECHAT

PLAIN = WECHAT.model_copy(update={"mode": "plain"})
COMPATIBLE = WECHAT.model_copy(update={"mode": "compatible"})
TEXT_PUSH = {"ToUserName": "gh_1", "FromUserName": ANNA, "MsgType": "text"}
EVENT_PUSH = {"ToUserName": "gh_1", "FromUserName": ANNA, "MsgType": "event", "Event": "subscribe"}


def xml(inner: str = "<Content>好</Content>", **changed: str) -> str:
    head = {"ToUserName": ANNA, "FromUserName": "gh_1", "CreateTime": "1790000000", "MsgType": "text", **changed}
    return "<xml>" + "".join(f"<{name}>{value}</{name}>" for name, value in head.items()) + inner + "</xml>"


def sealed(plain: str, app_id: str = WECHAT.app_id, token: str = WECHAT.token) -> str:
    cipher = encrypt(WECHAT.encoding_aes_key, app_id, plain.encode())
    signed = signature(token, "1790000000", "n", cipher)
    return (
        f"<xml><Encrypt>{cipher}</Encrypt><MsgSignature>{signed}</MsgSignature>"
        "<TimeStamp>1790000000</TimeStamp><Nonce>n</Nonce></xml>"
    )


def check(text: str, push: dict[str, Any] = TEXT_PUSH, wechat: Any = PLAIN, **more: Any) -> Opened:
    options = {"data_format": "xml", "has_media": lambda media_id: media_id == "known", **more}
    return check_reply(text.encode(), push, wechat, **options)


def news(count: int, told: int | None = None) -> str:
    item = "<item><Title>题</Title><Description>话</Description><PicUrl></PicUrl><Url>http://a.test/</Url></item>"
    return xml(
        f"<ArticleCount>{told or count}</ArticleCount><Articles>{item * count}</Articles>",
        MsgType="news",
    )


@pytest.mark.parametrize("text", ["", "success", "success\n"])
@pytest.mark.parametrize("wechat", [PLAIN, WECHAT])
def test_success_and_nothing_are_silence_in_every_mode(text: str, wechat: Any) -> None:
    assert check(text, wechat=wechat).reply is None


def test_a_text_is_taken() -> None:
    assert check(xml("<Content><![CDATA[a < b]]></Content>")).reply == {"type": "text", "text": "a < b"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<html>502</html>", "根元素"),
        ('{"text": "hi"}', "XML"),
        ("<xml><Content>a & b</Content></xml>", "XML"),
        (xml("<Content><![CDATA[a]]>b]]></Content>"), "XML"),
        (xml("<Content>\x1d</Content>"), "XML"),
        ("<!DOCTYPE x><xml/>", "DOCTYPE"),
        (xml("<Content>好</Content><MsgType>news</MsgType>"), "两次"),
        (xml(MsgType="poem"), "MsgType"),
        (xml(ToUserName="gh_1"), "ToUserName"),
        (xml(FromUserName=ANNA), "FromUserName"),
        (xml(CreateTime="now"), "CreateTime"),
        (xml("<Content></Content>"), "空"),
        (xml("<Content>  </Content>"), "空"),
        (xml(""), "空"),
        (xml(f"<Content>{'长' * 683}</Content>"), "2048"),
        (news(2), "最多 1 条"),
        (news(1, told=2), "ArticleCount"),
        (xml("<ArticleCount>0</ArticleCount>", MsgType="news"), "没有图文"),
        (xml("<Image><MediaId>gone</MediaId></Image>", MsgType="image"), "MediaId"),
        (xml("", MsgType="voice"), "MediaId"),
        (xml("", MsgType="music"), "Music"),
    ],
)
def test_a_wrong_reply_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(BadReply, match=reason):
        check(text)


def test_a_text_of_2048_bytes_is_taken() -> None:
    assert check(xml(f"<Content>{'长' * 682}ab</Content>")).reply


def test_bytes_that_are_no_utf8_are_refused() -> None:
    with pytest.raises(BadReply, match="UTF-8"):
        check_reply(b"\xff\xfe", TEXT_PUSH, PLAIN, "xml", lambda _: True)


def test_an_event_may_be_answered_with_eight_articles_and_not_with_nine() -> None:
    reply = check(news(8), EVENT_PUSH).reply
    assert reply
    assert len(reply["articles"]) == 8
    assert reply["articles"][0] == {"title": "题", "description": "话", "picurl": "", "url": "http://a.test/"}
    with pytest.raises(BadReply, match="最多 8 条"):
        check(news(9), EVENT_PUSH)


def test_media_music_and_transfer_are_taken() -> None:
    assert check(xml("<Image><MediaId>known</MediaId></Image>", MsgType="image")).reply == {
        "type": "image",
        "text": "[图片]",
        "media_id": "known",
    }
    music = check(xml("<Music><Title>歌</Title><MusicUrl>http://a.test/m</MusicUrl></Music>", MsgType="music")).reply
    assert music == {"type": "music", "text": "[音乐] 歌", "url": "http://a.test/m"}
    assert check(xml("", MsgType="transfer_customer_service")).reply == {
        "type": "transfer_customer_service",
        "text": "",
    }


def test_safe_mode_wants_the_reply_encrypted_and_plain_mode_does_not() -> None:
    assert check(sealed(xml()), wechat=WECHAT).reply == {"type": "text", "text": "好"}
    with pytest.raises(BadReply, match="必须加密"):
        check(xml(), wechat=WECHAT)
    with pytest.raises(BadReply, match="不应加密"):
        check(sealed(xml()))


def test_compatible_mode_takes_both() -> None:
    assert check(xml(), wechat=COMPATIBLE).reply == check(sealed(xml()), wechat=COMPATIBLE).reply


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (sealed(xml(), token="other"), "MsgSignature"),
        (sealed(xml(), app_id="wx0000000000000000"), "AppID"),
        (sealed(xml()).replace("<Nonce>n</Nonce>", ""), "Nonce"),
        ("<xml><Encrypt>???</Encrypt></xml>", "缺少"),
        (sealed("no xml"), "XML"),
    ],
)
def test_a_wrong_envelope_is_refused(text: str, reason: str) -> None:
    with pytest.raises(BadReply, match=reason):
        check(text, wechat=WECHAT)


def test_an_encrypted_block_that_cannot_be_read_is_refused() -> None:
    cipher = "AAAA" * 8
    signed = signature(WECHAT.token, "1", "n", cipher)
    text = (
        f"<xml><Encrypt>{cipher}</Encrypt><MsgSignature>{signed}</MsgSignature>"
        "<TimeStamp>1</TimeStamp><Nonce>n</Nonce></xml>"
    )
    with pytest.raises(BadReply, match="无法解密"):
        check(text, wechat=WECHAT)


def test_an_account_with_json_wants_json() -> None:
    values = {"ToUserName": ANNA, "FromUserName": "gh_1", "CreateTime": 1, "MsgType": "text", "Content": "好"}
    assert check(json.dumps(values), data_format="json").reply == {"type": "text", "text": "好"}
    for text in (xml(), "[]"):
        with pytest.raises(BadReply, match="JSON"):
            check(text, data_format="json")


def test_a_reply_to_an_event_that_nobody_answers_is_not_shown() -> None:
    assert is_shown(TEXT_PUSH)
    assert is_shown(EVENT_PUSH)
    assert not is_shown({**EVENT_PUSH, "Event": "TEMPLATESENDJOBFINISH"})
    assert not is_shown({**EVENT_PUSH, "Event": "unsubscribe"})
