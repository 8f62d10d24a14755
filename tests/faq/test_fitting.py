"""Fits on data with a planted signal, where the right numbers are known."""

from dataclasses import replace

import numpy as np
import pytest

from faq.calibration import STAGES, kinds, standing_names
from faq.content import Content
from faq.fitting import LOST, MAYBE, SURE_RIGHT, Asked, Fitted, Seen, fit, hopeless, observe
from faq.match import Matcher
from tests.faq.made import FakeEncoder

QUERIES, ENTRIES = 400, 6
SIGNAL, AGAINST = "sounds", "strange"


@pytest.fixture(scope="module")
def seen() -> list[Seen]:
    """Queries of which the right entry has more of one kind of evidence and less of another; a tenth has none."""
    draw = np.random.default_rng(3)
    names = kinds(0)
    queries = []
    for number in range(QUERIES):
        rows = draw.random((ENTRIES, len(names))).astype(np.float32)
        is_right = np.zeros(ENTRIES, np.float32)
        if number % 10:
            right = draw.integers(ENTRIES)
            is_right[right] = 1
            rows[right, names.index(SIGNAL)] += 0.5
            rows[right, names.index(AGAINST)] -= 0.5
        queries.append(Seen(rows, is_right, length=int(draw.integers(4, 20))))
    return queries


@pytest.fixture(scope="module")
def found(seen: list[Seen]) -> Fitted:
    """What was fitted on them."""
    (stage,) = fit("many", [seen])
    return stage


def test_the_weights_that_rank_recover_the_signal(found: Fitted) -> None:
    assert set(found.rank) == set(kinds(0))
    assert max(found.rank, key=lambda name: found.rank[name]) == SIGNAL
    assert min(found.rank, key=lambda name: found.rank[name]) == AGAINST
    noise = [abs(weight) for name, weight in found.rank.items() if name not in (SIGNAL, AGAINST)]
    assert found.rank[SIGNAL] > 4 * max(noise)
    assert -found.rank[AGAINST] > 4 * max(noise)


def test_the_probabilities_hold(found: Fitted) -> None:
    assert found.is_right.mean() > 0.6  # chance is a sixth
    assert found.chances.mean() == pytest.approx(found.is_right.mean(), abs=0.03)
    likely = found.chances >= np.median(found.chances)
    assert found.is_right[likely].mean() > found.is_right[~likely].mean() + 0.2
    assert found.is_right[likely].mean() == pytest.approx(found.chances[likely].mean(), abs=0.06)


def test_a_question_without_an_answer_lowers_the_chance_and_is_never_the_first(seen: list[Seen]) -> None:
    """Beside each query that no entry answers stands one that is just like it."""
    taught = [replace(query, rows=_with_twin(query, np.flatnonzero(query.is_right)), unanswered=1) for query in seen]
    taught = [replace(query, is_right=np.append(query.is_right, np.float32(0))) for query in taught]
    (before,), (after,) = fit("many", [seen]), fit("many", [taught])
    assert after.rank == before.rank
    assert len(after.is_right) == len(seen)
    assert ((after.chances - after.is_right) ** 2).mean() < 0.8 * ((before.chances - before.is_right) ** 2).mean()


def _with_twin(query: Seen, right: np.ndarray) -> np.ndarray:
    far = np.zeros_like(query.rows[:1])
    return np.vstack([query.rows, far if len(right) else query.rows.max(axis=0, keepdims=True) + 1])


def test_the_same_data_give_the_same_fit(seen: list[Seen], found: Fitted) -> None:
    (again,) = fit("many", [seen])
    assert again.fit() == found.fit()


@pytest.mark.parametrize("wanted", [0.75, 0.85, 0.9])
def test_the_threshold_gives_the_promised_precision_and_is_the_lowest_that_does(found: Fitted, wanted: float) -> None:
    threshold = found.threshold(wanted)
    answered = found.chances >= threshold
    assert answered.any()
    assert found.is_right[answered].mean() >= wanted
    for lower in found.chances[~answered]:
        assert found.is_right[found.chances >= lower].mean() < wanted


