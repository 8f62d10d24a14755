"""Learned categories on public messages of another city: every fifth, by the hash of the text, held out once.

Beside it a linear support vector machine on character n-grams, which any program may have.
"""

import hashlib
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from faq.evaluate import evaluate_categories
from faq.learned import Labelled, read_labelled, without_repeats
from faq.learned_training import train
from tests.bench.tables import Cells, print_table

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "resident-messages"
FILES = ("labelled-tokens.csv", "labelled.csv")
FIFTHS = 5


def print_categories(name: str) -> None:
    """The table of a file: macro-F1 of each fifth when the others taught, and the mean."""
    rows = without_repeats(read_labelled(FOLDER / name))
    found: dict[str, list[float]] = {"LinearSVC, characters 1–3": [], "this program": []}
    for fifth in range(FIFTHS):
        taught = [row for row in rows if _fifth(row.text) != fifth]
        asked = [row for row in rows if _fifth(row.text) == fifth]
        for title, learn in (("LinearSVC, characters 1–3", _machine), ("this program", _program)):
            found[title].append(learn(taught, asked))
    print_table(
        f"{name}: {len(rows)} messages without repeats, macro-F1 of the fifth that was held out",
        {title: _cells(figures) for title, figures in found.items()},
    )


def _cells(figures: Sequence[float]) -> Cells:
    return {**{str(number): figure for number, figure in enumerate(figures)}, "mean": statistics.mean(figures)}


Learn = Callable[[Sequence[Labelled], Sequence[Labelled]], float]


def _program(taught: Sequence[Labelled], asked: Sequence[Labelled]) -> float:
    model = train([row.text for row in taught], [row.label for row in taught])
    return float(evaluate_categories(model, asked, time.perf_counter)["macro_f1"])


def _machine(taught: Sequence[Labelled], asked: Sequence[Labelled]) -> float:
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
    model = make_pipeline(vectors, LinearSVC()).fit([row.text for row in taught], [row.label for row in taught])
    given = [row.label for row in asked]
    return float(f1_score(given, model.predict([row.text for row in asked]), average="macro"))


def _fifth(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % FIFTHS
