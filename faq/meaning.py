"""How near a text is to each entry in meaning, by the vectors of a sentence encoder.

Raw vectors of short Chinese texts all point the same way. So the mean of the content's wordings is taken out, and only
the directions in which they differ most are kept, the strongest a little damped (principal components, whitened
by a power). On public question pairs this raised recall@1 of USE alone from .81 to .835 (1,872 entries of covid_faq)
and made it four times cheaper.
"""

import numpy as np
from numpy.typing import NDArray

from faq.encoder import Vectors

DIRECTIONS = 128
DAMPING = 0.25
NEARNESS = ("nearest", "middle", "answer")


class Meaning:
    """The vectors of a content's entries. Built once, then only read."""

    def __init__(self, wordings: Vectors, starts: NDArray[np.int64], answers: Vectors) -> None:
        """`wordings`: a row each, those of an entry together, beginning at `starts`; `answers`: a row each entry."""
        self._mean = wordings.mean(axis=0)
        _, strengths, directions = np.linalg.svd(wordings - self._mean, full_matrices=False)
        kept = min(DIRECTIONS, int((strengths > 1e-3).sum()))
        self._turn = (directions[:kept].T * strengths[:kept] ** -DAMPING).astype(np.float32)
        self._starts = starts
        self._wordings = self._place(wordings)
        self._middles = _unit(np.add.reduceat(self._wordings, starts, axis=0))
        self._answers = self._place(answers)

    def nearness(self, vector: Vectors) -> Vectors:
        """For each entry the cosine to its nearest wording, to the middle of its wordings and to its answer;
        shape (entries, 3), in the order of NEARNESS."""
        query = self._place(vector[None])[0]
        nearest = np.maximum.reduceat(self._wordings @ query, self._starts)
        return np.stack([nearest, self._middles @ query, self._answers @ query], axis=1)

    def _place(self, vectors: Vectors) -> Vectors:
        return _unit((vectors - self._mean) @ self._turn)


def _unit(vectors: Vectors) -> Vectors:
    scaled: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), np.float32(1e-6))
    return scaled
