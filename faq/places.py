"""Places in a text: the exact words that name one, and the area of the tree that they belong to.

Chinese puts no blank before a name, so a name is taken to begin after the last word that cannot be
part of one (我们, 在, 昨天, …) and to end in what names of places end in (小区, 嘎查, 路, 医院, …). What
follows it directly (3号楼, 2单元, 门口, 对面) belongs to the phrase. The names of the area tree are known:
they need no such ending, and short endings (局, 梁, 渠) count after them only.
"""

import itertools
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from faq.items import PlaceWords
from faq.normalise import NOISE, simplify
from faq.sounds import syllables

LEVELS = ("city", "banner", "township", "community")
DIVISIONS = "市区旗县镇乡木道村查"  # the last letters of divisions
EARTH_KM = 6371.0088
HERE = re.compile("[我俺咱们家在住是这那里边儿呢啊呀的了]")  # letters beside a place that tell nothing more
# How much farther than the nearest is about as near.
ALIKE_RATIO, ALIKE_KM = 1.25, 1.0
# What a division's name ends in, after the two letters at least that tell it from others.
ENDING = re.compile("(?<=..)(?:街道|社区|嘎查|苏木|小区|[市区旗县镇乡村])$")
# What shows that two letters before it are a name: 铁系二区 is 铁西二区, but 都贵 is not 独贵.
AFTER = re.compile("[一二三四五六七八九十0-9]+[区期号]|小区|社区|新区")
# What is called after an area and need not be there.
WATER = re.compile("[湖河]")
STREET = re.compile("[东西南北中]?(?:大街|大道|街(?![上道])|路(?![灯面况标障牌断上口边]))")
# Words, not misspelt letters of a name: 树林找 is not 树林召.
COMMON = frozenset(
    "的了是在有去来到着找看叫问这那我你他不没就都也还会要能把被让给和跟为上下里个时事好说用做走太很又再吗吧呢"
)
# A known name is written over with these, so that no pattern finds a word inside it: one that ends as a
# division does (伊旗) begins with WHOLE, any other (东胜, which 路 or 街 may follow) with STEM.
WHOLE, STEM, MORE = "\ue000", "\ue001", "\ue002"
NAME = f"[一-鿿a-z0-9·{WHOLE}{STEM}{MORE}]"
COUNT = "(?:[0-9]{1,4}|[a-z]|[一二三四五六七八九十]{1,3}|[甲乙丙丁东西南北])"
HOUSE = rf"{COUNT}(?:号楼|#楼?|单元|号院|[栋幢座](?!楼))"  # 五栋楼 is a number of houses
ROOM = rf"{COUNT}(?:号楼|#楼?|[栋幢座](?!楼)|单元|号院|期|区|组|社|队|层|楼|排|巷|号|室|户)"
PHASE = rf"{COUNT}期(?={ROOM}|的|$)"  # 铁西二期3号楼
DOOR = "[0-9]{3,4}(?![0-9a-z年元块度斤亩多公路])"  # 2号楼301
# How long a name may be that follows directly, by what went before, and one that nothing goes before.
FURTHER = {"known": 7, "division": 7, "road": 5, "site": 0}
LONGEST = 6
GENERIC = 4  # before an ending that says little: 学校, 社区
THAT = ("这", "那")  # no name goes on over these: 塔然高勒这边
# How long the rest of a clause may be that is a place as a whole: …,昂素镇玛拉迪
REST = 5
# Endings that begin another word and end no name: 巷口第三盏路灯, 人大和政协区别.
OTHER_WORD = {
    "路": "(?![灯面况标障牌断肩由过途])",
    "区": "(?![别分域间])",
    "市": "(?![民场政])",
    "小": "(?![时孩区组伙心学])",
    "中": "(?![学医心])",
    "司": "(?!机)",
    "楼": "(?![道梯上下里])",
}
POINTED = re.compile("[这那](?:个|座|边的)(?:天桥|大桥|桥|工地|路口|隧道)")  # 鄂尔多斯大街这个天桥
ENGLISH = re.compile("(?: [a-z]+){1,3}(?=[,.!?]|$)")
# A township is called by a short name as well: 昂素 for 昂素镇.
SHORT = re.compile("(.{2,})(?:镇|乡|苏木)|(.{3,})街道")
# A village right after its township, whatever letters its name has: 图克镇陶报嘎查, where 报 may be a word.
VILLAGE = re.compile(
    "(?<=[镇乡木])[^的了在是说我你他她个这那把被让给去到从没还也就都里,.!?、 ]{1,6}?(?:嘎查|(?<!农)村)"
)


