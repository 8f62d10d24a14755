"""What a text is about: the rules of faq/categories.toml and what the examples taught, together.

Rules know what a coordinator wrote down, the judge what stands in faq/examples.toml and in the wordings of the entries,
and a model of the town's own history, where there is one, what its people decided. Each speaks in probabilities, which
are multiplied (a product of experts, Hinton 2002): what one holds for impossible the others cannot save.
"""

import math
from collections.abc import Mapping
from pathlib import Path

from faq.category import STRONG, UNSORTED, WEAK, Finding, Sorter
from faq.concepts import Concepts
from faq.content import Content
from faq.judge import Judge, Parts, grams, learned_before, lessons_of
from faq.learned import Learned
from faq.normalise import normalise

MATTERS = ("request", "question", "suggestion")  # the intents that have a matter
WORDING_WEIGHT = 0.6  # of a wording of an entry beside an example
POINT = 0.6  # how much a point of the rules counts, as a logarithm
MOST_POINTS = 14  # more evidence than this says no more
CLEAR = 0.8  # the probability from which a category without a rule's evidence is well founded
MOST_REASONS = 3


class Subject:
    """The categories of one content version, ready to judge. Built once, then only read."""

    def __init__(self, content: Content, learned: Learned | None = None, cache: Path | None = None) -> None:
        """`learned`: a model of the town's own labelled history, by the same category names. `cache`: the folder for
        what was learned from the examples."""
        self._sorter = Sorter(content)
        self._concepts = Concepts(content.concepts)
        self._learned = learned
        key = f"category-{content.lessons_version}"
        self._judge = Judge(
            learned_before(
                key,
                cache,
                lambda: lessons_of(
                    content,
                    self._parts,
                    lambda example: example.category if example.intent in MATTERS else None,
                    lambda entry: entry.category,
                    WORDING_WEIGHT,
                ),
            )
        )

    def find(self, text: str, likely: Mapping[str, float] | None = None) -> Finding:
        """The category of a text with the evidence for it. `likely`: points that something else gives to categories."""
        findings = self._sorter.findings(text)
        parts = self._parts(text)
        points = self._judge.logs(parts)
        never_taught = min(points.values())
        for name, finding in findings.items():
            points[name] = points.get(name, never_taught) + POINT * min(finding.weight, MOST_POINTS)
        for name, more in (likely or {}).items():
            points[name] = points.get(name, never_taught) + POINT * more
        chances = self._learned.probabilities(text) if self._learned else {}
        if self._learned and max(chances.values()) >= self._learned.description.sure_from:
            for name, chance in chances.items():
                if name in points:
                    points[name] += math.log(max(chance, 1e-6))
        best = max(points, key=lambda name: points[name])
        if best in findings:
            return findings[best]
        if best == UNSORTED:
            return Finding(UNSORTED, (), 0)
        others = sum(math.exp(point - points[best]) for point in points.values())
        reasons = tuple(self._judge.reasons(parts, best, MOST_REASONS))
        weight = (STRONG if 1 / others >= CLEAR else WEAK) if reasons else 0
        return Finding(best, reasons, weight)

    def _parts(self, text: str) -> Parts:
        plain = normalise(text)
        return Parts([*grams(plain), *(f"@{name}" for name in self._concepts.find(plain))])
