"""Encoders by name, and the cache of what they gave."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from faq.encoder import EncoderError, encode_all, is_encoded, load_encoder
from tests.faq.made import FakeEncoder

TEXTS = ["燃气费怎么交", "身份证丢了", "什么时候供暖"]


def test_none_is_no_encoder() -> None:
    assert load_encoder("none") is None


def test_a_town_may_name_an_encoder_of_its_own() -> None:
    found = load_encoder("tests.faq.made:FakeEncoder")
    assert found is not None
    assert found.name == "fake"
    assert found.encode(TEXTS).shape[0] == len(TEXTS)


@pytest.mark.parametrize("name", ["", "quick", "no_such_module:Encoder", "tests.faq.made:NoSuchEncoder", ":"])
def test_an_encoder_that_is_not_there_is_an_error_that_says_what_was_expected(name: str) -> None:
    with pytest.raises(EncoderError) as error:
        load_encoder(name)
    assert repr(name) in str(error.value)
    assert "expected none, use, e5 or module:name" in str(error.value)


def test_the_small_encoder_comes_with_its_wheel_and_joins_what_shares_no_letter() -> None:
    encoder = load_encoder("use")
    assert encoder is not None
    asked, same, other = encoder.encode(["孩子刚出生咋落户", "新生儿上户口需要什么材料", "燃气卡如何充值"])
    assert np.linalg.norm([asked, same, other], axis=1) == pytest.approx([1, 1, 1], abs=1e-3)
    assert asked @ same > asked @ other + 0.1


def test_without_a_folder_all_is_encoded() -> None:
    encoder = FakeEncoder()
    vectors = encode_all(encoder, TEXTS, None)
    assert encoder.asked == TEXTS
    assert (vectors == FakeEncoder().encode(TEXTS)).all()


def test_what_was_encoded_once_is_not_encoded_again(tmp_path: Path) -> None:
    first, second = FakeEncoder(), FakeEncoder()
    vectors = encode_all(first, TEXTS, tmp_path / "vectors")
    assert first.asked == TEXTS
    again = encode_all(second, TEXTS[::-1], tmp_path / "vectors")
    assert second.asked == []
    assert (again == vectors[::-1]).all()
    assert (vectors == FakeEncoder().encode(TEXTS)).all()


def test_a_changed_wording_encodes_only_itself(tmp_path: Path) -> None:
    encode_all(FakeEncoder(), TEXTS, tmp_path)
    encoder = FakeEncoder()
    changed = [TEXTS[0], "身份证丢了怎么办", TEXTS[2]]
    vectors = encode_all(encoder, changed, tmp_path)
    assert encoder.asked == ["身份证丢了怎么办"]
    assert (vectors == FakeEncoder().encode(changed)).all()


def test_a_text_that_stands_twice_is_encoded_once(tmp_path: Path) -> None:
    encoder = FakeEncoder()
    vectors = encode_all(encoder, [TEXTS[0], TEXTS[1], TEXTS[0]], tmp_path)
    assert encoder.asked == TEXTS[:2]
    assert (vectors[0] == vectors[2]).all()


def test_each_encoder_has_a_cache_of_its_own(tmp_path: Path) -> None:
    encode_all(FakeEncoder("one"), TEXTS, tmp_path)
    other = FakeEncoder("other")
    encode_all(other, TEXTS, tmp_path)
    assert other.asked == TEXTS


def test_the_cache_knows_what_is_encoded(tmp_path: Path) -> None:
    encoder = FakeEncoder()
    assert not is_encoded(encoder, TEXTS, tmp_path)
    encode_all(encoder, TEXTS, tmp_path)
    assert is_encoded(encoder, TEXTS[:2], tmp_path)
    assert not is_encoded(encoder, [*TEXTS, "别的"], tmp_path)
    assert not is_encoded(FakeEncoder("other"), TEXTS, tmp_path)


def test_what_is_no_longer_there_leaves_the_cache_when_something_new_comes(tmp_path: Path) -> None:
    encode_all(FakeEncoder(), TEXTS, tmp_path)
    encode_all(FakeEncoder(), [TEXTS[0], "别的"], tmp_path)
    assert is_encoded(FakeEncoder(), [TEXTS[0], "别的"], tmp_path)
    assert not is_encoded(FakeEncoder(), [TEXTS[1]], tmp_path)


def _no_archive(path: Path) -> None:
    path.write_bytes(b"no archive")


def _half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _other_tables(path: Path) -> None:
    np.savez(path, words=np.zeros(3))


def _too_few_rows(path: Path) -> None:
    np.savez(path, keys=np.array(["a", "b"]), vectors=np.zeros((1, 4), np.float32))


@pytest.mark.parametrize("damage", [_no_archive, _half, _other_tables, _too_few_rows])
def test_a_damaged_cache_is_done_without_and_written_anew(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    expected = encode_all(FakeEncoder(), TEXTS, tmp_path)
    (file,) = tmp_path.iterdir()
    damage(file)
    encoder = FakeEncoder()
    assert (encode_all(encoder, TEXTS, tmp_path) == expected).all()
    assert encoder.asked == TEXTS
    assert is_encoded(FakeEncoder(), TEXTS, tmp_path)


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    encode_all(FakeEncoder(), TEXTS, tmp_path)
    (file,) = tmp_path.iterdir()
    file.unlink()
    file.mkdir()  # a folder stands where the file should be
    vectors = encode_all(FakeEncoder(), TEXTS, tmp_path)
    assert (vectors == FakeEncoder().encode(TEXTS)).all()
    assert list(tmp_path.iterdir()) == [file]  # and nothing half-written is left


def test_a_folder_that_cannot_be_made_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "refused")

    monkeypatch.setattr(Path, "mkdir", refuse)
    vectors = encode_all(FakeEncoder(), TEXTS, tmp_path / "vectors")
    assert (vectors == FakeEncoder().encode(TEXTS)).all()
    assert list(tmp_path.iterdir()) == []
