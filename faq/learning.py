"""What residents' own words teach: wordings that join an entry, messages that mean the same, what a change does.

Pure: whoever keeps the records calls these.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from faq.content import Content
from faq.encoder import Vectors
from faq.evaluate import Line, read_lines, sure_rates
from faq.index import Document, Index
from faq.match import Band
from faq.normalise import normalise
from faq.understand import Understander

LONGEST_WORDING = 40  # as in the content's files
MASK = "*"  # what stands where an ID or phone number stood
Likeness = Callable[[str, str], float]


@dataclass(frozen=True)
class Addition:
    """A wording that joins an entry, and the match (0: none) whose message it comes from."""

    entry: str
    wording: str
    match_id: int = 0


@dataclass(frozen=True)
class Grown:
    """A content with more wordings, and the additions that found no place in it."""

    content: Content
    left_out: tuple[Addition, ...]


class Judged(Line):
    """A message of the evaluation set. `faq` is the entry that answers it, None when none does; those of
    `also` would be right as well."""

    id: str = ""
    text: str
    intent: str = "question"
    faq: str | None = None
    also: tuple[str, ...] = ()

    @property
    def right(self) -> frozenset[str]:
        """The ids of the entries that answer it."""
        return frozenset((self.faq, *self.also)) - {None} if self.faq else frozenset()


@dataclass(frozen=True)
class Said:
    """What a message gets: the band and the entries answered or offered, best first."""

    band: Band
    entries: tuple[str, ...]

    @property
    def first(self) -> str | None:
        """The best entry."""
        return self.entries[0] if self.entries else None


@dataclass(frozen=True)
class Figures:
    """How an evaluation set fares. Rates are 0 to 1, None where nothing was there to measure."""

    messages: int
    answerable: int
    sure_right: int
    sure_wrong: int
    offered: int
    sure_precision: float | None
    sure_recall: float | None
    false_sure_rate: float | None


@dataclass(frozen=True)
class Change:
    """A message whose band or first entry changes. `effect`: 1 for the better, -1 for the worse, 0 neither."""

    message: Judged
    before: Said
    after: Said
    effect: int


@dataclass(frozen=True)
class Changes:
    """What a change of the content does to the evaluation set."""

    changed: tuple[Change, ...]
    before: Figures
    after: Figures


def with_wordings(content: Content, additions: Iterable[Addition]) -> Grown:
    """The content with these wordings; its version then tells them, too.

    What has no place is left out: a wording of an entry that is gone, or that another entry has by now. A wording is
    no longer among the questions that no entry answers.
    """
    owners = {normalise(text): entry.id for entry in content.entries for text in entry.wordings}
    known = {entry.id for entry in content.entries}
    more: dict[str, list[str]] = {}
    left_out = []
    digest = hashlib.sha256()
    for addition in additions:
        key = normalise(addition.wording)
        if addition.entry not in known or owners.get(key, addition.entry) != addition.entry:
            left_out.append(addition)
        elif key not in owners:
            owners[key] = addition.entry
            more.setdefault(addition.entry, []).append(addition.wording)
            digest.update(f"{addition.entry}\n{addition.wording}\n".encode())
    if not more:
        return Grown(content, tuple(left_out))
    entries = tuple(
        entry.model_copy(update={"similar": (*entry.similar, *more[entry.id])}) if entry.id in more else entry
        for entry in content.entries
    )
    version = f"{content.version}+{digest.hexdigest()[:8]}"
    left = content.unaware_of(wording for wordings in more.values() for wording in wordings)
    return Grown(replace(left, entries=entries, version=version), tuple(left_out))


def wording_faults(content: Content, entry_id: str, wording: str) -> list[str]:
    """Why a wording cannot join an entry; nothing when it can."""
    faults = []
    if all(entry.id != entry_id for entry in content.entries):
        faults.append(f"entry: found {entry_id!r}, which does not exist")
    if MASK in wording:
        faults.append(f"wording: found {MASK!r}, where a number was masked; expected words without it")
    if len(wording) > LONGEST_WORDING:
        faults.append(f"wording: found {len(wording)} letters, expected at most {LONGEST_WORDING}")
    key = normalise(wording)
    if not key:
        faults.append("wording: found nothing to match, expected words")
    for entry in content.entries:
        if key and key in map(normalise, entry.wordings):
            faults.append(f"wording: found what is a wording of {entry.id} already")
    return faults


def lexical(texts: Iterable[str]) -> Likeness:
    """How alike two of these texts are, 0 to 1, by the letters that are rare among them."""
    plain = {text: normalise(text) for text in texts}
    listed = sorted(set(plain.values()))
    place = {text: at for at, text in enumerate(listed)}
    index = Index([Document([text]) for text in listed], lambda _text: [])
    rows = [index.layers(text)[1] for text in listed]

    def likeness(one: str, other: str) -> float:
        return float(rows[place[plain[one]]][place[plain[other]]])

    return likeness


def in_meaning(encode: Callable[[Sequence[str]], Vectors]) -> Callable[[Iterable[str]], Likeness]:
    """Like `lexical`, which is then half of the likeness; the other half is the cosine of the texts' vectors.

    `encode` gives a row of length 1 for each text. Measured with USE on public question pairs (covid_faq): at 0.7 this
    finds as many paraphrases as letters alone at 0.5, and puts half as many strangers together.
    """

    def compare(texts: Iterable[str]) -> Likeness:
        listed = list(dict.fromkeys(texts))
        place = {text: at for at, text in enumerate(listed)}
        vectors = encode(listed) if listed else np.zeros((0, 1), np.float32)
        letters = lexical(listed)

        def likeness(one: str, other: str) -> float:
            return (float(vectors[place[one]] @ vectors[place[other]]) + letters(one, other)) / 2

        return likeness

    return compare


def group(texts: Sequence[str], likeness: Likeness, threshold: float) -> list[list[int]]:
    """Positions of texts that mean the same, the biggest group first; each position is in one group.

    Greedy: the text with the most others at least `threshold` like it takes them, then the next one. The first
    position of a group is that text. `likeness` is asked once for each pair and gives 0 to 1.
    """
    near: list[set[int]] = [{position} for position in range(len(texts))]
    for one in range(len(texts)):
        for other in range(one):
            if likeness(texts[one], texts[other]) >= threshold:
                near[one].add(other)
                near[other].add(one)
    left = set(range(len(texts)))
    groups = []
    while left:
        centre = max(left, key=lambda position: (len(near[position] & left), -position))
        members = near[centre] & left
        groups.append([centre, *sorted(members - {centre})])
        left -= members
    return groups


def judged_messages(folder: Path) -> dict[str, list[Judged]]:
    """The evaluation set by file name: every line with `faq` of the folder's *.jsonl files. Raises ContentError."""
    files = {path.stem: read_lines(path, Judged) for path in sorted(folder.glob("*.jsonl"))}
    judged = {name: [line for line in lines if "faq" in line.model_fields_set] for name, lines in files.items()}
    return {name: lines for name, lines in judged.items() if lines}


