"""A reply that WeChat takes, whatever stands in it."""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
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


def test_to_and_from_are_swapped_and_the_time_is_whole_seconds() -> None:
    assert render(Reply("好"), INBOUND, NOW.replace(microsecond=999_999)) == (
        "<xml><ToUserName><![CDATA[o<1>]]></ToUserName><FromUserName><![CDATA[gh_1]]></FromUserName>"
        f"<CreateTime>{int(NOW.timestamp())}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        "<Content><![CDATA[好]]></Content></xml>"
    )


def test_a_json_push_gets_a_json_reply() -> None:
    rendered = render(Reply('好 ]]> "\x02'), replace(INBOUND, is_json=True), NOW)
    assert json.loads(rendered) == {
        "ToUserName": "o<1>",
        "FromUserName": "gh_1",
        "CreateTime": int(NOW.timestamp()),
        "MsgType": "text",
        "Content": '好 ]]> "',
    }
    assert "好" in rendered


@given(st.text(max_size=3000), st.integers(200, 2048))
def test_parts_fit_and_nothing_but_blanks_is_lost(text: str, limit: int) -> None:
    text = text.encode("utf-8", "replace").decode()
    parts = split_text(text, limit)
    assert all(len(part.encode()) <= limit and len(part) <= 600 for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(st.integers(0, 700), st.sampled_from(["字", "字。", "a ", "<a ", "</a>", "\n"]), st.integers(200, 2048))
def test_a_link_is_never_cut(before: int, filler: str, limit: int) -> None:
    link = '<a href="weixin://bizmsgmenu?msgmenucontent=1&msgmenuid=1">1. 身份证丢失 怎么补办?</a>'
    parts = split_text(filler * before + link + "完" * 900, limit)
    assert sum(link in part for part in parts) == 1


def test_a_part_ends_with_a_line_or_a_sentence_where_there_is_one() -> None:
    lines = split_text("一行字在这里\n" * 200, 600)
    assert len(lines) > 1
    assert all(part.endswith("一行字在这里") for part in lines)
    sentences = split_text("这是一句话。" * 200, 600)
    assert all(part.endswith("。") for part in sentences)
    assert split_text("短", 600) == ["短"]
    assert split_text(" \n ", 600) == []


@pytest.mark.parametrize("filler", ["<a ", "<a <", "</a>", "<a x</a>", "\n", "a"])
def test_no_text_takes_long_to_split(filler: str) -> None:
    """A resident's own words may be in it: a pattern that searched to the end took eight seconds for 18 kB."""
    start = time.process_time()
    assert split_text("x" + filler * 6_000, 1800)
    assert time.process_time() - start < 1
