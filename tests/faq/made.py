"""Entries, encoders and calibrations that are made for a test."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import get_args

import numpy as np

from faq.calibration import Bands, Calibration, Stage, Wordings, kinds, standing_names
from faq.encoder import Vectors
from faq.items import Entry, Example
from faq.judge import RAREST

DIRECTIONS = 64
TIMES = 2 * RAREST


def entry(name: str, question: str, similar: Sequence[str] = (), answer: str = "") -> Entry:
    """An entry that need not keep the rules of the content's files."""
    return Entry.model_construct(
        id=name, category="其他", question=question, similar=tuple(similar), answer=answer, source="", local=""
    )


def examples(**texts: tuple[str, ...]) -> tuple[Example, ...]:
    """Examples by intent, each text often enough to be learned; requests have another category than the rest."""
    return tuple(
        Example(intent=intent, category="市政设施" if intent == "request" else "其他", texts=said * TIMES)
        for intent, said in texts.items()
    )


class FakeEncoder:
    """Gives each text a direction of its own, and the texts of a group the same one. `asked`: all it was given."""

    def __init__(self, name: str = "fake", groups: Sequence[Sequence[str]] = ()) -> None:
        self.name = name
        self.asked: list[str] = []
        self._groups = {text: group[0] for group in groups for text in group}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """A row for each text."""
        self.asked += texts
        return np.stack([_direction(self._groups.get(text, text)) for text in texts])


def stage(
    number: int,
    weights: Mapping[str, float],
    bias: float,
    hopeless: float = 0.0,
    sure: float = 0.8,
) -> Stage:
    """A stage with so many encoders, whose weights rank the entries and give the probability; others are zero."""
    return Stage(
        rank=np.array([weights.get(kind, 0.0) for kind in kinds(number)], np.float32),
        confidence=np.array([weights.get(name, 0.0) for name in standing_names(number)], np.float32),
        bias=bias,
        hopeless=hopeless,
        sure=sure,
    )


def calibration(*stages: Stage, maybe: float = 0.25, choice: float = 0.02) -> Calibration:
    """The same stages for every kind of wordings."""
    return Calibration(dict.fromkeys(get_args(Wordings), stages), Bands(maybe=maybe, choice=choice))


def _direction(text: str) -> Vectors:
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    vector = np.random.default_rng(seed).standard_normal(DIRECTIONS)
    return (vector / np.linalg.norm(vector)).astype(np.float32)
