"""How well residents are understood: rates with their intervals, matrices, curves, and the worst cases to read.

Pure: labelled messages and what was understood of them in, an assessment out.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from typing import Literal

from faq.intent import Intent
from faq.items import INTENTS
from faq.learning import Judged
from faq.subject import MATTERS
from faq.understand import Understander, Understanding
from faq.urgency import Urgency

LOW_OVERLAP = "low_overlap"  # the tag of a question that shares hardly a letter with its entry's wordings
DEEPEST = 3  # ranks that are looked at
BINS = 10
MOST_CASES = 40  # of each kind
Z95 = 1.959964  # the normal quantile of a two-sided 95 % interval
CaseKind = Literal["sure_wrong", "swallowed", "missed_emergency", "false_alarm", "question_as_request", "category"]


class Labelled(Judged):
    """A message of the evaluation set with all its labels."""

    intent: Intent
    category: str
    urgency: Urgency
    place: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Seen:
    """A message, what was understood of it, and the ids of the raw ranking's best entries, best first.

    Only an answerable message is ranked.
    """

    message: Labelled
    understood: Understanding
    ranked: tuple[str, ...] = ()

    @property
    def is_sure(self) -> bool:
        """It is answered without asking back."""
        return self.understood.match.band == "sure"

    @property
    def is_right(self) -> bool:
        """The first entry that is answered or offered is a right one."""
        choices = self.understood.match.choices
        return bool(choices) and choices[0].entry.id in self.message.right

    def finds(self, depth: int) -> bool:
        """A right entry is among so many of the raw ranking."""
        return not self.message.right.isdisjoint(self.ranked[:depth])


@dataclass(frozen=True)
class Rate:
    """`count` out of `total` messages."""

    count: int
    total: int

    @property
    def value(self) -> float | None:
        """0 to 1, None where there was nothing to measure."""
        return self.count / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval by Wilson, None where there was nothing to measure."""
        return wilson(self.count, self.total) if self.total else None


@dataclass(frozen=True)
class Aim:
    """What a rate should reach, or, as a ceiling, not exceed."""

    value: float
    is_ceiling: bool = False

    def is_met(self, rate: Rate) -> bool:
        """A rate of nothing meets no aim."""
        if rate.value is None:
            return False
        return rate.value <= self.value if self.is_ceiling else rate.value >= self.value


@dataclass(frozen=True)
class Figures:
    """The rates of some messages, in the order in which they are read."""

    messages: int
    intent: Rate  # of all
    category: Rate  # of requests, suggestions and questions
    emergencies: Rate  # found, of the emergencies
    false_alarms: Rate  # taken for an emergency, of the normal
    urgent_precision: Rate  # right, of those taken for urgent
    urgent_recall: Rate  # found, of the urgent
    place: Rate  # exactly the label's place, or none where there is none, of all
    named_place: Rate  # exactly the label's place, of those that name one
    recall_at_1: Rate  # the raw ranking's first is right, of the answerable
    recall_at_3: Rate
    low_overlap_at_1: Rate  # the same of those that share hardly a letter with their entry
    low_overlap_at_3: Rate
    sure_precision: Rate  # right, of the sure answers
    sure_share: Rate  # answered surely and rightly, of the answerable
    false_sure: Rate  # answered surely, of those that no entry answers
    swallowed: Rate  # answered surely, of the requests


AIMS: Mapping[str, Aim] = MappingProxyType(
    {
        "category": Aim(0.85),
        "emergencies": Aim(1.0),
        "false_alarms": Aim(0.02, is_ceiling=True),
        "recall_at_1": Aim(0.85),
        "recall_at_3": Aim(0.95),
        "low_overlap_at_1": Aim(0.70),
        "low_overlap_at_3": Aim(0.90),
        "sure_precision": Aim(0.97),
        "sure_share": Aim(0.50),
        "swallowed": Aim(0.02, is_ceiling=True),
    }
)


@dataclass(frozen=True)
class Matrix:
    """`rows[i][j]`: how many messages labelled `names[i]` were taken for `names[j]`."""

    names: tuple[str, ...]
    rows: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Point:
    """If everything from this score on were answered: how many answers, how many of them right."""

    score: float
    answers: int
    right: int
    answerable: int

    @property
    def precision(self) -> float:
        """Right answers among the answers."""
        return self.right / self.answers

    @property
    def coverage(self) -> float:
        """Right answers among the answerable messages."""
        return self.right / self.answerable if self.answerable else 0.0


