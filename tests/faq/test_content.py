import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import ValidationError

from faq.content import Content, ContentError, load_content
from faq.items import PLACEHOLDER
from tests.faq import town as base
from tests.faq.town import REAL, write

INTENTS = """
[[speech]]
name = "疑问词"
asks = true
words = ["几时"]
patterns = ["谁|哪|怎么"]

[[speech]]
name = "感谢"
words = ["谢谢", "感谢"]
"""

CONCEPTS = """
[[concept]]
name = "儿童"
words = ["儿童", "娃娃", "孩子"]

[[concept]]
name = "预防接种"
words = ["接种", "打针"]
"""

EXAMPLES = """
[[example]]
intent = "thanks"
category = "其他"
texts = ["谢谢你们"]

[[example]]
intent = "request"
category = "治安消防"
urgency = "urgent"
texts = [
    "路灯杆倒了",
    "井盖不见了",
]

[[example]]
intent = "question"
category = "供暖"
texts = ["几时来暖气"]
"""

CALIBRATION = re.sub("(?m)^maybe = .*$", "maybe = 0.25", (REAL / "calibration.toml").read_text("utf-8"))
UNANSWERED = """
[[unanswered]]
beside = "id-card-lost"
questions = [
    "身份证照片能自己带吗",
    "身份证能寄到外地吗",
]
"""
# What is learned from is short here, so that each folder is read at once.
TEXTS: Mapping[str, str] = {
    **base.FILES,
    "intents.toml": INTENTS,
    "concepts.toml": CONCEPTS,
    "examples.toml": EXAMPLES,
    "unanswered.toml": UNANSWERED,
    "calibration.toml": CALIBRATION,
}


def town(folder: Path) -> Content:
    """The town's content, with concepts and few examples."""
    return load_content(write(folder, TEXTS))


def faults(folder: Path, **changes: str | None) -> list[str]:
    """What is complained of when files are changed, `categories` for categories.toml; without the folder's name."""
    write(folder, {**TEXTS, **{f"{name.replace('_', '-')}.toml": text for name, text in changes.items()}})
    with pytest.raises(ContentError) as error:
        load_content(folder)
    return [fault.removeprefix(f"{folder}/") for fault in error.value.faults]


def line_of(text: str, part: str, number: int = 1) -> int:
    """The line, from 1, on which `part` stands for the `number`-th time."""
    return [n for n, line in enumerate(text.split("\n"), 1) if part in line][number - 1]


def test_a_faultless_folder_loads(tmp_path: Path) -> None:
    content = town(tmp_path)
    assert [entry.id for entry in content.entries][:2] == ["id-card-lost", "residence-permit"]
    assert content.categories == {
        "供暖": 24,
        "供水供电供气": 24,
        "市政设施": 72,
        "物业管理": 72,
        "治安消防": 72,
        "其他": 120,
    }
    assert content.entry("gas-payment").question == "燃气费怎么交?"
    assert [danger.name for danger in content.dangers] == ["燃气泄漏", "火灾"]


def test_the_version_changes_with_any_file_and_with_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    before = town(tmp_path / "one").version
    assert town(tmp_path / "two").version == before
    for name, text in TEXTS.items():
        write(tmp_path / "two", {**TEXTS, name: text + "# 一句说明\n"})
        assert load_content(tmp_path / "two").version != before, name


def test_nothing_of_the_content_can_be_changed(tmp_path: Path) -> None:
    content = town(tmp_path)
    with pytest.raises(AttributeError):
        content.entries = ()  # type: ignore[misc]
    with pytest.raises(ValidationError):
        content.entries[0].answer = "别的"  # type: ignore[misc]
    with pytest.raises(TypeError):
        content.replies.sentences["talk.hello"] = "别的"  # type: ignore[index]
    with pytest.raises(TypeError):
        del content.categories_by_name["供暖"]  # type: ignore[attr-defined]


def test_areas_come_as_rows_with_parents_first(tmp_path: Path) -> None:
    blocks = base.AREAS.split("[[area]]")
    write(tmp_path, {**TEXTS, "areas.toml": "[[area]]".join(["", *reversed(blocks[1:])])})
    rows = load_content(tmp_path).areas
    assert [row["name"] for row in rows] == ["鄂尔多斯市", "东胜区", "公园街道", "和平社区"]
    assert rows[3] == {
        "name": "和平社区",
        "level": "community",
        "parent": "公园街道",
        "aliases": [],
        "latitude": 39.8,
        "longitude": 109.9,
        "scene": "heping",
    }


