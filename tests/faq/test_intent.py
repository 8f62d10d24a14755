"""What the sender wants: learned from the shipped examples, and from a few planted ones."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from faq.content import Content
from faq.intent import Listener
from faq.items import Example, Speech
from tests.faq.made import entry, examples


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("身份证丢了咋补办", "question"),
        ("没有煤气泄漏,只是想问燃气费怎么交", "question"),
        ("请问居住证怎么办,谢谢", "question"),
        ("公积金怎么提取", "question"),
        ("我们巷口第三盏路灯昨晚灭了", "request"),
        ("工行小区3号楼楼道电线耷拉下来了", "request"),
        ("路灯坏了,请派人修一下,谢谢", "request"),
        ("暖气什么时候停的都没人管,家里冰凉三天了,快派人来修", "request"),
        ("建议在路口增加路灯", "suggestion"),
        ("谢谢你们", "thanks"),
        ("谢谢师傅修好暖气", "thanks"),
        ("你好", "chat"),
        ("加微信贷款优惠", "chat"),
    ],
)
def test_what_the_sender_wants(listener: Listener, text: str, intent: str) -> None:
    heard = listener.hear(text)
    assert heard.intent == intent
    assert heard.probability > 0.5
    assert 0 <= heard.question <= 1
    assert (heard.question == heard.probability) == (intent == "question")


def test_traditional_letters_and_full_width_say_the_same(listener: Listener) -> None:
    assert listener.hear("請問居住證怎麼辦\uff1f") == listener.hear("请问居住证怎么办?")


@pytest.mark.parametrize("text", ["", "\uff1f", "😀", "…… ~", "a" * 3000])
def test_any_text_is_heard(listener: Listener, text: str) -> None:
    assert 0 < listener.hear(text).probability <= 1


def test_only_the_clauses_that_ask_are_given(listener: Listener) -> None:
    assert listener.asked("没有煤气泄漏,只是想问燃气费怎么交") == "只是想问燃气费怎么交"
    assert listener.asked("我在外地\uff0c身份证丢了怎么补办\uff1f家里没人\uff0c要带什么材料\uff1f") == (
        "身份证丢了怎么补办要带什么材料"
    )


def test_where_all_or_none_of_the_clauses_ask_nothing_is_left_to_take_apart(listener: Listener) -> None:
    assert listener.asked("燃气费怎么交") == ""
    assert listener.asked("燃气费怎么交,在哪里交") == ""
    assert listener.asked("我家在东胜,路灯坏了") == ""
    assert listener.asked("") == ""


def taught(content: Content, speeches: Sequence[Speech] = (), /, **texts: tuple[str, ...]) -> Listener:
    """A listener that knows these examples and nothing else."""
    return Listener(replace(content, entries=(), examples=examples(**texts), speeches=tuple(speeches)))


def test_it_learns_from_the_examples_and_knows_no_words_of_its_own(small_town: Content) -> None:
    turned = taught(small_town, request=("谢谢你们",), thanks=("路灯坏了快来修",), question=("建议增加路灯",))
    assert turned.hear("谢谢").intent == "request"
    assert turned.hear("快来修").intent == "thanks"
    assert turned.hear("建议增加").intent == "question"


def test_what_no_example_has_is_never_heard(small_town: Content) -> None:
    heard = taught(small_town, request=("路灯坏了",), thanks=("谢谢你们",)).hear("路灯怎么修")
    assert heard.intent in ("request", "thanks")
    assert heard.question == 0


def test_a_way_of_speaking_joins_words_that_no_example_has(small_town: Content) -> None:
    """The cue stands for words of one kind: one of them in the examples teaches what all of them say."""
    speech = Speech(name="打听", words=("几时", "多会儿"), patterns=("啥工.",))
    texts = {"question": ("几时供暖", "几时来水"), "request": ("暖气不热", "家里停水")}
    with_it, without = taught(small_town, [speech], **texts), taught(small_town, **texts)
    for text in ("多会儿", "啥工夫"):
        assert with_it.hear(text).question > without.hear(text).question + 0.1
        assert with_it.hear(text).intent == "question"


def test_words_of_a_speech_are_words_and_no_patterns(small_town: Content) -> None:
    asking = Speech(name="问", words=("a+c",), patterns=("x.z",), asks=True)
    listener = taught(small_town, [asking], question=("问",), request=("求",))
    assert [listener.asked(f"{clause},别的") for clause in ("a+c", "aac", "xyz")] == ["a+c", "", "xyz"]


def test_what_is_asked_stands_at_the_end(small_town: Content) -> None:
    """The same two clauses: the last one tells."""
    listener = taught(
        small_town,
        question=("路灯坏了,该找谁修", "暖气不热,该找谁修", "水管漏了,该找谁修"),
        request=("该找谁修,路灯坏了", "该找谁修,暖气不热", "该找谁修,水管漏了"),
    )
    assert listener.hear("电线断了,该找谁修").intent == "question"
    assert listener.hear("该找谁修,水管漏了,暖气不热").intent == "request"


def test_a_word_of_thanks_at_the_end_does_not_hide_the_clause_before_it(small_town: Content) -> None:
    listener = taught(
        small_town,
        question=("路灯坏了,该找谁修", "暖气不热,该找谁修", "水管漏了,该找谁修"),
        request=("该找谁修,路灯坏了", "该找谁修,暖气不热", "该找谁修,水管漏了"),
    )
    assert listener.hear("水管漏了,路灯坏了,该找谁修,谢谢").intent == "question"
    assert listener.hear("路灯坏了,该找谁修,水管漏了,谢谢").intent == "request"


def test_a_question_mark_tells_a_question(small_town: Content) -> None:
    listener = taught(small_town, question=("路灯坏了?",), request=("路灯坏了。",))
    assert [listener.hear(f"路灯坏了{mark}").intent for mark in ("?", "\uff1f", "。", "")] == [
        "question",
        "question",
        "request",
        "request",
    ]


def test_the_wordings_of_the_entries_teach_what_a_question_is(small_town: Content) -> None:
    content = replace(
        small_town,
        examples=(
            Example(intent="request", category="其他", texts=("路灯灭", "水管漏", "暖气凉", "井盖丢")),
            Example(intent="question", category="其他", texts=("几时供暖", "几时停暖", "几时来水", "几时来电")),
        ),
        speeches=(),
    )
    wordings = [f"居住证办理{at}" for at in range(9)]
    before = Listener(replace(content, entries=())).hear("居住证办理").question
    after = Listener(replace(content, entries=(entry("permit", "居住证办理", wordings),))).hear("居住证办理").question
    assert after > before + 0.3


def test_examples_of_one_intent_teach_nothing(small_town: Content) -> None:
    with pytest.raises(ValueError, match="class"):
        taught(small_town, request=("路灯坏了",))