def said(understander: Understander, text: str) -> Said:
    """What a message gets."""
    match = understander.understand(text).match
    return Said(match.band, tuple(choice.entry.id for choice in match.choices))


def changes(before: Understander, after: Understander, messages: Sequence[Judged]) -> Changes:
    """Which messages get another band or another first entry, and the figures of both."""
    was = [said(before, message.text) for message in messages]
    now = [said(after, message.text) for message in messages]
    changed = (
        Change(message, old, new, _effect(message.right, old, new))
        for message, old, new in zip(messages, was, now, strict=True)
        if (old.band, old.first) != (new.band, new.first)
    )
    return Changes(tuple(changed), _figures(messages, was), _figures(messages, now))


def _effect(right: frozenset[str], old: Said, new: Said) -> int:
    was, now = _worth(right, old), _worth(right, new)
    return (now > was) - (now < was)


def _worth(right: frozenset[str], told: Said) -> int:
    """A wrong answer is worse than none, an offer of the right one better than none, the right answer best."""
    if told.band == "sure":
        return 3 if told.first in right else 0
    if not right:
        return 3 if told.band == "none" else 2
    return 2 if right & set(told.entries) else 1


def _figures(messages: Sequence[Judged], told: Sequence[Said]) -> Figures:
    pairs = [(message.right, got) for message, got in zip(messages, told, strict=True)]
    sure = [got.first in right for right, got in pairs if got.band == "sure"]
    rates = sure_rates([(got.band, got.first in right, bool(right)) for right, got in pairs])
    return Figures(
        messages=len(pairs),
        answerable=sum(bool(right) for right, _ in pairs),
        sure_right=sum(sure),
        sure_wrong=len(sure) - sum(sure),
        offered=sum(got.band == "maybe" and bool(right & set(got.entries)) for right, got in pairs),
        sure_precision=rates.precision,
        sure_recall=rates.recall,
        false_sure_rate=rates.false,
    )