def test_a_higher_promise_never_has_a_lower_threshold(found: Fitted) -> None:
    thresholds = [found.threshold(wanted) for wanted in (0.0, 0.5, 0.75, 0.9, 1.0)]
    assert thresholds == sorted(thresholds)
    assert thresholds[0] == pytest.approx(found.chances.min())


def test_a_promise_that_nothing_keeps_has_the_threshold_one(found: Fitted) -> None:
    assert replace(found, is_right=np.zeros_like(found.is_right)).threshold(0.5) == 1.0


def test_the_share_is_of_what_is_answered_from_there_on(found: Fitted) -> None:
    made = replace(found, chances=np.array([0.9, 0.8, 0.3, 0.1]))
    assert [made.share(threshold) for threshold in (0.95, 0.9, 0.5, 0.0)] == [0, 0.25, 0.5, 1]


def test_a_fit_is_stored_with_its_names_and_with_the_promised_thresholds(found: Fitted) -> None:
    stored = found.fit()
    assert (stored.wordings, stored.encoders, stored.bias) == ("many", 0, found.bias)
    assert (stored.sure, stored.hopeless) == (found.threshold(SURE_RIGHT), found.hopeless)
    assert stored.rank == found.rank
    assert tuple(stored.confidence) == standing_names(0)


def test_what_no_later_stage_shows_anything_for_is_hopeless(found: Fitted) -> None:
    count = int(2 / LOST)
    first = replace(found, chances=np.linspace(0, 1, count, dtype=np.float32))
    rising = np.isin(np.arange(count), (100, 200, 300)).astype(np.float32) * np.float32(MAYBE)
    later = replace(found, chances=rising), replace(found, chances=np.zeros(count, np.float32))
    # Two of so many may be lost, so the third that rises is not given up.
    assert hopeless(first, later) == first.chances[300]
    assert hopeless(first, later[1:]) == 0  # nothing rises: nothing is known of how far to go
    assert hopeless(first, ()) == 0


def test_only_the_last_stage_has_nothing_to_give_up(seen: list[Seen]) -> None:
    known = [replace(query, rows=np.hstack([query.rows, query.rows[:, :3]])) for query in seen]
    first, last = fit("many", [seen, known])
    assert first.hopeless == hopeless(first, [last]) > 0
    assert last.hopeless == 0


def test_a_stage_without_queries_has_no_fit(seen: list[Seen]) -> None:
    assert fit("one", [[], []]) == []
    assert [stage.encoders for stage in fit("one", [seen[:100], []])] == [0]


def test_where_all_are_wrong_there_is_nothing_to_tell_apart(seen: list[Seen]) -> None:
    unanswered = [query for query in seen if not query.is_right.any()]
    with pytest.raises(ValueError, match=r"\w"):
        fit("many", [unanswered])


def test_the_matcher_tells_what_it_sees_of_each_query_at_each_stage(small_town: Content) -> None:
    matcher = Matcher(
        small_town.entries, (), small_town.calibration, [FakeEncoder("first"), FakeEncoder("second")], None
    )
    asked = [
        Asked("身份证丢了怎么补办", frozenset({0})),
        Asked("公积金怎么提取", frozenset()),
        Asked("办证", frozenset({0, 1})),
    ]
    stages = observe(matcher, asked)
    assert [len(stage) for stage in stages] == [3] * STAGES
    unanswered = [("公积金怎么提取",), ("身份证多大能办", "几岁办身份证")]
    beside = observe(Matcher(small_town.entries, (), small_town.calibration, (), None, unanswered), asked)
    assert [(len(query.rows), query.entries, query.unanswered) for query in beside[0]] == [(6, 4, 2)] * 3
    for number, stage in enumerate(stages):
        assert [query.rows.shape for query in stage] == [(4, len(kinds(number)))] * 3
        assert [query.is_right.tolist() for query in stage] == [[1, 0, 0, 0], [0, 0, 0, 0], [1, 1, 0, 0]]
        assert [query.length for query in stage] == [9, 7, 2]
