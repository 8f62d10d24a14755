"""Category with the small town's words."""

import itertools
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from faq.category import Finding, Sorter
from faq.content import Content, ContentError, load_content
from faq.items import Category, Concept
from tests.faq.town import CATEGORIES, write

TUNE = Path(__file__).parents[1] / "evaluation" / "tune.jsonl"


def sorter(content: Content, categories: Sequence[Category], concepts: Sequence[Concept] = ()) -> Sorter:
    by_name = {category.name: category for category in categories}
    return Sorter(replace(content, categories_by_name=by_name, concepts=tuple(concepts)))


def category(name: str, **rules: tuple[str, ...]) -> Category:
    return Category.model_validate({"name": name, "time_limit_hours": 1, **rules})


def test_the_category_is_given_with_its_evidence(small_town: Content) -> None:
    finding = Sorter(small_town).sort("工行小区3号楼楼道电线耷拉下来了")
    assert (finding.category, finding.evidence, finding.weight) == ("供水供电供气", ("电线", "楼道"), 4)


def test_a_strong_word_is_worth_three_other_words(small_town: Content) -> None:
    made = sorter(small_town, [category("甲", words=("红", "黄", "蓝")), category("乙", strong=("绿",), words=("黄",))])
    assert made.sort("红黄蓝绿").category == "乙"
    assert made.sort("红黄蓝").category == "甲"


def test_a_pattern_is_worth_a_strong_word_and_shows_what_it_saw(small_town: Content) -> None:
    finding = Sorter(small_town).sort("家里特别冷")
    assert (finding.category, finding.evidence, finding.weight) == ("供暖", ("家里特别冷",), 3)


def test_what_a_word_already_said_is_no_second_evidence(small_town: Content) -> None:
    made = sorter(
        small_town, [category("甲", strong=("暖气",), words=("气", "不热"), patterns=("暖.?气", "很.{0,2}不热"))]
    )
    assert made.sort("暖气很不热").weight == 6


def test_a_longer_word_of_another_category_takes_the_shorter_one_in_it(small_town: Content) -> None:
    made = sorter(
        small_town, [category("住房", strong=("加装电梯",)), category("物业", strong=("电梯",), words=("楼",))]
    )
    assert made.sort("这楼想加装电梯").category == "住房"
    assert made.sort("加装电梯没消息,旧电梯又坏了").evidence == ("加装电梯",)
    assert made.sort("楼里电梯坏了").category == "物业"


def test_not_when_takes_a_category_out(small_town: Content) -> None:
    assert Sorter(small_town).sort("充电桩停电了").category == "其他"
    assert Sorter(small_town).sort("停电了").category == "供水供电供气"


def test_nothing_said_is_other(small_town: Content) -> None:
    finding = Sorter(small_town).sort("天上有个风筝")
    assert (finding.category, finding.evidence, finding.weight) == ("其他", (), 0)


def test_among_equals_what_is_named_first_decides_and_never_the_order_of_the_list(small_town: Content) -> None:
    text = "物业把暖气和路灯都停了"
    for order in itertools.permutations(small_town.categories_by_name.values()):
        assert sorter(small_town, order).sort(text).category == "物业管理"


def test_traditional_letters_and_full_width_are_sorted_too(small_town: Content) -> None:
    assert Sorter(small_town).sort("樓道電線").category == "供水供电供气"


def test_the_four_lists_weigh_five_three_two_and_one(small_town: Content) -> None:
    lists = {"decisive": ("红",), "strong": ("黄",), "middle": ("蓝",), "words": ("绿",)}
    made = sorter(small_town, [category("甲", **lists)])
    assert [made.sort(word).weight for word in "红黄蓝绿"] == [5, 3, 2, 1]
    assert made.sort("红黄蓝绿").evidence == ("红", "黄", "蓝", "绿")


def test_a_word_in_two_lists_of_a_category_counts_once_by_the_stronger(small_town: Content) -> None:
    assert sorter(small_town, [category("甲", words=("路灯",), strong=("路灯",))]).sort("路灯").weight == 3


def test_a_concept_stands_for_all_of_its_words_and_counts_once(small_town: Content) -> None:
    concepts = [Concept(name="停水", words=("停水", "断水", "水没了"))]
    made = sorter(small_town, [category("供水", strong=("@停水",))], concepts)
    finding = made.sort("家里断水了")
    assert (finding.category, finding.evidence, finding.weight) == ("供水", ("断水",), 3)
    assert made.sort("断水了,一停水就是三天").weight == 3


