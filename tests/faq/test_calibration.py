"""The fitted numbers: what they make of evidence, and how their file is read."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from faq.calibration import STAGES, Calibration, Fit, Wordings, kinds, read_calibration, standing, standing_names
from faq.fitting import as_stored, calibration_toml
from faq.index import LAYERS
from faq.reading import Reader
from tests.faq.made import stage

SORTS: tuple[Wordings, ...] = ("many", "one", "beside")


def fitted(wordings: Wordings, encoders: int) -> Fit:
    """A stage of which every number is another one."""
    start = 10 * encoders + 100 * SORTS.index(wordings)
    return Fit(
        wordings=wordings,
        encoders=encoders,
        hopeless=0.125 + encoders / 8,
        sure=0.7 + encoders / 100,
        bias=-start / 4,
        rank={name: start + at / 16 for at, name in enumerate(kinds(encoders))},
        confidence={name: -start - at / 16 for at, name in enumerate(standing_names(encoders))},
    )


ALL = [fitted(wordings, number) for wordings in SORTS for number in range(STAGES)]
TEXT = calibration_toml(ALL)


def read(tmp_path: Path, text: str) -> tuple[Calibration | None, list[str]]:
    """What a file of this text gives, and the faults without the folder's name."""
    path = tmp_path / "calibration.toml"
    path.write_text(text, "utf-8")
    reader = Reader()
    found = read_calibration(reader, reader.file(path))
    return found, [fault.removeprefix(f"{tmp_path}/") for fault in reader.faults]


def line_of(text: str, start: str) -> int:
    """The first line, from 1, that starts so."""
    return next(number for number, line in enumerate(text.split("\n"), 1) if line.startswith(start))


def test_the_evidence_grows_by_three_kinds_for_each_encoder() -> None:
    assert kinds(0) == (*LAYERS, "order")
    assert [len(kinds(number)) for number in range(STAGES)] == [len(LAYERS) + 1 + 3 * n for n in range(STAGES)]
    assert set(kinds(0)) < set(kinds(1)) < set(kinds(2))
    assert len(standing_names(2)) == len(set(standing_names(2))) == 2 * len(kinds(2)) + 4


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    found, faults = read(tmp_path, TEXT)
    assert faults == []
    assert found is not None
    assert (found.bands.maybe, found.bands.choice) == (0.25, 0.02)
    for wanted in ALL:
        got = found.stages[wanted.wordings][wanted.encoders]
        assert got.rank.tolist() == pytest.approx(list(wanted.rank.values()), abs=1e-4)
        assert got.confidence.tolist() == pytest.approx(list(wanted.confidence.values()), abs=1e-4)
        assert (got.bias, got.sure, got.hopeless) == (wanted.bias, wanted.sure, wanted.hopeless)


def test_stages_in_use_can_be_stored_again_word_for_word(tmp_path: Path) -> None:
    found, _ = read(tmp_path, TEXT)
    assert found is not None
    assert calibration_toml([fit for wordings in SORTS for fit in as_stored(wordings, found.stages[wordings])]) == TEXT


def test_the_order_of_the_file_makes_no_difference(tmp_path: Path) -> None:
    head, *stages = TEXT.split("\n[[stage]]")
    turned = "\n[[stage]]".join([head, *stages[::-1]])
    one, _ = read(tmp_path, TEXT)
    other, faults = read(tmp_path, turned)
    assert faults == []
    assert one is not None
    assert other is not None
    for wordings in SORTS:
        these, those = one.stages[wordings], other.stages[wordings]
        assert [found.rank.tolist() for found in these] == [found.rank.tolist() for found in those]


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ("letters = 0.0000, ", "", "rank =", "rank: found too much or too little: letters$"),
        ("letters = 0.0000, ", "letters = 1.0, leters = 1.0, ", "rank =", "too little: leters$"),
        ("length = -", "lenght = -", "confidence =", "confidence: found too much or too little: lenght, length$"),
        ("hopeless = 0.1250", "hopeless = 1.5", "hopeless =", "hopeless: found 1.5"),
        ("hopeless = 0.1250\n", "", "[[stage]]", "hopeless: found nothing"),
        ("bias = 0.0000", 'bias = "none"', "bias =", "bias: found 'none'"),
        ('wordings = "many"', 'wordings = "several"', "wordings =", "wordings: found 'several'"),
        ("encoders = 0", "encoders = 3", "encoders =", "encoders: found 3"),
        ("maybe = 0.25", "maybe = 25", "maybe =", "maybe: found 25"),
        ("choice = 0.02", "choise = 0.02", "choise =", "choise: found 0.02.*no such key"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, old: str, new: str, at: str, says: str) -> None:
    text = TEXT.replace("bias = -0.0000", "bias = 0.0000")
    assert old in text
    changed = text.replace(old, new, 1)
    found, faults = read(tmp_path, changed)
    assert found is None
    where = f"calibration.toml:{line_of(changed, at)}: "
    assert any(fault.startswith(where) and re.search(says, fault) for fault in faults), (where, faults)


@pytest.mark.parametrize(("wordings", "encoders"), [("many", 0), ("one", 1), ("beside", 2)])
def test_a_stage_that_is_not_there_is_told_by_name(tmp_path: Path, wordings: str, encoders: int) -> None:
    kept = [each for each in ALL if (each.wordings, each.encoders) != (wordings, encoders)]
    found, faults = read(tmp_path, calibration_toml(kept))
    assert found is None
    missing = f"found no [[stage]] with wordings = {wordings!r} and encoders = {encoders}, expected one"
    assert faults == [f"calibration.toml: {missing}"]


def test_a_file_without_bands_is_a_fault(tmp_path: Path) -> None:
    found, faults = read(tmp_path, TEXT.replace("[bands]\nmaybe = 0.25\nchoice = 0.02\n", ""))
    assert found is None
    assert faults == ["calibration.toml: found no [bands], expected one"]


def test_the_standing_is_the_first_ones_evidence_and_how_far_it_leads() -> None:
    rows = np.array([[0.9, 0.1], [0.5, 0.3], [0.7, 0.0]], np.float32)
    scores = np.array([3.0, 2.0, 0.0], np.float32)
    share = 1 / (1 + np.exp(-1) + np.exp(-3))
    expected = [0.9, 0.1, 0.2, -0.2, 3.0, 1.0, share, np.log(7)]
    assert standing(rows, scores, 7) == pytest.approx(expected, abs=1e-5)


def test_an_entry_that_is_alone_leads_by_all_it_has() -> None:
    rows, scores = np.array([[0.9, 0.1]], np.float32), np.array([3.0], np.float32)
    assert standing(rows, scores, 1) == pytest.approx([0.9, 0.1, 0.9, 0.1, 3.0, 3.0, 1, 0], abs=1e-6)


def _first(rows: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> None:
    rows[0, 0] = 0.4


def _rival(rows: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> None:
    rows[1, 0] = 0.9


@pytest.mark.parametrize("weaken", [_first, _rival])
def test_the_probability_falls_with_less_evidence_and_with_a_nearer_rival(weaken: Callable[..., None]) -> None:
    made = stage(0, {"letters": 4.0, "letters_lead": 4.0}, bias=-3)
    rows = np.zeros((2, len(kinds(0))), np.float32)
    rows[0, 0], rows[1, 0] = 1.0, 0.2
    clear = made.probability(rows, rows @ made.rank, 5)
    assert clear == pytest.approx(1 / (1 + np.exp(-(4 + 3.2 - 3))), abs=1e-5)
    weaken(rows)
    assert made.probability(rows, rows @ made.rank, 5) < clear
