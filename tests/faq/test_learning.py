"""What residents' words teach, without any record of them: more wordings, groups by meaning, what a change does."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faq.content import Content, ContentError
from faq.encoder import Vectors
from faq.items import Unanswered
from faq.learning import (
    Addition,
    Judged,
    changes,
    group,
    in_meaning,
    judged_messages,
    lexical,
    said,
    with_wordings,
    wording_faults,
)
from faq.understand import Understander

SPOKEN = "小本本没了咋闹"


def understander(content: Content, *additions: Addition) -> Understander:
    return Understander(with_wordings(content, additions).content)


def test_a_wording_that_joins_an_entry_is_answered_by_it_surely(small_town: Content) -> None:
    assert said(Understander(small_town), SPOKEN).band == "none"
    after = said(understander(small_town, Addition("id-card-lost", SPOKEN)), SPOKEN)
    assert (after.band, after.first) == ("sure", "id-card-lost")


def test_the_version_tells_the_wordings_and_nothing_else_changes(small_town: Content) -> None:
    grown = with_wordings(small_town, [Addition("id-card-lost", SPOKEN)])
    other = with_wordings(small_town, [Addition("id-card-lost", "小卡片没了咋闹")])
    assert len({small_town.version, grown.content.version, other.content.version}) == 3
    assert grown.content.version.startswith(small_town.version)
    assert with_wordings(small_town, [Addition("id-card-lost", SPOKEN, 7)]).content.version == grown.content.version
    assert [entry.id for entry in grown.content.entries] == [entry.id for entry in small_town.entries]
    assert small_town.entry("id-card-lost").similar == grown.content.entry("id-card-lost").similar[:-1]
    assert with_wordings(small_town, []).content is small_town


def test_a_wording_that_joins_an_entry_is_no_longer_without_an_answer(small_town: Content) -> None:
    beside = Unanswered(beside="id-card-lost", questions=(SPOKEN, "身份证照片能自己带吗"))
    alone = Unanswered(beside="gas-payment", questions=(f"请问{SPOKEN}?",))
    grown = with_wordings(replace(small_town, unanswered=(beside, alone)), [Addition("id-card-lost", SPOKEN)])
    assert grown.content.unanswered_questions == [("身份证照片能自己带吗",)]


def test_a_wording_without_an_entry_or_with_another_owner_is_left_out_and_listed(small_town: Content) -> None:
    gone = Addition("no-such-entry", SPOKEN)
    taken = Addition("gas-payment", "居住证怎么办理")
    had = Addition("residence-permit", "居住证怎么办理")
    twice = [Addition("gas-payment", SPOKEN), Addition("id-card-lost", SPOKEN)]
    grown = with_wordings(small_town, [gone, taken, had, *twice])
    assert grown.left_out == (gone, taken, twice[1])
    assert grown.content.entry("gas-payment").similar[-1] == SPOKEN
    assert grown.content.entry("residence-permit") == small_town.entry("residence-permit")


@pytest.mark.parametrize(
    ("entry", "wording", "told"),
    [
        ("no-such-entry", SPOKEN, "which does not exist"),
        ("id-card-lost", "办证打****0000找谁", "masked"),
        ("id-card-lost", "补" * 41, "found 41 letters"),
        ("id-card-lost", "……!", "nothing to match"),
        ("id-card-lost", "请问,居住证怎么办理呀", ""),
        ("id-card-lost", "居住证,怎么办理", "a wording of residence-permit already"),
        ("residence-permit", "居住证怎么办理?", "a wording of residence-permit already"),
        ("id-card-lost", SPOKEN, ""),
    ],
)
def test_a_wording_is_refused_for_a_reason(small_town: Content, entry: str, wording: str, told: str) -> None:
    faults = wording_faults(small_town, entry, wording)
    assert told in "\n".join(faults)
    assert bool(faults) == bool(told)


def test_messages_that_mean_the_same_come_together_and_the_biggest_group_comes_first() -> None:
    texts = ["身份证丢了去哪补", "燃气费咋交", "身份证丢了在哪里补办", "几点下班", "请问身份证丢了去哪补办啊"]
    groups = group(texts, lexical(texts), 0.5)
    assert [sorted(positions) for positions in groups] == [[0, 2, 4], [1], [3]]


def test_with_vectors_messages_without_a_common_letter_come_together() -> None:
    texts = ["孩子刚出生咋落户", "新生儿报户籍", "燃气费咋交"]
    vectors = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    asked: list[list[str]] = []

    def encode(listed: Sequence[str]) -> Vectors:
        asked.append(list(listed))
        return vectors[[texts.index(text) for text in listed]]

    likeness = in_meaning(encode)([*texts, texts[0]])
    assert likeness(texts[0], texts[1]) > 0.5 > likeness(texts[0], texts[2])
    assert likeness(texts[0], texts[0]) == pytest.approx(1)
    assert asked == [texts]


def test_a_group_begins_with_the_text_that_most_others_are_like() -> None:
    values = {"a": 1, "b": 2, "c": 3, "z": 9}
    assert group(list(values), lambda one, other: float(abs(values[one] - values[other]) <= 1), 1.0) == [[1, 0, 2], [3]]


@given(st.lists(st.integers(0, 30), max_size=20))
def test_every_message_is_in_one_group_and_like_the_first_of_it(values: list[int]) -> None:
    texts = [str(value) for value in values]

    def likeness(one: str, other: str) -> float:
        return float(abs(int(one) - int(other)) <= 2)

    groups = group(texts, likeness, 1.0)
    assert sorted(position for positions in groups for position in positions) == list(range(len(texts)))
    assert [len(positions) for positions in groups] == sorted((len(positions) for positions in groups), reverse=True)
    assert all(likeness(texts[positions[0]], texts[other]) for positions in groups for other in positions[1:])


def test_what_a_change_does_to_the_evaluation_set_is_told_in_messages_and_figures(small_town: Content) -> None:
    messages = [
        Judged(id="a", text=SPOKEN, faq="id-card-lost"),
        Judged(id="b", text="居住证怎么办理", faq="residence-permit"),
        Judged(id="c", text="月球上有没有兔子", faq=None),
    ]
    before = Understander(small_town)
    better = changes(before, understander(small_town, Addition("id-card-lost", SPOKEN)), messages)
    assert [(change.message.id, change.effect) for change in better.changed] == [("a", 1)]
    assert (better.before.sure_right, better.after.sure_right) == (1, 2)
    assert (better.before.sure_recall, better.after.sure_recall) == (0.5, 1.0)
    worse = changes(
        before,
        understander(small_town, Addition("gas-payment", SPOKEN), Addition("gas-payment", messages[2].text)),
        messages,
    )
    assert [(change.message.id, change.effect) for change in worse.changed] == [("a", -1), ("c", -1)]
    assert (worse.after.sure_wrong, worse.after.sure_precision, worse.after.false_sure_rate) == (2, 0.3333, 1.0)
    also = [Judged(text=SPOKEN, faq="id-card-lost", also=("gas-payment",))]
    assert changes(before, understander(small_town, Addition("gas-payment", SPOKEN)), also).changed[0].effect == 1


def test_the_evaluation_set_is_every_judged_line_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        '{"id": 1, "text": "甲", "faq": null, "intent": "chat"}\n{"text": "乙"}\n', "utf-8"
    )
    (tmp_path / "b.jsonl").write_text('{"text": "丙", "faq": "x", "also": ["y"], "place": null}\n', "utf-8")
    (tmp_path / "notes.txt").write_text("not read", "utf-8")
    (tmp_path / "places.jsonl").write_text('{"text": "丁", "place": "东胜区"}\n', "utf-8")
    judged = judged_messages(tmp_path)
    assert list(judged) == ["a", "b"]
    (first,), (second,) = judged.values()
    assert (first.id, first.text, first.right) == ("1", "甲", frozenset())
    assert (second.text, second.right) == ("丙", frozenset({"x", "y"}))
    (tmp_path / "c.jsonl").write_text('{"faq": "x"}\n', "utf-8")
    with pytest.raises(ContentError, match=r"c\.jsonl:1: text"):
        judged_messages(tmp_path)
    assert judged_messages(tmp_path / "nowhere") == {}
