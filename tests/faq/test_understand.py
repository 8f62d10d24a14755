"""The whole understanding of a message, with the small town's content."""

import pytest

from faq.understand import Understander


def test_a_concrete_trouble_is_a_request_and_no_answer_swallows_it(understander: Understander) -> None:
    found = understander.understand("工行小区3号楼楼道电线耷拉下来了")
    assert (found.intent, found.category, found.urgency) == ("request", "供水供电供气", "urgent")
    assert found.place == "工行小区3号楼楼道"
    assert found.evidence == ("电线", "楼道")
    assert (found.match.band, found.match.choices) == ("none", ())


def test_a_clear_question_is_answered(understander: Understander) -> None:
    found = understander.understand("身份证丢了咋补办")
    assert (found.intent, found.category, found.urgency, found.place) == ("question", "治安消防", "normal", None)
    assert (found.match.band, found.match.choices[0].entry.id) == ("sure", "id-card-lost")


def test_a_denied_danger_leaves_the_question(understander: Understander) -> None:
    found = understander.understand("没有煤气泄漏,只是想问燃气费怎么交")
    assert (found.intent, found.urgency, found.danger) == ("question", "normal", None)
    assert found.match.band in ("sure", "maybe")
    assert found.match.choices[0].entry.id == "gas-payment"


def test_danger_comes_before_every_question(understander: Understander) -> None:
    found = understander.understand("请问燃气泄漏了怎么办,燃气费怎么交")
    assert (found.intent, found.urgency) == ("request", "emergency")
    assert found.danger is not None
    assert found.match.band == "none"


def test_the_entry_of_a_sure_answer_gives_the_category(understander: Understander) -> None:
    found = understander.understand("今年几号来暖气?")
    assert (found.match.band, found.category) == ("sure", "供暖")


def test_a_bare_keyword_is_a_question_and_a_bare_matter_a_request(understander: Understander) -> None:
    assert understander.understand("居住证").intent == "question"
    assert understander.understand("居住证").match.choices[0].entry.id == "residence-permit"
    assert understander.understand("物业").intent == "request"


def test_a_bare_place_is_a_request_with_that_place(understander: Understander) -> None:
    found = understander.understand("铁西二期3号楼")
    assert (found.intent, found.place, found.is_guess) == ("request", "铁西二期3号楼", False)


@pytest.mark.parametrize("text", ["", "?", "老人差点掉进去", "12"])
def test_what_says_nothing_known_is_a_guess(understander: Understander, text: str) -> None:
    found = understander.understand(text)
    assert (found.intent, found.category, found.is_guess, found.match.band) == ("chat", "其他", True, "none")


@pytest.mark.parametrize(("text", "intent"), [("谢谢师傅修好暖气", "thanks"), ("你好", "chat")])
def test_thanks_and_small_talk_have_no_category_no_hurry_and_no_answer(
    understander: Understander, text: str, intent: str
) -> None:
    found = understander.understand(text)
    assert (found.intent, found.category, found.urgency, found.match.band) == (intent, "其他", "normal", "none")
    assert found.evidence == ()
    assert not found.is_guess


def test_a_suggestion_has_a_category_and_no_hurry(understander: Understander) -> None:
    found = understander.understand("建议给电线耷拉的楼道增加路灯")
    assert (found.intent, found.urgency) == ("suggestion", "normal")
    assert found.category == "供水供电供气"


def test_the_place_is_in_the_words_of_the_text(understander: Understander) -> None:
    assert understander.understand("東勝區和平社區路燈壞了").place == "東勝區和平社區"


def test_a_very_long_message_is_understood_too(understander: Understander) -> None:
    found = understander.understand("工行小区3号楼电线耷拉下来了," * 100)
    assert (found.intent, found.place) == ("request", "工行小区3号楼")
