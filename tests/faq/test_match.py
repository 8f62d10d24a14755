"""Which entry answers, and how sure that is: with the shipped calibration, and with numbers made for the test."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from faq.calibration import kinds
from faq.content import Content
from faq.items import Concept, Entry
from faq.match import MOST_CHOICES, NO_MATCH, TAIL, Matcher
from tests.faq.made import FakeEncoder, calibration, entry, stage

PASSES = ("老年人优待证", "残疾人优待证", "军人优待证", "学生优待证", "教师优待证", "图书证")
# By letters alone: what is half alike has the probability of a half.
LETTERS = stage(0, {"letters": 10.0}, bias=-5)
BIRTH = [
    entry("birth", "新生儿上户口需要什么材料", ["宝宝登记户籍"]),
    entry("gas", "燃气卡充值", ["煤气缴费"]),
    entry("card", "身份证补办", ["证件遗失补领"]),
]
SPOKEN = "娃刚落地咋报名字"
# The second encoder hears what the first does not.
SAME = [["新生儿上户口需要什么材料", SPOKEN]]


@pytest.fixture(scope="module")
def matcher(small_town: Content) -> Matcher:
    return Matcher(small_town.entries, small_town.concepts, small_town.calibration)


def ids(matcher: Matcher, text: str, limit: int = 3) -> list[str]:
    return [choice.entry.id for choice in matcher.rank(text, limit)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("身份证丢了咋补办", "id-card-lost"),
        ("身份证遗失补领要什么手续", "id-card-lost"),
        ("天然气费在哪里交", "gas-payment"),
        ("外地人办居住证要啥材料", "residence-permit"),
        ("今年几号来暖气", "heating-season"),
    ],
)
def test_a_clear_question_is_sure_and_has_one_choice(matcher: Matcher, text: str, found: str) -> None:
    match = matcher.match(text)
    assert (match.band, [choice.entry.id for choice in match.choices]) == ("sure", [found])
    assert match.score == match.choices[0].score <= 1


@pytest.mark.parametrize(
    "text",
    [
        "身份證丟了怎麼補辦",
        "身份证丢了怎么补办???",
        " 身份证 丢了 怎么 补办 ",
        "麻烦您,我想问一下身份证丢了怎么补办,谢谢",
        "身份证丢了咋补办😭",
        "身份证丢了怎样补办",
    ],
)
def test_width_letters_manners_and_dialect_make_no_difference(matcher: Matcher, text: str) -> None:
    plain, written = matcher.match("身份证丢了怎么补办"), matcher.match(text)
    assert written == plain
    assert written.band == "sure"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("身份正丢了怎么补办", "id-card-lost"),
        ("身分证丢了怎么不办", "id-card-lost"),
        ("然起费怎么交", "gas-payment"),
        ("居住正怎么办里", "residence-permit"),
        ("工暖什么时候开始", "heating-season"),
        ("shenfenzheng diu le zenme buban", "id-card-lost"),
        ("gongnuan shenmeshihou kaishi", "heating-season"),
    ],
)
def test_homophones_and_pinyin_find_their_entry(matcher: Matcher, text: str, found: str) -> None:
    match = matcher.match(text)
    assert match.band != "none"
    assert match.choices[0].entry.id == found


def test_a_word_typed_in_letters_finds_its_entry(small_town: Content) -> None:
    entries = [entry("card", "社保卡怎么补办"), entry("gas", "燃气费怎么交"), entry("fund", "公积金怎么取")]
    made = Matcher(entries, (), small_town.calibration)
    assert ids(made, "shebaoka", 1) == ["card"]
    assert ids(made, "gongjijin", 1) == ["fund"]


def test_a_word_of_the_same_concept_finds_an_entry_without_a_shared_letter() -> None:
    concepts = (Concept(name="燃气", words=("燃气", "灶火")), Concept(name="充值", words=("充值", "交钱")))
    trusting = calibration(stage(0, {"letters": 10.0, "concepts": 10.0}, bias=-5))
    assert Matcher(BIRTH, concepts, trusting).match("灶火交钱").band == "sure"
    assert ids(Matcher(BIRTH, concepts, trusting), "灶火交钱", 1) == ["gas"]
    assert Matcher(BIRTH, (), trusting).match("灶火交钱").band == "none"


@pytest.mark.parametrize("text", ["公积金贷款利率是多少", "哪里能学开车", "怎么办", "abc", "", "?", "😀"])
def test_a_question_without_an_entry_is_none(matcher: Matcher, text: str) -> None:
    assert matcher.match(text) == NO_MATCH


def test_a_close_call_is_maybe_with_at_most_three_choices_and_the_best_first(small_town: Content) -> None:
    entries = [
        entry(f"e{number}", f"{thing}怎么办理?", [f"办{thing}要什么材料", f"{thing}在哪里办"])
        for number, thing in enumerate(PASSES)
    ]
    match = Matcher(entries, (), small_town.calibration).match("优待证怎么办理")
    assert match.band == "maybe"
    assert len(match.choices) == MOST_CHOICES
    assert "e5" not in {choice.entry.id for choice in match.choices}
    scores = [choice.score for choice in match.choices]
    assert scores == sorted(scores, reverse=True)
    assert match.score == scores[0]


def test_two_entries_that_fit_equally_are_both_shown_and_never_sure(small_town: Content) -> None:
    where = entry("where", "社保卡丢失补办地点", ["社保卡丢了去哪补", "社保卡在哪里补办"])
    when = entry("when", "社保卡丢失补办时限", ["社保卡丢了几天补好", "社保卡多久补办好"])
    match = Matcher([where, *small_town.entries, when], (), small_town.calibration).match("社保卡丢失,补办")
    assert match.band == "maybe"
    assert {choice.entry.id for choice in match.choices} == {"where", "when"}


def test_the_question_in_a_long_story_counts_where_it_is_given(matcher: Matcher) -> None:
    asked = "身份证丢了怎么补办"
    text = f"我在外地打工好几年了一直没回去,家里老人孩子都等着,{asked}"
    alone, helped = matcher.match(text), matcher.match(text, asked)
    assert helped == matcher.match(asked)
    assert helped.score > alone.score
    assert matcher.match(asked, "公积金") == matcher.match(asked)  # the better of the two counts


@pytest.mark.parametrize(
    ("sure", "maybe", "band", "shown"),
    [(0.5, 0.3, "sure", 1), (1.0, 0.3, "maybe", 3), (1.0, 1.0, "none", 0)],
)
def test_the_calibration_decides_the_band(sure: float, maybe: float, band: str, shown: int) -> None:
    entries = [entry(f"e{number}", f"{thing}怎么办理?") for number, thing in enumerate(PASSES)]
    made = Matcher(entries, (), calibration(replace(LETTERS, sure=sure), maybe=maybe, choice=0))
    match = made.match("老年人优待证")
    assert (match.band, len(match.choices)) == (band, shown)


def test_an_entry_far_behind_is_no_choice() -> None:
    entries = [entry("a", "护照补办"), entry("b", "护照换发"), entry("c", "骆驼养殖")]
    never_sure = replace(LETTERS, sure=1.0)
    match = Matcher(entries, (), calibration(never_sure, choice=0.02)).match("护照补发")
    assert [choice.entry.id for choice in match.choices] == ["a", "b"]
    assert match.choices[1].score >= 0.02
    assert len(Matcher(entries, (), calibration(never_sure, choice=0)).match("护照补发").choices) == 3


def test_an_entry_is_not_the_answer_where_a_question_without_one_is_nearer() -> None:
    entries = [entry("lost", "身份证丢了怎么补办"), entry("birth", "新生儿上户口")]
    weights = {"letters": 10.0, "letters_lead": 10.0}
    made = calibration(stage(0, weights, bias=-5))
    asked = "身份证丢了能挂失吗"
    alone, beside = (Matcher(entries, (), made, (), None, questions) for questions in ((), [(asked, "能挂失吗")]))
    assert alone.match(asked).choices[0].entry.id == "lost"
    assert beside.match(asked) == NO_MATCH
    assert beside.match("身份证丢了怎么补办").band == "sure"  # what the entry does answer
    assert ids(beside, asked) == ids(alone, asked) == ["lost", "birth"]


def test_encoders_hear_what_has_no_answer(tmp_path: Path) -> None:
    encoder = FakeEncoder(groups=[["领证要花钱不", SPOKEN]])
    weights = {"nearest_1": 10.0, "nearest_1_lead": 10.0}
    made = calibration(LETTERS, stage(1, weights, bias=-5))
    for questions, nearest in (((), False), ([("领证要花钱不",)], True)):
        (_, (candidates, rows)) = Matcher(BIRTH, (), made, [encoder], tmp_path, questions).evidence(SPOKEN)
        best = int(candidates[rows[:, kinds(1).index("nearest_1")].argmax()])
        assert (best == len(BIRTH)) is nearest


def test_the_score_is_the_probability_that_the_calibration_gives() -> None:
    made = Matcher([entry("a", "护照补办"), entry("b", "骆驼养殖")], (), calibration(LETTERS))
    assert made.match("护照补办").score == pytest.approx(1 / (1 + 2.718281828**-5), abs=1e-4)


@pytest.mark.parametrize(("similar", "band"), [((), "none"), (("护照办理",), "none"), (("护照办理", "补护照"), "sure")])
def test_lists_with_one_and_with_many_wordings_have_stages_of_their_own(similar: Sequence[str], band: str) -> None:
    # "护照办理" alone makes three wordings for two entries: fewer than two each.
    one = replace(LETTERS, bias=-99)
    made = replace(calibration(LETTERS), stages={"one": (one,), "many": (LETTERS,)})
    entries = [entry("a", "护照补办", similar), entry("b", "骆驼养殖")]
    assert Matcher(entries, (), made).match("护照补办").band == band


def test_the_raw_ranking_has_no_bands(matcher: Matcher) -> None:
    assert ids(matcher, "居住证和身份证怎么办理", 2) == ["residence-permit", "id-card-lost"]
    assert matcher.match("月球上有没有人").band == "none"
    assert len(matcher.rank("月球上有没有人", 10)) == 4


def test_no_entries_answer_nothing(small_town: Content) -> None:
    encoder = FakeEncoder()
    made = Matcher([], (), small_town.calibration, [encoder])
    assert made.match("身份证丢了怎么补办") == NO_MATCH
    assert made.rank("身份证丢了怎么补办", 3) == []
    assert encoder.asked == []


def test_one_entry_alone_is_found(small_town: Content) -> None:
    made = Matcher([entry("a", "身份证丢了怎么补办", ["补办身份证", "身份证补领"])], (), small_town.calibration)
    assert made.match("身份证丢了怎么补办").band == "sure"
    assert made.match("骆驼怎么养殖").band != "sure"


def heard(first: FakeEncoder, second: FakeEncoder | None = None, entries: Sequence[Entry] = BIRTH) -> Matcher:
    """A matcher that trusts letters and the nearness of each encoder, and forgets what it asked for the entries."""
    stages = [
        LETTERS,
        stage(1, {"letters": 10.0, "nearest_1": 10.0}, bias=-5),
        stage(2, {"letters": 10.0, "nearest_1": 5.0, "nearest_2": 10.0}, bias=-5),
    ]
    encoders = [encoder for encoder in (first, second) if encoder]
    made = Matcher(entries, (), calibration(*stages), encoders)
    for encoder in encoders:
        encoder.asked.clear()
    return made


def test_meaning_joins_what_shares_no_letter() -> None:
    assert heard(FakeEncoder()).rank(SPOKEN, 1)[0].score < 0.9
    match = heard(FakeEncoder(groups=SAME)).match(SPOKEN)
    assert (match.band, match.choices[0].entry.id) == ("sure", "birth")


def test_an_encoder_is_not_asked_where_words_leave_no_doubt() -> None:
    first, second = FakeEncoder("first"), FakeEncoder("second")
    match = heard(first, second).match("燃气卡充值")
    assert (match.band, match.choices[0].entry.id) == ("sure", "gas")
    assert (first.asked, second.asked) == ([], [])


def test_the_second_encoder_is_asked_only_where_the_first_leaves_doubt() -> None:
    first, second = FakeEncoder("first", SAME), FakeEncoder("second")
    assert heard(first, second).match(SPOKEN).band == "sure"
    assert (first.asked, second.asked) == ([SPOKEN], [])

    first, second = FakeEncoder("first"), FakeEncoder("second", SAME)
    match = heard(first, second).match(SPOKEN)
    assert match.choices[0].entry.id == "birth"
    assert (first.asked, second.asked) == ([SPOKEN], [SPOKEN])


def test_what_is_hopeless_is_not_encoded_unless_a_ranking_is_wanted() -> None:
    encoder = FakeEncoder()
    gives_up = replace(LETTERS, hopeless=0.2), stage(1, {"letters": 10.0}, bias=-5)
    made = Matcher(BIRTH, (), calibration(*gives_up), [encoder])
    encoder.asked.clear()
    assert made.match("骆驼多少钱一峰") == NO_MATCH
    assert encoder.asked == []
    made.rank("骆驼多少钱一峰", 1)
    assert encoder.asked == ["骆驼多少钱一峰"]


def test_the_second_encoder_which_is_slow_reads_only_the_end_of_a_story() -> None:
    words_only = [stage(number, {"letters": 10.0}, bias=-5) for number in range(3)]
    first, second = FakeEncoder("first"), FakeEncoder("second")
    story = f"前几天下大雨没顾上,今天才来打听打听这个事,{SPOKEN}"
    Matcher(BIRTH, (), calibration(*words_only), [first, second]).match(story)
    assert (first.asked[-1], second.asked[-1]) == (story, story[-TAIL:])


def test_encoders_read_the_text_as_it_was_written() -> None:
    encoder = FakeEncoder()
    heard(encoder).match("請問,娃剛落地咋報名字??")
    assert encoder.asked == ["請問,娃剛落地咋報名字??"]


def test_a_text_of_nothing_is_not_encoded() -> None:
    encoder = FakeEncoder()
    assert heard(encoder).match("……") == NO_MATCH
    assert encoder.asked == []


def test_the_entries_are_encoded_when_the_matcher_is_built_and_kept_in_the_cache(tmp_path: Path) -> None:
    entries = [BIRTH[1], entry("camel", "骆驼养殖", (), "到草原站登记")]
    stages = calibration(LETTERS, stage(1, {"letters": 10.0}, bias=-5))
    first, second = FakeEncoder(), FakeEncoder()
    made = Matcher(entries, (), stages, [first], tmp_path)
    # What has no answer of its own is known by its question.
    assert set(first.asked) == {"燃气卡充值", "煤气缴费", "骆驼养殖", "到草原站登记"}
    assert Matcher(entries, (), stages, [second], tmp_path).rank("骆驼", 2) == made.rank("骆驼", 2)
    assert second.asked == ["骆驼"]
