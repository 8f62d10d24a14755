"""Which entry answers a question, and how sure that is: sure, maybe (up to three choices) or none.

A weighted sum of the evidence ranks the entries, and beside them the questions that are known to have no answer
(faq/unanswered.toml): an entry that does not lead these by much is not the answer. A logistic function of the best
entry's evidence and of its lead gives the probability that it is the right one: that is the score, and it decides the
band. Weights and bands are fitted (`flask faq calibrate`) and stored beside the content. A text whose words leave no
doubt, for an entry or against all of them, is never encoded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from faq.calibration import MANY, Calibration, Stage
from faq.concepts import Concepts
from faq.content import Content
from faq.encoder import Encoder, encode_all
from faq.index import Document, Index, matter_of
from faq.items import Concept, Entry
from faq.meaning import Meaning
from faq.normalise import normalise
from faq.postings import Numbers

Band = Literal["sure", "maybe", "none"]
MOST_CHOICES = 3
ENOUGH = 0.95  # a probability from which no further encoder is asked: more than most answers need
EVEN = 2  # an entry with as much beside it as it has itself is no sure answer, whatever the fit says
CANDIDATES = 40  # entries that are looked at closely
TAIL = 10  # letters that a second encoder, the slow one, is given: a story ends with what it asks


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
        unanswered: Sequence[Sequence[str]] = (),
    ) -> None:
        """`encoders`: none, one, or two of which the second is asked only where the first leaves doubt. `cache`: the
        folder for their vectors of the entries. `unanswered`: questions that no entry answers, alike ones together."""
        self._entries = list(entries)
        self._bands = calibration.bands
        has_many = sum(len(entry.wordings) for entry in entries) >= MANY * len(entries)
        self.stages = calibration.stages["one" if not has_many else "beside" if unanswered else "many"]
        documents = [_document(entry.wordings, entry.answer) for entry in entries]
        self._listed: dict[str, Entry] = {}
        for entry, document in zip(entries, documents, strict=True):
            for wording in document.wordings:
                self._listed.setdefault(wording, entry)
        self._encoders = list(encoders) if entries else []
        others = unanswered if entries else ()
        self._index = Index([*documents, *map(_document, others)], Concepts(concepts).find)
        texts = texts_of(entries, others)
        self._meanings = [_meaning(encoder, texts, self._index.starts, cache) for encoder in self._encoders]

    @classmethod
    def of(cls, content: Content, encoders: Sequence[Encoder] = (), cache: Path | None = None) -> "Matcher":
        """The matcher of a content."""
        return cls(
            content.entries, content.concepts, content.calibration, encoders, cache, content.unanswered_questions
        )

    @property
    def first_encoder(self) -> Encoder | None:
        """The encoder that is asked first, where there is one."""
        return self._encoders[0] if self._encoders else None

    @property
    def size(self) -> int:
        """How many entries there are."""
        return len(self._entries)

    def listed(self, text: str) -> Match | None:
        """The entry that has this text, manners and spelling aside, among its wordings; None when none has."""
        entry = self._listed.get(normalise(text))
        return Match("sure", 1.0, (Choice(entry, 1.0),)) if entry else None

    def rank(self, text: str, limit: int) -> list[Choice]:
        """The raw ranking, without bands: what is hopeless is ranked by all evidence too."""
        return self._choices(self.ranking(text, gives_up=False), limit)

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

    def ranking(self, text: str, *, gives_up: bool = True) -> Ranking:
        """All evidence that the text needed: the encoders are asked one by one until there is no doubt, or no hope."""
        ranking, plain = NOTHING, normalise(text)
        for number, (candidates, rows) in enumerate(self._evidence(text, plain)):
            stage = self.stages[number]
            ranking = self._ranked(candidates, rows, stage, len(plain))
            if ranking.probability >= ENOUGH or (gives_up and ranking.probability < stage.hopeless):
                break
        return ranking

    def evidence(self, text: str) -> Iterator[tuple[NDArray[np.int64], Numbers]]:
        """Candidates and their evidence, a row each in the order of `kinds`: without an encoder, then with each further
        one. A candidate is the position of an entry, or beyond those of an unanswered question, which come last."""
        return self._evidence(text, normalise(text))

    def _evidence(self, text: str, plain: str) -> Iterator[tuple[NDArray[np.int64], Numbers]]:
        if not self._entries or not matter_of(plain):
            return
        layers, likeness = self._index.layers(plain)
        yield self._closer(plain, layers, likeness, self.stages[0])
        for number, (encoder, meaning) in enumerate(zip(self._encoders, self._meanings, strict=True), 1):
            said = text if number == 1 else text[-TAIL:]
            layers = np.hstack([layers, meaning.nearness(encoder.encode([said])[0])])
            yield self._closer(plain, layers, likeness, self.stages[number])

    def _closer(
        self, plain: str, layers: Numbers, likeness: Numbers, stage: Stage
    ) -> tuple[NDArray[np.int64], Numbers]:
        """The best by what is known of all, entries and others, and a close look at them."""
        scores, entries = layers @ stage.rank[: layers.shape[1]], len(self._entries)
        candidates = np.concatenate([_best(scores[:entries]), _best(scores[entries:]) + entries])
        return candidates, np.column_stack([layers[candidates], self._index.order(plain, candidates, likeness)])

    def _ranked(self, candidates: NDArray[np.int64], rows: Numbers, stage: Stage, length: int) -> Ranking:
        scores = rows @ stage.rank
        found = int((candidates < len(self._entries)).sum())
        order = best_first(scores, found)
        candidates, rows, scores = candidates[order], rows[order], scores[order]
        probability = stage.probability(rows, scores, length)
        is_ahead = np.exp(scores - scores[0]).sum() < EVEN
        is_sure = bool(probability >= stage.sure and is_ahead)
        return Ranking(candidates[:found], rows[:found], scores[:found], probability, is_sure)

    def _choices(self, ranking: Ranking, limit: int) -> list[Choice]:
        shares = ranking.probability * np.exp(ranking.scores - ranking.scores[:1])
        return [
            Choice(self._entries[owner], float(share))
            for owner, share in zip(ranking.owners[:limit], shares, strict=False)
        ]


def best_first(scores: Numbers, entries: int) -> NDArray[np.int64]:
    """The order of rows of which so many, the first ones, are entries: these by their scores, then the others."""
    return np.concatenate([np.argsort(-scores[:entries], kind="stable"), np.arange(entries, len(scores))])


def _best(scores: Numbers) -> NDArray[np.int64]:
    count = min(CANDIDATES, len(scores))
    return np.sort(np.argpartition(-scores, count - 1)[:count]) if count else np.zeros(0, np.int64)


def _document(wordings: Sequence[str], answer: str = "") -> Document:
    return Document([normalise(wording) for wording in wordings], normalise(answer))


def texts_of(entries: Sequence[Entry], unanswered: Sequence[Sequence[str]]) -> list[str]:
    """The texts that encoders need: all wordings and unanswered questions, then what stands for the answer of each."""
    wordings = [wording for entry in entries for wording in entry.wordings]
    answers = [entry.answer or entry.question for entry in entries]
    return [*wordings, *chain(*unanswered), *answers, *(questions[0] for questions in unanswered)]


def _meaning(encoder: Encoder, texts: Sequence[str], starts: NDArray[np.int64], cache: Path | None) -> Meaning:
    vectors = encode_all(encoder, texts, cache)
    wordings = len(vectors) - len(starts)
    return Meaning(vectors[:wordings], starts, vectors[wordings:])
