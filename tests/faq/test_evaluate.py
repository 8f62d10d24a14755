"""The figures, against cases small enough to count by hand."""

import itertools
from pathlib import Path

import pytest

from faq.content import Content, ContentError
from faq.evaluate import (
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

ENTRIES = [
    GivenEntry(id="card", question="身份证丢了怎么补办", similar=("身份证遗失补领手续",)),
    GivenEntry(id="gas", question="燃气费怎么交"),
    GivenEntry(id="heat", question="什么时候开始供暖"),
]


def milliseconds() -> float:
    """A clock that moves a thousandth of a second each time it is read."""
    return next(TICKS) / 1000


TICKS = itertools.count()


def test_the_figures_are_counted_right(small_town: Content) -> None:
    queries = [
        Query(text="身份证丢了怎么补办", gold="card"),
        Query(text="燃气费怎么交", gold="heat"),  # a sure answer, and the wrong one
        Query(text="公积金怎么提取", gold=None),
        Query(text="燃气费怎么交?", gold=None),  # a sure answer where there is none
        Query(text="身份证丢了,请派人处理", gold="card"),  # a report: ranked, and not answered
    ]
    figures = evaluate_faq(small_town, ENTRIES, queries, milliseconds)
    assert (figures.sure, figures.maybe, figures.none) == (3, 0, 2)
    assert figures.queries == 5
    assert figures.recall_at_1 == pytest.approx(2 / 3, abs=1e-4)
    assert figures.recall_at_3 == pytest.approx(2 / 3, abs=1e-4)
    assert figures.mrr == pytest.approx(2 / 3, abs=1e-4)
    assert figures.sure_precision == pytest.approx(1 / 3, abs=1e-4)
    assert figures.sure_recall == pytest.approx(1 / 3, abs=1e-4)
    assert figures.false_sure_rate == 0.5
    assert (figures.ms_p50, figures.ms_p99) == (1.0, 1.0)


def test_the_report_has_the_agreed_keys(small_town: Content) -> None:
    report = faq_report(evaluate_faq(small_town, ENTRIES, [Query(text="燃气费怎么交", gold="gas")], milliseconds))
    assert report["bands"] == {"sure": 1, "maybe": 0, "none": 0}
    assert report.keys() == {
        "queries", "recall_at_1", "recall_at_3", "mrr", "bands",
        "sure_precision", "sure_recall", "false_sure_rate", "ms_p50", "ms_p99",
    }  # fmt: skip
    assert report["recall_at_1"] == report["sure_precision"] == report["sure_recall"] == 1.0


def test_what_was_not_there_to_measure_is_none(small_town: Content) -> None:
    figures = evaluate_faq(small_town, ENTRIES, [], milliseconds)
    assert figures.recall_at_1 is figures.sure_precision is figures.false_sure_rate is figures.ms_p50 is None


def test_a_message_is_reported_with_its_labels(small_town: Content) -> None:
    understander = Understander(small_town)

    def report(text: str) -> dict[str, object]:
        return understood_report(Message(id="7", text=text), understander.understand(text))

    asked = report("身份证丢了怎么补办")
    assert asked == {
        "id": "7",
        "intent": "question",
        "category": "治安消防",
        "urgency": "normal",
        "place": None,
        "faq": {"id": "id-card-lost", "score": 1.0, "band": "sure", "choices": ["id-card-lost"]},
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
