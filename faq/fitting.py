"""Fits the matcher's calibration on labelled queries: weights that rank, probabilities that hold, and bands.

Ranking: a conditional logit (McFadden 1974): the right entry is the likeliest of the candidates by the exponential of a
weighted sum of its evidence. On public lists it finds half a question to one in a hundred more than weights fitted on
pairs of entries. Probability: logistic regression of "the first one is right" on the first one's evidence and
standing (Platt 1999). Bands: the lowest probability from which the wanted share of answers is right, by fits that did
not see the query.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from faq.calibration import STAGES, Fit, Stage, Wordings, kinds, standing, standing_names
from faq.match import Matcher, best_first
from faq.normalise import normalise
from faq.postings import Numbers

SURE_RIGHT = 0.98  # of the answers given as sure: 97 % is wanted of questions that nobody has seen, which are harder
LOST = 0.005  # of all queries: those that are given up as hopeless and that a further encoder would show something for
MAYBE = 0.25  # from here it is kinder to show choices than to ask for other words
CHOICE = 0.02
# How strongly the ranking's weights are pulled to zero: what the queries have little of (nobody in the public lists
# types 社保卡 in letters) keeps some weight beside evidence that mostly says the same.
CALM = 3e-4
LEAST = 1e-12  # a share that is never below, so that it has a logarithm
CHANCE_STRENGTH = 0.1  # of the fitted weights of the probability, against pulling them to zero
PARTS = 10  # of the queries, each judged by what was fitted on the others


@dataclass(frozen=True)
class Asked:
    """A query and the positions of the entries that answer it (none: no entry does)."""

    text: str
    right: frozenset[int]


@dataclass(frozen=True)
class Seen:
    """The evidence of a query's candidates at one stage, which rows are right, the query's length in letters, and how
    many of the rows, the last ones, are questions without an answer."""

    rows: Numbers
    is_right: Numbers
    length: int
    unanswered: int = 0

    @property
    def entries(self) -> int:
        """How many of the rows are entries."""
        return len(self.rows) - self.unanswered


@dataclass(frozen=True)
class Fitted:
    """What was found for a number of encoders. `chances`: the probability that each query's first entry is right, from
    a fit that did not see the query; `is_right`: whether it is."""

    wordings: Wordings
    encoders: int
    rank: Mapping[str, float]
    confidence: Mapping[str, float]
    bias: float
    chances: Numbers
    is_right: Numbers
    hopeless: float = 0.0

    def threshold(self, wanted: float) -> float:
        """The lowest probability from which at least the wanted share is right; 1 when there is none."""
        order = np.argsort(-self.chances)
        chances = self.chances[order]
        right = np.cumsum(self.is_right[order]) / np.arange(1, len(order) + 1)
        is_last = np.append(chances[1:] != chances[:-1], True)  # of equal chances all are answered, or none
        good = np.nonzero((right >= wanted) & is_last)[0]
        return float(chances[good[-1]]) if len(good) else 1.0

    def share(self, threshold: float) -> float:
        """The share of the queries that are answered from this probability on."""
        return float((self.chances >= threshold).mean())

    def fit(self) -> Fit:
        """The stage as it is stored."""
        return Fit(
            wordings=self.wordings,
            encoders=self.encoders,
            hopeless=self.hopeless,
            sure=self.threshold(SURE_RIGHT),
            bias=self.bias,
            rank=dict(self.rank),
            confidence=dict(self.confidence),
        )


def observe(matcher: Matcher, queries: Sequence[Asked]) -> list[list[Seen]]:
    """What the matcher sees of each query, by stage."""
    stages: list[list[Seen]] = [[] for _ in range(STAGES)]
    for query in queries:
        length = len(normalise(query.text))
        for number, (owners, rows) in enumerate(matcher.evidence(query.text)):
            is_right = np.array([owner in query.right for owner in owners.tolist()], np.float32)
            stages[number].append(Seen(rows, is_right, length, int((owners >= matcher.size).sum())))
    return stages


def fit(
    wordings: Wordings, stages: Sequence[Sequence[Seen]], beside: Sequence[Sequence[Seen]] = ([],) * STAGES
) -> list[Fitted]:
    """A fit for each stage that has queries, for one kind of wordings.

    Queries of `beside` teach as well, and no threshold is taken from them: they may be harder than what residents ask.
    Raises ValueError where all queries of a stage are right, or all wrong: there is nothing to tell apart.
    """
    fitted = [
        _fit_stage(wordings, number, seen, more)
        for number, (seen, more) in enumerate(zip(stages, beside, strict=False))
        if seen
    ]
    return [replace(stage, hopeless=hopeless(stage, fitted[at + 1 :])) for at, stage in enumerate(fitted)]


def hopeless(stage: Fitted, later: Sequence[Fitted]) -> float:
    """The highest probability below which so few queries (LOST) are that a later stage shows something for."""
    if not later:
        return 0.0
    order = np.argsort(stage.chances)
    is_shown = np.max([other.chances for other in later], axis=0)[order] >= MAYBE
    lost = np.nonzero(np.cumsum(is_shown) > LOST * len(order))[0]
    return float(stage.chances[order[lost[0]]]) if len(lost) else 0.0


def as_stored(wordings: Wordings, stages: Sequence[Stage]) -> list[Fit]:
    """Stages in use, as they are stored."""
    return [
        Fit(
            wordings=wordings,
            encoders=number,
            hopeless=stage.hopeless,
            sure=stage.sure,
            bias=stage.bias,
            rank=dict(zip(kinds(number), stage.rank.tolist(), strict=True)),
            confidence=dict(zip(standing_names(number), stage.confidence.tolist(), strict=True)),
        )
        for number, stage in enumerate(stages)
    ]


def calibration_toml(fits: Sequence[Fit]) -> str:
    """The text of faq/calibration.toml."""
    lines = [
        "# 匹配的刻度:由 flask faq calibrate 按带标注的问句算出,不用手改;改了问答之后可以重算。",
        "# 数字都是「答对的概率」:到 sure 直接回答,到 maybe 给出几条让居民挑,choice 是挑选里每条的下限,",
        "# 不到 hopeless 就不再问下一个编码器。wordings 分三种:one 每条问答只有一种问法,many 有许多问法,",
        "# beside 有许多问法,旁边还有没有答案的问题(unanswered.toml)。",
        "",
        "[bands]",
        f"maybe = {MAYBE}",
        f"choice = {CHOICE}",
    ]
    for stage in fits:
        lines += [
            "",
            "[[stage]]",
            f'wordings = "{stage.wordings}"',
            f"encoders = {stage.encoders}",
            f"hopeless = {stage.hopeless:.4f}",
            f"sure = {stage.sure:.4f}",
            f"bias = {stage.bias:.4f}",
            f"rank = {_table(stage.rank)}",
            f"confidence = {_table(stage.confidence)}",
        ]
    return "\n".join(lines) + "\n"


def _table(weights: Mapping[str, float]) -> str:
    return "{ " + ", ".join(f"{name} = {weight:.4f}" for name, weight in weights.items()) + " }"


def _fit_stage(wordings: Wordings, number: int, seen: Sequence[Seen], beside: Sequence[Seen]) -> Fitted:
    # Imported here and below, as in faq/judge.py: a start that fits nothing does not wait a second for it.
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    taught = [*seen, *beside]
    rank = _rank(taught)
    firsts, is_right = _firsts(taught, rank)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=CHANCE_STRENGTH, max_iter=5000))
    parts = StratifiedKFold(PARTS, shuffle=True, random_state=0)
    chances = cross_val_predict(model, firsts, is_right, cv=parts, method="predict_proba")[:, 1]
    model.fit(firsts, is_right)
    scale, decision = model[0], model[1]
    confidence = decision.coef_[0] / scale.scale_
    return Fitted(
        wordings=wordings,
        encoders=number,
        rank=dict(zip(kinds(number), rank.tolist(), strict=True)),
        confidence=dict(zip(standing_names(number), confidence.tolist(), strict=True)),
        bias=float(decision.intercept_[0] - confidence @ scale.mean_),
        chances=chances[: len(seen)],
        is_right=is_right[: len(seen)],
    )


def _rank(seen: Sequence[Seen]) -> Numbers:
    """The weights under which the right entries are the likeliest of all candidates; every query counts the same."""
    from scipy.optimize import minimize

    known = [query for query in seen if 0 < query.is_right[: query.entries].sum() < query.entries]
    rows = np.vstack([query.rows[: query.entries] for query in known]).astype(np.float64)
    is_right = np.concatenate([query.is_right[: query.entries] for query in known]) > 0
    sizes = [query.entries for query in known]
    starts = np.cumsum([0, *sizes])[:-1]

    def shares(likely: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        totals = np.add.reduceat(likely, starts)
        return likely / np.repeat(totals, sizes), totals

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = rows @ weights
        likely = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes))
        all_shares, _ = shares(likely)
        right_shares, right = shares(np.where(is_right, all_shares, LEAST))
        slope = rows.T @ (all_shares - right_shares) / len(known) + 2 * CALM * weights
        return -np.log(right).mean() + CALM * weights @ weights, slope

    found: Numbers = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B").x.astype(np.float32)
    return found


def _firsts(seen: Sequence[Seen], rank: Numbers) -> tuple[Numbers, Numbers]:
    """The standing of each query's first entry, and whether that is right."""
    firsts, is_right = [], []
    for query in seen:
        scores = query.rows @ rank
        order = best_first(scores, query.entries)
        firsts.append(standing(query.rows[order], scores[order], query.length))
        is_right.append(query.is_right[order[0]])
    return np.array(firsts, np.float64), np.array(is_right)
