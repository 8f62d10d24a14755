from collections.abc import Sequence

import pytest

from faq.content import Content, Entry
from faq.match import MOST_CHOICES, SURE, Matcher


def entry(name: str, question: str, similar: Sequence[str] = ()) -> Entry:
    return Entry.model_construct(
        id=name, category="其他", question=question, similar=tuple(similar), answer="", source=""
    )


@pytest.fixture
def matcher(small_town: Content) -> Matcher:
    return Matcher(small_town.entries)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("身份证丢了咋补办", "id-card-lost"),
        ("請問身份證丟了怎麼補辦?", "id-card-lost"),
        ("身份证遗失怎么补领", "id-card-lost"),
        ("天然气费在哪里交", "gas-payment"),
        ("外地人办居住证要啥材料", "residence-permit"),
    ],
)
def test_a_clear_question_is_sure_and_has_one_choice(matcher: Matcher, text: str, found: str) -> None:
    match = matcher.match(text)
    assert (match.band, [choice.entry.id for choice in match.choices]) == ("sure", [found])
    assert match.score == match.choices[0].score <= 1


def test_a_close_call_is_maybe_with_up_to_three_choices_and_the_best_first() -> None:
    things = ("老年人优待证", "残疾人优待证", "军人优待证", "学生优待证", "教师优待证", "图书证")
    matcher = Matcher([entry(f"e{number}", f"{thing}怎么办理?") for number, thing in enumerate(things)])
    match = matcher.match("优待证怎么办理")
    assert match.band == "maybe"
    assert len(match.choices) == MOST_CHOICES
    assert "e5" not in {choice.entry.id for choice in match.choices}
    assert [choice.score for choice in match.choices] == sorted((c.score for c in match.choices), reverse=True)


def test_two_entries_that_fit_equally_are_never_sure() -> None:
    matcher = Matcher([entry("a", "社保卡丢失补办地点"), entry("b", "社保卡丢失补办时限"), entry("c", "护照怎么办")])
    match = matcher.match("社保卡丢失,补办")
    assert match.score > SURE
    assert match.band == "maybe"
    assert {choice.entry.id for choice in match.choices} == {"a", "b"}


@pytest.mark.parametrize("text", ["公积金贷款利率是多少", "哪里能学开车", "怎么办", "abc", "", "?"])
def test_a_question_without_an_entry_is_none(matcher: Matcher, text: str) -> None:
    match = matcher.match(text)
    assert (match.band, match.choices) == ("none", ())


def test_what_a_text_asks_counts_and_not_what_it_says_besides(matcher: Matcher) -> None:
    text = "我在外地打工好几年了一直没回去,身份证丢了怎么补办"
    assert matcher.match(text).band != "sure"
    assert matcher.match(text, "身份证丢了怎么补办").band == "sure"


def test_the_raw_ranking_has_no_bands(matcher: Matcher) -> None:
    ranked = matcher.rank("居住证和身份证怎么办理", 10)
    assert [choice.entry.id for choice in ranked][:2] == ["residence-permit", "id-card-lost"]
    assert [choice.entry.id for choice in matcher.rank("公积金缴费", 1)] == ["gas-payment"]
