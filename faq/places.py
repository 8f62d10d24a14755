"""Places in a text: the exact words that name one, and the area of the tree that they belong to.

Chinese puts no blank before a name, so a name is taken to begin after the last word that cannot be
part of one (我们, 在, 昨天, …) and to end in what names of places end in (小区, 嘎查, 路, 医院, …). What
follows it directly (3号楼, 2单元, 门口, 对面) belongs to the phrase.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from faq.content import PlaceWords
from faq.normalise import simplify

LEVELS = ("city", "banner", "township", "community")
NAME = "[一-鿿a-z0-9·]"
COUNT = "(?:[0-9]{1,4}|[a-z]|[一二三四五六七八九十]{1,3}|[甲乙丙丁东西南北])"
HOUSE = rf"{COUNT}(?:号楼|#楼?|栋|幢|座|单元|号院)楼?"
ROOM = rf"{COUNT}(?:号楼|#楼?|栋|幢|座|单元|号院|期|区|组|社|队|层|楼|排|巷|号|室|户)"
PHASE = rf"(?P<phase>{COUNT}期(?={ROOM}|的|$))"  # 铁西二期3号楼
# How long a name may be that follows directly, by what went before.
FURTHER = {"known": 8, "division": 8, "road": 6}
# Endings that begin another word and end no name: 巷口第三盏路灯, 人大和政协区别.
OTHER_WORD = {"路": "(?![灯面况标障牌断肩由过途])", "区": "(?![别分域间])", "市": "(?![民场政])"}


@dataclass(frozen=True)
class AreaName:
    """An area as the gazetteer needs it; `key` is what the caller knows it by."""

    key: int
    name: str
    aliases: tuple[str, ...]
    level: str


class Gazetteer:
    """The names and aliases of the area tree."""

    def __init__(self, areas: Iterable[AreaName]) -> None:
        self._names = [
            (_simple_name(name), LEVELS.index(area.level), area.key)
            for area in areas
            for name in (area.name, *area.aliases)
        ]

    def find(self, text: str) -> int | None:
        """The key of the most specific area that the text names; of two, the longer name, then the earlier one."""
        plain = simplify(text)
        found = [(level, len(name), -plain.index(name), key) for name, level, key in self._names if name in plain]
        return max(found)[-1] if found else None


class PlaceFinder:
    """Finds phrases that name a place: by the words of faq/places.toml, and by the given names."""

    def __init__(self, words: PlaceWords, names: Iterable[str] = ()) -> None:
        known = _any(re.escape(simplify(name)) for name in sorted(names, key=len, reverse=True))
        roads = _any(words.roads)
        ends = _any(
            (
                _ends("site", words.sites, words.ordinary),
                _ends("division", words.divisions, words.ordinary),
                _ends("road", words.roads, words.ordinary),
                PHASE,
            )
        )
        # Two endings in a row (王府花园, 阳光小区幼儿园) are one name, the same one twice (天骄广场广场舞) is not.
        double = _any(f"{ending}(?<!{ending}{ending})" for ending in words.sites if len(ending) > 1)
        self._name = re.compile(NAME)
        self._known = re.compile(known)
        self._breaks = re.compile(_any(words.breaks))
        self._leads = re.compile(f"{_any(words.leads)}+")
        self._nameless = re.compile(f"{_any(words.nameless)}*")
        self._first = re.compile(rf"(?P<known>{known})|(?P<house>{HOUSE})|{NAME}{{1,8}}?{ends}")
        self._next = {
            kind: re.compile(rf"(?P<known>{known})|{NAME}{{0,{length}}}?{ends}") for kind, length in FURTHER.items()
        }
        self._next["site"] = re.compile(f"(?P<site>{double})")
        beside = _any(words.beside)
        self._crossing = re.compile(rf"[与和跟、]{NAME}{{1,6}}?{roads}(?={beside}|$)")
        self._rest = re.compile(rf"(?:(?<=[路街巷])口)?(?:-?{ROOM})*(?:-[0-9]+)*(?:{beside}){{0,2}}")

    def find(self, text: str) -> str | None:
        """The longest phrase that names a place, in the text's own words; None when there is none."""
        plain = simplify(text)
        spans = [span for start, end in self._runs(plain) for span in self._phrases(plain, start, end)]
        start, end = max(spans, key=lambda span: span[1] - span[0], default=(0, 0))
        return text[start:end] or None

    def _runs(self, plain: str) -> Iterator[tuple[int, int]]:
        """The stretches between words and marks that no name holds; a known name is never cut."""
        start = position = 0
        while position < len(plain):
            if known := self._known.match(plain, position):
                position = known.end()
                continue
            found = self._breaks.match(plain, position)
            if found or not self._name.match(plain, position):
                yield start, position
                start = position = max(found.end() if found else 0, position + 1)
            else:
                position += 1
        yield start, len(plain)

    def _phrases(self, plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        while found := self._first.search(plain, start, end):
            begin, kind = found.start(), found.lastgroup or ""
            if kind not in ("known", "house"):
                if lead := self._leads.match(plain, begin, found.start(kind)):
                    begin = lead.end()
                name, ending = plain[begin : found.start(kind)], found[kind]
                is_short = len(ending) == 1 == len(name) and name not in "东西南北中"
                is_bus = ending == "路" and name.isdecimal()
                if is_short or is_bus or self._nameless.fullmatch(name):
                    start = found.end()
                    continue
            start = self._follow(plain, kind, found.end(), end)
            yield begin, start

    def _follow(self, plain: str, kind: str, position: int, end: int) -> int:
        """Where the phrase ends that has a name of this kind up to `position`."""
        while kind in self._next and (found := self._next[kind].match(plain, position, end)):
            kind = found.lastgroup or ""
            name, ending = plain[position : found.start(kind)], found[kind]
            if kind != "known" and (name or len(ending) == 1) and self._nameless.fullmatch(name):
                break
            position = found.end()
        if kind == "road" and (crossing := self._crossing.match(plain, position, end)):
            position = crossing.end()
        rest = self._rest.match(plain, position, end)
        return rest.end() if rest else position


def _ends(kind: str, endings: Iterable[str], ordinary: Iterable[str]) -> str:
    """A named group of these endings where they are not the end of an ordinary word."""
    each = []
    for ending in sorted(endings, key=len, reverse=True):
        not_within = "".join(f"(?<!{word})" for word in ordinary if word.endswith(ending) and word != ending)
        each.append(f"{ending}{not_within}{OTHER_WORD.get(ending, '')}")
    return f"(?P<{kind}>{'|'.join(each)})"


def _any(patterns: Iterable[str]) -> str:
    return f"(?:{'|'.join(patterns) or '(?!)'})"


@lru_cache(maxsize=20_000)
def _simple_name(name: str) -> str:
    return simplify(name)
