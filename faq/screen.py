"""Patterns that are only run where they can fit: most need letters that most messages do not have.

Of every pattern it is worked out which letters a text must have for it to fit: one of each of a few small sets,
with 叫不醒 told by its rarest letter. Looking that up is far faster than running hundreds of patterns.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Letters that tell little, for nearly every message has some of them.
COMMON = frozenset("的了不一是我在有人就都个上来到这们你要去没家里大还好给着那么也下得过")
MOST_NEEDS = 3
ANYTHING: frozenset[str] = frozenset()
ELEMENT = re.compile(r"\\(?P<escape>.)|\[(?P<set>\^?[^\]]*)\]|(?P<open>\()|(?P<edge>[\^$])|(?P<letter>.)", re.DOTALL)
REPEAT = re.compile(r"(?:(?P<optional>[?*]|\{0?,\d*\})|\+|\{\d+(?:,\d*)?\})[?+]?")


@dataclass(frozen=True)
class _Part:
    number: int
    pattern: re.Pattern[str]
    needs: tuple[frozenset[str], ...]  # a text must have one letter of each


class Screen:
    """Regular expressions, by the letters that they need."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._parts = [
            _Part(number, re.compile(alternative), _needs(alternative)[:MOST_NEEDS])
            for number, pattern in enumerate(patterns)
            for alternative in _alternatives(pattern)
        ]
        self._always: list[int] = []
        self._by_letter: dict[str, list[int]] = {}
        for position, part in enumerate(self._parts):
            if not part.needs:
                self._always.append(position)
            for letter in part.needs[0] if part.needs else ():
                self._by_letter.setdefault(letter, []).append(position)

    def candidates(self, text: str) -> Iterator[tuple[int, re.Pattern[str]]]:
        """What may fit the text, in the order given: the number of each pattern, and one alternative of it."""
        letters = set(text)
        positions = set(self._always).union(*(self._by_letter.get(letter, ()) for letter in letters))
        for position in sorted(positions):
            part = self._parts[position]
            for need in part.needs[1:]:
                if need.isdisjoint(letters):
                    break
            else:
                yield part.number, part.pattern


def _needs(sequence: str) -> tuple[frozenset[str], ...]:
    """What the elements of a pattern without alternatives need, the most telling first."""
    needs = []
    position = 0
    while position < len(sequence):
        found = ELEMENT.match(sequence, position)
        assert found is not None  # the last branch fits any letter
        position = _closing(sequence, position) + 1 if found["open"] else found.end()
        need = _need(found, sequence[found.start() : position])
        if repeat := REPEAT.match(sequence, position):
            position = repeat.end()
            if repeat["optional"]:
                continue
        if need:
            needs.append(need)
    return tuple(sorted(needs, key=_weight))


def _need(found: re.Match[str], element: str) -> frozenset[str]:
    if found["open"]:
        if re.match(r"\(\?<?[!=]", element):  # only looks ahead or behind
            return ANYTHING
        ways = [_needs(way) for way in _alternatives(re.sub(r"^\((?:\?:)?", "", element)[:-1])]
        return frozenset().union(*(way[0] for way in ways)) if all(ways) else ANYTHING
    if found["set"]:
        return ANYTHING if re.search(r"^\^|-|\\", found["set"]) else frozenset(found["set"])
    if found["letter"] and found["letter"] != ".":
        return frozenset(found["letter"])
    return ANYTHING


def _weight(need: frozenset[str]) -> int:
    """How much of all messages has one of these letters, roughly."""
    return len(need) + 40 * len(need & COMMON)


def _alternatives(pattern: str) -> list[str]:
    """The pattern cut at each | that stands in no bracket."""
    parts, last, position = [], 0, 0
    while position < len(pattern):
        found = ELEMENT.match(pattern, position)
        assert found is not None  # the last branch fits any letter
        if found["letter"] == "|":
            parts.append(pattern[last:position])
            last = found.end()
        position = _closing(pattern, position) + 1 if found["open"] else found.end()
    return [*parts, pattern[last:]]


def _closing(pattern: str, position: int) -> int:
    """Where the bracket closes that opens there."""
    depth = 0
    while True:
        found = ELEMENT.match(pattern, position)
        assert found is not None  # re.compile has refused an open bracket
        depth += 1 if found["open"] else -1 if found["letter"] == ")" else 0
        if not depth:
            return position
        position = found.end()