def test_people_without_an_area_belong_to_the_city(tmp_path: Path) -> None:
    member, coordinator = town(tmp_path).people
    assert member == {
        "role": "member",
        "name": "值班委员甲",
        "sector": "医药卫生界",
        "area": "东胜区",
        "code": "AAAA2222",
    }
    assert (coordinator["role"], coordinator["area"]) == ("coordinator", "鄂尔多斯市")


def test_a_shift_that_ends_before_it_begins_ends_the_next_day(tmp_path: Path) -> None:
    rows = town(tmp_path).shifts
    assert [(row["weekday"], row["starts_minute"], row["ends_minute"]) for row in rows] == [
        (0, 1200, 1920),
        (6, 1200, 1920),
        (2, 0, 1440),
    ]
    assert rows[2]["categories"] == ("供暖",)


def test_a_local_line_is_served_only_when_it_is_filled_in(tmp_path: Path) -> None:
    content = town(tmp_path)
    assert PLACEHOLDER not in content.entry("id-card-lost").served_answer
    assert content.entry("gas-payment").served_answer.endswith("\n营业厅:人民路1号。")


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        entries_town=base.ENTRIES.replace('id = "gas-payment"', 'id = "Gas Payment"'),
        categories=base.CATEGORIES.replace("time_limit_hours = 72", "time_limit_hours = 0", 1),
        roster=base.ROSTER.replace('who = "值班委员甲"', 'who = "值班委员乙"'),
        replies=None,
    )
    assert len(found) == 4
    assert {fault.split(":")[0] for fault in found} == {
        "entries-town.toml",
        "categories.toml",
        "roster.toml",
        "replies.toml",
    }


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("entries_town", 'id = "gas-payment"', 'id = "Gas Payment"', "gas.*Gas Payment"),
        ("entries_town", 'id = "gas-payment"', 'id = "id-card-lost"', "id: found it twice"),
        ("entries_town", 'category = "供暖"', 'category = "暖气"', "category: found '暖气', which does not exist"),
        ("entries_town", '"供暖期是哪天到哪天", "暖气什么时候停"]', '"停暖"]', "similar: found .* at least 3"),
        ("entries_town", 'source = "《城镇燃气管理条例》"', "", "source: found nothing"),
        ("entries_town", 'answer = "带', 'answers = "多"\nanswer = "带', "answers: found '多'.* no such key"),
        ("entries_town", "供暖期由当地政府确定并公布。", "到【待填:地址】办理。", "answer: found '【待填'"),
        ("entries_town", "今年几号来暖气", "燃气卡怎么充值", "a wording of gas-payment too"),
        ("entries_town", "供暖期由当地政府确定并公布。", "长" * 301, "answer"),
        ("categories", '"(屋|家)里.{0,4}(冷|冻)"', '"(屋|家里"', "patterns.0: found .* a regular expression"),
        ("categories", 'name = "市政设施"', 'name = "物业管理"', "name: found it twice"),
        ("urgency", 'patterns = ["着火", "起火了"]', "patterns = []", "patterns"),
        ("urgency", 'call = "119"', 'call = "火警"', "call: found '火警'"),
        ("intents", 'words = ["谢谢", "感谢"]', 'words = "谢谢"', "words: found '谢谢'"),
        ("intents", '"谁|哪|怎么"', '"谁|(哪"', "patterns.0: found .* a regular expression"),
        ("intents", "asks = true", 'asks = "often"', "asks: found 'often'"),
        ("intents", "asks = true", "ask = true", "ask: found True.* no such key"),
        ("concepts", 'name = "预防接种"', 'name = "儿童"', "name: found it twice"),
        ("concepts", '"接种", "打针"', '"接种", "孩子"', "words: found '孩子', which is a word of 儿童 too"),
        ("concepts", '"接种", "打针"', '"接种", "针"', "words.1: found '针'"),
        ("concepts", '["接种", "打针"]', '["接种"]', "words: found .* at least 2"),
        ("examples", 'intent = "question"', 'intent = "ask"', "intent: found 'ask'"),
        ("examples", 'category = "供暖"', 'category = "暖气"', "category: found '暖气', which does not exist"),
        ("examples", 'urgency = "urgent"', 'urgency = "soon"', "urgency: found 'soon'"),
        ("examples", 'texts = ["几时来暖气"]', "texts = []", "texts: found"),
        ("unanswered", 'beside = "id-card-lost"', 'beside = ""', "beside: found ''"),
        (
            "unanswered",
            "身份证能寄到外地吗",
            "身份证照片能自己带吗?",
            "found '身份证照片能自己带吗\\?', which is there",
        ),
        ("unanswered", "身份证能寄到外地吗", "请问身份证丢了怎么补办", "a wording of id-card-lost, which answers it"),
        ("calibration", "maybe = 0.25", "maybe = 25", "maybe: found 25"),
        ("areas", 'parent = "公园街道"', 'parent = "和平社区"', "parent: found '和平社区', expected an area above"),
        ("areas", 'parent = "东胜区"', 'parent = "西胜区"', "parent: found '西胜区'"),
        ("areas", 'aliases = ["东胜"]', 'aliases = ["和平社区"]', "'和平社区', which names another area too"),
        ("areas", "latitude = 39.8", "latitude = 139.8", "latitude: found 139.8"),
        ("roster", 'days = ["周一", "周日"]', 'days = ["周八"]', "days.0: found '周八'"),
        ("roster", 'from = "20:00"', 'from = "25:00"', "from: found '25:00'"),
        ("roster", 'categories = ["供暖"]', 'categories = ["取暖"]', "categories: found '取暖'"),
        ("roster", 'code = "BBBB3333"', 'code = "AAAA2222"', "code: found it twice"),
        ("roster", 'code = "BBBB3333"', 'code = "bbb"', "code: found 'bbb'"),
        ("replies", "编号 {number}。", "编号 {number。", "report.opened: found broken braces"),
        ("replies", 'hello = "您好。"', "hello = 3", "talk.hello: found 3"),
    ],
)
def test_a_fault_is_told_with_file_and_line(tmp_path: Path, name: str, old: str, new: str, says: str) -> None:
    file = f"{name.replace('_', '-')}.toml"
    text = TEXTS[file]
    assert old in text
    changed = text.replace(old, new, 1)
    if new in text:  # the second of two equal ones is the faulty one
        lines = {line_of(changed, new, 1), line_of(changed, new, 2)}
    else:
        lines = {line_of(changed, new.split("\n")[0])} if new else {line_of(text, old)}
    found_faults = faults(tmp_path, **{name: changed})
    assert len(found_faults) == 1, found_faults
    fault = found_faults[0]
    found = re.match(rf"{re.escape(file)}:(\d+): ", fault)
    assert found, fault
    if "found nothing" in fault:  # what is missing is told at the head of its table
        assert changed.split("\n")[int(found[1]) - 1].startswith("[[entry]]")
    else:
        assert int(found[1]) in lines, fault
    assert re.search(says, fault, re.IGNORECASE), fault