def test_words_of_one_cue_count_once(small_town: Content) -> None:
    made = sorter(small_town, [category("治安", strong=("绞进|绞住",))])
    assert (made.sort("手绞进去了").evidence, made.sort("绞进去,绞住了").weight) == (("绞进",), 3)


def test_a_concept_that_is_not_there_is_a_fault_with_file_and_line(tmp_path: Path) -> None:
    categories = CATEGORIES.replace('strong = ["暖气", "供暖"]', 'strong = ["暖气", "小区+@停谁"]')
    write(tmp_path, {"categories.toml": categories})
    with pytest.raises(ContentError, match=r"categories\.toml:5: 供暖: strong: found '停谁'"):
        load_content(tmp_path)


def test_words_said_together_speak_in_any_order_and_alone_they_do_not(small_town: Content) -> None:
    made = sorter(small_town, [category("环境", strong=("狗|犬+咬|追",))])
    assert made.sort("一条狗老追人").evidence == ("狗", "追")
    assert made.sort("追着咬,那条犬").weight == 3
    assert made.sort("狗丢了").weight == 0
    assert made.sort("后面有人追").weight == 0


def test_words_far_from_each_other_are_not_said_together(small_town: Content) -> None:
    made = sorter(small_town, [category("环境", strong=("狗+咬",))])
    assert made.sort("邻居家有狗,我今天来是想问孩子让虫子咬了咋办").weight == 0
    assert made.sort("狗又大又凶,天天在门口叫唤,那个狗咬人").weight == 3


def test_a_part_of_what_is_said_together_takes_no_word_away(small_town: Content) -> None:
    made = sorter(small_town, [category("甲", strong=("水管+爆",)), category("乙", strong=("管爆",))])
    assert made.sort("水管爆了").category in ("甲", "乙")
    assert {name: finding.weight for name, finding in made.findings("水管爆了").items()} == {"甲": 3, "乙": 3}


@pytest.mark.parametrize("key", ["狗+", "+咬", "狗|+咬", "@", "狗+@"])
def test_half_a_cue_is_refused(key: str) -> None:
    with pytest.raises(ValidationError):
        category("甲", strong=(key,))


def test_what_is_denied_is_no_evidence_and_what_is_missing_is(small_town: Content) -> None:
    made = sorter(small_town, [category("供水", strong=("停水", "水压")), category("市政", strong=("路灯",))])
    assert made.sort("不是停水,是水压小").evidence == ("水压",)
    assert made.sort("不是我家停水").weight == 0
    assert made.sort("是不是停水了").evidence == ("停水",)
    assert made.sort("巷子里没有路灯").evidence == ("路灯",)


def test_what_speaks_for_each_category_is_given_and_the_strongest_decides(small_town: Content, real: Content) -> None:
    made = sorter(small_town, [category("甲", strong=("红",)), category("乙", words=("红",)), category("丙")])
    assert made.findings("红") == {"甲": Finding("甲", ("红",), 3), "乙": Finding("乙", ("红",), 1)}
    assert made.findings("白") == {}
    rules = Sorter(real)
    for text in ("楼道里电线耷拉着", "单位不交公积金", "嘎查的桥断了", "建议提高低保标准"):
        finding, findings = rules.sort(text), rules.findings(text)
        assert findings[finding.category] == finding
        assert finding.weight == max(found.weight for found in findings.values())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("村里的路断了过不去", "交通停车"),
        ("流浪狗成群追孩子", "环境卫生"),
        ("厂子排的污水把河都染黑了", "环境卫生"),
        ("公积金怎么提取", "社会保障"),
        ("身份证到期了怎么换", "治安消防"),
        ("居住证在哪里办", "治安消防"),
        ("超市卖过期食品", "其他"),
        ("两口子闹离婚想找人调解", "其他"),
        ("图书馆几点关门", "其他"),
        ("建议把低保标准提高一些", "政策建议"),
        ("建议在公园里多装几把长椅", "市政设施"),
        ("草场着火了,火头往南跑", "治安消防"),
        ("羊得了口蹄疫", "农牧业"),
        ("老人昏迷叫不醒", "医疗卫生"),
    ],
)
def test_what_is_easily_confused_is_kept_apart(real: Content, text: str, expected: str) -> None:
    assert Sorter(real).sort(text).category == expected


def test_the_shipped_rules_alone_are_good(real: Content) -> None:
    messages = [json.loads(line) for line in TUNE.read_text("utf-8").splitlines() if line.strip()]
    asked = [message for message in messages if message["intent"] in ("request", "suggestion", "question")]
    sort = Sorter(real).sort
    right = sum(sort(message["text"]).category == message["category"] for message in asked)
    assert right / len(asked) >= 0.85
