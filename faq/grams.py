"""A text as weighted pieces of one and two characters: numbers in, no words needed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faq.normalise import simplify

LONGEST = 2000  # characters read of a text
TITLE, FIRST = 40, 60  # characters of the title and, at most, of the first part
SHARES = np.array([1.0, 0.45, 0.45], dtype=np.float32)  # of the body, the first part and the title
# A piece as one number: its view and its one or two code points of 21 bits, of which the first is 0 for one.
POINT, VIEW = 21, 42
PLAIN = re.compile(r"[^\u4e00-\u9fffa-z0-9]")
BREAK = re.compile(r"[ ,!?\n\u3002\uff0c\uff01\uff1f]")
FEWEST = 2  # texts that a piece must stand in

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


def pieces(text: str) -> tuple[Ints, Ints]:
    """The distinct pieces of a text in ascending order, and how often each stands in its view."""
    simple = simplify(text[:LONGEST])
    views = (PLAIN.sub("", simple), BREAK.split(simple, maxsplit=1)[0][:FIRST], simple[:TITLE])
    found = []
    for view, part in enumerate(views):
        # surrogatepass: half a character, as broken clients send it, is a piece like any other.
        points = np.frombuffer(part.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.int64)
        found += [points | view << VIEW, points[:-1] << POINT | points[1:] | view << VIEW]
    codes, times = np.unique(np.concatenate(found), return_counts=True)
    return codes, times


@dataclass(frozen=True)
class Vocabulary:
    """The pieces worth looking at: `codes` ascending (n,), and `rarity` (n,), the more the rarer."""

    codes: Ints
    rarity: Floats

    def weigh(self, codes: Ints, times: Ints) -> tuple[Ints, Floats]:
        """Positions in the vocabulary and weights of a text's pieces; the weights have length 1 or are none."""
        at = np.searchsorted(self.codes, codes)
        known = self.codes[np.minimum(at, len(self.codes) - 1)] == codes
        at = at[known]
        weights = (1 + np.log(times[known])).astype(np.float32) * self.rarity[at]
        view = codes[known] >> VIEW
        lengths = np.sqrt(np.bincount(view, weights**2, minlength=len(SHARES)))
        shares = np.where(lengths > 0, SHARES, 0)
        scale = shares / np.maximum(lengths, 1e-9) / max(float(np.linalg.norm(shares)), 1e-9)
        return at, (weights * scale[view]).astype(np.float32)


def learn_vocabulary(texts: Sequence[tuple[Ints, Ints]]) -> Vocabulary:
    """The vocabulary of texts given as pieces."""
    codes, spread = np.unique(np.concatenate([codes for codes, _ in texts]), return_counts=True)
    kept = spread >= min(FEWEST, len(texts))
    rarity = np.log((1 + len(texts)) / (1 + spread[kept])) + 1
    return Vocabulary(codes[kept], rarity.astype(np.float32))
