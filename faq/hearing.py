"""Key words of danger as they are misheard, mistyped or spelt in pinyin: 着货了, 媒气, 救名, zhao huo le.

Whoever calls for help takes the first word that the keyboard offers. Only a short list of words is heard,
and a Chinese homophone must keep a letter of the word: 没气 is not 煤气, nor 就我 救我.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from faq.sounds import syllables

# What may be mistyped. A word whose homophone is everyday speech (打人 and 大人) is in SPELT_ONLY.
MISTYPED = {
    "着火": "zhaohuo",
    "起火": "qihuo",
    "火灾": "huozai",
    "火星": "huoxing",
    "冒烟": "maoyan",
    "爆炸": "baozha",
    "救命": "jiuming",
    "煤气": "meiqi",
    "天然气": "tianranqi",
    "漏气": "louqi",
    "漏电": "loudian",
    "触电": "chudian",
    "晕倒": "yundao",
    "昏倒": "hundao",
    "昏迷": "hunmi",
    "抽搐": "chouchu",
    "叫不醒": "jiaobuxing",
    "心口疼": "xinkouteng",
    "胸口疼": "xiongkouteng",
    "流血": "liuxue",
    "中毒": "zhongdu",
    "农药": "nongyao",
    "电梯": "dianti",
    "困在": "kunzai",
    "被困": "beikun",
    "跳楼": "tiaolou",
    "跳河": "tiaohe",
    "自杀": "zisha",
    "割腕": "gewan",
    "不想活": "buxianghuo",
    "走丢": "zoudiu",
    "失踪": "shizong",
    "不见了": "bujianle",
    "落水": "luoshui",
    "塌方": "tafang",
    "停水": "tingshui",
    "停电": "tingdian",
    "停暖": "tingnuan",
    "暖气": "nuanqi",
    "井盖": "jinggai",
}
SPELT_ONLY = {
    "快来人": "kuailairen",
    "救我": "jiuwo",
    "有人": "youren",
    "打人": "daren",
    "杀人": "sharen",
    "砍人": "kanren",
    "拿刀": "nadao",
    "车祸": "chehuo",
    "没气了": "meiqile",
    "味道大": "weidaoda",
    "着了": "zhaole",
    "塌了": "tale",
    "掉进": "diaojin",
    "水里": "shuili",
    "井里": "jingli",
    "掉井里": "diaojingli",
    "掉河里": "diaoheli",
    "河里": "heli",
    "漏了": "loule",
    "泄漏": "xielou",
    "出不来": "chubulai",
    "救人": "jiuren",
    "出血": "chuxue",
    "起不来": "qibulai",
    "燃气": "ranqi",
    "水库": "shuiku",
    "失火": "shihuo",
    "晕了": "yunle",
    "摔倒": "shuaidao",
    "不动了": "budongle",
    "没呼吸": "meihuxi",
    "小孩": "xiaohai",
    "怎么办": "zenmeban",
    "打我": "dawo",
    "跟踪": "genzong",
    "不见": "bujian",
    "困电梯": "kundianti",
    "孩子": "haizi",
    "老人": "laoren",
    "我妈": "woma",
    "我爸": "woba",
    "全村": "quancun",
    "整个": "zhengge",
    "楼都": "loudou",
    "没水": "meishui",
    "没电": "meidian",
    "没暖气": "meinuanqi",
    "不热": "bure",
    "三天": "santian",
    "两天": "liangtian",
}
EVERYDAY = frozenset({"没气", "楼电", "漏点", "灶火", "暖期", "被捆", "气火"})
PIECE = re.compile(r"[a-z]+(?:[ '][a-z]+)*|.", re.DOTALL)
PART = re.compile("[a-z]+")


@dataclass(frozen=True)
class _Key:
    word: str
    sound: tuple[str, ...]
    can_be_mistyped: bool


KEYS = tuple(
    _Key(word, tuple(syllables(spelling)), can_be_mistyped)
    for listed, can_be_mistyped in ((MISTYPED, True), (SPELT_ONLY, False))
    for word, spelling in sorted(listed.items(), key=lambda item: -len(item[0]))
)


def heard(plain: str) -> str:
    """The simplified text with the key words that it only sounds like written as they should be."""
    pieces: list[str] = []
    for piece in PIECE.findall(plain):
        if "a" <= piece[0] <= "z":
            pieces += [syllable for part in PART.findall(piece) for syllable in syllables(part)]
        else:
            pieces.append(piece)
    written = []
    position = 0
    while position < len(pieces):
        word = next((key.word for key in _starting(pieces[position]) if _is_like(key, pieces, position)), "")
        written.append(word or pieces[position])
        position += len(word) or 1
    return "".join(written)


@lru_cache(maxsize=8192)
def _starting(piece: str) -> tuple[_Key, ...]:
    """The keys that may start with a letter or a spelt syllable."""
    return tuple(key for key in KEYS if piece == key.word[0] or _sound(piece) == key.sound[0])


@lru_cache(maxsize=8192)
def _sound(piece: str) -> str:
    return piece if piece.isascii() else syllables(piece)[0]


def _is_like(key: _Key, pieces: list[str], start: int) -> bool:
    """Whether the pieces from there on sound like the key word, and are not the word itself."""
    part = pieces[start : start + len(key.word)]
    kept = sum(piece == letter for piece, letter in zip(part, key.word, strict=False))
    if len(part) < len(key.word) or kept == len(key.word):
        return False
    compared = zip(part, key.word, key.sound, strict=True)
    if not all(piece == letter or _sound(piece) == sound for piece, letter, sound in compared):
        return False
    is_spelt = all(piece.isascii() for piece in part)
    is_mistyped = key.can_be_mistyped and 2 * kept >= len(key.word) and "".join(part) not in EVERYDAY
    return is_spelt or is_mistyped
