"""What the bot knows and says, read from the *.toml files of one folder and checked before it is used.

Every complaint names file and line, and all are told at once, so that a colleague who does not
program can mend them.
"""

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field

from faq.normalise import normalise
from faq.reading import Item, Reader, TomlFile
from faq.replies import Replies

PLACEHOLDER = "【待填"
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
LEVELS = ("city", "banner", "township", "community")
INTENTS = ("request", "question", "suggestion", "thanks", "chat")
DAY_MINUTES = 24 * 60
# The files beside entries*.toml and the tables that each may hold; replies.toml holds any.
TABLES: Mapping[str, tuple[str, ...]] = {
    "categories": ("category",),
    "urgency": ("danger", "urgent", "over"),
    "intents": INTENTS,
    "places": ("places",),
    "areas": ("area",),
    "roster": ("member", "coordinator", "shift"),
    "replies": (),
}


class ContentError(Exception):
    """The content cannot be used; `faults` is one line per fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def _pattern(text: str) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Python warns of sets such as [~~], which will mean something else
            re.compile(text)
    except (re.error, FutureWarning) as error:
        raise ValueError(f"a regular expression ({error})") from error
    return text


Pattern = Annotated[str, Field(min_length=1), AfterValidator(_pattern)]
Word = Annotated[str, Field(min_length=1, max_length=40)]


class Entry(Item):
    """A question that the bot can answer (问答条目)."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
    category: str
    question: Annotated[str, Field(min_length=2, max_length=60)]
    similar: Annotated[tuple[Word, ...], Field(min_length=3)]
    answer: Annotated[str, Field(min_length=5, max_length=300)]
    source: Annotated[str, Field(min_length=2, max_length=120)]
    local: Annotated[str, Field(max_length=200)] = ""

    @property
    def served_answer(self) -> str:
        """The answer, with what is local once somebody has filled it in."""
        is_filled = self.local and PLACEHOLDER not in self.local
        return f"{self.answer}\n{self.local}" if is_filled else self.answer


