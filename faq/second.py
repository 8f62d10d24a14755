"""A second opinion on how pressing a message is: what the examples taught, beside the rules of faq/urgency.toml.

Rules know only what somebody thought of, and fit now and then what nobody thought of; letters and their habits see
more and are less exact. So the rules have the first word, and this one adds a danger that they missed, and what is
urgent. It takes a danger back only where no sentence sounds at all like one, never a plea for help, and then leaves it
urgent: that reply names the numbers to call, too.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from faq.content import Content
from faq.items import Danger
from faq.judge import Judge, Lesson, Parts, grams, learned_before, lessons_of
from faq.normalise import NOISE, simplify
from faq.places import is_only_place
from faq.urgency import SENTENCES, Urgency

WORDING_WEIGHT = 0.1  # of a wording of an entry beside an example: it tells of nothing that happens now
# The probabilities from which something is added. A missed danger costs more than a false alarm, so little is enough
# where the rules saw nothing, and much is needed where they saw what is urgent. Chosen on examples that were held out.
DANGER: Mapping[Urgency, float] = {"normal": 0.4, "urgent": 0.8}
HARMLESS = 0.005  # below this what the rules found is no danger
URGENT = 0.6
GENERAL = "人身危险"  # the danger of faq/urgency.toml that says whom to call when nothing more is known


class SecondOpinion:
    """What the examples of one content version teach of urgency. Built once, then only read."""

    def __init__(self, content: Content, where: Callable[[str], str | None], cache: Path | None = None) -> None:
        """`where` finds the place that a text names, to learn without it. `cache`: the folder for what was learned.
        Without the general danger it finds no danger."""
        self._general = next((danger for danger in content.dangers if danger.name == GENERAL), None)
        taught = {example.urgency for example in content.examples}
        key = f"urgency-{content.lessons_version}"

        def parts(text: str) -> Parts:
            return _parts(text, where(text))

        def lessons() -> list[Lesson]:
            return lessons_of(content, parts, lambda example: example.urgency, lambda _: "normal", WORDING_WEIGHT)

        self._judge = Judge(learned_before(key, cache, lessons)) if len(taught) > 1 else None

    def judge(
        self, text: str, place: str | None, urgency: Urgency, danger: Danger | None
    ) -> tuple[Urgency, Danger | None]:
        """The urgency and the danger, given those that the rules found, and the place that the text names."""
        if self._judge is None or is_only_place(text, place):
            return urgency, danger
        if danger:
            is_doubted = not danger.is_plea and _is_harmless(self._judge, text, place)
            return ("urgent", None) if is_doubted else (urgency, danger)
        likely = self._judge.probabilities(_parts(text, place))
        if self._general and likely.get("emergency", 0.0) >= DANGER[urgency]:
            return "emergency", self._general
        return ("urgent" if likely.get("urgent", 0.0) >= URGENT else urgency), None


def _is_harmless(judge: Judge, text: str, place: str | None) -> bool:
    """Nothing in the text sounds like a danger. A long story may hold one sentence that does."""
    plain = _without(place, text)
    told = map(_letters, dict.fromkeys((plain, *SENTENCES.findall(plain))))
    return all(judge.probabilities(parts).get("emergency", 1.0) < HARMLESS for parts in told)


def _parts(text: str, place: str | None) -> Parts:
    return _letters(_without(place, text))


def _without(place: str | None, text: str) -> str:
    """A text without the place: who is in danger names one, and so does who complains of a lamp."""
    return simplify(text.replace(place or "", ""))


def _letters(plain: str) -> Parts:
    return Parts(grams(NOISE.sub("", plain)))
