"""The content that is shipped: it loads, it finds itself, and it keeps the promises of its own rules."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest

from faq.category import Sorter
from faq.content import Content
from faq.items import INTENTS, Entry
from faq.match import Matcher
from faq.normalise import normalise
from faq.understand import Understander

CATEGORIES = {
    "市政设施", "供水供电供气", "供暖", "环境卫生", "噪音扰民", "物业管理", "交通停车", "通信线路", "住房建设",
    "社会保障", "医疗卫生", "教育", "农牧业", "劳动就业", "治安消防", "政策建议", "其他",
}  # fmt: skip


def test_it_has_the_seventeen_categories_and_a_hundred_entries_over_all_of_them(real: Content) -> None:
    assert set(real.categories) == CATEGORIES
    assert len(real.entries) >= 100
    assert {entry.category for entry in real.entries} == CATEGORIES


def test_the_examples_are_of_every_intent_category_and_urgency(real: Content) -> None:
    assert {example.intent for example in real.examples} == set(INTENTS)
    assert {example.category for example in real.examples} == CATEGORIES
    assert {example.urgency for example in real.examples} == {"emergency", "urgent", "normal"}
    assert {example.urgency for example in real.examples if example.intent != "request"} == {"normal"}


def test_no_example_has_two_meanings(real: Content) -> None:
    labels: dict[str, set[tuple[str, str]]] = {}
    for example in real.examples:
        for text in example.texts:
            labels.setdefault(text, set()).add((example.intent, example.category))
    assert [text for text, meant in labels.items() if len(meant) > 1] == []


def test_no_word_belongs_to_two_concepts_however_it_is_written(real: Content) -> None:
    owners: dict[str, set[str]] = {}
    for concept in real.concepts:
        for word in concept.words:
            owners.setdefault(normalise(word), set()).add(concept.name)
    assert "" not in owners
    assert {word: names for word, names in owners.items() if len(names) > 1} == {}


def test_the_roster_covers_every_area_all_168_hours(real: Content) -> None:
    parents = {area.name: area.parent for area in real.area_list}
    for area in parents:
        chain = [area]
        while (above := parents[chain[-1]]) is not None:
            chain.append(above)
        minutes = bytearray(7 * 24 * 60)
        for shift in real.shifts:
            if shift["area"] in chain and not shift["categories"]:
                start = shift["weekday"] * 1440 + shift["starts_minute"]
                for minute in range(start, start + shift["ends_minute"] - shift["starts_minute"]):
                    minutes[minute % len(minutes)] = 1
        assert all(minutes), f"{area} has hours without a member"


def test_the_bands_of_the_calibration_are_in_order(real: Content) -> None:
    bands = real.calibration.bands
    for stage in chain(*real.calibration.stages.values()):
        assert 0 < bands.choice < bands.maybe < stage.sure <= 1
        assert 0 <= stage.hopeless < bands.maybe


def test_every_wording_finds_its_own_entry_first(real: Content, real_understander: Understander) -> None:
    lost = []
    for entry in real.entries:
        for wording in (entry.question, *entry.similar):
            first = real_understander.matcher.rank(wording, 1)[0].entry.id
            if first != entry.id:
                lost.append((wording, entry.id, first))
    assert lost == []


def test_every_question_of_the_content_is_taken_for_a_question(real: Content, real_understander: Understander) -> None:
    taken = {entry.question: real_understander.understand(entry.question) for entry in real.entries}
    assert [question for question, found in taken.items() if found.intent != "question"] == []
    bands = Counter(found.match.band for found in taken.values())
    assert bands["sure"] >= 0.95 * len(taken)
    assert bands["none"] == 0


def test_wordings_that_the_entries_do_not_have_still_find_them(real: Content) -> None:
    """The last two similar wordings of each entry are taken out and asked: residents use words of their own."""
    matcher = Matcher([_shortened(entry) for entry in real.entries], real.concepts, real.calibration)
    asked = {wording: entry.id for entry in real.entries for wording in entry.similar[-2:]}
    ranked = {wording: [choice.entry.id for choice in matcher.rank(wording, 3)] for wording in asked}
    sure = {wording: match.choices[0].entry.id for wording in asked if (match := matcher.match(wording)).band == "sure"}
    assert _share([asked[wording] == found[0] for wording, found in ranked.items()]) >= 0.65
    assert _share([asked[wording] in found for wording, found in ranked.items()]) >= 0.82
    assert _share([asked[wording] == found for wording, found in sure.items()]) >= 0.94
    assert len(sure) >= 0.08 * len(asked)  # words alone, without an encoder


def test_the_rules_give_most_entries_the_category_that_they_have(real: Content) -> None:
    sort = Sorter(real).sort
    assert _share([sort(entry.question).category == entry.category for entry in real.entries]) >= 0.70


def test_an_entry_gives_its_category_to_what_it_answers(real: Content, real_understander: Understander) -> None:
    found = {entry: real_understander.understand(entry.question) for entry in real.entries}
    right = [understood.category == entry.category for entry, understood in found.items()]
    assert _share(right) >= 0.97


def test_no_answer_holds_a_placeholder_and_none_is_served(real: Content) -> None:
    assert [entry.id for entry in real.entries if "【待填" in entry.served_answer] == []


def test_a_filled_local_line_is_served(real: Content) -> None:
    entry: Entry = next(entry for entry in real.entries if entry.local)
    filled = entry.model_copy(update={"local": "办理地点:某某路 1 号"})
    content = replace(real, entries=(filled,))
    assert content.entry(entry.id).served_answer.endswith("办理地点:某某路 1 号")


@pytest.mark.parametrize(
    ("text", "entry_id"),
    [
        ("身份证丢了咋补办", "id-card-lost"),
        ("請問身份證丟了怎麼補辦", "id-card-lost"),
        ("燃气费怎么交", "gas-payment"),
        ("路灯坏了找谁修", "street-lamp-who"),
    ],
)
def test_the_entries_that_everybody_asks_for_are_sure(
    real_understander: Understander, text: str, entry_id: str
) -> None:
    match = real_understander.understand(text).match
    assert (match.band, match.choices[0].entry.id) == ("sure", entry_id)


@pytest.mark.parametrize("text", ["去月球的火车票怎么买", "量子力学是什么", "怎么养仙人掌", "红烧肉怎么做好吃"])
def test_a_question_far_from_every_entry_is_not_answered_surely(real_understander: Understander, text: str) -> None:
    found = real_understander.understand(text)
    assert found.intent == "question"
    assert found.match.band != "sure"


@pytest.mark.parametrize(
    ("text", "intent", "category", "urgency", "place"),
    [
        ("工行小区3号楼楼道电线耷拉下来了", "request", "供水供电供气", "urgent", "工行小区3号楼楼道"),
        ("没有煤气泄漏,只是想问燃气费怎么交", "question", "供水供电供气", "normal", None),
        ("路灯坏了找谁修", "question", "市政设施", "normal", None),
        ("我们巷口第三盏路灯昨晚灭了", "request", "市政设施", "normal", None),
        ("整栋楼停水两天了", "request", "供水供电供气", "urgent", None),
        ("达拉特旗树林召镇幸福小区半夜施工吵得睡不着", "request", "噪音扰民", "normal", "达拉特旗树林召镇幸福小区"),
        ("东胜区第三小学门口放学堵得水泄不通", "request", "交通停车", "normal", "东胜区第三小学门口"),
        ("乌审旗嘎鲁图镇布日都嘎查的桥被水冲断了", "request", "交通停车", "urgent", "乌审旗嘎鲁图镇布日都嘎查"),
        ("电梯里困了三个人", "request", "物业管理", "emergency", None),
        ("老板欠我们工资半年了不给", "request", "劳动就业", "normal", None),
        ("建议提高农村养老金标准", "suggestion", "政策建议", "normal", None),
        ("建议给老旧小区加装电梯", "suggestion", "住房建设", "normal", None),
        ("给你们点赞,办事真快", "thanks", "其他", "normal", None),
        ("低息贷款无抵押加微信", "chat", "其他", "normal", None),
        ("今天天气真不错", "chat", "其他", "normal", None),
    ],
)
def test_messages_of_every_sort_get_their_labels(
    real_understander: Understander, text: str, intent: str, category: str, urgency: str, place: str | None
) -> None:
    found = real_understander.understand(text)
    assert (found.intent, found.category, found.urgency, found.place) == (intent, category, urgency, place)
    if intent != "question":
        assert (found.match.band, found.match.choices) == ("none", ())


def _shortened(entry: Entry) -> Entry:
    return entry.model_copy(update={"similar": entry.similar[:-2]})


def _share(right: Sequence[bool]) -> float:
    return sum(right) / len(right)


def test_a_matter_at_a_named_place_is_never_small_talk(real_understander: Understander) -> None:
    found = real_understander.understand("康巴什区神华康城小区2号楼的电表走得太快了")
    assert (found.intent, found.category) == ("request", "供水供电供气")


def test_a_danger_in_the_plainest_words_is_never_missed(real_understander: Understander) -> None:
    """Few words leave the second opinion little to go by: it must not doubt what the rules have seen."""
    plain = (Path(__file__).parents[1] / "evaluation" / "plain_dangers.txt").read_text("utf-8").splitlines()
    assert len(plain) > 150
    assert [text for text in plain if real_understander.understand(text).urgency != "emergency"] == []
