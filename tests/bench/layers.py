"""The program on its own evaluation set, and what each kind of evidence is worth there.

A kind is left out by setting its column to zero in what the matcher sees; then everything is fitted anew on the part to
tune on and measured on the part to report. The candidates stay those that all kinds together chose.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from faq.assess import Labelled, figures, see
from faq.calibration import STAGES, Stage, kinds, standing_names
from faq.category import Sorter
from faq.content import Content
from faq.fitting import SURE_RIGHT, Asked, Fitted, Seen, fit, observe
from faq.match import Matcher, best_first
from faq.postings import Numbers
from faq.subject import MATTERS
from faq.understand import Understander
from tests.bench.tables import Cells, print_table
from tests.evaluation.__main__ import PARTS, lines

SAID = ("no encoder", "one encoder", "two encoders")
RATES = {
    "recall@1": "recall_at_1",
    "recall@3": "recall_at_3",
    "low overlap @1": "low_overlap_at_1",
    "low overlap @3": "low_overlap_at_3",
    "sure, precision": "sure_precision",
    "sure, right": "sure_share",
    "false sure": "false_sure",
    "swallowed": "swallowed",
}


@dataclass(frozen=True)
class Observed:
    """What the matcher sees of questions, by stage, and whether any entry answers each."""

    stages: Sequence[Sequence[Seen]]
    is_answerable: Sequence[bool]


def print_own(understanders: Mapping[str, Understander]) -> None:
    """The figures of both parts for each understander by name, from the chat's own decision."""
    for part in PARTS:
        messages = _messages(part)
        rows: dict[str, Cells] = {}
        for title, understander in understanders.items():
            rates = figures(see(understander, messages))
            rows[title] = {name: getattr(rates, rate).value for name, rate in RATES.items()}
        print_table(f"tests/evaluation/{part}.jsonl, {len(messages)} messages, the chat's own decision", rows)


def print_rules(content: Content) -> None:
    """How many of the messages that have a category the rules of faq/categories.toml alone sort rightly."""
    sorter = Sorter(content)
    rows: dict[str, Cells] = {}
    for part in PARTS:
        messages = [message for message in _messages(part) if message.intent in MATTERS]
        right = sum(sorter.sort(message.text).category == message.category for message in messages)
        rows[f"{part}, {len(messages)} messages"] = {"accuracy": right / len(messages)}
    print_table("The category rules alone", rows)


def print_layers(content: Content, matcher: Matcher) -> None:
    """The tables of what happens without each kind, one for each number of encoders."""
    tune, report = (_observed(content, matcher, part) for part in PARTS)
    for number in range(STAGES):
        rows = {"everything": _measured(number, tune, report)}
        for column, kind in enumerate(kinds(number)):
            without = (_without(column, number, observed) for observed in (tune, report))
            rows[f"without {kind}"] = _measured(number, *without)
        print_table(
            f"Fitted on tune, measured on the {len(report.is_answerable)} questions of report, {SAID[number]}", rows
        )


def _messages(part: str) -> list[Labelled]:
    return [Labelled.model_validate(row) for row in lines(part)]


def _observed(content: Content, matcher: Matcher, part: str) -> Observed:
    positions = {entry.id: position for position, entry in enumerate(content.entries)}
    asked = [
        Asked(message.text, frozenset(positions[entry] for entry in message.right if entry in positions))
        for message in _messages(part)
        if message.intent == "question"
    ]
    return Observed(observe(matcher, asked), [bool(query.right) for query in asked])


def _without(column: int, number: int, observed: Observed) -> Observed:
    """With zeros in one column of one stage."""

    def blank(seen: Seen) -> Seen:
        rows = seen.rows.copy()
        rows[:, column] = 0
        return replace(seen, rows=rows)

    stages = [list(map(blank, stage)) if at == number else stage for at, stage in enumerate(observed.stages)]
    return Observed(stages, observed.is_answerable)


def _measured(number: int, tune: Observed, report: Observed) -> Cells:
    (fitted,) = fit("beside", [stage if at == number else [] for at, stage in enumerate(tune.stages)])
    stage = _stage(fitted)
    ranks, chances = [], []
    for seen in report.stages[number]:
        scores = seen.rows @ stage.rank
        order = best_first(scores, seen.entries)
        ranks.append(seen.is_right[order])
        chances.append(stage.probability(seen.rows[order], scores[order], seen.length))
    answerable = sum(report.is_answerable)
    first = np.array([right[0] for right in ranks])
    return {
        "recall@1": float(first.sum() / answerable),
        "recall@3": sum(float(right[:3].max()) for right in ranks) / answerable,
        f"recall at {SURE_RIGHT:.0%} precision": _recall_at(SURE_RIGHT, np.array(chances), first) / answerable,
        # Of all thresholds: less at the mercy of a single error near the top than the figure before it.
        "mean precision": _mean_precision(np.array(chances), first),
    }


def _recall_at(precision: float, chances: Numbers, is_right: Numbers) -> float:
    """How many right answers the lowest threshold with that precision gives."""
    right = np.cumsum(is_right[np.argsort(-chances, kind="stable")])
    good = np.nonzero(right >= precision * np.arange(1, len(right) + 1))[0]
    return float(right[good[-1]]) if len(good) else 0.0


def _mean_precision(chances: Numbers, is_right: Numbers) -> float:
    """The precision at each right answer, the surest first; the mean over them."""
    ordered = is_right[np.argsort(-chances, kind="stable")]
    precision = np.cumsum(ordered) / np.arange(1, len(ordered) + 1)
    return float(precision[ordered > 0].mean())


def _stage(fitted: Fitted) -> Stage:
    stored = fitted.fit()
    names = kinds(stored.encoders), standing_names(stored.encoders)
    rank, confidence = (
        np.array([given[name] for name in order], np.float32)
        for given, order in zip((stored.rank, stored.confidence), names, strict=True)
    )
    return Stage(rank, confidence, stored.bias, stored.hopeless, stored.sure)
