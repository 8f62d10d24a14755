import pytest
from hypothesis import given
from hypothesis import strategies as st

from faq.normalise import bare, normalise, simplify


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("WiFi号", "wifi号"),
        ("３號樓", "3号楼"),
        ("電線掉了", "电线掉了"),
        ("乾淨的水", "干净的水"),
        ("①单元", "1单元"),
    ],
)
def test_width_case_and_traditional_letters_are_one(written: str, meant: str) -> None:
    assert simplify(written) == meant


@given(st.text())
def test_simplifying_keeps_every_position(text: str) -> None:
    assert len(simplify(text)) == len(text)


@pytest.mark.parametrize(
    "written",
    [
        "请问身份证丢了怎么补办?",
        "您好,麻烦问一下 身份证丢了怎么补办",
        "身份证丢了咋补办😭😭",
        "請問身份證丟了如何補辦??谢谢",
        "我想咨询一下,身份证丢了,怎样补办。",
    ],
)
def test_manners_punctuation_emoji_and_spoken_forms_make_no_difference(written: str) -> None:
    assert normalise(written) == "身份证丢了怎么补办"


def test_a_text_of_manners_only_is_not_emptied() -> None:
    assert normalise("你好,谢谢!") == "你好谢谢"
    assert normalise("……") == ""


@pytest.mark.parametrize("written", [" 1 ", "1。", "「1」", "１", "1、"])
def test_a_digit_is_bare_whatever_stands_around_it(written: str) -> None:
    assert bare(written) == "1"
