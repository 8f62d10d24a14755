"""How a category classifier is learned: two judges, and how their scores make a calibrated probability.

Both see the same weighted pieces of a text. The linear one first weighs every piece by how much more often it stands in
messages of a label than in others (naive Bayes), which a support vector machine then corrects (Wang and Manning 2012).
The other one compares meanings (latent semantic analysis) by kernel ridge regression. They err on different
messages. The same texts in the same order give the same model.
"""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from faq.content import ContentError
from faq.grams import Floats, Ints, Vocabulary, learn_vocabulary, pieces
from faq.learned import Description, Learned, Weights, likeness, softmax, unit

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

LEAST_TEXTS = 20
FOLDS = 5
SURE_PRECISION = 0.95  # the share of right labels among those that the model is to give
SMOOTHING = 0.03  # the weight of every piece in messages that do not have it
CALM = 0.1  # how strongly the comparison of meanings is kept from believing every single label
NUMBERS = 300  # of a meaning
FREQUENT, MOST_FREQUENT = 4, 40_000  # texts that a piece with a meaning stands in, and how many such pieces
MOST_REMEMBERED = 8_000  # texts; a town's longer history is thinned evenly
SHARE_CALM, BIAS_CALM = 1e-4, 0.01  # against numbers without end where every text is told apart

# In this file: n texts, w pieces, k labels, m remembered texts, d numbers of a meaning.
Scores = NDArray[np.float64]


def train(texts: Sequence[str], labels: Sequence[str], remembered: int = MOST_REMEMBERED) -> Learned:
    """Learn from texts and their labels. Raises ContentError where they are too few.

    At most `remembered` texts are kept for comparison. Texts that are repeated count each time.
    """
    names = tuple(sorted(set(labels)))
    if len(texts) < LEAST_TEXTS or len(names) < 2:
        found = f"{len(texts)} texts with {len(names)} labels"
        raise ContentError([f"found {found}, expected at least {LEAST_TEXTS} texts and 2 labels"])
    gold = np.array([names.index(label) for label in labels])
    found_pieces = [pieces(text) for text in texts]
    vocabulary = learn_vocabulary(found_pieces)
    rows = _rows(vocabulary, found_pieces)
    kept = np.linspace(0, len(texts) - 1, min(len(texts), remembered)).astype(np.int64)
    frequent = frequent_pieces(rows)
    meaning = find_meanings(rows[:, frequent])
    memory = unit(rows[:, frequent] @ meaning)[kept]
    alike = likeness(memory @ memory.T)
    targets = np.where(gold[kept, None] == np.arange(len(names)), 1, -1).astype(np.float32)

    # What each judge says of the texts that it has not seen.
    scores, folds = np.zeros((2, len(kept), len(names))), dealt(labels)
    for fold in range(FOLDS):
        asked, taught = folds[kept] == fold, folds[kept] != fold
        linear, bias = fit_linear(rows[folds != fold], gold[folds != fold], len(names))
        scores[0, asked] = rows[kept[asked]] @ linear + bias
        scores[1, asked] = alike[np.ix_(asked, taught)] @ fit_influence(alike[np.ix_(taught, taught)], targets[taught])
    shares, level = fit_shares(scores, gold[kept])
    likely = softmax(np.tensordot(shares, scores, 1) + level)
    linear, bias = fit_linear(rows, gold, len(names))
    rank = np.full(len(vocabulary.codes), -1, np.int32)
    rank[frequent] = np.arange(len(frequent))
    description = Description(
        labels=names,
        sure_from=sure_from(likely.max(1), likely.argmax(1) == gold[kept]),
        learned_from=len(texts),
        weights_sha256="",
    )
    weights = Weights(
        codes=vocabulary.codes,
        rarity=vocabulary.rarity,
        linear=(shares[0] * linear).astype(np.float16),
        frequent=rank,
        meaning=meaning.astype(np.float16),
        memory=memory,
        influence=(shares[1] * fit_influence(alike, targets)).astype(np.float32),
        bias=(shares[0] * bias + level).astype(np.float32),
    )
    return Learned(description, weights)


