"""What the bot knows and says, read from the *.toml files of one folder and checked before it is used.

Every complaint names file and line, and all are told at once, so that a colleague who does not
program can mend them.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from faq.calibration import Calibration, read_calibration
from faq.checks import (
    check_areas,
    check_category_concepts,
    check_concepts,
    check_dangers,
    check_entries,
    check_examples,
    check_people,
    check_shifts,
    check_unanswered,
    check_unique,
)
from faq.families import check_families
from faq.items import (
    LEVELS,
    WEEKDAYS,
    Area,
    Category,
    Concept,
    Cues,
    Danger,
    Entry,
    Example,
    Family,
    Person,
    PlaceWords,
    Shift,
    Speech,
    Unanswered,
)
from faq.normalise import normalise
from faq.reading import ContentError as ContentError
from faq.reading import Reader, TomlFile
from faq.replies import Replies

DAY_MINUTES = 24 * 60
# The files beside entries*.toml and the tables that each may hold; replies.toml holds any.
TABLES: Mapping[str, tuple[str, ...]] = {
    "categories": ("category",),
    "urgency": ("family", "danger", "urgent", "harmless", "not_now", "over"),
    "intents": ("speech",),
    "places": ("places",),
    "areas": ("area",),
    "roster": ("member", "coordinator", "shift"),
    "replies": (),
    "concepts": ("concept",),
    "unanswered": ("unanswered",),
    "examples": ("example",),
    "calibration": ("bands", "stage"),
}
OPTIONAL = ("concepts", "unanswered")  # a town can do without


@dataclass(frozen=True)
class Content:
    """Everything, checked. `version` changes when any file does."""

    version: str
    entries: tuple[Entry, ...]
    categories_by_name: Mapping[str, Category]
    dangers: tuple[Danger, ...]
    urgent: Cues
    harmless: Cues  # what is no danger of any kind
    not_now: Cues  # what is told of and not happening
    over: Cues
    speeches: tuple[Speech, ...]
    place_words: PlaceWords
    area_list: tuple[Area, ...]
    members: tuple[Person, ...]
    coordinators: tuple[Person, ...]
    shift_list: tuple[Shift, ...]
    replies: Replies
    calibration: Calibration
    concepts: tuple[Concept, ...] = ()
    examples: tuple[Example, ...] = ()
    unanswered: tuple[Unanswered, ...] = ()
    families: tuple[Family, ...] = ()

    @cached_property
    def lessons_version(self) -> str:
        """Changes when what is learned from does: examples, ways of speaking, concepts, what tells a place, and which
        entries there are. A few wordings more or less teach nothing new."""
        entries = [(entry.id, entry.category) for entry in self.entries]
        places = [(area.name, area.aliases) for area in self.area_list]
        taught = repr((self.examples, self.speeches, self.concepts, self.place_words, places, entries))
        return hashlib.sha256(taught.encode(errors="replace")).hexdigest()[:16]

    @property
    def unanswered_questions(self) -> list[tuple[str, ...]]:
        """Questions that no entry answers, those that are alike together."""
        return [item.questions for item in self.unanswered]

    def unaware_of(self, texts: Iterable[str]) -> "Content":
        """Without those of the unanswered questions that are among the texts."""
        among = set(map(normalise, texts))
        unanswered = (
            item.model_copy(update={"questions": left})
            for item in self.unanswered
            if (left := tuple(question for question in item.questions if normalise(question) not in among))
        )
        return replace(self, unanswered=tuple(unanswered))

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
    present = [name for name in TABLES if name not in OPTIONAL or (folder / f"{name}.toml").exists()]
    files = {name: read.file(folder / f"{name}.toml") if name in present else None for name in TABLES}
    for file in entry_files:
        read.refuse_other_tables(file, ("entry",))
    for name, tables in TABLES.items():
        if tables:
            read.refuse_other_tables(files[name], tables)

    entries = [entry for file in entry_files for entry in read.items(file, "entry", Entry)]
    categories = read.items(files["categories"], "category", Category)
    families = read.items(files["urgency"], "family", Family)
    dangers = read.items(files["urgency"], "danger", Danger)
    urgent = read.table(files["urgency"], "urgent", Cues)
    harmless, not_now, over = (
        read.table(files["urgency"], name, Cues, is_needed=False) or Cues() for name in ("harmless", "not_now", "over")
    )
    speeches = read.items(files["intents"], "speech", Speech)
    areas = read.items(files["areas"], "area", Area)
    place_words = read.table(files["places"], "places", PlaceWords)
    members = read.items(files["roster"], "member", Person)
    coordinators = read.items(files["roster"], "coordinator", Person)
    shifts = read.items(files["roster"], "shift", Shift)
    category_names = read.declared(files["categories"], "category")
    area_names = read.declared(files["areas"], "area")
    names = read.declared(files["roster"], "member") | read.declared(files["roster"], "coordinator")
    check_unique(read, ((category, "name", category.name) for category in categories))
    check_entries(read, entries, category_names)
    check_dangers(read, dangers, category_names)
    check_families(
        read,
        files["urgency"],
        families,
        dangers,
        {"urgent": urgent, "harmless": harmless, "not_now": not_now, "over": over},
    )
    check_areas(read, areas, area_names)
    check_people(read, [*members, *coordinators], area_names)
    check_shifts(read, shifts, names, area_names, category_names)
    if files["roster"] and not read.declared(files["roster"], "coordinator"):
        read.faults.append(f"{files['roster'].path}: found no coordinator, expected at least one")
    concepts = read.items(files["concepts"], "concept", Concept)
    check_concepts(read, concepts)
    check_category_concepts(read, categories, concepts)
    unanswered = read.items(files["unanswered"], "unanswered", Unanswered)
    check_unanswered(read, unanswered, entries)
    examples = read.items(files["examples"], "example", Example)
    check_examples(read, folder / "examples.toml", examples, category_names)
    calibration = read_calibration(read, files["calibration"])
    sentences = dict(_sentences(read, files["replies"]))
    if read.faults or urgent is None or place_words is None or calibration is None:
        raise ContentError(read.faults)
    return Content(
        version=read.version,
        entries=tuple(entries),
        categories_by_name=MappingProxyType({category.name: category for category in categories}),
        dangers=tuple(dangers),
        urgent=urgent,
        harmless=harmless,
        not_now=not_now,
        over=over,
        speeches=tuple(speeches),
        place_words=place_words,
        area_list=tuple(areas),
        members=tuple(members),
        coordinators=tuple(coordinators),
        shift_list=tuple(shifts),
        replies=Replies(MappingProxyType(sentences)),
        calibration=calibration,
        concepts=tuple(concepts),
        examples=tuple(examples),
        unanswered=tuple(unanswered),
        families=tuple(families),
    )


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
