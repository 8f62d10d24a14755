"""make evaluate: how well questions find their entry and messages their category, beside what any program may have.

On public question pairs in ../shared/data, of which only the half is asked that the calibration was not fitted on
(by the SHA-256 of a text, odd), and on tests/evaluation. Every list, draw and sample follows from a seed. The program's
own figures come from the chat's own decision.
"""

import copy
import csv
import hashlib
import multiprocessing
import os
import random
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import TypeVar

import numpy as np

from faq.content import Content, load_content
from faq.encoder import Encoder, Vectors, load_encoder
from faq.evaluate import FaqFigures, GivenEntry, Query, evaluate_faq, with_entries
from faq.match import Matcher
from faq.understand import Understander
from tests.bench.categories import FILES, print_categories
from tests.bench.layers import print_layers, print_own, print_rules
from tests.bench.lists import PUBLIC
from tests.bench.rivals import Rival, rivals
from tests.bench.tables import Cells, print_table
from tests.process import ROOT

T = TypeVar("T")

OWN, LISTS = "tests/evaluation", ("covid_faq", "lcqmc")
DRAWS, DRAWN = 5, 200
ANSWERABLE, WITHOUT = 300, 100  # queries of a draw with an entry, and of each kind without one
WHOLE = 1000  # queries with an entry, of a whole list
KEPT = 0.95  # of the right hits, by the threshold that questions without an entry are held against
SETTINGS: Mapping[str, tuple[str, ...]] = {"no encoder": (), "use": ("use",), "use and e5": ("use", "e5")}


@dataclass(frozen=True)
class PublicList:
    """Entries by id, and queries without repeats: those with an entry, and those without one by kind."""

    questions: Mapping[str, str]
    answerable: Sequence[Query]
    unseen: Sequence[Query]
    near: Sequence[Query]

    @property
    def asked(self) -> list[str]:
        """The ids of the entries that answer a query."""
        return sorted({query.gold for query in self.answerable if query.gold})


@dataclass
class Remembering:
    """An encoder that encodes no text twice."""

    encoder: Encoder
    name: str
    known: dict[str, Vectors] = field(default_factory=dict)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """A row for each text."""
        missing = [text for text in dict.fromkeys(texts) if text not in self.known]
        if missing:
            self.known |= zip(missing, self.encoder.encode(missing), strict=True)
        return np.stack([self.known[text] for text in texts])


@dataclass
class Understanders:
    """Understanders of one content that differ in their encoders; what takes long to learn is learned once."""

    encoders: Mapping[str, Encoder]
    cache: Path | None = None
    first: Understander | None = None

    def of(self, content: Content, names: Sequence[str]) -> Understander:
        """One with these encoders."""
        self.first = self.first or Understander(content)
        made = copy.copy(self.first)
        encoders = [self.encoders[name] for name in names]
        made.matcher = Matcher.of(content, encoders, self.cache)
        return made


def main() -> None:
    """Measure and print; each part in a process of its own."""
    if not PUBLIC.exists():
        print("The public question pairs are not here (../shared/data/faq-pairs): nothing was measured.")
        return
    began = time.monotonic()
    spawn = multiprocessing.get_context("spawn")
    parts = (OWN, *LISTS, *FILES)
    with ProcessPoolExecutor(max_workers=min(len(parts), os.cpu_count() or 1), mp_context=spawn) as pool:
        for told in pool.map(told_part, parts):
            print(told, flush=True)
    print(f"All of it took {time.monotonic() - began:.0f} s.")


def told_part(part: str) -> str:
    """The tables of our own set, of a public list by its name, or of a file of labelled messages."""
    if part in FILES:
        with redirect_stdout(StringIO()) as told:
            print_categories(part)
        return told.getvalue()
    content = load_content(ROOT / "faq")
    encoders = {name: Remembering(encoder, encoder.name) for name in ("use", "e5") if (encoder := load_encoder(name))}
    with redirect_stdout(StringIO()) as told:
        if part == OWN:
            understanders = Understanders(encoders, ROOT / "var" / "encodings")
            seen = {title: understanders.of(content, names) for title, names in SETTINGS.items()}
            print_own(seen)
            print_rules(content)
            print_layers(content, seen["use and e5"].matcher)
        else:
            pairs = read_list(part, is_held_out)
            print_draws(part, pairs, content, encoders)
            print_whole(part, pairs, content, encoders)
    return told.getvalue()


def read_list(name: str, is_asked: Callable[[str], bool]) -> PublicList:
    """A public list without repeats, and those of its queries."""
    questions: dict[str, str] = {}
    for row in _rows(name, "faq"):
        if row["question"] not in questions.values():
            questions[row["faq_id"]] = row["question"]
    asked = set(questions.values())
    kinds: dict[str, list[Query]] = {"paraphrase": [], "unseen": [], "near_miss": []}
    for row in _rows(name, "queries"):
        text, gold = row["query"], row["gold_faq_id"] if row["kind"] == "paraphrase" else None
        if text not in asked and is_asked(text) and (gold is None or gold in questions):
            asked.add(text)
            kinds[row["kind"]].append(Query(text=text, gold=gold))
    return PublicList(questions, kinds["paraphrase"], kinds["unseen"], kinds["near_miss"])


