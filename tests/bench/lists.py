"""Lists of entries as long as asked for, to measure with: real wordings, and seeded recombinations of their halves."""

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from faq.content import Content
from faq.items import Entry

PUBLIC = Path(__file__).parents[3] / "shared" / "data" / "faq-pairs"
SIMILAR = 3  # other wordings of an entry that is made


def wordings_of(entries: Sequence[Entry]) -> list[str]:
    """Every question and every other wording."""
    return [wording for entry in entries for wording in entry.wordings]


def recombined(wordings: Sequence[str], seed: int) -> Iterator[str]:
    """Endlessly new wordings: the first half of one and the second half of another."""
    draw = random.Random(seed)
    seen = set(wordings)
    while True:
        first, second = draw.choice(wordings), draw.choice(wordings)
        made = first[: len(first) // 2] + second[len(second) // 2 :]
        if made not in seen:
            seen.add(made)
            yield made


def grown(content: Content, count: int) -> Content:
    """The content with so many entries: its own, and made ones that have the answer of one of its own."""
    more = recombined(wordings_of(content.entries), seed=1)
    made = [
        _entry(number, [next(more) for _ in range(1 + SIMILAR)], content.entries[number % len(content.entries)].answer)
        for number in range(count - len(content.entries))
    ]
    return replace(content, entries=(*content.entries, *made))


def long_list(content: Content, count: int) -> Content:
    """The content with entries of four wordings each, so many wordings in all: public questions where they are at
    hand, else the content's own, and the rest made of them."""
    real = [text for name in ("faq", "queries") for text in public_texts("lcqmc", name)] or wordings_of(content.entries)
    more = recombined(real, seed=2)
    wordings = [*real[:count], *(next(more) for _ in range(count - len(real)))]
    size = 1 + SIMILAR
    entries = [_entry(at // size, wordings[at : at + size], "") for at in range(0, count, size)]
    return replace(content, entries=tuple(entries))


def public_texts(folder: str, name: str) -> list[str]:
    """The first or only text column of a public list; nothing where the lists are not at hand."""
    path = PUBLIC / folder / f"{name}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(dict.fromkeys(row["query" if name == "queries" else "question"] for row in csv.DictReader(file)))


def _entry(number: int, wordings: Sequence[str], answer: str) -> Entry:
    question, *similar = wordings
    return Entry.model_construct(
        id=f"made-{number}", category="", question=question, similar=tuple(similar), answer=answer, source="", local=""
    )
