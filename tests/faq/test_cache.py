"""What is kept between two starts comes back whole, or not at all."""

from pathlib import Path

import numpy as np
import pytest

from faq.cache import read_arrays, write_arrays
from faq.judge import Lesson, Parts, learned_before

LESSONS = [Lesson(Parts([letter, "*"]), label) for letter, label in (("a", "1"), ("b", "2")) for _ in range(4)]


def test_arrays_come_back_as_they_were_kept(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "kept.npz"
    assert write_arrays(path, {"letters": np.array(["甲", "乙"]), "numbers": np.arange(3)})
    found = read_arrays(path)
    assert found["letters"].tolist() == ["甲", "乙"]
    assert found["numbers"].tolist() == [0, 1, 2]


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04 broken", b"\x80\x04."])
def test_a_damaged_file_holds_nothing(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "kept.npz").write_bytes(raw)
    assert read_arrays(tmp_path / "kept.npz") == {}


def test_a_folder_that_cannot_be_written_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not write_arrays(tmp_path / "file" / "kept.npz", {"numbers": np.arange(3)})
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_what_was_learned_before_is_not_learned_again_and_what_is_damaged_is_mended(tmp_path: Path) -> None:
    asked = []

    def lessons() -> list[Lesson]:
        asked.append(1)
        return LESSONS

    for _ in range(2):
        learned_before("intent-1", tmp_path, lessons)
    assert len(asked) == 1
    (kept,) = tmp_path.glob("*.npz")
    kept.write_bytes(b"")
    for _ in range(2):
        assert learned_before("intent-1", tmp_path, lessons).labels.tolist() == ["1", "2"]
    assert len(asked) == 2


def test_what_was_learned_of_an_older_content_goes(tmp_path: Path) -> None:
    learned_before("intent-1", tmp_path, lambda: LESSONS)
    learned_before("category-1", tmp_path, lambda: LESSONS)
    learned_before("intent-2", tmp_path, lambda: LESSONS)
    assert sorted(path.name.rsplit("-", 1)[0] for path in tmp_path.iterdir()) == ["category-1", "intent-2"]
