"""The fitted numbers of the matcher: how much each kind of evidence counts, and which probability makes which band."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from pydantic import Field

from faq.index import LAYERS
from faq.meaning import NEARNESS
from faq.postings import Numbers
from faq.reading import Item, Reader, TomlFile

ORDER = "order"  # rapidfuzz's ratio, known of candidates only
# Of the best entry beside its own evidence: its score, how far it leads, its share among all, the text's length.
STANDING = ("score", "lead", "share", "length")
STAGES = 3  # no encoder, one, two
MANY = 2  # wordings an entry, on average, from which a list of entries is one with many
# Entries with one wording each; with many; and with many, beside questions that are known to have no answer.
Wordings = Literal["one", "many", "beside"]


def kinds(encoders: int) -> tuple[str, ...]:
    """The names of the evidence for an entry when so many encoders were asked, in the order of its columns."""
    asked = tuple(f"{name}_{number}" for number in range(1, encoders + 1) for name in NEARNESS)
    return (*LAYERS, *asked, ORDER)


def standing_names(encoders: int) -> tuple[str, ...]:
    """The names of what `standing` gives."""
    return (*kinds(encoders), *(f"{kind}_lead" for kind in kinds(encoders)), *STANDING)


class Fit(Item):
    """What was fitted for a number of encoders and for entries with one or with many wordings."""

    wordings: Wordings
    encoders: int = Field(ge=0, lt=STAGES)
    hopeless: float = Field(ge=0, le=1)
    sure: float = Field(ge=0, le=1)
    bias: float
    rank: dict[str, float]
    confidence: dict[str, float]


class Bands(Item):
    """The probabilities from which choices are shown, and from which an entry is one of them."""

    maybe: float = Field(ge=0, le=1)
    choice: float = Field(ge=0, le=1)


@dataclass(frozen=True)
class Stage:
    """A fit, ready to use. `rank` is in the order of `kinds`, `confidence` in that of `standing_names`. An answer is
    given from `sure`, and below `hopeless` no further encoder would find one either."""

    rank: Numbers
    confidence: Numbers
    bias: float
    hopeless: float
    sure: float

    def probability(self, rows: Numbers, scores: Numbers, length: int) -> float:
        """How probable it is that the first row is the right one; `length` is of the text in letters."""
        seen = standing(rows, scores, length)
        return 1 / (1 + math.exp(-float(seen @ self.confidence) - self.bias))


@dataclass(frozen=True)
class Calibration:
    """Stages by number of encoders, for each kind of wordings; and the bands."""

    stages: Mapping[Wordings, Sequence[Stage]]
    bands: Bands


def standing(rows: Numbers, scores: Numbers, length: int) -> Numbers:
    """The evidence for the first row, the best entry, and how it stands among the others, in whatever order these are;
    shape (2 * kinds + 4,)."""
    has_others = len(rows) > 1
    leads = rows[0] - rows[1:].max(axis=0) if has_others else rows[0]
    lead = scores[0] - scores[1:].max() if has_others else scores[0]
    share = 1 / np.exp(scores - scores[0]).sum()
    return np.concatenate([rows[0], leads, [scores[0], lead, share, math.log(length)]]).astype(np.float32)


def read_calibration(read: Reader, file: TomlFile | None) -> Calibration | None:
    """The calibration of a file; None and faults when it is not whole."""
    bands = read.table(file, "bands", Bands)
    listed = read.items(file, "stage", Fit)
    fits = {(fit.wordings, fit.encoders): fit for fit in listed}
    for fit in listed:
        if fits[fit.wordings, fit.encoders] is not fit:
            read.complain(
                fit, "encoders", f"stage {fit.encoders}: found it twice for {fit.wordings!r}, expected it once"
            )
    if file is None or bands is None:
        return None
    stages: dict[Wordings, list[Stage]] = {wordings: [] for wordings in get_args(Wordings)}
    for wordings, found in stages.items():
        for encoders in range(STAGES):
            wanted = fits.get((wordings, encoders))
            if wanted is None:
                missing = f"found no [[stage]] with wordings = {wordings!r} and encoders = {encoders}, expected one"
                read.faults.append(f"{file.path}: {missing}")
            elif stage := _stage(read, wanted):
                found.append(stage)
    if any(len(found) < STAGES for found in stages.values()):
        return None
    return Calibration(stages, bands)


def _stage(read: Reader, fit: Fit) -> Stage | None:
    expected = (("rank", fit.rank, kinds(fit.encoders)), ("confidence", fit.confidence, standing_names(fit.encoders)))
    rows = []
    for key, given, names in expected:
        if wrong := sorted(given.keys() ^ set(names)):
            read.complain(fit, key, f"stage {fit.encoders}: {key}: found too much or too little: {', '.join(wrong)}")
        rows.append(np.array([given.get(name, 0.0) for name in names], np.float32))
    return Stage(rows[0], rows[1], fit.bias, fit.hopeless, fit.sure) if not read.faults else None
