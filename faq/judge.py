"""A linear judge of texts, taught by labelled examples when the content is loaded.

It weighs what a text is made of (pieces, by TF-IDF) and what rules have seen in it (cues), by logistic regression.
Taught once, it judges with a few sums; it needs no encoder.
"""

import hashlib
import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faq.cache import read_arrays, write_arrays
from faq.content import Content
from faq.items import Entry, Example

RAREST = 3  # texts that must have a piece, so that it is learned
PIECES, CUES = 4.0, 1.5  # how long the vectors of the two are
STRENGTH = 4.0
CLOSE = 1e-3  # the slope at which the fit may stop: closer takes twice as long and tells nothing apart better


def grams(text: str) -> list[str]:
    """The letters of a text in ones, twos and threes, as often as they stand there."""
    return [text[at : at + size] for size in (1, 2, 3) for at in range(len(text) + 1 - size)]


@dataclass(frozen=True)
class Parts:
    """A text as the judge sees it: its pieces, in which repeats count, and its cues."""

    pieces: Sequence[str]
    cues: Sequence[str] = ()


@dataclass(frozen=True)
class Lesson:
    """A text in parts, its label, and how much it counts."""

    parts: Parts
    label: str
    weight: float = 1.0


def lessons_of(
    content: Content,
    parts: Callable[[str], Parts],
    label: Callable[[Example], str | None],
    label_of_entry: Callable[[Entry], str],
    weight: float,
) -> list[Lesson]:
    """What the examples teach (those of which the label is None nothing), and then the wordings of the entries, each
    of which counts so much beside an example."""
    taught = ((example, label(example)) for example in content.examples)
    lessons = [Lesson(parts(text), found) for example, found in taught if found for text in example.texts]
    wordings = ((entry, wording) for entry in content.entries for wording in entry.wordings)
    return lessons + [Lesson(parts(wording), label_of_entry(entry), weight) for entry, wording in wordings]


@dataclass(frozen=True)
class Weights:
    """What was learned: n pieces with their rarity (n,), k labels with weights (n, k) and bias (k,), and m cues with
    weights (m, k)."""

    labels: NDArray[np.str_]
    pieces: NDArray[np.str_]
    cues: NDArray[np.str_]
    rarity: NDArray[np.float32]
    piece_weights: NDArray[np.float32]
    cue_weights: NDArray[np.float32]
    bias: NDArray[np.float32]


def learn(lessons: Sequence[Lesson]) -> Weights:
    """Learn from lessons. Raises ValueError when they have less than two labels."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    vectorizer = TfidfVectorizer(analyzer=lambda parts: parts.pieces, min_df=RAREST, sublinear_tf=True)
    pieces = vectorizer.fit_transform([lesson.parts for lesson in lessons])
    cues = sorted({cue for lesson in lessons for cue in lesson.parts.cues})
    numbers = {cue: number for number, cue in enumerate(cues)}
    seen = np.zeros((len(lessons), len(cues)))
    for row, lesson in enumerate(lessons):
        seen[row, [numbers[cue] for cue in lesson.parts.cues]] = CUES
    model = LogisticRegression(C=STRENGTH, tol=CLOSE, max_iter=1000)
    rows = hstack([pieces * PIECES, csr_matrix(seen)]).tocsr()
    with threadpool_limits(1):  # several threads wait for each other longer than they work
        model.fit(rows, [lesson.label for lesson in lessons], [lesson.weight for lesson in lessons])
    is_pair = len(model.classes_) == 2
    weights = (np.vstack([-model.coef_, model.coef_]) / 2 if is_pair else model.coef_).T.astype(np.float32)
    bias = np.append(-model.intercept_, model.intercept_) / 2 if is_pair else model.intercept_
    names = vectorizer.get_feature_names_out()
    return Weights(
        labels=np.array(model.classes_, np.str_),
        pieces=np.array(names, np.str_),
        cues=np.array(cues, np.str_),
        rarity=vectorizer.idf_.astype(np.float32),
        piece_weights=weights[: len(names)],
        cue_weights=weights[len(names) :] * np.float32(CUES),
        bias=bias.astype(np.float32),
    )


@cache
def _code() -> str:
    """Changes when any of our own code for understanding does: what it would learn may then differ."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:8]


def learned_before(key: str, folder: Path | None, lessons: Callable[[], Sequence[Lesson]]) -> Weights:
    """What the lessons teach, from the folder's cache where something was learned under this key before.

    A cache that cannot be read or written is done without.
    """
    if folder is None:
        return learn(lessons())
    path = folder / f"{key}-{_code()}.npz"
    with suppress(TypeError):  # a file that holds other arrays
        return Weights(**read_arrays(path))
    weights = learn(lessons())
    older = [other for other in folder.glob(f"{key.split('-')[0]}-*.npz") if other != path]
    if write_arrays(path, vars(weights)):
        for other in older:
            other.unlink(missing_ok=True)
    return weights


class Judge:
    """Labels of texts with their probabilities. Built once, then only read."""

    def __init__(self, weights: Weights) -> None:
        self.labels: tuple[str, ...] = tuple(weights.labels.tolist())
        self._names: list[str] = weights.pieces.tolist()
        self._pieces = {piece: number for number, piece in enumerate(self._names)}
        self._cues: dict[str, int] = {cue: number for number, cue in enumerate(weights.cues.tolist())}
        self._rarity, self._weights = weights.rarity, weights.piece_weights
        self._cue_weights, self._bias = weights.cue_weights, weights.bias

    def probabilities(self, parts: Parts) -> dict[str, float]:
        """The probability of each label; together 1."""
        return {label: math.exp(log) for label, log in self.logs(parts).items()}

    def logs(self, parts: Parts) -> dict[str, float]:
        """The natural logarithms of the probabilities."""
        rows, values = self._known(parts)
        scores = self._bias + values @ self._weights[rows]
        if known := [self._cues[cue] for cue in parts.cues if cue in self._cues]:
            scores = scores + self._cue_weights[known].sum(axis=0)
        scores = scores - scores.max()
        return dict(zip(self.labels, (scores - np.log(np.exp(scores).sum())).tolist(), strict=True))

    def reasons(self, parts: Parts, label: str, limit: int) -> list[str]:
        """The pieces of more than one letter that speak most for a label; none is part of another, and
        there are none for a label that was never taught."""
        if label not in self.labels:
            return []
        rows, values = self._known(parts)
        column = self._weights[rows, self.labels.index(label)] * values
        found: list[str] = []
        for at in np.argsort(-column, kind="stable"):
            piece = self._names[rows[at]]
            if column[at] <= 0 or len(found) == limit:
                break
            if len(piece) > 1 and not any(piece in other or other in piece for other in found):
                found.append(piece)
        return found

    def _known(self, parts: Parts) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The numbers of the pieces that were learned, and their values."""
        counts: dict[int, int] = {}
        for piece in parts.pieces:
            if (number := self._pieces.get(piece)) is not None:
                counts[number] = counts.get(number, 0) + 1
        rows = np.fromiter(counts, np.int64, len(counts))
        values = (1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * self._rarity[rows]
        return rows, values * np.float32(PIECES / max(float(np.linalg.norm(values)), 1e-6))
