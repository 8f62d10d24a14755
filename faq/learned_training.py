"""How a category classifier is learned: all folds at once, the same result each time, numpy only."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faq.content import ContentError
from faq.grams import Floats, Ints, learn_vocabulary, pieces
from faq.learned import Description, Learned, Weights, likeness, neighbours, softmax

LEAST_TEXTS = 20
FOLDS = 5
SURE_PRECISION = 0.95  # the share of right labels among those that the model is to give
LINEAR_CALM, LIKENESS_CALM = 0.15, 0.1  # how strongly a judge is kept from believing every single label
NUMBERS = 300  # of a meaning
FREQUENT, MOST_FREQUENT = 4, 40_000  # texts that a piece with a meaning stands in, and how many such pieces
MOST_REMEMBERED = 8_000  # texts; a town's longer history is thinned evenly
STEPS, CLOSE = 100, 1e-3  # of the solver, and the error at which it may stop
ROUNDS, SPARE = 3, 20  # of the search for meanings, and how many more numbers it looks at
CHUNK = 8_192  # pieces multiplied at a time: they stay in the processor's cache
Apply = Callable[[Floats], Floats]


@dataclass(frozen=True)
class Rows:
    """A sparse matrix (len(starts), width), of which every row holds at least one value."""

    starts: Ints
    columns: Ints
    values: Floats
    width: int

    @classmethod
    def of(cls, rows: Sequence[tuple[Ints, Floats]], width: int) -> "Rows":
        """From the columns and values of each row; an empty row gets one zero."""
        filled = [row if len(row[0]) else (np.zeros(1, np.int64), np.zeros(1, np.float32)) for row in rows]
        starts = np.cumsum([0] + [len(columns) for columns, _ in filled[:-1]])
        return cls(starts, np.concatenate([c for c, _ in filled]), np.concatenate([v for _, v in filled]), width)

    def times(self, dense: Floats) -> Floats:
        """The product with a matrix (width, c)."""
        result = np.empty((len(self.starts), dense.shape[1]), np.float32)
        ends = np.append(self.starts[1:], len(self.columns))
        first = 0
        while first < len(self.starts):
            begin = self.starts[first]
            last = max(int(np.searchsorted(ends, begin + CHUNK, "right")), first + 1)
            part = slice(begin, ends[last - 1])
            products = dense[self.columns[part]]
            products *= self.values[part, None]
            result[first:last] = np.add.reduceat(products, self.starts[first:last] - begin)
            first = last
        return result

    def turned(self) -> "Rows":
        """The transpose."""
        owner = np.repeat(np.arange(len(self.starts)), np.diff(np.append(self.starts, len(self.columns))))
        # One zero for each column, so that none is empty.
        columns = np.concatenate([self.columns, np.arange(self.width)])
        owner = np.concatenate([owner, np.zeros(self.width, np.int64)])
        values = np.concatenate([self.values, np.zeros(self.width, np.float32)])
        order = np.argsort(columns, kind="stable")
        starts = np.searchsorted(columns[order], np.arange(self.width))
        return Rows(starts, owner[order], values[order], len(self.starts))


def train(texts: Sequence[str], labels: Sequence[str], remembered: int = MOST_REMEMBERED) -> Learned:
    """Learn from texts and their labels. Raises ContentError where they are too few.

    At most `remembered` texts are kept for comparison. Texts that are repeated count each time. The same texts in
    the same order give the same model.
    """
    names = tuple(sorted(set(labels)))
    if len(texts) < LEAST_TEXTS or len(names) < 2:
        found = f"{len(texts)} texts with {len(names)} labels"
        raise ContentError([f"found {found}, expected at least {LEAST_TEXTS} texts and 2 labels"])
    gold = np.array([names.index(label) for label in labels])
    found_pieces = [pieces(text) for text in texts]
    vocabulary = learn_vocabulary(found_pieces)
    rows = Rows.of([vocabulary.weigh(*found) for found in found_pieces], len(vocabulary.codes))
    turned = rows.turned()

    seen = _seen(labels)
    targets = np.where(gold[:, None] == np.arange(len(names)), 1, -1).astype(np.float32)
    pulls = solve(lambda dense: rows.times(turned.times(dense)), targets, seen, LINEAR_CALM)
    linear = turned.times(_flat(pulls))

    kept = np.linspace(0, len(texts) - 1, min(len(texts), remembered)).astype(np.int64)
    frequent, meaning = find_meanings(rows, turned)
    memory = _unit(_restricted(rows, frequent).times(meaning))[kept]
    # As they will be stored, so that the judges are taught what they will see.
    alike = likeness(memory @ memory.T)
    influence = solve(lambda dense: alike @ dense, targets[kept], seen[:, kept], LIKENESS_CALM)

    # What each judge says of the texts that it has not seen: problem 0 has seen all, problem f hides fold f - 1.
    scores = np.zeros((3, len(kept), len(names)))
    columns = (rows.times(linear).reshape(len(texts), -1, len(names)))[kept]
    hidden = np.argmin(seen[:, kept], axis=0)
    here = np.arange(len(kept))
    scores[0] = columns[here, hidden]
    scores[1] = (alike @ _flat(influence)).reshape(len(kept), -1, len(names))[here, hidden]
    taught = gold[kept].astype(np.int16)
    for fold in range(1, FOLDS + 1):
        inside, others = hidden == fold, hidden != fold
        scores[2, inside] = neighbours(memory[inside] @ memory[others].T, taught[others], len(names))
    shares = fit_shares(scores, gold[kept])
    likely = softmax(np.tensordot(shares, scores, 1))
    description = Description(
        labels=names,
        shares=(float(shares[0]), float(shares[1]), float(shares[2])),
        sure_from=sure_from(likely.max(1), likely.argmax(1) == gold[kept]),
        learned_from=len(texts),
        weights_sha256="",
    )
    weights = Weights(
        codes=vocabulary.codes,
        rarity=vocabulary.rarity,
        linear=linear[:, : len(names)].astype(np.float16),
        frequent=frequent,
        meaning=meaning.astype(np.float16),
        memory=memory,
        influence=influence[0],
        taught=taught,
    )
    return Learned(description, weights)


def solve(apply: Apply, targets: Floats, seen: Floats, calm: float) -> Floats:
    """Ridge regression on a kernel for every problem at once, by conjugate gradients: (problems, n, k).

    `apply` multiplies the kernel (n, n) with a matrix; `targets` (n, k); `seen` (problems, n) is 1 where a problem
    may see a text, else 0. A new text's scores are its kernel values times the result.
    """
    masks = np.repeat(seen.T, targets.shape[1], axis=1)
    rest = np.tile(targets, (1, len(seen))) * masks
    result = np.zeros_like(rest)
    direction = rest.copy()
    size = (rest**2).sum(0)
    goal = CLOSE**2 * np.maximum(size, np.finfo(np.float32).tiny)
    for _ in range(STEPS):
        if (size <= goal).all():
            break
        product = masks * apply(direction) + np.float32(calm) * direction
        step = size / np.maximum((direction * product).sum(0), np.finfo(np.float32).tiny)
        result += step * direction
        rest -= step * product
        before, size = size, (rest**2).sum(0)
        direction = rest + size / np.maximum(before, np.finfo(np.float32).tiny) * direction
    return np.ascontiguousarray(result.reshape(len(targets), len(seen), -1).transpose(1, 0, 2))


def find_meanings(rows: Rows, turned: Rows) -> tuple[NDArray[np.int32], Floats]:
    """Which pieces have a meaning (n,), -1 for none, and their meanings (f, d): latent semantic analysis.

    The strongest direction only tells how common the pieces are and is left out. All values are rounded to
    what float16 can hold.
    """
    spread = np.diff(np.append(turned.starts, len(turned.columns))) - 1  # without the zero of `turned`
    least = max(min(FREQUENT, len(rows.starts) // 10), 1)
    ranked = np.argsort(-spread, kind="stable")[:MOST_FREQUENT]
    chosen = np.sort(ranked[spread[ranked] >= least])
    frequent = np.full(rows.width, -1, np.int32)
    frequent[chosen] = np.arange(len(chosen))
    part = _restricted(rows, frequent)
    back = part.turned()
    wanted = min(NUMBERS, len(chosen) - 1, len(rows.starts) - 1)
    start = np.random.default_rng(0).standard_normal((len(rows.starts), min(wanted + SPARE, len(rows.starts))))
    basis = start.astype(np.float32)
    for _ in range(ROUNDS):
        basis = np.linalg.qr(part.times(back.times(basis)))[0]
    small = back.times(basis)
    values, vectors = np.linalg.eigh((small.T @ small).astype(np.float64))
    order = np.argsort(-values)[1:wanted]
    meaning = small @ (vectors[:, order] / np.sqrt(np.maximum(values[order], 1e-12))).astype(np.float32)
    return frequent, meaning.astype(np.float16).astype(np.float32)


def fit_shares(scores: NDArray[np.float64], gold: Ints) -> NDArray[np.float64]:
    """The shares (3,), none below 0, with which scores (3, n, k) give the gold labels the highest probability.

    Newton's method on a convex function; a judge that would get a share below 0 is left out.
    """
    used = np.ones(len(scores), dtype=bool)
    here = np.arange(len(gold))
    while True:
        shares = np.where(used, 1.0, 0.0)
        judges = scores[used]
        for _ in range(30):
            likely = softmax(np.tensordot(shares[used], judges, 1))
            mean = (judges * likely).sum(2)
            slope = (mean - judges[:, here, gold]).mean(1)
            away = judges - mean[:, :, None]
            bend = np.einsum("ank,nk,bnk->ab", away, likely, away) / len(gold)
            # A little against shares without end where every text is told apart.
            slope += 1e-4 * shares[used]
            shares[used] -= np.clip(np.linalg.solve(bend + 1e-4 * np.eye(len(judges)), slope), -4, 4)
        if (shares >= 0).all():
            return shares
        used &= shares > 0


def sure_from(likely: NDArray[np.float64], is_right: NDArray[np.bool_]) -> float:
    """The least probability from which on SURE_PRECISION of the labels are right; above 1 where there is none."""
    order = np.argsort(-likely, kind="stable")
    precision = np.cumsum(is_right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(precision >= SURE_PRECISION)
    return float(likely[order[good[-1]]]) if len(good) else 2.0


def _seen(labels: Sequence[str]) -> Floats:
    """(1 + FOLDS, n): problem 0 sees every text; each other one hides a fold, every label dealt out evenly."""
    dealt: Counter[str] = Counter()
    seen = np.ones((1 + FOLDS, len(labels)), np.float32)
    for place, label in enumerate(labels):
        seen[1 + dealt[label] % FOLDS, place] = 0
        dealt[label] += 1
    return seen


def _restricted(rows: Rows, frequent: NDArray[np.int32]) -> Rows:
    """The rows with the frequent pieces only, under their new numbers; the others keep a place with value 0."""
    columns = frequent[rows.columns]
    known = columns >= 0
    return Rows(
        rows.starts,
        np.where(known, columns, 0).astype(np.int64),
        np.where(known, rows.values, 0).astype(np.float32),
        int(frequent.max()) + 1,
    )


def _flat(problems: Floats) -> Floats:
    """(problems, n, k) as (n, problems * k)."""
    return np.ascontiguousarray(problems.transpose(1, 0, 2).reshape(problems.shape[1], -1))


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), dtype=np.float32)