class Category(Item):
    """A kind of matter (事项类别) and the words that tell it."""

    name: Annotated[str, Field(min_length=1, max_length=16)]
    time_limit_hours: Annotated[int, Field(gt=0)]
    strong: tuple[Word, ...] = ()
    words: tuple[Word, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    not_when: tuple[Pattern, ...] = ()


class Danger(Item):
    """A danger to life: whom to call first, and what to do at once."""

    name: Word
    call: Annotated[str, Field(pattern=r"^[0-9 或、]{3,20}$")]
    advice: Annotated[str, Field(min_length=4, max_length=120)]
    category: str = ""
    patterns: Annotated[tuple[Pattern, ...], Field(min_length=1)]
    unless: tuple[Pattern, ...] = ()


class Cues(Item):
    """Words and patterns that speak for an intent or an urgency."""

    words: tuple[Word, ...] = ()
    patterns: tuple[Pattern, ...] = ()


class PlaceWords(Item):
    """The words by which a place is found in a text; each list is explained in faq/places.toml."""

    divisions: tuple[Word, ...]
    roads: tuple[Word, ...]
    sites: tuple[Word, ...]
    ordinary: tuple[Word, ...] = ()
    nameless: tuple[Word, ...] = ()
    breaks: tuple[Pattern, ...] = ()
    leads: tuple[Pattern, ...] = ()
    beside: tuple[Pattern, ...] = ()


class Area(Item):
    """An area (区域) of the tree."""

    name: Word
    level: Literal["city", "banner", "township", "community"]
    parent: str | None = None
    aliases: tuple[Word, ...] = ()
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    scene: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")] | None = None


class Person(Item):
    """A member (值班委员) or a coordinator (调度员)."""

    name: Word
    area: str = ""
    sector: str = ""
    code: Annotated[str, Field(pattern=r"^[A-Z0-9]{8}$")]


class Shift(Item):
    """A weekly shift (班次); where `to` is not after `from` it ends the next day."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    who: str
    area: str
    categories: tuple[str, ...] = ()
    days: Annotated[tuple[Literal[WEEKDAYS], ...], Field(min_length=1)]  # type: ignore[valid-type]
    starts: Annotated[str, Field(alias="from", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    ends: Annotated[str, Field(alias="to", pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]


@dataclass(frozen=True)
class Content:
    """Everything, checked. `version` changes when any file does."""

    version: str
    entries: tuple[Entry, ...]
    categories_by_name: Mapping[str, Category]
    dangers: tuple[Danger, ...]
    urgent: Cues
    over: Cues
    intents: Mapping[str, Cues]
    place_words: PlaceWords
    area_list: tuple[Area, ...]
    members: tuple[Person, ...]
    coordinators: tuple[Person, ...]
    shift_list: tuple[Shift, ...]
    replies: Replies

    @cached_property
    def _by_id(self) -> dict[str, Entry]:
        return {entry.id: entry for entry in self.entries}

    def entry(self, entry_id: str) -> Entry:
        """The entry of that id. Raises KeyError when there is none."""
        return self._by_id[entry_id]

    @property
    def areas(self) -> list[dict[str, Any]]:
        """The areas as rows, parents before children."""
        ordered = sorted(self.area_list, key=lambda area: LEVELS.index(area.level))
        return [area.model_dump() | {"aliases": list(area.aliases)} for area in ordered]

    @property
    def categories(self) -> dict[str, int]:
        """Time limits in hours by category."""
        return {name: category.time_limit_hours for name, category in self.categories_by_name.items()}

    @property
    def people(self) -> list[dict[str, str]]:
        """Members and coordinators as rows."""
        city = next(area.name for area in self.area_list if area.level == "city")
        return [
            {"role": role, "name": p.name, "sector": p.sector, "area": p.area or city, "code": p.code}
            for role, people in (("member", self.members), ("coordinator", self.coordinators))
            for p in people
        ]

    @property
    def shifts(self) -> list[dict[str, Any]]:
        """Weekly shifts as rows, one a weekday, in minutes from midnight."""
        rows = []
        for shift in self.shift_list:
            starts, ends = _minutes(shift.starts), _minutes(shift.ends)
            for day in shift.days:
                rows.append(
                    {
                        "who": shift.who,
                        "area": shift.area,
                        "categories": shift.categories,
                        "weekday": WEEKDAYS.index(day),
                        "starts_minute": starts,
                        "ends_minute": ends if ends > starts else ends + DAY_MINUTES,
                    }
                )
        return rows


def load_content(folder: Path) -> Content:
    """The content of a folder. Raises ContentError with every fault found."""
    read = Reader()
    paths = sorted(folder.glob("*.toml"))
    entry_files = [read.file(path) for path in paths if path.name.startswith("entries")]
    if not entry_files:
        read.faults.append(f"{folder}: found no entries*.toml, expected at least one")
    others = {path.stem for path in paths if not path.name.startswith("entries")} - TABLES.keys()
    read.faults += [f"{folder / f'{name}.toml'}: found a file that nothing reads (is it misspelt?)" for name in others]
    files = {name: read.file(folder / f"{name}.toml") for name in TABLES}
    for file in entry_files:
        read.refuse_other_tables(file, ("entry",))
    for name, tables in TABLES.items():
        if tables:
            read.refuse_other_tables(files[name], tables)

    entries = [entry for file in entry_files for entry in read.items(file, "entry", Entry)]
    categories = read.items(files["categories"], "category", Category)
    dangers = read.items(files["urgency"], "danger", Danger)
    urgent = read.table(files["urgency"], "urgent", Cues)
    over = read.table(files["urgency"], "over", Cues, is_needed=False)
    intents = {intent: read.table(files["intents"], intent, Cues) or Cues() for intent in INTENTS}
    areas = read.items(files["areas"], "area", Area)
    place_words = read.table(files["places"], "places", PlaceWords)
    members = read.items(files["roster"], "member", Person)
    coordinators = read.items(files["roster"], "coordinator", Person)
    shifts = read.items(files["roster"], "shift", Shift)
    category_names = read.declared(files["categories"], "category")
    area_names = read.declared(files["areas"], "area")
    names = read.declared(files["roster"], "member") | read.declared(files["roster"], "coordinator")
    _unique(read, ((category, "name", category.name) for category in categories))
    _check_entries(read, entries, category_names)
    _check_dangers(read, dangers, category_names)
    _check_areas(read, areas, area_names)
    _check_people(read, [*members, *coordinators], area_names)
    _check_shifts(read, shifts, names, area_names, category_names)
    if files["roster"] and not read.declared(files["roster"], "coordinator"):
        read.faults.append(f"{files['roster'].path}: found no coordinator, expected at least one")
    sentences = dict(_sentences(read, files["replies"]))
    if read.faults or urgent is None or place_words is None:
        raise ContentError(read.faults)
    return Content(
        version=read.version,
        entries=tuple(entries),
        categories_by_name=MappingProxyType({category.name: category for category in categories}),
        dangers=tuple(dangers),
        urgent=urgent,
        over=over or Cues(),
        intents=MappingProxyType(intents),
        place_words=place_words,
        area_list=tuple(areas),
        members=tuple(members),
        coordinators=tuple(coordinators),
        shift_list=tuple(shifts),
        replies=Replies(MappingProxyType(sentences)),
    )


def _check_dangers(read: Reader, dangers: list[Danger], category_names: set[str]) -> None:
    for danger in dangers:
        if danger.category and danger.category not in category_names:
            words = f"{danger.name}: category: found {danger.category!r}, which does not exist"
            read.complain(danger, "category", words)


def _check_entries(read: Reader, entries: list[Entry], category_names: set[str]) -> None:
    _unique(read, ((entry, "id", entry.id) for entry in entries))
    owners: dict[str, str] = {}
    for entry in entries:
        if entry.category not in category_names:
            read.complain(entry, "category", f"{entry.id}: category: found {entry.category!r}, which does not exist")
        if PLACEHOLDER in entry.answer:
            read.complain(entry, "answer", f"{entry.id}: answer: found {PLACEHOLDER!r}, expected it only in `local`")
        for key, wording in (("question", entry.question), *(("similar", other) for other in entry.similar)):
            owner = owners.setdefault(normalise(wording), entry.id)
            if owner != entry.id:
                words = f"{entry.id}: {key}: found {wording!r}, which is a wording of {owner} too"
                read.complain(entry, key, words, wording)


def _check_areas(read: Reader, areas: list[Area], names: set[str]) -> None:
    _unique(read, ((area, "name", area.name) for area in areas))
    _unique(read, ((area, "scene", area.scene) for area in areas if area.scene))
    levels = {area.name: LEVELS.index(area.level) for area in areas}
    taken = set(names)
    for area in areas:
        is_city = area.level == "city"
        if is_city and area.parent is not None:
            read.complain(area, "parent", f"{area.name}: parent: found {area.parent!r}, expected none for the city")
        is_above = area.parent in names and levels.get(area.parent or "", -1) < LEVELS.index(area.level)
        if not is_city and not is_above:
            read.complain(area, "parent", f"{area.name}: parent: found {area.parent!r}, expected an area above it")
        for alias in area.aliases:
            if alias in taken:
                words = f"{area.name}: aliases: found {alias!r}, which names another area too"
                read.complain(area, "aliases", words, alias)
            taken.add(alias)
    if areas and sum(area.level == "city" for area in areas) != 1:
        read.complain(areas[0], "level", "level: found no city or several, expected exactly one")


def _check_people(read: Reader, people: list[Person], area_names: set[str]) -> None:
    _unique(read, ((person, "name", person.name) for person in people))
    _unique(read, ((person, "code", person.code) for person in people))
    for person in people:
        if person.area and person.area not in area_names:
            read.complain(person, "area", f"{person.name}: area: found {person.area!r}, which does not exist")


def _check_shifts(
    read: Reader, shifts: list[Shift], names: set[str], area_names: set[str], category_names: set[str]
) -> None:
    for shift in shifts:
        if shift.who not in names:
            read.complain(shift, "who", f"shift: who: found {shift.who!r}, who is nobody of the roster")
        if shift.area not in area_names:
            read.complain(shift, "area", f"shift of {shift.who}: area: found {shift.area!r}, which does not exist")
        for name in shift.categories:
            if name not in category_names:
                words = f"shift of {shift.who}: categories: found {name!r}, which does not exist"
                read.complain(shift, "categories", words, name)


def _unique(read: Reader, named: Iterable[tuple[Item, str, str]]) -> None:
    seen: set[str] = set()
    for item, key, name in named:
        if name in seen:
            read.complain(item, key, f"{name}: {key}: found it twice, expected it once")
        seen.add(name)


def _sentences(read: Reader, file: TomlFile | None) -> Iterator[tuple[str, str]]:
    """Dotted names and sentences; the braces of each are checked."""
    if file is None:
        return
    for table, values in file.values.items():
        if not isinstance(values, dict):
            read.faults.append(f"{file.path}:1: {table}: found {values!r}, expected a table [{table}]")
            continue
        for key, text in values.items():
            name, where = f"{table}.{key}", f"{file.path}:{file.line(table, None, key)}"
            if not isinstance(text, str) or not text.strip():
                read.faults.append(f"{where}: {name}: found {text!r}, expected a sentence")
                continue
            try:
                Replies({name: text}).placeholders(name)
            except ValueError as error:
                read.faults.append(f"{where}: {name}: found broken braces, expected {{names}} only ({error})")
            yield name, text


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