def test_a_faulty_text_among_many_examples_is_told_with_its_own_line(tmp_path: Path) -> None:
    changed = EXAMPLES.replace("井盖不见了", "长" * 601)
    (fault,) = faults(tmp_path, examples=changed)
    assert fault.startswith(f"examples.toml:{line_of(changed, '长长')}: example 2: texts.1: found ")


def test_ways_of_speaking_concepts_and_examples_are_read_in_their_order(tmp_path: Path) -> None:
    content = town(tmp_path)
    assert [(speech.name, speech.asks) for speech in content.speeches] == [("疑问词", True), ("感谢", False)]
    assert [concept.words for concept in content.concepts] == [("儿童", "娃娃", "孩子"), ("接种", "打针")]
    assert [(example.intent, example.urgency, len(example.texts)) for example in content.examples] == [
        ("thanks", "normal", 1),
        ("request", "urgent", 2),
        ("question", "normal", 1),
    ]


def test_a_town_can_do_without_concepts_and_unanswered_questions(tmp_path: Path) -> None:
    assert town(tmp_path).unanswered_questions == [("身份证照片能自己带吗", "身份证能寄到外地吗")]
    for name in ("concepts", "unanswered"):
        (tmp_path / f"{name}.toml").unlink()
    content = load_content(tmp_path)
    assert (content.concepts, content.unanswered_questions) == ((), [])


def test_examples_of_one_intent_are_a_fault_of_their_file(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, examples="[[example]]".join(EXAMPLES.split("[[example]]")[:2]))
    assert fault.startswith("examples.toml: found examples of less than two intents")


