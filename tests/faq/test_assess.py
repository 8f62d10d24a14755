"""The assessment, counted by hand on a few messages."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from faq.assess import AIMS, MOST_CASES, Aim, Figures, Labelled, Rate, Seen, assess, figures, see, wilson
from faq.content import ContentError
from faq.evaluate import read_lines
from faq.understand import Understander
from tests.faq.seen import match, seen

QUESTION: dict[str, Any] = {"intent": "question"}
CATEGORIES = ("供暖", "噪音扰民", "其他")
MESSAGES = [
    seen("a", {"match": match("sure", 0.95, "gas")}, ("gas", "card"), faq="gas", tags=["typo"], **QUESTION),
    seen("b", {"match": match("maybe", 0.55, "gas", "card")}, ("gas", "heat", "card"), faq="card", **QUESTION),
    seen("c", {"match": match("sure", 0.91, "heat")}, ("card",), faq="card", also=["heat"], **QUESTION),
    seen("d", {"match": match("none", 0.0)}, ("gas",), faq="heat", tags=["low_overlap", "typo"], **QUESTION),
    seen("e", {"match": match("sure", 0.93, "gas")}, **QUESTION),
    seen("f", {"match": match("sure", 0.95, "card"), "intent": "question"}, category="供暖"),
    seen("g", {"urgency": "normal", "danger": None}, urgency="emergency", place="东胜区"),
    seen("h", {"urgency": "emergency"}, urgency="urgent", place="铁西", category="供暖"),
    seen("i", {"place": "门口", "intent": "request", "category": "供暖"}, faq="heat", **QUESTION),
    seen("j", {"urgency": "urgent", "category": "噪音扰民", "evidence": ("吵",), "weight": 2}, category="供暖"),
    seen("k", {"category": "供暖", "urgency": "emergency"}, intent="thanks"),
]


def rate(name: str) -> Rate:
    found = getattr(figures(MESSAGES), name)
    assert isinstance(found, Rate)
    return found


@pytest.mark.parametrize(
    ("name", "count", "total"),
    [
        ("intent", 9, 11),
        ("category", 8, 10),  # thanks have no category
        ("emergencies", 0, 1),
        ("false_alarms", 1, 9),
        ("urgent_precision", 0, 1),
        ("urgent_recall", 0, 1),
        ("place", 10, 11),
        ("named_place", 2, 2),
        ("recall_at_1", 2, 5),
        ("recall_at_3", 3, 5),
        ("low_overlap_at_1", 0, 1),
        ("low_overlap_at_3", 0, 1),
        ("sure_precision", 2, 4),  # another entry that would be right as well is right
        ("sure_share", 2, 5),
        ("false_sure", 2, 6),
        ("swallowed", 1, 4),
    ],
)
def test_each_rate_counts_what_it_says(name: str, count: int, total: int) -> None:
    assert rate(name) == Rate(count, total)


def test_nothing_to_measure_is_no_rate_and_meets_no_aim() -> None:
    none = figures([])
    assert none.messages == 0
    assert all(getattr(none, field.name) == Rate(0, 0) for field in fields(Figures) if field.name != "messages")
    assert (Rate(0, 0).value, Rate(0, 0).interval) == (None, None)
    assert not Aim(0.02, is_ceiling=True).is_met(Rate(0, 0))


def test_an_aim_is_reached_from_it_on_and_a_ceiling_is_met_up_to_it() -> None:
    assert [Aim(0.5).is_met(Rate(count, 4)) for count in (1, 2, 3)] == [False, True, True]
    assert [Aim(0.5, is_ceiling=True).is_met(Rate(count, 4)) for count in (1, 2, 3)] == [True, True, False]
    assert AIMS.keys() <= {field.name for field in fields(Figures)}


def test_the_interval_is_wilsons() -> None:
    # Newcombe 1998, Statistics in Medicine 17, table I, method 3: 81/263, 15/148, 0/20, 1/29.
    known = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0.0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (count, total), bounds in known.items():
        assert wilson(count, total) == pytest.approx(bounds, abs=5e-5)
    assert wilson(20, 20) == pytest.approx((1 - 0.1611, 1.0), abs=5e-5)


def test_matrices_have_a_row_for_each_label_and_categories_only_of_messages_that_have_one() -> None:
    assessment = assess(MESSAGES, CATEGORIES, with_cases=False)
    assert assessment.categories.names == CATEGORIES
    assert assessment.categories.rows == ((2, 1, 0), (0, 0, 0), (1, 0, 6))
    assert assessment.intents.names == ("request", "question", "suggestion", "thanks", "chat")
    assert assessment.intents.rows[0] == (3, 1, 0, 0, 0)
    assert assessment.intents.rows[1] == (1, 5, 0, 0, 0)


def test_a_category_that_the_content_does_not_have_is_shown_all_the_same() -> None:
    found = assess([seen("a", {"category": "供暖"}, category="旧类别")], CATEGORIES, with_cases=False).categories
    assert found.names == (*CATEGORIES, "旧类别")
    assert found.rows[-1] == (1, 0, 0, 0)


def test_the_curve_adds_up_answers_and_offers_from_the_surest_and_ties_are_one_point() -> None:
    points = assess(MESSAGES, CATEGORIES, with_cases=False).curve
    assert [(point.score, point.answers, point.right) for point in points] == [
        (0.95, 2, 1),
        (0.93, 3, 1),
        (0.91, 4, 2),
        (0.55, 5, 2),
    ]
    assert (points[2].precision, points[2].coverage) == (0.5, 0.4)


def test_bins_hold_answers_and_offers_by_score_with_their_mean() -> None:
    bins = assess(MESSAGES, CATEGORIES, with_cases=False).bins
    assert [bin.right.total for bin in bins] == [0, 0, 0, 0, 0, 1, 0, 0, 0, 4]
    assert bins[9].right == Rate(2, 4)
    assert bins[9].mean == pytest.approx(0.935)
    assert (bins[0].mean, bins[5].low, bins[5].high) == (None, 0.5, 0.6)


def test_a_score_of_one_is_in_the_last_bin() -> None:
    whole = [seen("a", {"match": match("sure", 1.0, "gas")}, faq="gas", **QUESTION)]
    assert assess(whole, CATEGORIES, with_cases=False).bins[-1].right == Rate(1, 1)


def test_figures_by_tag_are_of_the_messages_with_it_the_most_frequent_first() -> None:
    by_tag = assess(MESSAGES, CATEGORIES, with_cases=False).by_tag
    assert list(by_tag) == ["typo", "low_overlap", ""]
    assert [figures.messages for figures in by_tag.values()] == [2, 1, 9]
    assert by_tag["typo"].recall_at_1 == Rate(1, 2)


def test_cases_are_sorted_into_their_kinds_the_surest_first() -> None:
    kinds = {group.kind: texts(group.worst) for group in assess(MESSAGES, CATEGORIES, with_cases=True).cases}
    assert kinds == {
        "sure_wrong": ["e"],
        "swallowed": ["f"],
        "missed_emergency": ["g"],
        "false_alarm": ["k", "h"],
        "question_as_request": ["i"],
        "category": ["j", "i"],
    }


def test_of_many_cases_the_worst_are_kept_and_all_are_counted() -> None:
    many = [seen(f"{n}", {"match": match("sure", n / 100, "gas")}, **QUESTION) for n in range(MOST_CASES + 9)]
    wrong = assess(many, CATEGORIES, with_cases=True).cases[0]
    assert (wrong.total, len(wrong.worst), wrong.worst[0].message.text) == (MOST_CASES + 9, MOST_CASES, "48")


def test_without_cases_an_assessment_holds_no_word_of_any_message() -> None:
    secret = [seen("绝不外传", {"match": match("sure", 0.9, "gas")}, place="外传")]
    assert "外传" in repr(assess(secret, CATEGORIES, with_cases=True))
    assert "外传" not in repr(assess(secret, CATEGORIES, with_cases=False))


def test_seeing_understands_each_message_and_ranks_the_answerable(understander: Understander) -> None:
    asked = Labelled(
        text="身份证丢了怎么补办", faq="id-card-lost", intent="question", category="治安消防", urgency="normal"
    )
    told = Labelled(text="东胜区停电了", intent="request", category="供水供电供气", urgency="urgent")
    first, second = see(understander, [asked, told])
    assert first.finds(1)
    assert first.is_sure
    assert first.is_right
    assert (second.ranked, second.understood.place) == ((), "东胜区")


def test_a_line_without_its_labels_is_named(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(
        '{"text": "a", "intent": "wish", "category": "其他", "urgency": "normal"}\n{"text": "b"}\n', "utf-8"
    )
    with pytest.raises(ContentError) as error:
        read_lines(path, Labelled)
    assert [fault.split(": ")[1] for fault in error.value.faults] == ["intent", "intent", "category", "urgency"]


def texts(found: tuple[Seen, ...]) -> list[str]:
    return [one.message.text for one in found]
