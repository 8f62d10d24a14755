"""One spelling for what residents write in many: width, case, traditional letters, politeness, punctuation."""

import re
import unicodedata
from functools import lru_cache

from zhconv import convert

# Words that carry manners and no matter.
POLITE = re.compile(
    "我?想?(?:请问|问|咨询|了解|打听)(?:一下|下|问)|请问|我?想(?:问|咨询|知道|了解)|咨询|您好|你好|麻烦[您你]?|劳驾|"
    "打扰(?:一下|了)?|不好意思|在吗|求助|帮[我忙]|(?:谢谢|多谢|感谢)[您你]?|同志|师傅|领导|各位|告诉我|说一下"
)
# What is said and what is written; the first of each row is what the others become.
SPOKEN = {
    "怎么": re.compile("怎么样|怎样|如何|咋样|咋个|咋"),
    "什么": re.compile("什麽|啥子|啥"),
    "哪里": re.compile("哪儿|哪块儿?"),
}
NOISE = re.compile(r"[\W_]+")  # punctuation, blanks, emoji
AROUND = " \t\r\n.,!?;:。、~…“”‘’\"'「」"


@lru_cache(maxsize=8192)
def _fold(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character).lower()
    return folded if len(folded) == 1 else character


def simplify(text: str) -> str:
    """Half width, lower case, simplified letters; everything else stays.

    The result is as long as the text, so that a position found in it is the same position in the text.
    """
    folded = "".join(map(_fold, text))
    if folded.isascii():
        return folded
    simple: str = convert(folded, "zh-hans")
    return simple if len(simple) == len(text) else folded


def normalise(text: str) -> str:
    """What is left for matching: simplified letters and digits, written forms for spoken ones, no manners,
    no punctuation, no emoji.

    A text of manners only keeps them, so that it is not empty.
    """
    plain = NOISE.sub("", simplify(text))
    for written, spoken in SPOKEN.items():
        plain = spoken.sub(written, plain)
    return POLITE.sub("", plain) or plain


def bare(text: str) -> str:
    """The text without blanks and punctuation around it, in half width: for commands and digits."""
    return unicodedata.normalize("NFKC", text).strip(AROUND)