def fit_linear(rows: "csr_matrix", gold: Ints, labels: int) -> tuple[Floats, Floats]:
    """Weights (w, k) and bias (k,) of the linear judge, from rows (n, w) and their labels' numbers (n,).

    A label that no row has gets no weights.
    """
    from sklearn.svm import LinearSVC

    weights, bias = np.zeros((rows.shape[1], labels), np.float32), np.full(labels, -1, np.float32)
    for label in range(labels):
        is_own = gold == label
        if not is_own.any():
            continue
        own, others = (np.asarray(rows[which].sum(0)).ravel() + SMOOTHING for which in (is_own, ~is_own))
        ratios = np.log(own / own.sum()) - np.log(others / others.sum())
        machine = LinearSVC(random_state=0).fit(rows.multiply(ratios).tocsr(), is_own)
        weights[:, label], bias[label] = ratios * machine.coef_[0], machine.intercept_[0]
    return weights, bias


def fit_influence(alike: Floats, targets: Floats) -> Floats:
    """How much each remembered text speaks for each label (m, k), from their likeness (m, m) and what they are, 1 or
    -1 (m, k)."""
    from sklearn.kernel_ridge import KernelRidge

    return np.asarray(KernelRidge(alpha=CALM, kernel="precomputed").fit(alike, targets).dual_coef_)


def frequent_pieces(rows: "csr_matrix") -> Ints:
    """The columns, ascending, of the pieces that stand in enough texts to have a meaning."""
    spread = np.bincount(rows.indices, minlength=rows.shape[1])
    least = max(min(FREQUENT, rows.shape[0] // 10), 1)
    ranked = np.argsort(-spread, kind="stable")[:MOST_FREQUENT]
    return np.sort(ranked[spread[ranked] >= least])


def find_meanings(rows: "csr_matrix") -> Floats:
    """The meanings (w, d) of the pieces of rows (n, w): latent semantic analysis.

    The strongest direction only tells how common the pieces are and is left out. All values are rounded to
    what float16 can hold, so that the judges are taught what they will see.
    """
    from sklearn.decomposition import TruncatedSVD

    wanted = min(NUMBERS, rows.shape[1], rows.shape[0])
    found = TruncatedSVD(wanted, random_state=0).fit(rows).components_
    return np.asarray(found[1:].T.astype(np.float16), np.float32)


def fit_shares(scores: Scores, gold: Ints) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shares (judges,), none below 0, and a level (k,) with which scores (judges, n, k) give the gold labels the
    highest probability."""
    from scipy.optimize import minimize

    judges, count, labels = scores.shape
    here = np.arange(count)
    calm = np.repeat([SHARE_CALM, BIAS_CALM], [judges, labels])

    def loss(numbers: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        likely = softmax(np.tensordot(numbers[:judges], scores, 1) + numbers[judges:])
        missed = -np.log(np.maximum(likely[here, gold], np.finfo(float).tiny)).mean()
        likely[here, gold] -= 1
        slope = np.concatenate([(scores * likely).sum((1, 2)), likely.sum(0)]) / count
        return missed + calm @ numbers**2 / 2, slope + calm * numbers

    start = np.repeat([1.0, 0.0], [judges, labels])
    bounds = [(0, None)] * judges + [(None, None)] * labels
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return found[:judges], found[judges:]


def sure_from(likely: NDArray[np.float64], is_right: NDArray[np.bool_]) -> float:
    """The least probability from which on SURE_PRECISION of the labels are right; above 1 where there is none."""
    order = np.argsort(-likely, kind="stable")
    precision = np.cumsum(is_right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(precision >= SURE_PRECISION)
    return float(likely[order[good[-1]]]) if len(good) else 2.0


def dealt(labels: Sequence[str]) -> Ints:
    """The fold of each text (n,), every label dealt out evenly."""
    seen: Counter[str] = Counter()
    folds = np.zeros(len(labels), np.int64)
    for place, label in enumerate(labels):
        folds[place] = seen[label] % FOLDS
        seen[label] += 1
    return folds


def _rows(vocabulary: Vocabulary, texts: Sequence[tuple[Ints, Ints]]) -> "csr_matrix":
    """Texts given as pieces, as rows (n, w)."""
    from scipy.sparse import csr_matrix

    weighed = [vocabulary.weigh(*found) for found in texts]
    columns, values = (np.concatenate(parts) for parts in zip(*weighed, strict=True))
    starts = np.cumsum([0, *(len(found) for found, _ in weighed)])
    return csr_matrix((values, columns, starts), shape=(len(texts), len(vocabulary.codes)), dtype=np.float32)
