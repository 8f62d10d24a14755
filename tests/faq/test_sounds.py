"""How a text sounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faq.sounds import sounds, syllables


@pytest.mark.parametrize(("meant", "typed"), [("公积金", "工积金"), ("身份证", "身份正"), ("燃气费", "然起飞")])
def test_homophones_sound_alike(meant: str, typed: str) -> None:
    assert sounds(typed) == sounds(meant)


@pytest.mark.parametrize(("meant", "typed"), [("是", "四"), ("争", "增"), ("城", "岑"), ("京", "金"), ("证", "怎")])
def test_what_the_dialects_do_not_keep_apart_sounds_alike(meant: str, typed: str) -> None:
    assert syllables(typed) == syllables(meant)


@pytest.mark.parametrize(("one", "other"), [("王", "弯"), ("路", "炉灶"), ("水", "睡觉"), ("电", "店铺"), ("胡", "福")])
def test_other_sounds_are_kept_apart_or_only_tones_differ(one: str, other: str) -> None:
    assert (syllables(one)[0] == syllables(other)[0]) == (one in "路水电")


@pytest.mark.parametrize(
    ("meant", "typed"),
    [("社保卡", "shebaoka"), ("身份证", "shenfenzheng"), ("怎么办", "zenmeban"), ("装修", "zhuangxiu")],
)
def test_pinyin_in_letters_sounds_like_the_words(meant: str, typed: str) -> None:
    assert sounds(typed) == sounds(meant)


def test_letters_make_as_few_syllables_as_they_can() -> None:
    assert syllables("xian") == ["xian"]
    assert len(syllables("xianggang")) == 2


def test_letters_that_make_no_syllables_stay_as_they_are() -> None:
    assert syllables("wifi坏") == ["wifi", "huai"]
    assert syllables("etc") == ["etc"]


def test_digits_and_other_signs_are_a_syllable_each() -> None:
    assert syllables("3号") == ["3", "hao"]
    assert len(syllables("110国道")) == 5


def test_neighbours_make_a_sound_and_each_is_there_once() -> None:
    assert sounds("停水停水") == [*sounds("停水"), *sounds("水停")]
    assert sounds("水") == sounds("") == []


def test_a_long_word_of_letters_is_cut_without_trying_every_way() -> None:
    assert syllables("zhuang" * 100) == ["zuang"] * 100
    assert len(syllables("an" * 200)) == 200
    assert syllables("an" * 200 + "x") == ["an" * 200 + "x"]


@given(st.text())
def test_any_text_has_syllables(text: str) -> None:
    assert bool(syllables(text)) == bool(text)
    assert "" not in syllables(text)