def test_a_calibration_that_is_not_whole_is_a_fault_of_its_file(tmp_path: Path) -> None:
    head, *stages = CALIBRATION.split("\n[[stage]]")
    assert len(stages) == 9
    for number in range(len(stages)):
        rest = "\n[[stage]]".join([head, *stages[:number], *stages[number + 1 :]])
        (fault,) = faults(tmp_path, calibration=rest)
        assert fault.startswith("calibration.toml: found no [[stage]] with wordings = ")
    assert faults(tmp_path, calibration=None)[0].startswith("calibration.toml: found no readable file")


def test_a_faulty_item_of_a_long_list_is_told_with_its_own_line(tmp_path: Path) -> None:
    changed = base.CATEGORIES.replace('strong = ["路灯", "井盖"]', 'patterns = [\n  "路灯",\n  "井盖(",\n]')
    (fault,) = faults(tmp_path, categories=changed)
    assert fault.startswith(f"categories.toml:{line_of(changed, '井盖(')}: ")


def test_broken_toml_is_told_with_its_line(tmp_path: Path) -> None:
    broken = base.AREAS.replace('level = "banner"', 'level = "banner')
    found = faults(tmp_path, areas=broken)
    assert found[0].startswith(f"areas.toml:{line_of(broken, 'banner')}: found broken TOML")


def test_bytes_that_are_no_text_are_a_fault(tmp_path: Path) -> None:
    write(tmp_path, TEXTS)
    (tmp_path / "replies.toml").write_bytes("[talk]\nhello = '您好'".encode("gb18030"))
    with pytest.raises(ContentError, match=r"replies\.toml: found bytes that are not UTF-8"):
        load_content(tmp_path)


def test_a_table_or_file_that_nothing_reads_is_a_fault(tmp_path: Path) -> None:
    urgency = base.URGENCY + '[urgnet]\nwords = ["急"]\n'
    intents = INTENTS + '[question]\nwords = ["吗"]\n'
    found = faults(tmp_path, urgency=urgency, intents=intents, categorys=base.CATEGORIES)
    start = f"urgency.toml:{line_of(urgency, '[urgnet]')}: found 'urgnet', expected only "
    assert any(fault.startswith(start) for fault in found)
    assert f"intents.toml:{line_of(intents, '[question]')}: found 'question', expected only speech" in found
    assert any(fault.startswith("categorys.toml: found a file that nothing reads") for fault in found)
    assert len(found) == 3


def test_a_single_table_where_a_list_belongs_is_a_fault(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, urgency='[danger]\nname = "火灾"\n[urgent]\nwords = ["急"]\n')
    assert fault == "urgency.toml:1: danger: found one [danger], expected [[danger]]"


def test_a_missing_file_a_missing_table_and_a_missing_coordinator_are_faults(tmp_path: Path) -> None:
    calibration = re.sub(r"\[bands\][^\[]*", "", CALIBRATION)
    assert faults(tmp_path, areas=None, calibration=calibration, roster="", entries_town=None) == [
        f"{tmp_path}: found no entries*.toml, expected at least one",
        "areas.toml: found no readable file (No such file or directory)",
        "roster.toml: found no coordinator, expected at least one",
        "calibration.toml: found no [bands], expected one",
    ]


@pytest.mark.parametrize("name", ["intents", "examples", "calibration", "urgency", "places", "replies"])
def test_a_file_that_is_needed_is_missed_by_name(tmp_path: Path, name: str) -> None:
    assert f"{name}.toml: found no readable file (No such file or directory)" in faults(tmp_path, **{name: None})


def test_there_is_exactly_one_city(tmp_path: Path) -> None:
    second = base.AREAS + '\n[[area]]\nname = "包头市"\nlevel = "city"\n'
    (fault,) = faults(tmp_path, areas=second)
    assert "expected exactly one" in fault


def test_lines_are_right_in_files_written_on_windows(tmp_path: Path) -> None:
    write(tmp_path, TEXTS)
    broken = base.ROSTER.replace('days = ["周三"]', 'days = ["周八"]')
    (tmp_path / "roster.toml").write_bytes(broken.replace("\n", "\r\n").encode())
    with pytest.raises(ContentError, match=rf"roster\.toml:{line_of(broken, '周八')}: "):
        load_content(tmp_path)
