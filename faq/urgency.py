"""How pressing a message is. Danger to life is found first, and what only sounds like it is left alone.

A pattern must fit a sentence, must not be denied there, and nothing may fit that sentence that makes it
harmless (the past, a film, a mere question: `unless` in faq/urgency.toml).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from faq.content import Content, Danger
from faq.normalise import simplify
from faq.telling import tells

Urgency = Literal["emergency", "urgent", "normal"]

SENTENCES = re.compile(r"[。!?;\n]+")


@dataclass(frozen=True)
class _Rule:
    danger: Danger
    patterns: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]


class Alarm:
    """The rules of faq/urgency.toml, ready to use."""

    def __init__(self, content: Content) -> None:
        self._rules = [_Rule(danger, _compile(danger.patterns), _compile(danger.unless)) for danger in content.dangers]
        self._urgent = _compile((*content.urgent.patterns, *map(re.escape, content.urgent.words)))

    def judge(self, text: str) -> tuple[Urgency, Danger | None]:
        """How pressing the text is, and the danger that it tells of; of several, the first in the file."""
        sentences = [sentence for sentence in SENTENCES.split(simplify(text)) if sentence]
        for rule in self._rules:
            if any(_is_under_way(rule, sentence) for sentence in sentences):
                return "emergency", rule.danger
        is_urgent = any(tells(pattern, sentence) for sentence in sentences for pattern in self._urgent)
        return "urgent" if is_urgent else "normal", None


def _is_under_way(rule: _Rule, sentence: str) -> bool:
    return any(tells(pattern, sentence) for pattern in rule.patterns) and not any(
        pattern.search(sentence) for pattern in rule.unless
    )


def _compile(patterns: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in patterns)