@dataclass(frozen=True)
class Bin:
    """Answers and offers with a score from `low` up to `high`: their mean score, and how often the first is right."""

    low: float
    high: float
    mean: float | None
    right: Rate


@dataclass(frozen=True)
class Cases:
    """How many messages went wrong in this way, and the worst of them, the worst first."""

    kind: CaseKind
    total: int
    worst: tuple[Seen, ...]


@dataclass(frozen=True)
class Assessment:
    """All that is told of a set of messages. `by_tag`: the most frequent tag first, "" for messages without one."""

    figures: Figures
    by_tag: Mapping[str, Figures]
    categories: Matrix
    intents: Matrix
    curve: tuple[Point, ...]
    bins: tuple[Bin, ...]
    cases: tuple[Cases, ...]


def see(understander: Understander, messages: Iterable[Labelled]) -> list[Seen]:
    """What is understood of the messages."""
    seen = []
    for message in messages:
        ranked = understander.matcher.rank(message.text, DEEPEST) if message.right else []
        seen.append(Seen(message, understander.understand(message.text), tuple(choice.entry.id for choice in ranked)))
    return seen


def assess(seen: Sequence[Seen], categories: Iterable[str], *, with_cases: bool) -> Assessment:
    """The assessment; `categories`: all names, in order. Without cases it holds no word of any message."""
    matters = [one for one in seen if one.message.intent in MATTERS]
    tags = Counter(tag for one in seen for tag in one.message.tags or ("",))
    return Assessment(
        figures=figures(seen),
        by_tag={tag: figures([one for one in seen if tag in (one.message.tags or ("",))]) for tag, _ in _ranked(tags)},
        categories=matrix(((one.message.category, one.understood.category) for one in matters), categories),
        intents=matrix(((one.message.intent, one.understood.intent) for one in seen), INTENTS),
        curve=curve(seen),
        bins=bins(seen),
        cases=cases(seen) if with_cases else (),
    )


def figures(seen: Sequence[Seen]) -> Figures:
    """The rates of these messages."""
    matters = [one for one in seen if one.message.intent in MATTERS]
    emergencies = [one for one in seen if one.message.urgency == "emergency"]
    normal = [one for one in seen if one.message.urgency == "normal"]
    urgent = [one for one in seen if one.message.urgency == "urgent"]
    taken_for_urgent = [one for one in seen if one.understood.urgency == "urgent"]
    answerable = [one for one in seen if one.message.right]
    far = [one for one in answerable if LOW_OVERLAP in one.message.tags]
    sure = [one for one in seen if one.is_sure]
    return Figures(
        messages=len(seen),
        intent=_rate(seen, lambda one: one.understood.intent == one.message.intent),
        category=_rate(matters, lambda one: one.understood.category == one.message.category),
        emergencies=_rate(emergencies, lambda one: one.understood.urgency == "emergency"),
        false_alarms=_rate(normal, _is_alarm),
        urgent_precision=_rate(taken_for_urgent, lambda one: one.message.urgency == "urgent"),
        urgent_recall=_rate(urgent, lambda one: one.understood.urgency == "urgent"),
        place=_rate(seen, _is_placed),
        named_place=_rate([one for one in seen if one.message.place], _is_placed),
        recall_at_1=_rate(answerable, lambda one: one.finds(1)),
        recall_at_3=_rate(answerable, lambda one: one.finds(3)),
        low_overlap_at_1=_rate(far, lambda one: one.finds(1)),
        low_overlap_at_3=_rate(far, lambda one: one.finds(3)),
        sure_precision=_rate(sure, lambda one: one.is_right),
        sure_share=_rate(answerable, lambda one: one.is_sure and one.is_right),
        false_sure=_rate([one for one in seen if not one.message.right], lambda one: one.is_sure),
        swallowed=_rate([one for one in seen if one.message.intent == "request"], _is_swallowed),
    )


