"""How well residents are understood, in figures. Pure: entries and queries in, figures out."""

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from faq.category import UNSORTED
from faq.content import Content, ContentError
from faq.items import Entry
from faq.learned import Labelled, Learned
from faq.match import Band
from faq.understand import Understander, Understanding

DEEPEST = 50  # ranks below this one count as not found


class Line(BaseModel):
    """A line of a JSONL file; what it does not know is ignored, and a number may stand for an id."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)


class Message(Line):
    """A message to understand."""

    id: str
    text: str


class GivenEntry(Line):
    """An entry to search in place of the content's own."""

    id: str
    question: str
    similar: tuple[str, ...] = ()
    answer: str = ""


class Query(Line):
    """A message with the id of the entry that answers it; None: no entry does."""

    text: str
    gold: str | None = None


L = TypeVar("L", bound=Line)


@dataclass(frozen=True)
class FaqFigures:
    """The figures of `flask faq evaluate`. Rates are 0 to 1, None where nothing was there to measure."""

    queries: int
    recall_at_1: float | None
    recall_at_3: float | None
    mrr: float | None
    sure: int
    maybe: int
    none: int
    sure_precision: float | None
    sure_recall: float | None
    false_sure_rate: float | None
    ms_p50: float | None
    ms_p99: float | None


def read_lines(path: Path, kind: type[L]) -> list[L]:
    """The lines of a JSONL file. Raises ContentError with every faulty line; blank lines are skipped."""
    found, faults = [], []
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContentError([f"{path}: found bytes that are not UTF-8, expected UTF-8 text"]) from error
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            found.append(kind.model_validate_json(line))
        except ValidationError as error:
            for fault in error.errors():
                key = ".".join(str(part) for part in fault["loc"]) or "line"
                faults.append(f"{path}:{number}: {key}: {fault['msg']}")
    if faults:
        raise ContentError(faults)
    return found


def evaluate_faq(
    content: Content,
    entries: Sequence[GivenEntry],
    queries: Sequence[Query],
    clock: Callable[[], float],
    understander_of: Callable[[Content], Understander] = Understander,
) -> FaqFigures:
    """Figures for these entries, with the content's rules deciding what is a question at all.

    Recall and mrr come from the raw ranking over queries with a gold entry; bands from the chat's own
    decision over all queries. `clock` gives seconds; one call of the chat's decision is timed per query.
    """
    understander = understander_of(with_entries(content, entries))
    ranks, bands, seconds = [], [], []
    for query in queries:
        began = clock()
        match = understander.understand(query.text).match
        seconds.append(clock() - began)
        is_right = match.band == "sure" and match.choices[0].entry.id == query.gold
        bands.append((match.band, is_right, query.gold is not None))
        if query.gold is not None:
            found = [choice.entry.id for choice in understander.matcher.rank(query.text, DEEPEST)]
            ranks.append(found.index(query.gold) + 1 if query.gold in found else math.inf)
    rates = sure_rates(bands)
    return FaqFigures(
        queries=len(bands),
        recall_at_1=_rate(sum(rank <= 1 for rank in ranks), len(ranks)),
        recall_at_3=_rate(sum(rank <= 3 for rank in ranks), len(ranks)),
        mrr=_rate(sum(1 / rank for rank in ranks), len(ranks)),
        sure=sum(band == "sure" for band, _, _ in bands),
        maybe=sum(band == "maybe" for band, _, _ in bands),
        none=sum(band == "none" for band, _, _ in bands),
        sure_precision=rates.precision,
        sure_recall=rates.recall,
        false_sure_rate=rates.false,
        ms_p50=percentile(seconds, 0.50),
        ms_p99=percentile(seconds, 0.99),
    )


class SureRates(NamedTuple):
    """Of sure answers: the share that is right, the share of the answerable queries that get a right one, and the share
    of the others that get one all the same."""

    precision: float | None
    recall: float | None
    false: float | None


def sure_rates(told: Sequence[tuple[Band, bool, bool]]) -> SureRates:
    """Of what was told: the band, whether the first entry is right, and whether any entry answers."""
    sure = [(is_right, is_answerable) for band, is_right, is_answerable in told if band == "sure"]
    right = sum(is_right for is_right, _ in sure)
    answerable = sum(is_answerable for _, _, is_answerable in told)
    false = sum(not is_answerable for _, is_answerable in sure)
    return SureRates(_rate(right, len(sure)), _rate(right, answerable), _rate(false, len(told) - answerable))


