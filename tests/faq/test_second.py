"""The second opinion on urgency, with the real content: it adds what rules miss and doubts what cannot be."""

from dataclasses import replace

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
    danger = real.dangers[0]
    assert second.judge("老人躺在地上叫不答应", None, "emergency", danger) == ("emergency", danger)


@pytest.mark.parametrize("text", ["居住证怎么办理", "公园里能不能再多栽几棵树", "谢谢师傅修好了暖气"])
def test_a_danger_that_nothing_else_speaks_for_is_only_urgent(second: SecondOpinion, real: Content, text: str) -> None:
    assert second.judge(text, None, "emergency", real.dangers[0]) == ("urgent", None)


def test_one_sentence_of_a_long_story_keeps_a_danger(second: SecondOpinion, real: Content) -> None:
    story = "我想咨询高龄补贴,派出所说系统坏了开不了证明。老人走丢了到处找不到。补贴的材料都齐了,看看怎么办"
    assert second.judge(story, None, "emergency", real.dangers[0]) == ("emergency", real.dangers[0])


def test_a_plea_for_help_is_never_doubted(second: SecondOpinion, real: Content) -> None:
    plea = next(danger for danger in real.dangers if danger.is_plea)
    assert second.judge("没事,就是跟你们道个别", None, "emergency", plea) == ("emergency", plea)


def test_who_was_taught_of_no_emergency_doubts_none(small_town: Content) -> None:
    calm = replace(small_town, examples=tuple(e for e in small_town.examples if e.urgency != "emergency"))
    danger = small_town.dangers[0]
    assert opinion(calm).judge("居住证怎么办理", None, "emergency", danger) == ("emergency", danger)


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