@dataclass(frozen=True)
class AreaName:
    """An area as the gazetteer needs it; `key` is what the caller knows it by. Latitude and longitude in degrees."""

    key: int
    name: str
    aliases: tuple[str, ...]
    level: str
    latitude: float | None = None
    longitude: float | None = None


class Gazetteer:
    """The names and aliases of the area tree, also when they are misspelt. Build it once, ask it often."""

    def __init__(self, areas: Iterable[AreaName]) -> None:
        areas = list(areas)
        self._areas: dict[str, tuple[int, int]] = {}
        for area in areas:
            for name in map(simplify, (area.name, *area.aliases)):
                known = (LEVELS.index(area.level), area.key)
                self._areas[name] = max(self._areas.get(name, known), known)
        for area in areas:
            short = SHORT.fullmatch(simplify(area.name))
            if short and len("".join(short.groups(""))) > 2:
                self._areas.setdefault("".join(short.groups("")), (LEVELS.index(area.level), area.key))
        self._names = NameList(self._areas)
        # Each pair of neighbouring syllables of a name without its ending (社区 says nothing), and where it stands.
        self._heard: dict[tuple[str, str], list[tuple[str, int, int]]] = {}
        for name in self._areas:
            size = len(ENDING.sub("", name))
            for offset, pair in enumerate(itertools.pairwise(map(_sound, name[:size]))):
                self._heard.setdefault(pair, []).append((name, size, offset))

    def find(self, text: str) -> int | None:
        """The key of the most specific area that the text names.

        Of two, the one that is spelt right, then the longer name, then the earlier one.
        """
        plain = simplify(text)
        spans = list(self._names.spans(plain))
        found = [
            (self._areas[plain[start:end]][0], True, end - start, -start, self._areas[plain[start:end]][1])
            for start, end in spans
            if not self._is_called_after(plain, start, end)
        ]
        if not found or max(found)[0] < len(LEVELS) - 1:
            for name, start in self._misspelt(plain):
                if all(start >= done or start + len(name) <= begun for begun, done in spans):
                    level, key = self._areas[name]
                    found.append((level, False, len(name), -start, key))
        return max(found)[-1] if found else None

    def _is_called_after(self, plain: str, start: int, end: int) -> bool:
        """Whether it is a street or water of that name, which may be anywhere: 准格尔路 is in 东胜."""
        name = plain[start:end]
        is_large = self._areas[name][0] < LEVELS.index("township")
        return name[-1] not in DIVISIONS and bool(WATER.match(plain, end) or (is_large and STREET.match(plain, end)))

    def _misspelt(self, plain: str) -> Iterator[tuple[str, int]]:
        """Names that the text has with wrong letters, and where."""
        for position, pair in enumerate(itertools.pairwise(map(_sound, plain))):
            for name, size, offset in self._heard.get(pair, ()):
                start = position - offset
                if start >= 0 and _is_misspelt(name, size, plain, start):
                    yield name, start


def _is_misspelt(name: str, size: int, plain: str, start: int) -> bool:
    """Whether the text at `start` is this name, `size` letters and an ending, with letters that sound alike.

    Half the letters must be right, of the ending too: 公园接到 is not 公园街道. Of four letters and more, with an
    ending, one may be any other, as no two places differ so little. Two letters need an ending or a number.
    """
    end = start + len(name)
    if end > len(plain):
        return False
    wrong = _differing(name[:size], plain[start : start + size])
    misspelt_ending = _differing(name[size:], plain[start + size : end])
    if misspelt_ending and (wrong or len(misspelt_ending) == len(name) - size):
        return False
    wrong += misspelt_ending
    if 2 * len(wrong) > size or any(theirs in COMMON or not "一" <= theirs <= "鿿" for _, theirs in wrong):
        return False
    unlike = sum(_sound(ours) != _sound(theirs) for ours, theirs in wrong)
    if size == len(name):
        return not unlike and (size > 2 or AFTER.match(plain, end) is not None)
    return not unlike or (unlike == len(wrong) == 1 and not misspelt_ending and size > 3)


def _differing(name: str, text: str) -> list[tuple[str, str]]:
    return [(ours, theirs) for ours, theirs in zip(name, text, strict=True) if ours != theirs]


