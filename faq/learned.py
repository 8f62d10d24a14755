"""The category of a message as learned from a town's own labelled messages.

Two judges look at the weighted pieces of a text: a linear one, and one that compares the text's meaning (the pieces
brought down to a few hundred numbers) with all that was learned. Their scores add up to a calibrated probability,
fitted on texts that the judges had not seen. Where the best label is not likely enough, the model abstains.
"""

import csv
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from typing import Annotated, Literal, Self
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from faq.content import ContentError
from faq.grams import Floats, Ints, Vocabulary, pieces

DESCRIPTION, WEIGHTS = "model.json", "weights.npz"
SHARPNESS = 1.0  # of the comparison of meanings: e to the power of this times (cosine - 1)
TINY = 1e-9


class Description(BaseModel):
    """What model.json holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["lianxinqiao-category"] = "lianxinqiao-category"
    version: Literal[2] = 2
    labels: Annotated[tuple[str, ...], Field(min_length=2)]
    sure_from: float  # the least probability at which the model gives a label
    learned_from: int  # texts
    weights_sha256: str


@dataclass(frozen=True)
class Weights:
    """What weights.npz holds: n pieces, k labels, f frequent pieces, d numbers of meaning, m remembered texts."""

    codes: Ints  # (n,)
    rarity: Floats  # (n,)
    linear: NDArray[np.float16]  # (n, k)
    frequent: NDArray[np.int32]  # (n,): the row in `meaning`, -1 for none
    meaning: NDArray[np.float16]  # (f, d)
    memory: Floats  # (m, d), rows of length 1
    influence: Floats  # (m, k)
    bias: Floats  # (k,)

    def faults(self, labels: int) -> list[str]:
        """What does not fit together, for that many labels."""
        n, k, m, d = len(self.codes), labels, len(self.memory), self.meaning.shape[-1]
        expected = {
            "codes": ((n,), np.int64),
            "rarity": ((n,), np.float32),
            "linear": ((n, k), np.float16),
            "frequent": ((n,), np.int32),
            "meaning": ((len(self.meaning), d), np.float16),
            "memory": ((m, d), np.float32),
            "influence": ((m, k), np.float32),
            "bias": ((k,), np.float32),
        }
        found = {name: (getattr(self, name).shape, getattr(self, name).dtype) for name in expected}
        return [
            f"{name}: found {found[name][0]} of {found[name][1]}, expected {shape} of {np.dtype(kind)}"
            for name, (shape, kind) in expected.items()
            if found[name] != (shape, kind)
        ]


class Learned:
    """A learned classifier; `Learned.load(folder)` or `faq.learned_training.train`."""

    def __init__(self, description: Description, weights: Weights) -> None:
        self.description = description
        self.labels = description.labels
        self._weights = weights
        self._vocabulary = Vocabulary(weights.codes, weights.rarity)
        self._memory = np.ascontiguousarray(weights.memory)

    def probabilities(self, text: str) -> dict[str, float]:
        """The probability of each label, the likeliest first; they add up to 1."""
        likely = softmax(self._scores(text))
        order = np.argsort(-likely, kind="stable")
        return {self.labels[i]: float(likely[i]) for i in order}

    def best(self, text: str) -> tuple[str, float] | None:
        """The likeliest label with its probability; None where the model is not sure enough (it abstains)."""
        label, likely = next(iter(self.probabilities(text).items()))
        return (label, likely) if likely >= self.description.sure_from else None

    def _scores(self, text: str) -> NDArray[np.float64]:
        """What the judges say of each label (k,); of a text without a known piece nothing."""
        weights = self._weights
        at, values = self._vocabulary.weigh(*pieces(text))
        if not len(at):
            return np.zeros(len(self.labels))
        rows = weights.frequent[at]
        known = rows >= 0
        meaning = unit((values[known] @ weights.meaning[rows[known]].astype(np.float32))[None])[0]
        compared = likeness(self._memory @ meaning) @ weights.influence
        return np.asarray(values @ weights.linear[at].astype(np.float32) + compared + weights.bias, np.float64)

    def save(self, folder: Path) -> None:
        """Write model.json and weights.npz into this folder, which is made where there is none."""
        folder.mkdir(parents=True, exist_ok=True)
        held = BytesIO()
        np.savez_compressed(held, allow_pickle=False, **vars(self._weights))
        digest = hashlib.sha256(held.getvalue()).hexdigest()
        description = self.description.model_copy(update={"weights_sha256": digest})
        (folder / WEIGHTS).write_bytes(held.getvalue())
        text = json.dumps(description.model_dump(), ensure_ascii=False, indent=1)
        (folder / DESCRIPTION).write_text(text + "\n", "utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The model of a folder. Raises ContentError where it is damaged or not such a folder."""
        description = _description(folder / DESCRIPTION)
        path = folder / WEIGHTS
        held = _bytes(path)
        digest = hashlib.sha256(held).hexdigest()
        if digest != description.weights_sha256:
            raise ContentError(
                [f"{path}: found sha256 {digest}, expected {description.weights_sha256} as {DESCRIPTION} says"]
            )
        try:
            with np.load(BytesIO(held), allow_pickle=False) as arrays:
                weights = Weights(**arrays)
        except (ValueError, TypeError, OSError, EOFError, BadZipFile) as error:
            raise ContentError([f"{path}: found {error}, expected the arrays of a learned model"]) from error
        if faults := weights.faults(len(description.labels)):
            raise ContentError([f"{path}: {fault}" for fault in faults])
        return cls(description, weights)


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities along the last axis."""
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True))


def likeness(cosines: Floats) -> Floats:
    """How much two texts say to each other, 1 for the same meaning; of the shape of the cosines."""
    return np.asarray(np.exp(np.float32(SHARPNESS) * (cosines - 1)), dtype=np.float32)


def unit(rows: Floats) -> Floats:
    """Rows of length 1; those without length stay."""
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), TINY), np.float32)


@dataclass(frozen=True)
class Labelled:
    """A message and the category that a person gave it."""

    text: str
    label: str


def read_labelled(path: Path) -> list[Labelled]:
    """The rows of a CSV file with the columns text and label. Raises ContentError with every faulty row."""
    try:
        rows = csv.DictReader(StringIO(_bytes(path).decode("utf-8-sig"), newline=""))
        if missing := {"text", "label"} - set(rows.fieldnames or ()):
            found = ",".join(rows.fieldnames or ()) or "no line"
            raise ContentError([f"{path}:1: found {found}, expected the columns text,label ({missing.pop()} missing)"])
        faults, found_rows = [], []
        for row in rows:
            text, label = (row["text"] or "").strip(), (row["label"] or "").strip()
            if not text or not label:
                faults.append(f"{path}:{rows.line_num}: found {'no label' if text else 'no text'}, expected both")
            found_rows.append(Labelled(text, label))
    except UnicodeDecodeError as error:
        raise ContentError([f"{path}: found bytes that are not UTF-8, expected UTF-8 text"]) from error
    except csv.Error as error:
        raise ContentError([f"{path}: found {error}, expected a CSV file"]) from error
    if faults or not found_rows:
        raise ContentError(faults or [f"{path}: found no rows, expected labelled messages"])
    return found_rows


def without_repeats(rows: Sequence[Labelled]) -> list[Labelled]:
    """One row for each text, with the label that most of its rows have (the first of equals)."""
    labels: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        labels[row.text][row.label] += 1
    return [Labelled(text, counted.most_common(1)[0][0]) for text, counted in labels.items()]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ContentError([f"{path}: found {error.strerror}, expected a file that can be read"]) from error


def _description(path: Path) -> Description:
    try:
        return Description.model_validate_json(_bytes(path))
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc'])) or 'file'}: {fault['msg']}" for fault in error.errors()]
        expected = "expected the description of a learned model, as flask category train writes it"
        raise ContentError([f"{path}: found {'; '.join(faults)}; {expected}"]) from error
