"""Which entry answers a question, and how sure that is: sure, maybe (up to three choices) or none.

A weighted sum of the evidence ranks the entries. A logistic function of the best one's evidence and of its lead gives
the probability that it is the right one: that is the score, and it decides the band. Weights and bands are fitted
(`flask faq calibrate`) and stored beside the content. A text whose words leave no doubt is never encoded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from faq.calibration import MANY, Calibration, Stage
from faq.concepts import Concepts
from faq.encoder import Encoder, encode_all
from faq.index import Document, Index
from faq.items import Concept, Entry
from faq.meaning import Meaning
from faq.normalise import normalise
from faq.postings import Numbers

Band = Literal["sure", "maybe", "none"]
MOST_CHOICES = 3
CANDIDATES = 40  # entries that are looked at closely


@dataclass(frozen=True)
class Choice:
    """An entry and its score, 0 to 1: of the best one the probability that it answers, of others in proportion."""

    entry: Entry
    score: float


@dataclass(frozen=True)
class Match:
    """The band, the best score and the entries to show, best first."""

    band: Band
    score: float
    choices: tuple[Choice, ...]


NO_MATCH = Match("none", 0.0, ())


@dataclass(frozen=True)
class Ranking:
    """Entries by position, best first, their evidence and scores, and the probability that the first is right."""

    owners: NDArray[np.int64]
    rows: Numbers
    scores: Numbers
    probability: float
    is_sure: bool


NOTHING = Ranking(np.zeros(0, np.int64), np.zeros((0, 0), np.float32), np.zeros(0, np.float32), 0.0, False)


class Matcher:
    """The entries of one content version, ready to be asked. Built once, then only read."""

    def __init__(
        self,
        entries: Sequence[Entry],
        concepts: Sequence[Concept],
        calibration: Calibration,
        encoders: Sequence[Encoder] = (),
        cache: Path | None = None,
    ) -> None:
        """`encoders`: none, one, or two of which the second is asked only where the first leaves doubt. `cache`: the
        folder for their vectors of the entries."""
        self._entries = list(entries)
        self._bands = calibration.bands
        has_many = sum(len(entry.wordings) for entry in entries) >= MANY * len(entries)
        self._stages = calibration.many if has_many else calibration.one
        self._listed: dict[str, Entry] = {}
        for entry in entries:
            for wording in entry.wordings:
                self._listed.setdefault(normalise(wording), entry)
        self._encoders = list(encoders) if entries else []
        self._index = Index([_document(entry) for entry in entries], Concepts(concepts).find)
        self._meanings = [_meaning(encoder, entries, self._index.starts, cache) for encoder in self._encoders]

    def listed(self, text: str) -> Match | None:
        """The entry that has this text, manners and spelling aside, among its wordings; None when none has."""
        entry = self._listed.get(normalise(text))
        return Match("sure", 1.0, (Choice(entry, 1.0),)) if entry else None

    def rank(self, text: str, limit: int) -> list[Choice]:
        """The raw ranking, without bands."""
        return self._choices(self.ranking(text), limit)

    def match(self, text: str, asked: str = "") -> Match:
        """The band and the choices. `asked` is the part of the text that asks, where it says other things too."""
        ranking = self.ranking(text)
        if asked:
            ranking = max(ranking, self.ranking(asked), key=lambda found: found.probability)
        choices = self._choices(ranking, MOST_CHOICES)
        if not choices or choices[0].score < self._bands.maybe:
            return NO_MATCH
        if ranking.is_sure:
            return Match("sure", choices[0].score, tuple(choices[:1]))
        shown = tuple(choice for choice in choices if choice.score >= self._bands.choice)
        return Match("maybe", choices[0].score, shown or tuple(choices[:1]))

    def ranking(self, text: str) -> Ranking:
        """All evidence that the text needed: the encoders are asked one by one until there is no doubt."""
        ranking, plain = NOTHING, normalise(text)
        for number, (candidates, rows) in enumerate(self._evidence(text, plain)):
            stage = self._stages[number]
            ranking = _ranked(candidates, rows, stage, len(plain))
            if ranking.probability >= stage.enough:
                break
        return ranking

    def evidence(self, text: str) -> Iterator[tuple[NDArray[np.int64], Numbers]]:
        """Candidates (positions of entries) and their evidence, a row each in the order of `kinds`: without an
        encoder, then with each further one."""
        return self._evidence(text, normalise(text))

    def _evidence(self, text: str, plain: str) -> Iterator[tuple[NDArray[np.int64], Numbers]]:
        if not self._entries or not plain:
            return
        layers, likeness = self._index.layers(plain)
        yield self._closer(plain, layers, likeness, self._stages[0])
        for number, (encoder, meaning) in enumerate(zip(self._encoders, self._meanings, strict=True), 1):
            layers = np.hstack([layers, meaning.nearness(encoder.encode([text])[0])])
            yield self._closer(plain, layers, likeness, self._stages[number])

    def _closer(
        self, plain: str, layers: Numbers, likeness: Numbers, stage: Stage
    ) -> tuple[NDArray[np.int64], Numbers]:
        """The best entries by what is known of all, and a close look at them."""
        count = min(CANDIDATES, len(layers))
        candidates = np.sort(np.argpartition(-(layers @ stage.rank[:-1]), count - 1)[:count])
        return candidates, np.column_stack([layers[candidates], self._index.order(plain, candidates, likeness)])

    def _choices(self, ranking: Ranking, limit: int) -> list[Choice]:
        shares = ranking.probability * np.exp(ranking.scores - ranking.scores[:1])
        return [
            Choice(self._entries[owner], float(share))
            for owner, share in zip(ranking.owners[:limit], shares, strict=False)
        ]


def _ranked(candidates: NDArray[np.int64], rows: Numbers, stage: Stage, length: int) -> Ranking:
    scores = rows @ stage.rank
    best_first = np.argsort(-scores, kind="stable")
    candidates, rows, scores = candidates[best_first], rows[best_first], scores[best_first]
    probability = stage.probability(rows, scores, length)
    return Ranking(candidates, rows, scores, probability, probability >= stage.sure)


def _document(entry: Entry) -> Document:
    return Document([normalise(wording) for wording in entry.wordings], normalise(entry.answer))


def texts_of(entries: Sequence[Entry]) -> list[str]:
    """The texts of entries that encoders need: all wordings, then an answer each."""
    wordings = [wording for entry in entries for wording in entry.wordings]
    return [*wordings, *(entry.answer or entry.question for entry in entries)]


def _meaning(encoder: Encoder, entries: Sequence[Entry], starts: NDArray[np.int64], cache: Path | None) -> Meaning:
    vectors = encode_all(encoder, texts_of(entries), cache)
    wordings = len(vectors) - len(entries)
    return Meaning(vectors[:wordings], starts, vectors[wordings:])