def nearest(areas: Iterable[AreaName], latitude: float, longitude: float, within_km: float) -> int | None:
    """The key of the area whose point is nearest to a location card; None when none is within so many kilometres.

    Of those about equally near the most specific level wins: a town hall stands in a community as well. Areas
    without coordinates are skipped. The distance is the great circle's by the haversine formula (R. W. Sinnott,
    "Virtues of the Haversine", Sky and Telescope 68, 1984, p. 159) on the mean radius of the earth (IUGG). A card's
    coordinates are GCJ-02, up to 0.7 km off WGS 84, which is less than what counts as equally near.
    """
    here = (math.radians(latitude), math.radians(longitude))
    near = []
    for area in areas:
        if area.latitude is not None and area.longitude is not None:
            distance = _kilometres(here, (math.radians(area.latitude), math.radians(area.longitude)))
            if distance <= within_km:
                near.append((distance, LEVELS.index(area.level), area.key))
    limit = min(near, default=(0.0, 0, 0))[0] * ALIKE_RATIO + ALIKE_KM
    alike = [(level, -distance, key) for distance, level, key in near if distance <= limit]
    return max(alike)[2] if alike else None


def _kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Between two points, each latitude and longitude in radians."""
    north, east = (other[0] - one[0]) / 2, (other[1] - one[1]) / 2
    chord = math.sin(north) ** 2 + math.cos(one[0]) * math.cos(other[0]) * math.sin(east) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(chord)))


@lru_cache(maxsize=8192)
def _sound(letter: str) -> str:
    return syllables(letter)[0]


class NameList:
    """Names that are looked up by their first two letters: the cost does not grow with their number."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_pair: dict[str, list[str]] = {}
        for name in sorted(set(names), key=len, reverse=True):
            self._by_pair.setdefault(name[:2], []).append(name)

    def spans(self, plain: str) -> Iterator[tuple[int, int]]:
        """Where the names stand in a simplified text, from left to right, the longest at each place, no overlaps."""
        position = 0
        while position < len(plain) - 1:
            for name in self._by_pair.get(plain[position : position + 2], ()):
                if plain.startswith(name, position):
                    yield position, position + len(name)
                    position += len(name) - 1
                    break
            position += 1


@dataclass(frozen=True)
class Phrase:
    """A place so far: where it stands, and what its last part is."""

    start: int
    end: int
    kind: str
    ending: str


def is_only_place(text: str, place: str | None) -> bool:
    """Whether a text tells of nothing but the place that it names: 我在铁西小区."""
    return bool(place) and not HERE.sub("", NOISE.sub("", text.replace(place or "", "")))


