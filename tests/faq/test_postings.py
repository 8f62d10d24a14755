"""Weighted tokens of documents, small enough to count by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faq.postings import Groups, Numbers, Postings, rarity

DOCUMENTS = (("red", "blue"), ("red", "green", "green"), ("red",), ())


def shared(postings: Postings, *tokens: str) -> Numbers:
    """The weight of the tokens that each document has."""
    found: Numbers = postings.coverage(tokens) * np.float32(postings.mass(tokens))
    return found


def test_the_rarer_a_token_is_the_more_it_weighs() -> None:
    weights = [rarity(count, 100) for count in range(101)]
    assert weights == sorted(weights, reverse=True)
    assert weights[100] > 0
    postings = Postings(DOCUMENTS)
    assert postings.mass(["blue"]) > postings.mass(["red"]) == pytest.approx(rarity(3, 4))


def test_a_token_that_no_document_has_weighs_most() -> None:
    assert Postings(DOCUMENTS).mass(["violet"]) == pytest.approx(rarity(0, 4))


def test_each_document_gets_the_weight_of_what_it_shares() -> None:
    postings = Postings(DOCUMENTS)
    red, green = postings.mass(["red"]), postings.mass(["green"])
    assert shared(postings, "red", "green", "violet") == pytest.approx([red, red + green, red, 0], abs=1e-5)


def test_a_token_counts_once_however_often_a_document_has_it() -> None:
    once, twice = Postings([["green"], ["blue"]]), Postings([["green", "green"], ["blue"]])
    assert twice.mass(["green"]) == once.mass(["green"])
    assert twice.likeness(["green"])[0] == pytest.approx(once.likeness(["green"])[0]) == pytest.approx(1)


def test_the_same_tokens_are_wholly_alike_and_others_not_at_all() -> None:
    postings = Postings([("red", "blue"), ("red", "green"), ("violet",)])
    likeness = postings.likeness(["red", "blue"])
    assert likeness[0] == pytest.approx(1, abs=1e-6)
    assert 0 < likeness[1] < 1
    assert likeness[2] == 0


def test_likeness_is_less_for_a_document_that_says_more_and_coverage_is_not() -> None:
    postings = Postings([("red", "blue"), ("red", "blue", "green", "violet"), ("green",)])
    likeness, coverage = postings.likeness(["red", "blue"]), postings.coverage(["red", "blue"])
    assert likeness[0] > likeness[1]
    assert coverage[:2] == pytest.approx([1, 1])


def test_what_no_document_has_lowers_the_coverage() -> None:
    postings = Postings([("red",), ("blue",)])
    assert postings.coverage(["red"])[0] == pytest.approx(1)
    assert postings.coverage(["red", "violet"])[0] < 0.5


def test_a_factor_scales_the_weight_of_known_and_unknown_tokens() -> None:
    plain, halved = Postings(DOCUMENTS), Postings(DOCUMENTS, lambda token: 0.5)
    for token in ("red", "violet"):
        assert halved.mass([token]) == pytest.approx(plain.mass([token]) / 2)


def test_no_tokens_and_no_documents_share_nothing() -> None:
    assert Postings(DOCUMENTS).coverage([]).tolist() == [0, 0, 0, 0]
    assert Postings(DOCUMENTS).likeness([]).tolist() == [0, 0, 0, 0]
    assert Postings([]).coverage(["red"]).tolist() == []


def test_frequent_tokens_are_left_out_beyond_the_budget_and_rare_ones_never(monkeypatch: pytest.MonkeyPatch) -> None:
    postings = Postings([("common",)] * 20 + [("common", "rare")])
    whole = shared(postings, "common", "rare")
    monkeypatch.setattr("faq.postings.BUDGET", 10)
    bounded = shared(postings, "common", "rare")
    assert whole[0] == pytest.approx(postings.mass(["common"]))
    assert bounded[0] == 0
    assert bounded[-1] == pytest.approx(postings.mass(["rare"]))


def test_a_query_of_frequent_tokens_alone_still_finds_their_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faq.postings.BUDGET", 10)
    postings = Postings([("common",)] * 20 + [("rare",)])
    assert np.count_nonzero(postings.coverage(["common"])) == 20


def test_the_order_of_the_query_makes_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faq.postings.BUDGET", 3)
    postings = Postings([("a", "b", "c"), ("a", "b"), ("c", "d")])
    assert postings.coverage(["a", "b", "c", "d"]).tolist() == postings.coverage(["d", "c", "b", "a"]).tolist()


@given(st.lists(st.integers(1, 6), max_size=12), st.randoms(use_true_random=False))
def test_the_best_of_each_group_is_found_and_where_it_stands(sizes: list[int], draw: object) -> None:
    # Few different numbers, so that equals occur: of equals the first is the likest.
    numbers = np.array([hash((str(draw), at)) % 5 for at in range(sum(sizes))], np.float32)
    groups = Groups(sizes)
    turned = np.array([numbers[int(text)] for text in groups.arranged([str(at) for at in range(len(numbers))])])
    ends = np.cumsum(sizes)
    expected = [numbers[end - size : end] for end, size in zip(ends, sizes, strict=True)]
    assert groups.best(turned).tolist() == [own.max() for own in expected]
    everyone = np.arange(len(sizes))
    firsts = [int(end - size + own.argmax()) for own, end, size in zip(expected, ends, sizes, strict=True)]
    assert groups.likest(everyone, turned) == firsts
    assert groups.likest(everyone[::-1], turned) == firsts[::-1]