def wilson(count: int, total: int, z: float = Z95) -> tuple[float, float]:
    """The score interval of a share, 0 to 1; `total` is at least 1.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, Journal of the American
    Statistical Association 22 (158), 1927, pages 209-212. Unlike share ± z · error it never leaves 0 to 1, and it
    says something where all or none of the messages are right.
    """
    share, square = count / total, z * z / total
    middle = share + square / 2
    reach = z * math.sqrt(share * (1 - share) / total + square / (4 * total))
    # Rounding must not leave a sliver where all or none are right.
    low = 0.0 if count == 0 else (middle - reach) / (1 + square)
    high = 1.0 if count == total else (middle + reach) / (1 + square)
    return low, high


def matrix(pairs: Iterable[tuple[str, str]], names: Iterable[str]) -> Matrix:
    """Pairs of label and what it was taken for, counted; a name that is not among `names` joins them at the end."""
    counts = Counter(pairs)
    listed = tuple(dict.fromkeys((*names, *(name for pair in counts for name in pair))))
    return Matrix(listed, tuple(tuple(counts[label, got] for got in listed) for label in listed))


def curve(seen: Sequence[Seen]) -> tuple[Point, ...]:
    """Answers and offers, the highest score first, summed up; answers with the same score are one point."""
    answerable = sum(bool(one.message.right) for one in seen)
    points, answers, right = [], 0, 0
    for score, group in groupby(sorted(_offers(seen), key=_score, reverse=True), key=_score):
        for one in group:
            answers += 1
            right += one.is_right
        points.append(Point(score, answers, right, answerable))
    return tuple(points)


def bins(seen: Sequence[Seen]) -> tuple[Bin, ...]:
    """Answers and offers in ten bins of their score."""
    filled: list[list[Seen]] = [[] for _ in range(BINS)]
    for one in _offers(seen):
        filled[min(int(_score(one) * BINS), BINS - 1)].append(one)
    return tuple(
        Bin(
            low=number / BINS,
            high=(number + 1) / BINS,
            mean=sum(map(_score, held)) / len(held) if held else None,
            right=_rate(held, lambda one: one.is_right),
        )
        for number, held in enumerate(filled)
    )


def cases(seen: Sequence[Seen]) -> tuple[Cases, ...]:
    """What went wrong, by kind."""
    found = []
    for kind, is_wrong, severity in WRONGS:
        wrong = sorted(filter(is_wrong, seen), key=severity, reverse=True)
        found.append(Cases(kind, len(wrong), tuple(wrong[:MOST_CASES])))
    return tuple(found)


def _rate(among: Sequence[Seen], holds: Callable[[Seen], bool]) -> Rate:
    return Rate(sum(map(holds, among)), len(among))


def _is_placed(one: Seen) -> bool:
    return one.understood.place == one.message.place


def _is_sorted_wrong(one: Seen) -> bool:
    return one.message.intent in MATTERS and one.understood.category != one.message.category


def _is_swallowed(one: Seen) -> bool:
    return one.is_sure and one.message.intent == "request"


def _is_missed(one: Seen) -> bool:
    return one.message.urgency == "emergency" and one.understood.urgency != "emergency"


def _is_alarm(one: Seen) -> bool:
    return one.message.urgency != "emergency" and one.understood.urgency == "emergency"


def _offers(seen: Iterable[Seen]) -> list[Seen]:
    return [one for one in seen if one.understood.match.choices]


def _score(one: Seen) -> float:
    return one.understood.match.score


def _ranked(tags: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(tags.items(), key=lambda item: (item[0] == "", -item[1], item[0]))


# Each way to go wrong: which messages do, and how bad that is.
WRONGS: tuple[tuple[CaseKind, Callable[[Seen], bool], Callable[[Seen], float]], ...] = (
    ("sure_wrong", lambda one: one.is_sure and not one.is_right and one.message.intent != "request", _score),
    ("swallowed", _is_swallowed, _score),
    ("missed_emergency", _is_missed, lambda one: one.understood.urgency == "normal"),
    ("false_alarm", _is_alarm, lambda one: one.message.urgency == "normal"),
    # What an entry would have answered is the greater loss.
    (
        "question_as_request",
        lambda one: (one.message.intent, one.understood.intent) == ("question", "request"),
        lambda one: bool(one.message.right),
    ),
    ("category", _is_sorted_wrong, lambda one: one.understood.weight),
)
