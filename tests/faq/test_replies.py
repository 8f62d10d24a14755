import pytest

from faq.replies import Replies


def test_a_sentence_is_said_with_its_values() -> None:
    replies = Replies({"report.opened": "\n收到,编号 {number}。\n"})
    assert replies.say("report.opened", number="1001", unused="x") == "收到,编号 1001。"
    assert replies.placeholders("report.opened") == {"number"}


def test_an_unknown_name_is_a_key_error() -> None:
    with pytest.raises(KeyError, match=r"report\.closed"):
        Replies({}).say("report.closed")


def test_a_missing_value_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="number"):
        Replies({"report.opened": "编号 {number}"}).say("report.opened")


def test_braces_in_a_residents_words_stay_as_they_are() -> None:
    assert Replies({"a.b": "「{words}」"}).say("a.b", words="{number} {0.__class__}") == "「{number} {0.__class__}」"