class PlaceFinder:
    """Finds phrases that name a place: by the words of faq/places.toml, and by the given names."""

    def __init__(self, words: PlaceWords, names: Iterable[str] = ()) -> None:
        self._nameless = re.compile(f"{_any(words.nameless)}*")
        generic = {*words.ordinary, *words.nameless, *words.sites}
        given = [simplify(name) for name in names]
        shorts = ["".join(short.groups("")) for name in given if (short := SHORT.fullmatch(name))]
        whole = [*given, *words.divisions, *shorts]
        known = [name for name in whole if len(name) > 1 and name not in generic]
        self._known = NameList(known)
        self._breaks = re.compile(f"{_any(words.breaks)}|(?!{NAME}).", re.DOTALL)
        self._letter = re.compile(NAME)
        self._leads = re.compile(f"{_any(words.leads)}+")
        ends = (
            _ends("site", words.sites, words.ordinary),
            _ends("division", words.divisions, words.ordinary),
            _ends("road", words.roads, words.ordinary),
        )
        self._marks = re.compile(
            rf"(?P<known>[{WHOLE}{STEM}]{MORE}*)|(?P<house>{HOUSE})|{'|'.join(ends)}|(?P<phase>{PHASE})"
        )
        beside = _any(words.beside)
        self._beside = re.compile(beside)
        self._crossing = re.compile(rf"[与和跟、]{NAME}{{1,6}}?{_any(words.roads)}(?={beside}|$)")
        self._stretch = re.compile(rf"到{NAME}{{2,8}}?(?:的路|(?=[那这]段|之间|段))")
        self._parts = re.compile(
            rf"(?:(?<=[路街巷速])口)?(?:-?{ROOM})*(?:-[0-9]+)*(?:(?<=[楼元栋幢座]){DOOR})?(?:{beside}){{0,2}}(?:{COUNT}区)?"
        )

    def find(self, text: str) -> str | None:
        """The longest phrase that names a place, in the text's own words; None when there is none."""
        plain = simplify(text)
        masked = self._mask(plain)
        spans = [span for start, end in self._runs(masked) for span in self._phrases(masked, start, end)]
        start, end = max(spans, key=lambda span: span[1] - span[0], default=(0, 0))
        return text[start:end] or None

    def _mask(self, plain: str) -> str:
        """The text with every known name written over; as long as before."""
        masked = plain
        for start, end in self._known.spans(plain):
            head = WHOLE if plain[end - 1] in DIVISIONS else STEM
            if village := VILLAGE.match(plain, end):
                head, end = WHOLE, village.end()
            masked = f"{masked[:start]}{head}{MORE * (end - start - 1)}{masked[end:]}"
        return masked

    def _runs(self, masked: str) -> Iterator[tuple[int, int]]:
        """The stretches between words and marks that no name holds."""
        start = 0
        for word in self._breaks.finditer(masked):
            if word.start() > start:
                yield start, word.start()
            start = word.end()
        if start < len(masked):
            yield start, len(masked)

    def _phrases(self, masked: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        phrase: Phrase | None = None
        for mark in self._marks.finditer(masked, start, end):
            kind, ending = mark.lastgroup or "", mark[0]
            if phrase and self._belongs(masked, phrase, mark.start(), kind, ending):
                begin = phrase.start
            elif kind == "known":
                begin = mark.start()
            else:
                begin = self._begin(masked, phrase.end if phrase else start, mark.start(), kind, ending)
                if begin < 0 and kind == "house":
                    begin = mark.start()
                if begin < 0:
                    continue
            if phrase and begin != phrase.start:
                yield phrase.start, self._end(masked, phrase, end)
            phrase = Phrase(begin, mark.end(), kind, ending)
        if phrase:
            yield phrase.start, self._end(masked, phrase, end)

    def _begin(self, masked: str, start: int, end: int, kind: str, ending: str) -> int:
        """Where the name begins that nothing goes before and this ending follows; -1 when it is none."""
        if lead := self._leads.match(masked, start, end):
            start = lead.end()
        name = masked[start:end]
        is_generic = kind == "house" or self._nameless.fullmatch(ending) is not None
        is_short = (is_generic or len(ending) == 1) and len(name) == 1 and name not in "东西南北中"
        is_long = len(name) > (GENERIC if is_generic and kind != "division" else LONGEST)
        is_bus = ending == "路" and name[-1:].isdecimal()
        is_hint = len(ending) == 1 and kind == "site" and ending != "苑"
        is_none = is_short or is_long or is_bus or is_hint or self._nameless.fullmatch(name)
        return -1 if is_none else start

    def _belongs(self, masked: str, phrase: Phrase, position: int, kind: str, ending: str) -> bool:
        """Whether what ends so, at `position`, goes on with the phrase before it."""
        gap = masked[phrase.end : position]
        if kind in ("known", "house", "phase"):
            return not gap
        if len(gap) > FURTHER.get(phrase.kind, -1) or self._beside.match(gap):
            return False
        if gap:
            return not self._nameless.fullmatch(gap) and f"{gap}{ending}" != masked[phrase.start : phrase.end]
        if len(ending) == 1 and phrase.kind != "site":
            return phrase.ending.startswith(STEM)  # 准格尔路, but not 达旗路
        return ending != phrase.ending  # 王府花园幼儿园, but not 天骄广场广场舞

    def _end(self, masked: str, phrase: Phrase, end: int) -> int:
        """Where the phrase ends with its house numbers and directions."""
        position = phrase.end
        if phrase.kind == "road" and (crossing := self._crossing.match(masked, position, end)):
            position = crossing.end()
        if stretch := self._stretch.match(masked, position):
            return stretch.end()
        if parts := self._parts.match(masked, position, end):
            position = parts.end()
        is_rest = phrase.kind in ("known", "division", "road") and 1 < end - position <= REST
        if is_rest and position == phrase.end:
            follows = masked[end : end + 1]
            is_clause = phrase.start > 0 and not self._letter.match(masked, phrase.start - 1)
            if follows in THAT or (is_clause and not self._letter.match(follows)):
                position = end
        elif masked[phrase.start - 2 : phrase.start] == ", " and (english := ENGLISH.match(masked, position)):
            return english.end()
        pointed = POINTED.match(masked, position)
        return pointed.end() if pointed else position


def _ends(kind: str, endings: Iterable[str], ordinary: Iterable[str]) -> str:
    """A named group of these endings where they are not the end of an ordinary word."""
    each = []
    for ending in sorted(endings, key=len, reverse=True):
        not_within = "".join(f"(?<!{word})" for word in ordinary if word.endswith(ending) and word != ending)
        each.append(f"{ending}{not_within}{OTHER_WORD.get(ending[-1], '')}")
    return f"(?P<{kind}>{'|'.join(each)})"


def _any(patterns: Iterable[str]) -> str:
    return f"(?:{'|'.join(patterns) or '(?!)'})"
