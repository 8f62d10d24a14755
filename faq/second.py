"""A second opinion on how pressing a message is: what the examples taught, beside the rules of faq/urgency.toml.

Rules are exact and know only what somebody thought of; letters and their habits see more and are less exact. So the
rules have the first word, and this one only adds: a danger that they missed, and what is urgent.
"""

from pathlib import Path

from faq.content import Content
from faq.items import Danger
from faq.judge import Judge, Lesson, Parts, grams, learned_before
from faq.normalise import NOISE, simplify
from faq.urgency import Urgency

WORDING_WEIGHT = 0.1  # of a wording of an entry beside an example: it tells of nothing that happens now
LIKELY = 0.6  # the probability from which the rules are overruled
GENERAL = "人身危险"  # the danger of faq/urgency.toml that says whom to call when nothing more is known


class SecondOpinion:
    """What the examples of one content version teach of urgency. Built once, then only read."""

    def __init__(self, content: Content, cache: Path | None = None) -> None:
        """`cache`: the folder for what was learned. Without the general danger it finds no danger."""
        self._general = next((danger for danger in content.dangers if danger.name == GENERAL), None)
        taught = {example.urgency for example in content.examples}
        key = f"urgency-{content.lessons_version}"
        self._judge = Judge(learned_before(key, cache, lambda: _lessons(content))) if len(taught) > 1 else None

    def judge(self, text: str, urgency: Urgency, danger: Danger | None) -> tuple[Urgency, Danger | None]:
        """The urgency and the danger, given those that the rules found."""
        if danger or self._judge is None:
            return urgency, danger
        likely = self._judge.probabilities(_parts(text))
        if self._general and likely.get("emergency", 0.0) >= LIKELY:
            return "emergency", self._general
        return ("urgent" if likely.get("urgent", 0.0) >= LIKELY else urgency), None


def _lessons(content: Content) -> list[Lesson]:
    lessons = [Lesson(_parts(text), example.urgency) for example in content.examples for text in example.texts]
    wordings = (wording for entry in content.entries for wording in entry.wordings)
    return lessons + [Lesson(_parts(wording), "normal", WORDING_WEIGHT) for wording in wordings]


def _parts(text: str) -> Parts:
    return Parts(grams(NOISE.sub("", simplify(text))))
