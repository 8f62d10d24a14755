"""Which entry answers a question, and how sure that is: sure, maybe (up to three choices) or none."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from faq.content import Entry
from faq.index import Document, Hit, Index
from faq.normalise import normalise

Band = Literal["sure", "maybe", "none"]
MOST_CHOICES = 3
# Tuned on the wordings of the demo content, each taken out in turn, and on its questions with their entry taken out.
SURE = 0.60
SURE_LEAD = 0.10
MAYBE = 0.36
MAYBE_SPREAD = 0.20  # a choice this far behind the best one is none


@dataclass(frozen=True)
class Choice:
    """An entry and its score, 0 to 1."""

    entry: Entry
    score: float


@dataclass(frozen=True)
class Match:
    """The band, the best score and the entries to show, best first."""

    band: Band
    score: float
    choices: tuple[Choice, ...]


NO_MATCH = Match("none", 0.0, ())


class Matcher:
    """The entries of one content version, indexed by their questions, other wordings and answers."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = list(entries)
        self._index = Index(
            Document([normalise(wording) for wording in (entry.question, *entry.similar)], normalise(entry.answer))
            for entry in self._entries
        )

    def rank(self, text: str, limit: int) -> list[Choice]:
        """The raw ranking, without bands."""
        return [Choice(self._entries[hit.owner], hit.score) for hit in self._search(text, "", limit)]

    def match(self, text: str, asked: str = "") -> Match:
        """The band and the choices. `asked` is the part of the text that asks, where it says other things too."""
        hits = self._search(text, asked, MOST_CHOICES)
        if not hits or hits[0].score < MAYBE:
            return NO_MATCH
        best = hits[0].score
        lead = best - hits[1].score if len(hits) > 1 else best
        if best >= SURE and lead >= SURE_LEAD:
            return Match("sure", best, (Choice(self._entries[hits[0].owner], best),))
        near = [hit for hit in hits if hit.score >= max(MAYBE, best - MAYBE_SPREAD)]
        return Match("maybe", best, tuple(Choice(self._entries[hit.owner], hit.score) for hit in near))

    def _search(self, text: str, asked: str, limit: int) -> list[Hit]:
        hits = self._index.search(normalise(text), limit)
        if not asked:
            return hits
        best = {hit.owner: hit.score for hit in self._index.search(normalise(asked), limit)}
        for hit in hits:
            best[hit.owner] = max(best.get(hit.owner, 0.0), hit.score)
        return heapq.nlargest(limit, (Hit(owner, score) for owner, score in best.items()), key=lambda hit: hit.score)
