"""What kind of matter a text is about, and what its sender wants, by rules that a coordinator can read.

Every decision names its evidence, and the strongest evidence decides, never the order of a list.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from faq.content import Category, Content, Cues
from faq.normalise import simplify
from faq.telling import told

Intent = Literal["request", "question", "suggestion", "thanks", "chat"]
UNSORTED = "其他"
CLAUSES = re.compile(r"[,\uff0c。.!\uff01?\uff1f;\uff1b\n]+")
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
        self._words = sorted({word for rule in self._rules for word in (*rule.category.strong, *rule.category.words)})

    def sort(self, text: str) -> Finding:
        """The category with the strongest evidence; 其他 when nothing speaks for any."""
        plain = simplify(text)
        said = _longest(plain, (word for word in self._words if word in plain))
        findings = [_weigh(rule, plain, said) for rule in self._rules]
        # Among equals what is named first is the matter, then the longer evidence tells more; then the name.
        return max(
            (finding for finding in findings if finding.weight),
            key=lambda finding: (
                finding.weight,
                -min(map(plain.index, finding.evidence)),
                sum(map(len, finding.evidence)),
                finding.category,
            ),
            default=Finding(UNSORTED, (), 0),
        )


def _weigh(rule: _Rule, plain: str, said: set[str]) -> Finding:
    if any(pattern.search(plain) for pattern in rule.not_when):
        return Finding(rule.category.name, (), 0)
    strong = [word for word in rule.category.strong if word in said]
    # A pattern that sees no more than a word did is no second piece of evidence, nor is a word inside a pattern's.
    seen = [found[0] for pattern in rule.patterns if (found := pattern.search(plain)) and found[0]]
    seen = [phrase for phrase in dict.fromkeys(seen) if phrase not in strong]
    weak = [word for word in rule.category.words if word in said and not any(word in phrase for phrase in seen)]
    weight = STRONG * (len(strong) + len(seen)) + WEAK * len(weak)
    return Finding(rule.category.name, tuple(dict.fromkeys((*strong, *seen, *weak))), weight)


def _longest(plain: str, words: Iterable[str]) -> set[str]:
    """The words of a text without those that only occur inside longer ones: 加装电梯 speaks for no 电梯."""
    longest: set[str] = set()
    taken: list[tuple[int, int]] = []
    for word in sorted(words, key=len, reverse=True):
        spans = [(found.start(), found.end()) for found in re.finditer(re.escape(word), plain)]
        free = [span for span in spans if not any(start <= span[0] and span[1] <= end for start, end in taken)]
        if free:
            longest.add(word)
            taken += free
    return longest


class Listener:
    """What the sender wants. The hard cut is between a question and a concrete event; both use the same words."""

    def __init__(self, content: Content) -> None:
        # Only an event can be denied: 没有停水 is none, and 没工作怎么交社保 still asks.
        self._cues = {intent: _Cue(cues, intent == "request") for intent, cues in content.intents.items()}

    def intent(self, text: str, has_place: bool, has_matter: bool) -> Intent | None:
        """What the cues of faq/intents.toml say, None when they say nothing.

        `has_place`: a place is named, which speaks for an event: who only wants to know how things are done
        seldom names one. `has_matter`: a category has evidence; then one word of small talk is not enough.
        """
        plain = simplify(text)
        weights = {intent: cue.weight(plain) for intent, cue in self._cues.items()}
        request, question, suggestion = weights["request"], weights["question"], weights["suggestion"]
        if request and has_place:
            request += WEAK
        asked = max(request, question, suggestion)
        # 谢谢 at the end of a request is manners, 你好 before one too; whole sentences of it are what they seem.
        if weights["chat"] >= max(asked, weights["thanks"], STRONG):
            return "chat"
        if weights["thanks"] > asked:
            return "thanks"
        if not asked:
            return "chat" if weights["chat"] and not has_matter else None
        if suggestion == asked and suggestion > question:
            return "suggestion"
        # 路灯坏了找谁修: who tells and asks in equal measure, and names no place, wants an answer.
        return "question" if question >= request and not (has_place and question == request) else "request"

    def asked(self, text: str) -> str:
        """The clauses that ask, of a text that also says other things; "" when it has but one clause or none asks."""
        clauses = [clause for clause in CLAUSES.split(text) if clause.strip()]
        asking = [clause for clause in clauses if self._cues["question"].weight(simplify(clause))]
        return "".join(asking) if len(asking) < len(clauses) else ""


class _Cue:
    def __init__(self, cues: Cues, can_be_denied: bool) -> None:
        self._words = {word: re.compile(re.escape(word)) for word in cues.words}
        self._patterns = _compile(cues.patterns)
        self._can_be_denied = can_be_denied

    def weight(self, plain: str) -> int:
        """Words inside what a pattern has seen are the same evidence and count once."""
        seen = [phrase for pattern in self._patterns if (phrase := self._seen(pattern, plain))]
        words = _longest(plain, (word for word, pattern in self._words.items() if self._seen(pattern, plain)))
        return STRONG * len(seen) + WEAK * sum(not any(word in phrase for phrase in seen) for word in words)

    def _seen(self, pattern: re.Pattern[str], plain: str) -> str:
        if self._can_be_denied:
            return " ".join(found[0] for found in told(pattern, plain))
        return " ".join(found[0] for found in pattern.finditer(plain))


def _compile(patterns: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in patterns)
