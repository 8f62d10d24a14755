"""An inverted index of weighted tokens: how much of a query each of many documents shares, without a scan.

Tokens are looked up from rare to common until the budget of postings is used; what is left then are tokens that
half of the documents have and that tell nothing apart.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]
BUDGET = 40_000


def rarity(count: int, total: int) -> float:
    """BM25's weight of a token that `count` of `total` documents have (Robertson and Spärck Jones)."""
    return math.log(1 + (total - count + 0.5) / (count + 0.5))


class Token(NamedTuple):
    """A token, how many documents have it, which ones, and its weight."""

    token: str
    spread: int
    owners: NDArray[np.int32]
    weight: float


RAREST_FIRST = attrgetter("spread", "token")


class Postings:
    """Tokens of documents. Built once, then only read."""

    def __init__(self, documents: Sequence[Iterable[str]], factor: Callable[[str], float] = lambda token: 1.0) -> None:
        """`factor` scales the weight of a token, which is otherwise its rarity."""
        self.size = len(documents)
        self._factor = factor
        owners: dict[str, list[int]] = defaultdict(list)
        for owner, tokens in enumerate(documents):
            for token in dict.fromkeys(tokens):
                owners[token].append(owner)
        self._known = {token: self._weighed(token, listed) for token, listed in owners.items()}
        self._strange = rarity(0, self.size)  # before the factor, for a token that no document has
        self.masses = np.zeros(self.size, np.float32)
        for known in self._known.values():
            self.masses[known.owners] += known.weight

    def mass(self, tokens: Sequence[str]) -> float:
        """The weight of tokens together, of those too that no document has."""
        return self._seen(tokens)[1]

    def likeness(self, tokens: Sequence[str]) -> Numbers:
        """Dice's coefficient by weight, 0 to 1: twice the shared weight by the weight of both; shape (size,)."""
        known, mass = self._seen(tokens)
        both = self.masses + np.float32(mass)
        likeness = self._shared(known)
        likeness *= 2
        likeness /= np.maximum(both, np.float32(1e-6), out=both)
        return likeness

    def coverage(self, tokens: Sequence[str]) -> Numbers:
        """The share of the tokens' weight that each document has, 0 to 1; shape (size,)."""
        known, mass = self._seen(tokens)
        return self._shared(known) / np.float32(mass) if mass else np.zeros(self.size, np.float32)

    def _weighed(self, token: str, owners: Sequence[int]) -> Token:
        weight = rarity(len(owners), self.size) * self._factor(token)
        return Token(token, len(owners), np.array(owners, np.int32), weight)

    def _seen(self, tokens: Sequence[str]) -> tuple[list[Token], float]:
        """Those of the tokens that documents have, and the weight of all."""
        known, mass = [], 0.0
        for token in tokens:
            if found := self._known.get(token):
                known.append(found)
                mass += found.weight
            else:
                mass += self._strange * self._factor(token)
        return known, mass

    def _shared(self, known: list[Token]) -> Numbers:
        """For each document the weight of the tokens that it has; shape (size,)."""
        if not known:
            return np.zeros(self.size, np.float32)
        known.sort(key=RAREST_FIRST)
        kept, budget = 1, BUDGET - known[0].spread
        while kept < len(known) and known[kept].spread <= budget:
            budget -= known[kept].spread
            kept += 1
        del known[kept:]
        weights = np.repeat([token.weight for token in known], [token.spread for token in known])
        owners = np.concatenate([token.owners for token in known])
        shared: Numbers = np.bincount(owners, weights, self.size).astype(np.float32)
        return shared


class Groups:
    """Groups of numbers that stand together (the wordings of an entry), so that the best of each is found fast.

    They are arranged by turn: the first of every group, then the second of those that have one, and so on, the groups
    with most in front. The best of all groups is then a maximum of a few whole stretches.
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        """`sizes`: how many there are in each group, at least one."""
        self._starts = np.cumsum([0, *sizes])[:-1]
        counts = np.array(sizes, np.int64)
        self._counts = counts
        self._largest_first = np.argsort(-counts, kind="stable")
        self._rank = np.argsort(self._largest_first, kind="stable")
        self._turns = [int((counts > turn).sum()) for turn in range(max(sizes, default=0))]
        self._offsets = np.cumsum([0, *self._turns])

    def arranged(self, texts: Sequence[str]) -> list[str]:
        """What stands group by group, by turn."""
        return [
            texts[self._starts[group] + turn]
            for turn, has in enumerate(self._turns)
            for group in self._largest_first[:has].tolist()
        ]

    def best(self, numbers: Numbers) -> Numbers:
        """The largest of each group, of numbers by turn; shape (groups,)."""
        best = numbers[: len(self._rank)].copy()
        for has, start in zip(self._turns[1:], self._offsets[1:], strict=False):
            np.maximum(best[:has], numbers[start : start + has], out=best[:has])
        return best[self._rank]

    def likest(self, groups: NDArray[np.int64], numbers: Numbers) -> list[int]:
        """Where the largest of each of these groups stands group by group (the first of equals)."""
        counts = self._counts[groups][:, None]
        turns = np.arange(counts.max(initial=1))
        has = turns < counts
        places = np.where(has, self._offsets[turns] + self._rank[groups][:, None], 0)
        own = np.where(has, numbers[places], -np.inf)
        found: list[int] = (self._starts[groups] + own.argmax(axis=1)).tolist()
        return found
