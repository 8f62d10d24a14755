"""What kind of matter a text is about, and what its sender wants, by rules that a coordinator can read.

Every decision names its evidence, and the strongest evidence decides, never the order of a list.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from faq.content import Category, Content, Cues
from faq.normalise import simplify
from faq.telling import tells

Intent = Literal["request", "question", "suggestion", "thanks", "chat"]
UNSORTED = "其他"
STRONG, WEAK = 3, 1  # of a strong word or a pattern, and of another word


@dataclass(frozen=True)
class Finding:
    """A category, the words that speak for it, and their weight (0: nothing spoke for any)."""

    category: str
    evidence: tuple[str, ...]
    weight: int


@dataclass(frozen=True)
class _Rule:
    category: Category
    patterns: tuple[re.Pattern[str], ...]
    not_when: tuple[re.Pattern[str], ...]


class Sorter:
    """The category rules of one content version."""

    def __init__(self, content: Content) -> None:
        self._rules = [
            _Rule(category, _compile(category.patterns), _compile(category.not_when))
            for category in content.categories_by_name.values()
        ]

    def sort(self, text: str) -> Finding:
        """The category with the strongest evidence; 其他 when nothing speaks for any."""
        plain = simplify(text)
        findings = [finding for rule in self._rules if (finding := _weigh(rule, plain)).weight]
        # Among equals the longer evidence tells more, then what is named first; the name settles the rest.
        return max(
            findings,
            key=lambda finding: (
                finding.weight,
                sum(map(len, finding.evidence)),
                -min(map(plain.index, finding.evidence)),
                finding.category,
            ),
            default=Finding(UNSORTED, (), 0),
        )


def _weigh(rule: _Rule, plain: str) -> Finding:
    if any(pattern.search(plain) for pattern in rule.not_when):
        return Finding(rule.category.name, (), 0)
    strong = _longest(word for word in rule.category.strong if word in plain)
    weak = _longest(word for word in rule.category.words if word in plain)
    weak = [word for word in weak if not any(word in other for other in strong)]
    seen = [found[0] for pattern in rule.patterns if (found := pattern.search(plain)) and found[0]]
    weight = STRONG * (len(strong) + len(seen)) + WEAK * len(weak)
    return Finding(rule.category.name, tuple(dict.fromkeys((*strong, *seen, *weak))), weight)


def _longest(words: Iterable[str]) -> list[str]:
    """The words that are not part of another one: 集中供暖 is one piece of evidence, 供暖 in it no second."""
    found = list(words)
    return [word for word in found if not any(word in other and word != other for other in found)]


class Listener:
    """What the sender wants. The hard cut is between a question and a concrete event; both use the same words."""

    def __init__(self, content: Content) -> None:
        self._cues = {intent: _Cue(cues) for intent, cues in content.intents.items()}

    def intent(self, text: str, has_place: bool) -> Intent | None:
        """What the cues of faq/intents.toml say, None when there is none. `has_place`: a place is named.

        A named place speaks for an event: who only wants to know how things are done seldom names one.
        """
        plain = simplify(text)
        weights = {intent: cue.weight(plain) for intent, cue in self._cues.items()}
        request, question, suggestion = weights["request"], weights["question"], weights["suggestion"]
        if request and has_place:
            request += WEAK
        asked = max(request, question, suggestion)
        # 谢谢 at the end of a request is manners; thanks and small talk are what says more of it than of a matter.
        if weights["chat"] > max(asked, weights["thanks"]):
            return "chat"
        if weights["thanks"] > asked:
            return "thanks"
        if not asked:
            return "chat" if weights["chat"] else None
        if suggestion and suggestion >= asked:
            return "suggestion"
        return "question" if question > request else "request"


class _Cue:
    def __init__(self, cues: Cues) -> None:
        self._words = {word: re.compile(re.escape(word)) for word in cues.words}
        self._patterns = _compile(cues.patterns)

    def weight(self, plain: str) -> int:
        words = _longest(word for word, pattern in self._words.items() if word in plain and tells(pattern, plain))
        return WEAK * len(words) + STRONG * sum(tells(pattern, plain) for pattern in self._patterns)


def _compile(patterns: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in patterns)
