"""Ways to find an entry that a program may have without this one: each gives scores of all questions for a text.

Each is given lower case without punctuation, which helps all of them.
"""

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from scipy.sparse import csr_matrix, diags
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

Scores = NDArray[np.float64]
Rival = Callable[[str], Scores]
NOISE = re.compile(r"[\W_]+")
SATURATION, LENGTH = 1.2, 0.75  # of BM25, as Robertson and Zaragoza 2009 advise


def rivals(questions: Sequence[str]) -> Mapping[str, Rival]:
    """The ways by name, ready to be asked for these questions."""
    plain = [_plain(question) for question in questions]
    made = {
        "rapidfuzz ratio": _scan(plain, fuzz.ratio),
        "rapidfuzz WRatio": _scan(plain, fuzz.WRatio),
        "TF-IDF, 1 to 3 letters": _tfidf(plain),
        "BM25, 1 and 2 letters": _bm25(plain),
    }
    return {name: _asked_plainly(rival) for name, rival in made.items()}


def _asked_plainly(rival: Rival) -> Rival:
    return lambda text: rival(_plain(text))


def _plain(text: str) -> str:
    return NOISE.sub("", text.lower())


def _scan(questions: Sequence[str], scorer: Callable[..., float]) -> Rival:
    return lambda text: np.asarray(process.cdist([text], questions, scorer=scorer)[0], np.float64)


def _tfidf(questions: Sequence[str]) -> Rival:
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 3))
    rows = vectorizer.fit_transform(questions)
    return lambda text: _dense(rows @ vectorizer.transform([text]).T)


def _bm25(questions: Sequence[str]) -> Rival:
    vectorizer = CountVectorizer(analyzer="char", ngram_range=(1, 2))
    counts = csr_matrix(vectorizer.fit_transform(questions), dtype=np.float64)
    having = np.bincount(counts.indices, minlength=counts.shape[1])
    rarity = np.log(1 + (len(questions) - having + 0.5) / (having + 0.5))
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    damped = np.repeat(SATURATION * (1 - LENGTH + LENGTH * lengths / lengths.mean()), np.diff(counts.indptr))
    counts.data = counts.data * (SATURATION + 1) / (counts.data + damped)
    rows = counts @ diags(rarity)
    return lambda text: _dense(rows @ vectorizer.transform([text]).T)


def _dense(column: csr_matrix) -> Scores:
    return np.asarray(column.todense(), np.float64).ravel()
