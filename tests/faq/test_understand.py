"""The whole understanding of a message, with the small town's content."""

from dataclasses import replace

import pytest

from faq.content import Content
from faq.understand import Understander
from tests.faq.made import FakeEncoder, calibration, examples, stage

ASKED = ("身份证丢了怎么补办", "燃气费怎么交", "居住证怎么办理", "什么时候供暖")
TOLD = ("路灯坏了快派人来", "暖气不热快派人来", "水管漏了快派人来")


def test_a_concrete_trouble_is_a_request_with_its_place_and_category(understander: Understander) -> None:
    found = understander.understand("工行小区3号楼楼道电线耷拉下来了")
    assert (found.intent, found.category, found.urgency) == ("request", "供水供电供气", "urgent")
    assert found.place == "工行小区3号楼楼道"
    assert "电线" in found.evidence
    assert (found.match.band, found.match.choices) == ("none", ())


@pytest.mark.parametrize(
    ("text", "entry_id"),
    [
        ("身份证丢了,请派人处理", "id-card-lost"),
        ("什么时候开始供暖啊,我家暖气昨天停了,家里冰凉,快派人来看看", "heating-season"),
        ("今年几号来暖气,现在家里冰凉三天了,快派人来修", "heating-season"),
    ],
)
def test_no_answer_swallows_a_report_that_shares_its_words(
    understander: Understander, text: str, entry_id: str
) -> None:
    assert understander.matcher.rank(text, 1)[0].entry.id == entry_id
    found = understander.understand(text)
    assert (found.intent, found.match.band, found.match.choices) == ("request", "none", ())


def test_a_clear_question_is_answered(understander: Understander) -> None:
    found = understander.understand("身份证丢了咋补办")
    assert (found.intent, found.category, found.urgency, found.place) == ("question", "治安消防", "normal", None)
    assert (found.match.band, found.match.choices[0].entry.id) == ("sure", "id-card-lost")


def test_a_denied_danger_leaves_the_question(understander: Understander) -> None:
    found = understander.understand("没有煤气泄漏,只是想问燃气费怎么交")
    assert (found.intent, found.urgency, found.danger) == ("question", "normal", None)
    assert found.match.choices[0].entry.id == "gas-payment"


def test_the_clauses_that_ask_are_looked_up_by_themselves(understander: Understander) -> None:
    text = "我在外地打工好几年了一直没回去,请问身份证丢了怎么补办"
    found = understander.understand(text)
    assert found.match.choices[0].entry.id == "id-card-lost"
    assert found.match.score > understander.matcher.match(text).score


def test_danger_comes_before_every_question(understander: Understander) -> None:
    found = understander.understand("请问燃气泄漏了怎么办,燃气费怎么交")
    assert (found.intent, found.urgency) == ("request", "emergency")
    assert found.danger is not None
    assert found.match.band == "none"


def test_the_entry_that_answers_gives_the_category(understander: Understander, small_town: Content) -> None:
    moved = [entry.model_copy(update={"category": "物业管理"}) for entry in small_town.entries]
    town = replace(small_town, entries=tuple(moved), examples=examples(question=ASKED, request=TOLD))
    found = Understander(town).understand("燃气费怎么交")
    assert (found.match.band, found.category, found.evidence) == ("sure", "物业管理", ("燃气费怎么交?",))
    assert understander.understand("燃气费怎么交").category == "供水供电供气"


def test_a_bare_keyword_is_a_question(real_understander: Understander) -> None:
    found = real_understander.understand("居住证")
    assert found.intent == "question"
    assert found.match.choices[0].entry.id == "residence-permit"


def test_a_bare_place_is_a_request_with_that_place(understander: Understander) -> None:
    found = understander.understand("铁西二期3号楼")
    assert (found.intent, found.place, found.is_guess) == ("request", "铁西二期3号楼", False)


@pytest.mark.parametrize("text", ["", "\uff1f", "12", "😀", "\ud83d", "\u200b"])
def test_a_text_that_says_nothing_is_understood_without_error_and_not_answered(
    understander: Understander, text: str
) -> None:
    found = understander.understand(text)
    assert (found.urgency, found.place, found.match.band) == ("normal", None, "none")


@pytest.mark.parametrize(("text", "intent"), [("谢谢师傅修好暖气", "thanks"), ("你好", "chat")])
def test_thanks_and_small_talk_have_no_category_no_hurry_and_no_answer(
    understander: Understander, text: str, intent: str
) -> None:
    found = understander.understand(text)
    assert (found.intent, found.category, found.urgency, found.match.band) == (intent, "其他", "normal", "none")
    assert found.evidence == ()
    assert not found.is_guess