def with_entries(content: Content, entries: Sequence[GivenEntry]) -> Content:
    """The content with other entries in place of its own, and nothing that is known to have no answer."""
    made = tuple(map(_as_entry, entries))
    digest = hashlib.sha256(repr([(e.id, e.question, e.similar, e.answer) for e in made]).encode()).hexdigest()
    return replace(content, entries=made, unanswered=(), version=f"{content.version}+given-{digest[:16]}")


def faq_report(figures: FaqFigures) -> dict[str, Any]:
    """The figures as `flask faq evaluate --json` prints them: the band counts in a table of their own."""
    report = asdict(figures)
    report["bands"] = {band: report.pop(band) for band in ("sure", "maybe", "none")}
    return report


def understood_report(message: Message, understood: Understanding) -> dict[str, Any]:
    """One line of `flask understand --json`; `faq` is None where nothing fits."""
    match = understood.match
    found = None
    if match.band != "none":
        found = {
            "id": match.choices[0].entry.id,
            "score": round(match.score, 4),
            "band": match.band,
            "choices": [choice.entry.id for choice in match.choices],
        }
    return {
        "id": message.id,
        "intent": understood.intent,
        "category": understood.category,
        "urgency": understood.urgency,
        "place": understood.place,
        "faq": found,
    }


def percentile(seconds: Sequence[float], share: float) -> float | None:
    """The nearest-rank percentile of durations, in milliseconds; None when there are none."""
    if not seconds:
        return None
    position = max(math.ceil(share * len(seconds)) - 1, 0)
    return round(sorted(seconds)[position] * 1000, 3)


def _rate(count: float, total: int) -> float | None:
    return round(count / total, 4) if total else None


def _as_entry(given: GivenEntry) -> Entry:
    # Given entries need not keep our own content's rules (length, source, three wordings), so none is checked.
    return Entry.model_construct(
        id=given.id,
        category=UNSORTED,
        question=given.question,
        similar=given.similar,
        answer=given.answer,
        source="",
        local="",
    )


def evaluate_categories(model: Learned, rows: Sequence[Labelled], clock: Callable[[], float]) -> dict[str, Any]:
    """The figures of `flask category evaluate`; rates are 0 to 1, None where nothing was there to measure.

    Accuracy, macro_f1 and per_class take the likeliest label also where the model abstains; macro_f1 is the mean
    over all labels that were given or found. `clock` gives seconds.
    """
    given, found, sure, seconds = [row.label for row in rows], [], [], []
    for row in rows:
        began = clock()
        label, likely = next(iter(model.probabilities(row.text).items()))
        seconds.append(clock() - began)
        found.append(label)
        sure.append(likely >= model.description.sure_from)
    right = [a == b for a, b in zip(given, found, strict=True)]
    per_class = {label: _class_figures(label, given, found) for label in sorted({*given, *found})}
    right_sure = [is_right for is_right, is_sure in zip(right, sure, strict=True) if is_sure]
    return {
        "messages": len(rows),
        "accuracy": mean(right),
        "macro_f1": mean([figures["f1"] for figures in per_class.values()]),
        "per_class": per_class,
        "abstained": mean([not is_sure for is_sure in sure]),
        "accuracy_when_sure": mean(right_sure),
        "ms_p50": percentile(seconds, 0.50),
        "ms_p99": percentile(seconds, 0.99),
    }


def _class_figures(label: str, given: Sequence[str], found: Sequence[str]) -> dict[str, float]:
    both = sum(a == b == label for a, b in zip(given, found, strict=True))
    support, named = given.count(label), found.count(label)
    return {
        "precision": round(both / named, 4) if named else 0.0,
        "recall": round(both / support, 4) if support else 0.0,
        "f1": round(2 * both / (support + named), 4),
        "support": support,
    }


def mean(values: Sequence[float]) -> float | None:
    """The mean to four digits, None of nothing."""
    return round(sum(values) / len(values), 4) if values else None
