"""How pressing a message is. Danger to life is found first, and what only sounds like it is left alone.

A pattern must fit a sentence and must not be denied there; nothing may fit the same clause that makes it
harmless (the past, a film, a mere question: `unless` in faq/urgency.toml), and nothing later may say that it is
over. Clauses matter: 电视坏了,家里着火了 is a fire. Where the text sounds like a key word of danger it is also
read as that word: 着货了.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from faq.content import Content
from faq.families import DANGER, ELSEWHERE, MARK, Families
from faq.hearing import heard
from faq.items import Cues, Danger
from faq.normalise import simplify
from faq.screen import Screen
from faq.telling import told

Urgency = Literal["emergency", "urgent", "normal"]
Patterns = tuple[re.Pattern[str], ...]
Expand = Callable[[str], str]

SENTENCES = re.compile(r"[^。!?;\n]+")
CLAUSE_MARKS = ",、: \t\n。!?;"
CLAUSE_END = re.compile(f"[{CLAUSE_MARKS}]")
TAIL = 2  # letters: 走丢, 着火
TAG = re.compile("是不是")  # asks for agreement and denies nothing


@dataclass(frozen=True)
class _Rule:
    danger: Danger
    unless: Patterns  # in the clause
    unless_beside: Patterns  # in the clause, where the danger is a mark
    unless_led: Patterns  # of these, what begins with a family: it may stand inside what was found
    unless_elsewhere: Patterns  # in the text


class Alarm:
    """The rules of faq/urgency.toml, ready to use."""

    def __init__(self, content: Content) -> None:
        expand = Families(content.families).expand
        rules = [_rule(danger, _exceptions(danger, content), expand) for danger in content.dangers]
        self._rules = [rule for rule in rules for _ in rule.danger.patterns]  # one a pattern
        self._dangers = Screen([expand(pattern) for danger in content.dangers for pattern in danger.patterns])
        self._over = _compile(_both(content.over), expand)
        urgent = _both(content.urgent)
        self._urgent = Screen([expand(pattern) for pattern in urgent if not pattern.startswith(ELSEWHERE)])
        self._not_urgent = _compile([pattern for pattern in urgent if pattern.startswith(ELSEWHERE)], expand)

    def judge(self, text: str) -> tuple[Urgency, Danger | None]:
        """How pressing the text is, and the danger that it tells of; of several, the first in the file."""
        plain = TAG.sub("是", simplify(text))
        sounded = heard(plain)
        readings = (plain,) if sounded == plain else (plain, sounded)
        found = [number for reading in readings if (number := self._danger(reading)) is not None]
        if found:
            return "emergency", self._rules[min(found)].danger
        return ("urgent" if any(map(self._is_urgent, readings)) else "normal"), None

    def _danger(self, text: str) -> int | None:
        """The number of the first pattern that tells of a danger under way."""
        under_way = []
        for sentence in SENTENCES.finditer(text):
            for number, pattern in self._dangers.candidates(sentence[0]):
                places = told(pattern, sentence[0]) if pattern.search(sentence[0]) else []
                if any(self._is_under_way(number, text, sentence.start(), found) for found in places):
                    under_way.append(number)
                    break
        return min(under_way, default=None)

    def _is_under_way(self, number: int, text: str, offset: int, found: re.Match[str]) -> bool:
        start, end = offset + found.start(), offset + found.end()
        return not _is_harmless(self._rules[number], text, start, end) and not any(
            over.search(text, end) for over in self._over
        )

    def _is_urgent(self, text: str) -> bool:
        if any(unless.search(text) for unless in self._not_urgent):
            return False
        return any(
            pattern.search(sentence[0]) and told(pattern, sentence[0])
            for sentence in SENTENCES.finditer(text)
            for _, pattern in self._urgent.candidates(sentence[0])
        )


def _is_harmless(rule: _Rule, text: str, start: int, end: int) -> bool:
    if any(unless.search(text) for unless in rule.unless_elsewhere):
        return True
    before, after = _clause(text, start, end)
    if any(unless.search(text, before, after) for unless in rule.unless):
        return True
    # 老人发个手环,免得走丢: what is told of stands at the end of what was found.
    return _is_beside(rule.unless_beside, text, start, end) or _is_beside(
        rule.unless_led, text, max(start, end - TAIL), end
    )


def _is_beside(patterns: Patterns, text: str, start: int, end: int) -> bool:
    before, after = _clause(text, start, end)
    marked = f"{text[before:start]}{MARK}{text[end:after]}"
    return any(pattern.search(marked) for pattern in patterns)


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch of whole clauses around what was found."""
    before = max((text.rfind(mark, 0, start) for mark in CLAUSE_MARKS), default=-1) + 1
    after = CLAUSE_END.search(text, end)
    return before, (after.start() if after else len(text))


def _exceptions(danger: Danger, content: Content) -> tuple[str, ...]:
    common = () if danger.is_plea else _both(content.not_now)
    return (*danger.unless, *_both(content.harmless), *common)


def _rule(danger: Danger, exceptions: Sequence[str], expand: Expand) -> _Rule:
    elsewhere = [unless for unless in exceptions if unless.startswith(ELSEWHERE)]
    within = [unless for unless in exceptions if not unless.startswith(ELSEWHERE)]
    beside = [unless for unless in within if DANGER in unless]
    return _Rule(
        danger=danger,
        unless=_compile([unless for unless in within if DANGER not in unless], expand),
        unless_beside=_compile(beside, expand),
        unless_led=_compile([u for u in beside if u.startswith("<") and not u.startswith(DANGER)], expand),
        unless_elsewhere=_compile(elsewhere, expand),
    )


def _both(cues: Cues) -> tuple[str, ...]:
    return (*cues.patterns, *map(re.escape, cues.words))


def _compile(patterns: Sequence[str], expand: Expand) -> Patterns:
    return tuple(re.compile(expand(pattern)) for pattern in patterns)