def test_a_suggestion_has_a_category_and_no_hurry(understander: Understander) -> None:
    found = understander.understand("建议把楼道里耷拉的电线都收起来")
    assert (found.intent, found.urgency, found.category) == ("suggestion", "normal", "供水供电供气")


def test_the_place_is_in_the_words_of_the_text(understander: Understander) -> None:
    assert understander.understand("東勝區和平社區路燈壞了").place == "東勝區和平社區"


def test_a_very_long_message_is_understood_too(understander: Understander) -> None:
    found = understander.understand("工行小区3号楼电线耷拉下来了," * 100)
    assert (found.intent, found.place) == ("request", "工行小区3号楼")


def planted(town: Content, **texts: tuple[str, ...]) -> Understander:
    """The town's understanding after these examples alone; the wordings of its entries teach nothing."""
    return Understander(replace(town, examples=examples(**texts), speeches=(), categories_by_name={}))


def test_what_fits_no_intent_better_than_another_is_a_guess_and_taken_for_small_talk(small_town: Content) -> None:
    same = ("天上有风筝",)
    town = planted(small_town, request=same, question=same, thanks=same, suggestion=same)
    found = town.understand("天上有风筝")
    assert (found.intent, found.category, found.is_guess) == ("chat", "其他", True)
    placed = town.understand("和平社区天上有风筝")
    assert (placed.place, placed.is_guess) == ("和平社区", False)


def test_small_talk_that_is_not_clear_is_a_guess(small_town: Content) -> None:
    text = "天上有风筝"
    others = ("说别的事", "讲那件事", "提一件事")
    clear = planted(small_town, chat=(text,), question=others).understand(text)
    doubtful = planted(small_town, chat=(text, text), thanks=(text,), question=others).understand(text)
    assert (clear.intent, clear.is_guess) == ("chat", False)
    assert (doubtful.intent, doubtful.is_guess) == ("chat", True)


def test_a_named_place_and_nothing_that_asks_is_an_event(small_town: Content) -> None:
    town = Understander(replace(small_town, examples=examples(question=("燃气费", *ASKED), request=TOLD)))
    assert town.understand("燃气费").intent == "question"
    told = town.understand("和平社区燃气费")
    assert (told.intent, told.place, told.match.band) == ("request", "和平社区", "none")
    asked = town.understand("和平社区燃气费怎么交")
    assert (asked.intent, asked.match.choices[0].entry.id) == ("question", "gas-payment")


def test_what_may_as_well_be_small_talk_is_asked_back_and_not_answered(small_town: Content) -> None:
    clear = planted(small_town, question=ASKED, chat=("今天天气真好",))
    doubtful = planted(small_town, question=ASKED, chat=ASKED)
    text = "身份证丢了怎么补办呢"
    assert clear.understand(text).match.band == "sure"
    found = doubtful.understand(text)
    assert (found.intent, found.match.band) == ("question", "maybe")
    assert [choice.entry.id for choice in found.match.choices] == ["id-card-lost"]


def test_a_keyword_that_might_be_a_report_is_looked_up_and_a_sentence_is_not(small_town: Content) -> None:
    words, sentences = ("居住证",), ("居住证怎么办理呢",)
    town = planted(small_town, question=(*words, *sentences), request=(*words * 2, *sentences * 2))
    found = town.understand("居住证")
    assert (found.intent, found.match.choices[0].entry.id) == ("question", "residence-permit")
    assert town.understand("居住证怎么办理呢").intent == "request"


def test_what_somebody_listed_for_an_entry_is_a_sure_question_whatever_else_it_sounds_like(small_town: Content) -> None:
    town = planted(small_town, chat=("居住证怎么办理",), request=TOLD)
    found = town.understand("请问居住证怎么办理")
    assert (found.intent, found.match.band, found.match.score) == ("question", "sure", 1.0)


def test_encoders_are_asked_for_a_question_whose_words_are_not_there_and_for_nothing_else(small_town: Content) -> None:
    text = "小本本没了咋闹"
    stages = [stage(number, {"letters": 10.0, "nearest_1": 10.0}, bias=-5) for number in range(2)]
    town = replace(
        small_town,
        examples=examples(question=(*ASKED, text), request=TOLD),
        calibration=calibration(*stages),
    )
    encoder = FakeEncoder(groups=[["身份证丢了怎么补办?", text]])
    deaf, hearing = Understander(town), Understander(town, [encoder])
    encoder.asked.clear()
    assert deaf.understand(text).match.band == "none"
    found = hearing.understand(text)
    assert (found.match.band, found.match.choices[0].entry.id) == ("sure", "id-card-lost")
    assert encoder.asked == [text]
    hearing.understand(TOLD[0])
    assert encoder.asked == [text]
