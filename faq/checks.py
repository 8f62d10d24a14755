"""What must hold between the tables of the content: names that are referred to exist, and no name is there twice."""

import re
from collections.abc import Iterable
from pathlib import Path

from faq.items import LEVELS, PLACEHOLDER, Area, Category, Concept, Danger, Entry, Example, Person, Shift, Unanswered
from faq.normalise import normalise
from faq.reading import Item, Reader


def check_dangers(read: Reader, dangers: list[Danger], category_names: set[str]) -> None:
    """The category of each danger exists."""
    for danger in dangers:
        if danger.category and danger.category not in category_names:
            words = f"{danger.name}: category: found {danger.category!r}, which does not exist"
            read.complain(danger, "category", words)


def check_entries(read: Reader, entries: list[Entry], category_names: set[str]) -> None:
    """Ids and wordings belong to one entry, categories exist, and what is local stands in `local`."""
    check_unique(read, ((entry, "id", entry.id) for entry in entries))
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


def check_unanswered(read: Reader, unanswered: list[Unanswered], entries: list[Entry]) -> None:
    """No question is a wording of an entry, or is there twice."""
    owners = {normalise(wording): entry.id for entry in entries for wording in entry.wordings}
    for item in unanswered:
        for question in item.questions:
            key = normalise(question)
            if key in owners:
                why = f"a wording of {owners[key]}, which answers it" if owners[key] else "which is there already"
                read.complain(item, "questions", f"unanswered: questions: found {question!r}, {why}", question)
            owners.setdefault(key, "")


def check_areas(read: Reader, areas: list[Area], names: set[str]) -> None:
    """The areas are one tree with one city on top, and no name or alias leads to two."""
    check_unique(read, ((area, "name", area.name) for area in areas))
    check_unique(read, ((area, "scene", area.scene) for area in areas if area.scene))
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


def check_people(read: Reader, people: list[Person], area_names: set[str]) -> None:
    """Names and binding codes are there once, and each person's area exists."""
    check_unique(read, ((person, "name", person.name) for person in people))
    check_unique(read, ((person, "code", person.code) for person in people))
    for person in people:
        if person.area and person.area not in area_names:
            read.complain(person, "area", f"{person.name}: area: found {person.area!r}, which does not exist")


def check_shifts(
    read: Reader, shifts: list[Shift], names: set[str], area_names: set[str], category_names: set[str]
) -> None:
    """Who, where and what of each shift exist."""
    for shift in shifts:
        if shift.who not in names:
            read.complain(shift, "who", f"shift: who: found {shift.who!r}, who is nobody of the roster")
        if shift.area not in area_names:
            read.complain(shift, "area", f"shift of {shift.who}: area: found {shift.area!r}, which does not exist")
        for name in shift.categories:
            if name not in category_names:
                words = f"shift of {shift.who}: categories: found {name!r}, which does not exist"
                read.complain(shift, "categories", words, name)


def check_unique(read: Reader, named: Iterable[tuple[Item, str, str]]) -> None:
    """Complain of each (item, key, name) whose name is there already."""
    seen: set[str] = set()
    for item, key, name in named:
        if name in seen:
            read.complain(item, key, f"{name}: {key}: found it twice, expected it once")
        seen.add(name)


def check_concepts(read: Reader, concepts: list[Concept]) -> None:
    """Each word has one meaning."""
    check_unique(read, ((concept, "name", concept.name) for concept in concepts))
    owners: dict[str, str] = {}
    for concept in concepts:
        for word in concept.words:
            owner = owners.setdefault(normalise(word), concept.name)
            if owner != concept.name:
                words = f"{concept.name}: words: found {word!r}, which is a word of {owner} too"
                read.complain(concept, "words", words, word)


def check_category_concepts(read: Reader, categories: list[Category], concepts: list[Concept]) -> None:
    """Each concept that a category's words name (@停水) exists."""
    known = {concept.name for concept in concepts}
    for category in categories:
        for key in ("decisive", "strong", "middle", "words"):
            for cue in getattr(category, key):
                named = (part for part in re.split(r"[+|]", cue) if part.startswith("@"))
                for name in (part[1:] for part in named if part[1:] not in known):
                    words = f"{category.name}: {key}: found {name!r}, which faq/concepts.toml does not have"
                    read.complain(category, key, words, cue)


def check_examples(read: Reader, path: Path, examples: list[Example], category_names: set[str]) -> None:
    """Each category exists, and there is something to tell apart."""
    if len({example.intent for example in examples}) < 2 and not read.faults:
        read.faults.append(f"{path}: found examples of less than two intents, expected some of each")
    for example in examples:
        if example.category not in category_names:
            words = f"example: category: found {example.category!r}, which does not exist"
            read.complain(example, "category", words)
