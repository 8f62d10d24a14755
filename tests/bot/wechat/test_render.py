"""A reply that WeChat takes, whatever stands in it."""

from datetime import UTC, datetime

import xmltodict
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import SILENCE, Inbound, Reply
from bot.wechat.render import SUCCESS, render, split_text

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
INBOUND = Inbound("k", "o<1>", "gh_1", "text", NOW, NOW)


def test_silence_is_success() -> None:
    assert render(SILENCE, INBOUND, NOW) == SUCCESS
    assert render(Reply(" \x01\n"), INBOUND, NOW) == SUCCESS


@given(st.text(min_size=1, max_size=80).filter(str.strip))
def test_any_text_is_well_formed_and_comes_back(text: str) -> None:
    rendered = render(Reply(text), INBOUND, NOW)
    if rendered == SUCCESS:
        return
    fields = xmltodict.parse(rendered.encode("utf-8"), strip_whitespace=False)["xml"]
    assert (fields["ToUserName"], fields["FromUserName"], fields["MsgType"]) == ("o<1>", "gh_1", "text")
    assert set(fields) == {"ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"}


def test_a_cdata_end_injects_nothing() -> None:
    fields = xmltodict.parse(render(Reply("a]]><MsgType>news</MsgType>"), INBOUND, NOW))["xml"]
    assert fields["Content"] == "a]]><MsgType>news</MsgType>"


@given(st.text(max_size=3000), st.integers(200, 2048))
def test_parts_fit_and_nothing_but_blanks_is_lost(text: str, limit: int) -> None:
    text = text.encode("utf-8", "replace").decode()
    parts = split_text(text, limit)
    assert all(len(part.encode()) <= limit and len(part) <= 600 for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_a_link_is_never_cut() -> None:
    link = '<a href="weixin://bizmsgmenu?msgmenucontent=1&msgmenuid=1">1. 身份证丢失怎么补办?</a>'
    parts = split_text("说明。" * 95 + link + "完" * 50, 1000)
    assert sum(link in part for part in parts) == 1
