"""What kind of matter a text is about, by rules that a coordinator can read.

Every decision names its evidence, and the strongest evidence decides, never the order of a list.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from faq.content import Content
from faq.items import Category
from faq.normalise import simplify

UNSORTED = "其他"
DECISIVE, STRONG, MIDDLE, WEAK = 5, 3, 2, 1  # by the list of the category; a pattern is strong
CONCEPT, TOGETHER, OR = "@", "+", "|"  # @停水: every word of that concept; 狗|犬+咬|追: both are said, wherever
REACH = 10  # letters between the starts of words that are said together
# 不是停水,是水压小: what is named right after is not the matter, to the end of the clause. 是不是 asks.
DENIED = re.compile("(?:(?<!是)不是|并非)[^,。;!?:、 是就]{0,6}")


@dataclass(frozen=True)
class Finding:
    """A category, the words that speak for it, and their weight (0: nothing spoke for any)."""

    category: str
    evidence: tuple[str, ...]
    weight: int


@dataclass(frozen=True)
class _Cue:
    """A word speaks for a category. Cues with the same key are one piece of evidence."""

    category: str
    key: str
    weight: int


@dataclass(frozen=True)
class _Together:
    """Parts that speak for a category when all of them are said: the words of each."""

    category: str
    weight: int
    parts: tuple[frozenset[str], ...]


@dataclass
class _Case:
    """What speaks for one category: where it stands in the text, by the words that were said."""

    weight: int = 0
    places: dict[str, int] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)

    def add(self, weight: int, places: Mapping[str, int]) -> None:
        self.weight += weight
        for word, place in places.items():
            self.places.setdefault(word, place)


class Sorter:
    """The category rules of one content version."""

    def __init__(self, content: Content) -> None:
        self._cues: defaultdict[str, list[_Cue]] = defaultdict(list)
        self._together: list[_Together] = []
        self._parts: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)  # number in _together, bit of the part
        self._patterns: list[tuple[str, re.Pattern[str]]] = []
        self._not_when: list[tuple[str, re.Pattern[str]]] = []
        concepts = {concept.name: concept.words for concept in content.concepts}
        for category in content.categories_by_name.values():
            self._read(category, concepts)
        sizes: defaultdict[str, set[int]] = defaultdict(set)
        for word in (*self._cues, *self._parts):
            sizes[word[0]].add(len(word))
        self._sizes = {first: tuple(sorted(lengths, reverse=True)) for first, lengths in sizes.items()}

    def sort(self, text: str) -> Finding:
        """The category with the strongest evidence; 其他 when nothing speaks for any."""
        cases = self._cases(simplify(text))
        if not cases:
            return Finding(UNSORTED, (), 0)
        # Among equals what is named first is the matter, then the longer evidence tells more; then the name.
        name, case = max(
            cases.items(),
            key=lambda item: (
                item[1].weight,
                -min(item[1].places.values()),
                sum(map(len, item[1].places)),
                item[0],
            ),
        )
        return Finding(name, tuple(case.places), case.weight)

    def findings(self, text: str) -> dict[str, Finding]:
        """What speaks for each category; only those for which something does."""
        return {
            name: Finding(name, tuple(case.places), case.weight) for name, case in self._cases(simplify(text)).items()
        }

    def _read(self, category: Category, concepts: Mapping[str, Sequence[str]]) -> None:
        name = category.name
        lists = (
            (category.decisive, DECISIVE),
            (category.strong, STRONG),
            (category.middle, MIDDLE),
            (category.words, WEAK),
        )
        for keys, weight in lists:
            for key in keys:
                if TOGETHER in key:
                    self._read_together(key, name, weight, concepts)
                    continue
                for word in (word for choice in key.split(OR) for word in _said(choice, concepts)):
                    if all(cue.category != name for cue in self._cues[word]):  # of several lists the strongest
                        self._cues[word].append(_Cue(name, key, weight))
        self._patterns += [(name, re.compile(pattern)) for pattern in category.patterns]
        self._not_when += [(name, re.compile(pattern)) for pattern in category.not_when]

    def _read_together(self, key: str, name: str, weight: int, concepts: Mapping[str, Sequence[str]]) -> None:
        choices = (part.split(OR) for part in key.split(TOGETHER))
        parts = tuple(frozenset(word for choice in part for word in _said(choice, concepts)) for part in choices)
        for bit, part in enumerate(parts):
            for word in part:
                self._parts[word].append((len(self._together), 1 << bit))
        self._together.append(_Together(name, weight, parts))

    def _cases(self, plain: str) -> dict[str, _Case]:
        """What speaks for the categories of a simplified text; only those for which something does."""
        cases: defaultdict[str, _Case] = defaultdict(_Case)
        counted, parts = self._scan(plain)
        seen: defaultdict[str, list[str]] = defaultdict(list)
        # A pattern that sees no more than a word did is no second piece of evidence, nor is a word inside a pattern's.
        for name, pattern in self._patterns:
            found = pattern.search(plain)
            if found and found[0] and found[0] not in seen[name]:
                seen[name].append(found[0])
        cues = [(cue, word, place) for word, place in counted.items() for cue in self._cues[word]]
        for cue, word, place in sorted(cues, key=lambda item: -item[0].weight):
            case = cases[cue.category]
            if cue.key in case.keys or (cue.weight < STRONG and any(word in phrase for phrase in seen[cue.category])):
                continue
            case.keys.add(cue.key)
            case.add(cue.weight, {word: place})
        for together, places in self._said_together(parts):
            cases[together.category].add(together.weight, places)
        for name, phrases in seen.items():
            for phrase in phrases:
                if phrase not in cases[name].places:
                    cases[name].add(STRONG, {phrase: plain.index(phrase)})
        left_out = {name for name, pattern in self._not_when if name in cases and pattern.search(plain)}
        return {name: case for name, case in cases.items() if case.weight and name not in left_out}

    def _scan(self, plain: str) -> tuple[dict[str, int], dict[str, list[int]]]:
        """The words that count, the longest from the left, with their first places, and the places of the parts."""
        counted: dict[str, int] = {}
        parts: dict[str, list[int]] = {}
        denied = {place for found in DENIED.finditer(plain) for place in range(*found.span())}
        free = 0
        for place, letter in enumerate(plain):
            if place in denied:
                continue
            for size in self._sizes.get(letter, ()):
                word = plain[place : place + size]
                is_cue, is_part = word in self._cues, word in self._parts
                if not is_cue and not is_part:
                    continue
                if is_part:
                    parts.setdefault(word, []).append(place)
                if is_cue and place >= free:
                    counted.setdefault(word, place)
                    free = place + size
        return counted, parts

    def _said_together(self, places: Mapping[str, Sequence[int]]) -> Iterator[tuple[_Together, dict[str, int]]]:
        """What is said together in these words, with the words and places that are closest to each other."""
        said: dict[int, int] = {}
        for word in places:
            for number, bit in self._parts[word]:
                said[number] = said.get(number, 0) | bit
        for number, bits in said.items():
            together = self._together[number]
            if bits + 1 != 1 << len(together.parts):
                continue
            starts = sorted(
                (start, part, word)
                for part, words in enumerate(together.parts)
                for word in words & places.keys()
                for start in places[word]
            )
            closest = _closest(starts, len(together.parts))
            if closest:
                yield together, closest


def _closest(said: Iterable[tuple[int, int, str]], parts: int) -> dict[str, int]:
    """The words of all parts that stand closest to each other, with their places; empty when none are near enough.

    `said`: place, number of the part and word, in the order of the text.
    """
    closest: dict[str, int] = {}
    shortest = REACH + 1
    latest: dict[int, tuple[int, str]] = {}
    for start, part, word in said:
        latest[part] = (start, word)
        reach = start - min(place for place, _ in latest.values())
        if len(latest) == parts and reach < shortest:
            shortest, closest = reach, {word: place for place, word in latest.values()}
    return closest


def _said(key: str, concepts: Mapping[str, Sequence[str]]) -> Iterable[str]:
    if not key.startswith(CONCEPT):
        return (simplify(key),)
    return [simplify(word) for word in concepts[key[1:]]]
