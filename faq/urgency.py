"""How pressing a message is. Danger to life is found first, and what only sounds like it is left alone.

A pattern must fit a sentence and must not be denied there; nothing may fit the same clause that makes it
harmless (the past, a film, a mere question: `unless` in faq/urgency.toml), and no later clause may say that
it is over. Clauses matter: 电视坏了,家里着火了 is a fire.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from faq.content import Content, Cues, Danger
from faq.normalise import simplify
from faq.telling import told

Urgency = Literal["emergency", "urgent", "normal"]

SENTENCES = re.compile(r"[。!?;\n]+")
CLAUSE_END = re.compile(r"[,、:\s]")
TAG = re.compile("是不是")  # asks for agreement and denies nothing


@dataclass(frozen=True)
class _Rule:
    danger: Danger
    patterns: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]


class Alarm:
    """The rules of faq/urgency.toml, ready to use."""

    def __init__(self, content: Content) -> None:
        self._rules = [_Rule(danger, _compile(danger.patterns), _compile(danger.unless)) for danger in content.dangers]
        self._over = _compile(_both(content.over))
        self._urgent = _compile(_both(content.urgent))

    def judge(self, text: str) -> tuple[Urgency, Danger | None]:
        """How pressing the text is, and the danger that it tells of; of several, the first in the file."""
        sentences = [TAG.sub("是", sentence) for sentence in SENTENCES.split(simplify(text)) if sentence]
        for rule in self._rules:
            if any(self._is_under_way(rule, sentence) for sentence in sentences):
                return "emergency", rule.danger
        is_urgent = any(told(pattern, sentence) for sentence in sentences for pattern in self._urgent)
        return "urgent" if is_urgent else "normal", None

    def _is_under_way(self, rule: _Rule, sentence: str) -> bool:
        for pattern in rule.patterns:
            for found in told(pattern, sentence):
                start, end = _clause(sentence, found)
                is_harmless = any(unless.search(sentence, start, end) for unless in rule.unless)
                is_over = any(over.search(sentence, found.end()) for over in self._over)
                if not is_harmless and not is_over:
                    return True
        return False


def _clause(sentence: str, found: re.Match[str]) -> tuple[int, int]:
    """The stretch of whole clauses in which something was found."""
    before = [mark.end() for mark in CLAUSE_END.finditer(sentence, 0, found.start())]
    after = CLAUSE_END.search(sentence, found.end())
    return (before[-1] if before else 0), (after.start() if after else len(sentence))


def _both(cues: Cues) -> tuple[str, ...]:
    return (*cues.patterns, *map(re.escape, cues.words))


def _compile(patterns: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in patterns)
