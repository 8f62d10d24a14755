"""Nearness in meaning, with vectors made for it."""

import numpy as np
import pytest

from faq.encoder import Vectors
from faq.meaning import DIRECTIONS, NEARNESS, Meaning

SIZE = 32


def directions(*numbers: int) -> Vectors:
    """Rows of length 1: each of another direction by its number."""
    return np.eye(SIZE, dtype=np.float32)[list(numbers)]


def unit(vectors: Vectors) -> Vectors:
    scaled: Vectors = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return scaled


def test_the_nearest_wording_the_middle_and_the_answer_are_told_apart() -> None:
    wordings = directions(0, 1, 2, 3, 4, 5)
    answers = directions(4, 0, 6)
    meaning = Meaning(wordings, np.array([0, 2, 4]), answers)
    found = meaning.nearness(directions(4)[0])
    assert found.shape == (3, len(NEARNESS)) == (3, 3)
    nearest, middle, answer = found.T
    assert nearest.argmax() == middle.argmax() == 2
    assert nearest[2] == pytest.approx(1, abs=1e-5)
    assert middle[2] < nearest[2]  # its other wording points elsewhere
    assert answer.argmax() == 0


def test_an_entry_is_as_near_as_its_nearest_wording() -> None:
    meaning = Meaning(directions(0, 1, 2, 3), np.array([0, 3]), directions(0, 3))
    for number in (0, 1, 2):
        assert meaning.nearness(directions(number)[0])[0, 0] == pytest.approx(1, abs=1e-5)


def test_what_all_wordings_have_in_common_says_nothing() -> None:
    common = 10 * directions(SIZE - 1)
    wordings = unit(directions(0, 1, 2) + common)
    meaning = Meaning(wordings, np.array([0, 1, 2]), wordings)
    assert (wordings @ wordings.T).min() > 0.98  # by themselves they are all alike
    nearest = meaning.nearness(wordings[1])[:, 0]
    assert nearest[1] == pytest.approx(1, abs=1e-4)
    assert max(nearest[0], nearest[2]) < 0


def test_a_text_that_says_only_what_all_wordings_say_is_near_to_none() -> None:
    wordings = directions(0, 1, 2, 2)
    meaning = Meaning(wordings, np.array([0, 1, 2]), directions(0, 1, 2))
    assert np.abs(meaning.nearness(wordings.mean(axis=0))).max() < 1e-3


def test_what_distinguishes_no_wordings_is_left_out_of_the_query() -> None:
    meaning = Meaning(directions(0, 1, 2), np.array([0, 1, 2]), directions(0, 1, 2))
    plain = meaning.nearness(directions(1)[0])
    assert meaning.nearness(directions(1)[0] + 5 * directions(20)[0]) == pytest.approx(plain, abs=1e-5)


def test_no_more_directions_are_kept_than_are_worth_it() -> None:
    draw = np.random.default_rng(0)
    wordings = unit(draw.standard_normal((400, 2 * DIRECTIONS)).astype(np.float32))
    meaning = Meaning(wordings, np.arange(400), wordings)
    found = np.array([meaning.nearness(wording)[:, 0] for wording in wordings[:50]])
    assert (found.argmax(axis=1) == np.arange(50)).all()
    assert found.diagonal() == pytest.approx(np.ones(50), abs=1e-4)


@pytest.mark.parametrize("count", [1, 2])
def test_wordings_that_are_all_the_same_are_near_to_nothing_and_no_error(count: int) -> None:
    same = directions(*[0] * count)
    found = Meaning(same, np.arange(count), same).nearness(directions(0)[0])
    assert found.tolist() == [[0, 0, 0]] * count
