"""How a text sounds: typing errors are mostly homophones (工积金, 身份正), and some people type pinyin (shebaoka)."""

import itertools
import re
from functools import lru_cache

from pypinyin import lazy_pinyin
from pypinyin.constants import PINYIN_DICT

# What speakers of the dialects here do not keep apart, nor do they in writing: sh and s, eng and en, ing and in.
ALIKE = ((re.compile("^([zcs])h"), r"\1"), (re.compile("(?<=[ei])ng$"), "n"))
LETTERS = re.compile("[a-z]+")
LONGEST = 6  # letters of a syllable: zhuang


@lru_cache(maxsize=8192)
def _sound(character: str) -> str:
    return _plain(lazy_pinyin(character, errors="default")[0])


@lru_cache(maxsize=1024)
def _plain(syllable: str) -> str:
    for spelling, plain in ALIKE:
        syllable = spelling.sub(plain, syllable)
    return syllable


@lru_cache(maxsize=1)
def _syllables() -> frozenset[str]:
    return frozenset(lazy_pinyin(chr(code))[0] for code in PINYIN_DICT if 0x4E00 <= code <= 0x9FFF)


def syllables(text: str) -> list[str]:
    """The syllables of a normalised text, one a character; letters are cut into syllables where they make some."""
    found: list[str] = []
    position = 0
    while position < len(text):
        if letters := LETTERS.match(text, position):
            found += _cut(letters[0])
            position = letters.end()
        else:
            found.append(_sound(text[position]))
            position += 1
    return found


def sounds(text: str) -> list[str]:
    """Each pair of neighbouring syllables, once: one syllable alone says nothing in Chinese."""
    heard = syllables(text)
    return list(dict.fromkeys(f"{first} {second}" for first, second in itertools.pairwise(heard)))


@lru_cache(maxsize=1024)
def _cut(letters: str) -> tuple[str, ...]:
    """Letters as syllables, the longest first; as they are (wifi) when they do not come out even."""
    known = _syllables()
    ends: dict[int, tuple[str, ...]] = {0: ()}
    for start in range(len(letters)):
        if start in ends:
            for size in range(1, LONGEST + 1):
                part = letters[start : start + size]
                if len(part) == size and part in known:
                    better = (*ends[start], _plain(part))
                    held = ends.get(start + size)
                    if held is None or len(better) < len(held):
                        ends[start + size] = better
    return ends.get(len(letters), (letters,))
