"""The second opinion on urgency, with the real content: it adds what rules miss and takes nothing away."""

import pytest

from faq.content import Content
from faq.places import PlaceFinder
from faq.second import GENERAL, SecondOpinion


def opinion(content: Content) -> SecondOpinion:
    return SecondOpinion(content, PlaceFinder(content.place_words, (area.name for area in content.area_list)).find)


@pytest.fixture(scope="module")
def second(real: Content) -> SecondOpinion:
    return opinion(real)


def test_a_danger_that_the_rules_missed_is_added_with_whom_to_call(second: SecondOpinion) -> None:
    urgency, danger = second.judge("快救命啊老人掉进河里了没上来", None, "normal", None)
    assert urgency == "emergency"
    assert danger is not None
    assert (danger.name, bool(danger.call)) == (GENERAL, True)


def test_a_danger_that_the_rules_found_stays(second: SecondOpinion, real: Content) -> None:
    assert second.judge("今天天气真好", None, "emergency", real.dangers[0]) == ("emergency", real.dangers[0])


def test_what_the_rules_hold_for_urgent_is_no_danger_because_it_sounds_a_little_like_one(second: SecondOpinion) -> None:
    assert second.judge("工行小区3号楼楼道电线耷拉下来了", "工行小区3号楼楼道", "urgent", None) == ("urgent", None)


@pytest.mark.parametrize("place", ["铁西小区", "康巴什区赛台吉街道", "乌审召嘎查"])
def test_where_somebody_is_tells_of_no_danger(second: SecondOpinion, place: str) -> None:
    assert second.judge(f"在{place}", place, "normal", None) == ("normal", None)


@pytest.mark.parametrize("text", ["居住证怎么办理", "谢谢师傅修好了暖气", "路灯不亮了"])
def test_what_is_not_pressing_stays_as_it_is(second: SecondOpinion, text: str) -> None:
    assert second.judge(text, None, "normal", None) == ("normal", None)
    assert second.judge(text, None, "urgent", None) == ("urgent", None)


def test_without_a_general_danger_no_danger_is_made_up(small_town: Content) -> None:
    assert opinion(small_town).judge("快救命啊老人掉进河里了没上来", None, "normal", None)[1] is None
