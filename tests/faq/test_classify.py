"""Category and intent with the small town's words."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

import pytest

from faq.classify import Listener, Sorter
from faq.content import Category, Content, Cues


def sorter(content: Content, categories: Sequence[Category]) -> Sorter:
    return Sorter(replace(content, categories_by_name={category.name: category for category in categories}))


def category(name: str, **rules: tuple[str, ...]) -> Category:
    return Category.model_validate({"name": name, "time_limit_hours": 1, **rules})


def test_the_category_is_given_with_its_evidence(small_town: Content) -> None:
    finding = Sorter(small_town).sort("工行小区3号楼楼道电线耷拉下来了")
    assert (finding.category, finding.evidence, finding.weight) == ("供水供电供气", ("电线", "楼道"), 4)


def test_a_strong_word_is_worth_three_other_words(small_town: Content) -> None:
    made = sorter(small_town, [category("甲", words=("红", "黄", "蓝")), category("乙", strong=("绿",), words=("黄",))])
    assert made.sort("红黄蓝绿").category == "乙"
    assert made.sort("红黄蓝").category == "甲"


def test_a_pattern_is_worth_a_strong_word_and_shows_what_it_saw(small_town: Content) -> None:
    finding = Sorter(small_town).sort("家里特别冷")
    assert (finding.category, finding.evidence, finding.weight) == ("供暖", ("家里特别冷",), 3)


def test_what_a_word_already_said_is_no_second_evidence(small_town: Content) -> None:
    made = sorter(
        small_town, [category("甲", strong=("暖气",), words=("气", "不热"), patterns=("暖.?气", "很.{0,2}不热"))]
    )
    assert made.sort("暖气很不热").weight == 6


def test_a_longer_word_of_another_category_takes_the_shorter_one_in_it(small_town: Content) -> None:
    made = sorter(
        small_town, [category("住房", strong=("加装电梯",)), category("物业", strong=("电梯",), words=("楼",))]
    )
    assert made.sort("这楼想加装电梯").category == "住房"
    assert made.sort("加装电梯没消息,旧电梯又坏了").evidence == ("加装电梯",)
    assert made.sort("楼里电梯坏了").category == "物业"


def test_not_when_takes_a_category_out(small_town: Content) -> None:
    assert Sorter(small_town).sort("充电桩停电了").category == "其他"
    assert Sorter(small_town).sort("停电了").category == "供水供电供气"


def test_nothing_said_is_other(small_town: Content) -> None:
    finding = Sorter(small_town).sort("天上有个风筝")
    assert (finding.category, finding.evidence, finding.weight) == ("其他", (), 0)


def test_among_equals_what_is_named_first_decides_and_never_the_order_of_the_list(small_town: Content) -> None:
    text = "物业把暖气和路灯都停了"
    for order in itertools.permutations(small_town.categories_by_name.values()):
        assert sorter(small_town, order).sort(text).category == "物业管理"


def test_traditional_letters_and_full_width_are_sorted_too(small_town: Content) -> None:
    assert Sorter(small_town).sort("樓道電線").category == "供水供电供气"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("路灯坏了找谁修", "question"),
        ("我们巷口第三盏路灯昨晚灭了", "request"),
        ("身份证丢了咋补办", "question"),
        ("没有煤气泄漏,只是想问燃气费怎么交", "question"),
        ("电线耷拉下来了", "request"),
        ("路灯坏了,请派人修一下,谢谢", "request"),
        ("请问居住证怎么办,谢谢", "question"),
        ("建议在路口增加路灯", "suggestion"),
        ("谢谢你们", "thanks"),
        ("你好", "chat"),
        ("在吗?", "chat"),
        ("加微信贷款优惠", "chat"),
    ],
)
def test_what_the_sender_wants(small_town: Content, text: str, intent: str) -> None:
    assert Listener(small_town).intent(text, has_place=False, has_matter=True) == intent


def test_a_named_place_makes_an_event_of_what_is_told_and_asked_in_equal_measure(small_town: Content) -> None:
    listener = Listener(small_town)
    assert listener.intent("路灯坏了找谁修", has_place=False, has_matter=True) == "question"
    assert listener.intent("路灯坏了找谁修", has_place=True, has_matter=True) == "request"
    assert listener.intent("居住证怎么办", has_place=True, has_matter=True) == "question"


def test_no_cue_is_no_intent(small_town: Content) -> None:
    assert Listener(small_town).intent("公积金", has_place=False, has_matter=True) is None


def test_only_the_clauses_that_ask_are_given(small_town: Content) -> None:
    listener = Listener(small_town)
    assert listener.asked("没有煤气泄漏,只是想问燃气费怎么交") == "只是想问燃气费怎么交"
    assert listener.asked("燃气费怎么交") == ""
    assert listener.asked("我家在东胜,路灯坏了") == ""


def test_the_weight_of_an_intent_grows_with_its_cues(small_town: Content) -> None:
    cues = {**small_town.intents, "request": Cues(words=("甲", "乙")), "question": Cues(words=("丙",))}
    listener = Listener(replace(small_town, intents=cues))
    assert listener.intent("甲乙丙", has_place=False, has_matter=True) == "request"
    assert listener.intent("甲丙", has_place=False, has_matter=True) == "question"
