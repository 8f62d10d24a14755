"""What the sender wants. The hard cut is between a question and a concrete event; both use the same words.

A judge learns it from the labelled messages of faq/examples.toml and from the wordings of the entries: by the letters
of a text and by the ways of speaking of faq/intents.toml. In Chinese what is asked stands at the end, behind the
story: so the last clause and the last letters are looked at apart.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from faq.content import Content
from faq.items import Speech
from faq.judge import Judge, Parts, grams, learned_before, lessons_of
from faq.normalise import simplify

Intent = Literal["request", "question", "suggestion", "thanks", "chat"]
CLAUSES = re.compile(r"[,\uff0c\u3002.!\uff01?\uff1f;\uff1b:\uff1a\u3001~\u2026\s]+")
WORDING_WEIGHT = 0.1  # of a wording of an entry beside an example: a question, but a tidy one
TAIL = 12  # letters at the end of a text
SHORTEST = 2  # letters of a last clause that says something: not 谢谢 or 好吧


@dataclass(frozen=True)
class Heard:
    """What the sender wants, how probable that is, and how probable a question is, 0 to 1."""

    intent: Intent
    probability: float
    question: float


class Listener:
    """The ways of speaking of one content version, and what its examples taught."""

    def __init__(self, content: Content, cache: Path | None = None) -> None:
        """`cache`: the folder for what was learned. Raises ValueError when the examples have less than two intents."""
        self._cues = [(speech.name, _compile(speech)) for speech in content.speeches]
        self._asking = [_compile(speech) for speech in content.speeches if speech.asks]
        key = f"intent-{content.lessons_version}"
        self._judge = Judge(
            learned_before(
                key,
                cache,
                lambda: lessons_of(
                    content, self._parts, lambda example: example.intent, lambda _: "question", WORDING_WEIGHT
                ),
            )
        )

    def hear(self, text: str) -> Heard:
        """What the sender of a text wants."""
        likely = self._judge.probabilities(self._parts(text))
        best = max(likely, key=lambda intent: likely[intent])
        return Heard(cast(Intent, best), likely[best], likely.get("question", 0.0))

    def asks(self, text: str) -> bool:
        """Whether anything in the text asks."""
        plain = simplify(text)
        return plain.rstrip().endswith("?") or any(
            cue.search(clause) for clause in CLAUSES.split(plain) for cue in self._asking
        )

    def asked(self, text: str) -> str:
        """The clauses that ask, of a text that also says other things; "" when it has but one clause or none asks."""
        clauses = [clause for clause in CLAUSES.split(text) if clause]
        asking = [clause for clause in clauses if any(cue.search(simplify(clause)) for cue in self._asking)]
        return "".join(asking) if len(asking) < len(clauses) else ""

    def _parts(self, text: str) -> Parts:
        plain = simplify(text)
        clauses = [clause for clause in CLAUSES.split(plain) if clause]
        body = "".join(clauses)
        last = "".join(clauses[-2:] if len(clauses) > 1 and len(clauses[-1]) <= SHORTEST else clauses[-1:])
        pieces = [f"all {gram}" for gram in grams(body)] + [f"last {gram}" for gram in grams(last)]
        pieces += [f"end {body[-size:]}" for size in (1, 2, 3, 4)] + [f"start {body[:size]}" for size in (1, 2, 3)]
        places = (("all", body), ("last", last), ("end", body[-TAIL:]))
        cues = [f"{place} {name}" for place, part in places for name, cue in self._cues if cue.search(part)]
        mark = "asks" if plain.rstrip().endswith("?") else "tells"
        return Parts(pieces, (*cues, mark, f"{min(len(clauses), 4)} clauses"))


def _compile(speech: Speech) -> re.Pattern[str]:
    return re.compile("|".join((*map(re.escape, speech.words), *(f"(?:{pattern})" for pattern in speech.patterns))))
