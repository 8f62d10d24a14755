"""The figures, against cases small enough to count by hand."""

import itertools
from dataclasses import replace
from pathlib import Path

import pytest

from faq.content import Content, ContentError
from faq.evaluate import (
    FaqFigures,
    GivenEntry,
    Message,
    Query,
    evaluate_faq,
    faq_report,
    percentile,
    read_lines,
    understood_report,
)
from faq.understand import Understander
from tests.faq.made import examples

ENTRIES = [
    GivenEntry(id="card", question="身份证丢了怎么补办", similar=("身份证遗失补领手续",)),
    GivenEntry(id="gas", question="燃气费怎么交"),
    GivenEntry(id="heat", question="什么时候开始供暖"),
]
QUERIES = [
    Query(text="身份证丢了怎么补办", gold="card"),
    Query(text="燃气费怎么交", gold="heat"),  # a sure answer, and the wrong one
    Query(text="公积金怎么提取", gold=None),
    Query(text="燃气费怎么交?", gold=None),  # a sure answer where there is none
    Query(text="身份证丢了,请派人处理", gold="card"),  # a report: ranked, and not answered
]
TICKS = itertools.count()


def milliseconds() -> float:
    """A clock that moves a thousandth of a second each time it is read."""
    return next(TICKS) / 1000


@pytest.fixture(scope="module")
def town(small_town: Content) -> Content:
    """The small town with just the examples that tell these queries apart."""
    asked = ("身份证丢了怎么补办", "燃气费怎么交", "公积金怎么提取")
    return replace(small_town, examples=examples(question=asked, request=("路灯坏了,请派人处理", "请派人来修")))


@pytest.fixture(scope="module")
def figures(town: Content) -> FaqFigures:
    """The figures for the queries."""
    return evaluate_faq(town, ENTRIES, QUERIES, milliseconds)


def test_bands_are_the_chats_own_decision(figures: FaqFigures) -> None:
    assert figures.queries == 5
    assert (figures.sure, figures.maybe, figures.none) == (3, 0, 2)
    assert figures.sure_precision == pytest.approx(1 / 3, abs=1e-4)
    assert figures.sure_recall == pytest.approx(1 / 3, abs=1e-4)
    assert figures.false_sure_rate == 0.5


def test_recall_is_of_the_raw_ranking_over_what_has_an_entry(figures: FaqFigures) -> None:
    assert figures.recall_at_1 == pytest.approx(2 / 3, abs=1e-4)
    assert figures.recall_at_3 == 1
    assert figures.mrr in (pytest.approx((1 + 1 / 2 + 1) / 3, abs=1e-4), pytest.approx((1 + 1 / 3 + 1) / 3, abs=1e-4))


def test_one_decision_is_timed_for_each_query(figures: FaqFigures) -> None:
    assert (figures.ms_p50, figures.ms_p99) == (1.0, 1.0)


def test_an_entry_that_is_not_among_the_first_fifty_is_not_found(town: Content) -> None:
    def never(content: Content) -> Understander:
        made = Understander(content)
        made.matcher.rank = lambda text, limit: []  # type: ignore[method-assign]
        return made

    figures = evaluate_faq(town, ENTRIES, QUERIES[:1], milliseconds, never)
    assert (figures.recall_at_1, figures.recall_at_3, figures.mrr) == (0, 0, 0)


def test_the_report_has_the_agreed_keys(figures: FaqFigures) -> None:
    report = faq_report(figures)
    assert report["bands"] == {"sure": 3, "maybe": 0, "none": 2}
    assert report.keys() == {
        "queries", "recall_at_1", "recall_at_3", "mrr", "bands",
        "sure_precision", "sure_recall", "false_sure_rate", "ms_p50", "ms_p99",
    }  # fmt: skip


def test_what_was_not_there_to_measure_is_none(town: Content) -> None:
    figures = evaluate_faq(town, ENTRIES, [], milliseconds)
    assert figures.recall_at_1 is figures.sure_precision is figures.false_sure_rate is figures.ms_p50 is None


def test_a_question_is_reported_with_its_entry_and_a_report_without_one(understander: Understander) -> None:
    def report(text: str) -> dict[str, object]:
        return understood_report(Message(id="7", text=text), understander.understand(text))

    asked = report("身份证丢了怎么补办")
    match = understander.understand("身份证丢了怎么补办").match
    assert asked == {
        "id": "7",
        "intent": "question",
        "category": "治安消防",
        "urgency": "normal",
        "place": None,
        "faq": {"id": "id-card-lost", "score": round(match.score, 4), "band": "sure", "choices": ["id-card-lost"]},
    }
    told = report("工行小区电线耷拉下来了")
    assert (told["place"], told["faq"]) == ("工行小区", None)


def test_the_percentile_is_the_nearest_rank() -> None:
    seconds = [number / 1000 for number in range(100, 0, -1)]
    assert (percentile(seconds, 0.5), percentile(seconds, 0.99), percentile([0.002], 0.99)) == (50.0, 99.0, 2.0)


def test_lines_are_read_with_unknown_keys_blank_lines_and_numbers_for_ids(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text('\ufeff{"id": 3, "text": "路灯坏了", "source": "x"}\r\n\n{"id": "b", "text": ""}\n', "utf-8")
    assert read_lines(path, Message) == [Message(id="3", text="路灯坏了"), Message(id="b", text="")]


def test_every_faulty_line_is_told_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text('{"id": "1"}\n{"id": "2", "text": "a"}\nno json\n', "utf-8")
    with pytest.raises(ContentError) as error:
        read_lines(path, Message)
    assert [fault.removeprefix(f"{path}:")[:8] for fault in error.value.faults] == ["1: text:", "3: line:"]


def test_a_file_that_is_no_text_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes("路灯".encode("gb18030"))
    with pytest.raises(ContentError, match="not UTF-8"):
        read_lines(path, Message)
