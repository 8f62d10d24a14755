from collections.abc import Sequence

import pytest

from faq.content import Content, Entry
from faq.match import MOST_CHOICES, Matcher


def entry(name: str, question: str, similar: Sequence[str] = ()) -> Entry:
    return Entry.model_construct(
        id=name, category="其他", question=question, similar=tuple(similar), answer="", local=""
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


def test_a_close_call_is_maybe_with_the_best_first() -> None:
    things = ("老年证", "残疾证", "居住证", "健康证", "准生证")
    matcher = Matcher([entry(f"e{number}", f"{thing}怎么办理?") for number, thing in enumerate(things)])
    match = matcher.match("证件怎么办理")
    assert match.band == "maybe"
    assert 2 <= len(match.choices) <= MOST_CHOICES
    assert [choice.score for choice in match.choices] == sorted((c.score for c in match.choices), reverse=True)


def test_two_entries_that_fit_equally_are_never_sure() -> None:
    matcher = Matcher([entry("a", "社保卡怎么办"), entry("b", "怎么办社保卡")])
    assert matcher.match("社保卡怎么办呢").band == "maybe"


@pytest.mark.parametrize("text", ["公积金贷款利率是多少", "哪里能学开车", "abc", "", "?"])
def test_a_question_without_an_entry_is_none(matcher: Matcher, text: str) -> None:
    match = matcher.match(text)
    assert (match.band, match.choices) == ("none", ())


def test_what_a_text_asks_counts_and_not_what_it_says_besides(matcher: Matcher) -> None:
    text = "我在外地打工好几年了一直没回去,身份证丢了怎么补办"
    assert matcher.match(text).band != "sure"
    assert matcher.match(text, "身份证丢了怎么补办").band == "sure"


def test_the_raw_ranking_is_deeper_than_the_choices(matcher: Matcher) -> None:
    assert [choice.entry.id for choice in matcher.rank("居住证和身份证怎么办理", 10)][:2] == [
        "residence-permit",
        "id-card-lost",
    ]
    assert matcher.rank("居住证怎么办", 1)[0].entry.id == "residence-permit"
