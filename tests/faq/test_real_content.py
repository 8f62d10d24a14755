"""The content that is shipped: it loads, it finds itself, and it keeps the promises of its own rules."""

from collections import Counter
from dataclasses import replace

import pytest

from faq.classify import Sorter
from faq.content import Content, Entry
from faq.match import Matcher
from faq.understand import Understander

CATEGORIES = {
    "市政设施", "供水供电供气", "供暖", "环境卫生", "噪音扰民", "物业管理", "交通停车", "通信线路", "住房建设",
    "社会保障", "医疗卫生", "教育", "农牧业", "劳动就业", "治安消防", "政策建议", "其他",
}  # fmt: skip


@pytest.fixture(scope="module")
def understander(real: Content) -> Understander:
    return Understander(real)


def test_it_has_the_seventeen_categories_and_a_hundred_entries_over_all_of_them(real: Content) -> None:
    assert set(real.categories) == CATEGORIES
    assert len(real.entries) >= 100
    assert {entry.category for entry in real.entries} == CATEGORIES


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


def test_every_wording_finds_its_own_entry_first(real: Content, understander: Understander) -> None:
    lost = []
    for entry in real.entries:
        for wording in (entry.question, *entry.similar):
            first = understander.matcher.rank(wording, 1)[0].entry.id
            if first != entry.id:
                lost.append((wording, entry.id, first))
    assert lost == []


def test_every_question_of_the_content_is_taken_for_a_question(real: Content, understander: Understander) -> None:
    taken = {entry.question: understander.understand(entry.question) for entry in real.entries}
    assert [question for question, found in taken.items() if found.intent != "question"] == []
    bands = Counter(found.match.band for found in taken.values())
    assert bands["sure"] >= 0.95 * len(taken)
    assert bands["none"] == 0


def test_wordings_that_the_entry_does_not_have_still_find_it(real: Content) -> None:
    """Similar wordings are taken out, one of each entry at a time, and asked: residents use words of their own."""
    firsts = thirds = sures = right_sures = total = 0
    for left_out in range(max(len(entry.similar) for entry in real.entries)):
        asked = {entry.similar[left_out]: entry.id for entry in real.entries if left_out < len(entry.similar)}
        matcher = Matcher([_without(entry, left_out) for entry in real.entries])
        for wording, entry_id in asked.items():
            ranked = [choice.entry.id for choice in matcher.rank(wording, 3)]
            match = matcher.match(wording)
            total += 1
            firsts += ranked[:1] == [entry_id]
            thirds += entry_id in ranked
            if match.band == "sure":
                sures += 1
                right_sures += match.choices[0].entry.id == entry_id
    assert firsts / total >= 0.60
    assert thirds / total >= 0.80
    assert right_sures / sures >= 0.92


def test_the_rules_give_most_entries_the_category_that_they_have(real: Content) -> None:
    sort = Sorter(real).sort
    right = sum(sort(entry.question).category == entry.category for entry in real.entries)
    assert right / len(real.entries) >= 0.70


def test_no_answer_holds_a_placeholder_and_none_is_served(real: Content) -> None:
    assert [entry.id for entry in real.entries if "【待填" in entry.served_answer] == []


def test_a_filled_local_line_is_served(real: Content) -> None:
    entry: Entry = next(entry for entry in real.entries if entry.local)
    filled = entry.model_copy(update={"local": "办理地点:某某路 1 号"})
    content = replace(real, entries=(filled,))
    assert content.entry(entry.id).served_answer.endswith("办理地点:某某路 1 号")


def _without(entry: Entry, number: int) -> Entry:
    similar = (*entry.similar[:number], *entry.similar[number + 1 :])
    return entry.model_copy(update={"similar": similar})


@pytest.mark.parametrize(
    ("text", "entry_id"),
    [("身份证丢了咋补办", "id-card-lost"), ("請問身份證丟了怎麼補辦", "id-card-lost"), ("燃气费怎么交", "gas-payment")],
)
def test_the_entries_that_everybody_asks_for_are_sure(understander: Understander, text: str, entry_id: str) -> None:
    match = understander.understand(text).match
    assert (match.band, match.choices[0].entry.id) == ("sure", entry_id)


@pytest.mark.parametrize("text", ["去月球的火车票怎么买", "量子力学是什么", "怎么养仙人掌"])
def test_a_question_far_from_every_entry_has_no_answer(understander: Understander, text: str) -> None:
    found = understander.understand(text)
    assert (found.intent, found.match.band) == ("question", "none")


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
    understander: Understander, text: str, intent: str, category: str, urgency: str, place: str | None
) -> None:
    found = understander.understand(text)
    assert (found.intent, found.category, found.urgency, found.place) == (intent, category, urgency, place)
    if intent != "question":
        assert (found.match.band, found.match.choices) == ("none", ())