def print_draws(name: str, pairs: PublicList, content: Content, encoders: Mapping[str, Encoder]) -> None:
    """The table of so many entries, drawn several times, each figure the mean of the draws."""
    found: dict[str, list[Cells]] = {}
    for seed in range(DRAWS):
        draw = random.Random(seed)
        ids = draw.sample(pairs.asked, DRAWN)
        questions = {entry: pairs.questions[entry] for entry in ids}
        queries = some(draw, [query for query in pairs.answerable if query.gold in questions], ANSWERABLE)
        unseen, near = some(draw, pairs.unseen, WITHOUT), some(draw, pairs.near, WITHOUT)
        for title, ask in _rivals(questions).items():
            found.setdefault(title, []).append(_separated(ask, queries, unseen, near))
        understanders = Understanders(encoders)
        for title, names in SETTINGS.items():
            cells = _own(understanders, names, content, questions, queries, unseen, near)
            found.setdefault(f"this program, {title}", []).append(cells)
    print_table(
        f"{name}: {DRAWN} entries, mean of {DRAWS} draws. Passing: the share of questions without an entry (unseen, "
        f"near misses, both) above the threshold that keeps {KEPT:.0%} of the right hits. Sure: what the chat itself "
        "answers without asking back: rightly, of the questions with an entry; its precision over all; and falsely, of "
        "those without one.",
        {title: _mean(cells) for title, cells in found.items()},
    )


def print_whole(name: str, pairs: PublicList, content: Content, encoders: Mapping[str, Encoder]) -> None:
    """The table of a whole list."""
    queries = some(random.Random(0), pairs.answerable, WHOLE)
    found = {title: {"recall@1": _recall(ask, queries)} for title, ask in _rivals(pairs.questions).items()}
    for title, names in SETTINGS.items():
        matcher = _matcher(content, pairs.questions, names, encoders)
        found[f"this program, {title}"] = {"recall@1": _recall(_asked(matcher), queries)}
    print_table(f"{name}: all {len(pairs.questions)} entries, {len(queries)} queries", found)


Ask = Callable[[str], tuple[str, float]]  # the best entry's id and its score


def _rivals(questions: Mapping[str, str]) -> dict[str, Ask]:
    ids = list(questions)

    def best(scores_of: Rival) -> Ask:
        def ask(text: str) -> tuple[str, float]:
            scores = scores_of(text)
            return ids[int(scores.argmax())], float(scores.max())

        return ask

    return {title: best(rival) for title, rival in rivals(list(questions.values())).items()}


def _asked(matcher: Matcher) -> Ask:
    def ask(text: str) -> tuple[str, float]:
        best = matcher.rank(text, 1)
        return (best[0].entry.id, best[0].score) if best else ("", 0.0)

    return ask


def _matcher(
    content: Content, questions: Mapping[str, str], names: Sequence[str], encoders: Mapping[str, Encoder]
) -> Matcher:
    return Matcher.of(with_entries(content, _given(questions)), [encoders[name] for name in names])


def _own(
    understanders: Understanders,
    names: Sequence[str],
    content: Content,
    questions: Mapping[str, str],
    queries: Sequence[Query],
    unseen: Sequence[Query],
    near: Sequence[Query],
) -> Cells:
    def figures(asked: Sequence[Query]) -> FaqFigures:
        return evaluate_faq(content, _given(questions), asked, time.perf_counter, lambda c: understanders.of(c, names))

    first, second = figures([*queries, *unseen]), figures(near)
    right = (first.sure_recall or 0) * len(queries)
    matcher = understanders.of(with_entries(content, _given(questions)), names).matcher
    false = [first.false_sure_rate or 0.0, second.false_sure_rate or 0.0]
    return {
        **_separated(_asked(matcher), queries, unseen, near),
        "sure, right": first.sure_recall,
        "sure, precision": right / max(first.sure + second.sure, 1),
        "false sure, unseen": false[0],
        "near": false[1],
        "both": statistics.mean(false),
    }


def _separated(ask: Ask, queries: Sequence[Query], unseen: Sequence[Query], near: Sequence[Query]) -> Cells:
    """Recall, and which share of the questions without an entry passes the threshold."""
    answers = [(ask(query.text), query.gold) for query in queries]
    hits = [score for (entry, score), gold in answers if entry == gold]
    threshold = float(np.quantile(hits, 1 - KEPT))
    passing = [statistics.mean(ask(query.text)[1] >= threshold for query in kind) for kind in (unseen, near)]
    return {
        "recall@1": len(hits) / len(queries),
        "passing, unseen": passing[0],
        "passing, near": passing[1],
        "passing, both": statistics.mean(passing),
    }


def _recall(ask: Ask, queries: Sequence[Query]) -> float:
    return statistics.mean(ask(query.text)[0] == query.gold for query in queries)


def _given(questions: Mapping[str, str]) -> list[GivenEntry]:
    return [GivenEntry(id=entry, question=question) for entry, question in questions.items()]


def _mean(draws: Sequence[Cells]) -> Cells:
    return {name: statistics.mean(cells[name] or 0.0 for cells in draws) for name in draws[0]}


def some(draw: random.Random, items: Sequence[T], most: int) -> list[T]:
    """At most so many of them."""
    return draw.sample(items, min(most, len(items)))


def is_held_out(text: str) -> bool:
    """In the half of the queries that nothing was fitted on."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % 2 == 1


def _rows(name: str, file: str) -> Iterable[dict[str, str]]:
    with (PUBLIC / name / f"{file}.csv").open(encoding="utf-8", newline="") as opened:
        yield from csv.DictReader(opened)


if __name__ == "__main__":
    main()
