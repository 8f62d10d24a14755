"""What the letters, sounds and words of a text say for each entry.

Inverted indexes of character grams, of sounds and of concepts give every entry a first score without a scan; rapidfuzz
then compares the best of them letter by letter. What a text asks about (身份证, 路灯) counts for much and how
it asks (怎么办, 找谁) for little.
"""

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from faq.postings import Groups, Numbers, Postings
from faq.sounds import sounds

SINGLE_WEIGHT = 2.0  # a letter of a short Chinese text says more than its frequency tells
FRAME_WEIGHT = 0.2
# How a question is asked, whatever it is about; longer ones first.
FRAME_WORDS = (
    "什么时候|什么条件|什么材料|什么手续|打什么电话|哪个部门|多长时间|可不可以|怎么办理|怎么办|怎么|什么|哪个|哪些|哪里|在哪|去哪|"
    "归谁管|归谁|找谁|多少钱|多少|多久|几点|几天|能不能|可以|不能|需要|有没有|是不是|办理|我们|家里|申请|电话|手续|流程|条件|"
    "材料"
)
FRAME_LETTERS = "哪谁几吗呢吧啊么了的我能要有去是被给"
FRAMES = re.compile(f"{FRAME_WORDS}|[{FRAME_LETTERS}]")
ALL_FRAMES = frozenset((*FRAME_WORDS.split("|"), *FRAME_LETTERS))
LAYERS = ("letters", "sounds", "answer", "concepts", "strange", "asks")

UNITS = re.compile("[a-z]+|[0-9]+|.")  # a word in letters and a number are one thing


@dataclass(frozen=True)
class Document:
    """An entry as the index sees it: texts that ask for it, and what else it says. All normalised."""

    wordings: Sequence[str]
    background: str = ""


class Index:
    """Documents by their letters, sounds and concepts. Built once, then only read."""

    def __init__(self, documents: Sequence[Document], concepts: Callable[[str], list[str]]) -> None:
        self.size = len(documents)
        self.wordings = [wording for document in documents for wording in document.wordings]
        self.starts = np.cumsum([0, *(len(document.wordings) for document in documents)])[:-1]
        self._concepts = concepts
        self._groups = Groups([len(document.wordings) for document in documents])
        wordings = self._groups.arranged(self.wordings)
        self._letters = Postings([grams(wording) for wording in wordings], _gram_factor)
        self._sounds = Postings([sounds(wording) for wording in wordings])
        self._said = Postings([matter_of(d.background) for d in documents], _gram_factor)
        self._known = Postings([_all((*d.wordings, d.background), matter_of) for d in documents], _gram_factor)
        self._kinds = Postings([_all((*d.wordings,), _kinds) for d in documents])
        self._meant = Postings([_all((*d.wordings, d.background), concepts) for d in documents])

    def layers(self, text: str) -> tuple[Numbers, Numbers]:
        """What speaks for each document: shape (size, 6) in the order of LAYERS, and the likeness of letters
        of each wording, shape (wordings,), in an order that only `order` understands."""
        likeness = self._letters.likeness(grams(text))
        matter = matter_of(text)
        known = self._known.coverage(matter)
        kinds = _kinds(text)
        layers = (
            self._groups.best(likeness),
            self._groups.best(self._sounds.likeness(sounds(text))),
            self._said.coverage(matter),
            self._meant.coverage(self._concepts(text)),
            (1 - known) * np.float32(self._known.mass(matter) / 50),
            self._kinds.coverage(kinds),
        )
        return np.stack(layers, axis=1), likeness

    def order(self, text: str, documents: NDArray[np.int64], likeness: Numbers) -> Numbers:
        """rapidfuzz's ratio of each document's likest wording, which sees the order of letters, 0 to 1."""
        texts = [self.wordings[at] for at in self._groups.likest(documents, likeness)]
        scores: Numbers = process.cdist([text], texts, scorer=fuzz.ratio, dtype=np.float32)[0] / np.float32(100)
        return scores


def grams(text: str) -> list[str]:
    """Single letters and pairs of what is asked about, and whole frames of how it is asked; each once."""
    pieces = FRAMES.split(text)
    return list(dict.fromkeys((*(gram for piece in pieces for gram in _pairs(piece)), *FRAMES.findall(text))))


def _pairs(text: str) -> list[str]:
    units = UNITS.findall(text)
    return [*units, *map("".join, itertools.pairwise(units))]


def matter_of(text: str) -> list[str]:
    """What a text asks about, in letters and pairs; nothing where it only asks (怎么办)."""
    return [gram for piece in FRAMES.split(text) for gram in _pairs(piece)]


KINDS = {
    "amount": re.compile("多少钱|几块|几个点|收费|花钱|掏钱|几成|多少|免费|要钱|给钱|价"),
    "when": re.compile("什么时候|几点|几号|几月|啥时候|多会儿|几时|哪天|何时"),
    "long": re.compile("多久|几天|多长时间|几年|多少天|过期|时效"),
    "where": re.compile("哪里|在哪|去哪|上哪|往哪|哪儿|哪个窗口|地址|哪办"),
    "who": re.compile("找谁|归谁|谁管|哪个部门|哪管|谁负责|谁来|谁家|谁出|是谁|还是"),
    "bring": re.compile("材料|手续|带什么|带啥|拿甚|证件|要啥|备下"),
    "how": re.compile("怎么|如何|咋|怎样|流程|步骤"),
    "may": re.compile("能不能|可以|可不可以|让不让|能.{0,8}[吗不么]|行不|算不算|合法|允许|该不该|会不会"),
    "phone": re.compile("电话|热线|打什么|打哪|拨"),
    "why": re.compile("为什么|为啥|凭什么|凭啥|怎么回事|咋回事"),
}


def _kinds(text: str) -> list[str]:
    return [kind for kind, pattern in KINDS.items() if pattern.search(text)]


def _all(texts: Sequence[str], parts: Callable[[str], list[str]]) -> list[str]:
    return [part for text in texts for part in parts(text)]


def _gram_factor(gram: str) -> float:
    if gram in ALL_FRAMES:
        return FRAME_WEIGHT
    return SINGLE_WEIGHT if len(gram) == 1 else 1.0
