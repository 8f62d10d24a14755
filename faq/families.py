"""Families of words ([[family]] in faq/urgency.toml) that a pattern names in angle brackets: <人>.{0,8}<昏迷>.

People in fear say the same thing in a hundred ways, but with the same few kinds of words: who, where, what
happened, in what state. A pattern that joins families fits sentences that nobody has thought of.
"""

import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from graphlib import CycleError, TopologicalSorter

from faq.checks import check_unique
from faq.items import Cues, Danger, Family
from faq.reading import Item, Reader, TomlFile

DANGER = "<险>"  # in an exception: the danger itself
MARK = "\ue000"  # stands where the danger was found, for <险>
ELSEWHERE = "<别处>"  # at the start of an exception: anywhere in the text, not only in the clause
NAMED = re.compile("<([\u4e00-\u9fff]+)>")
KEPT = frozenset({"险", "别处"})

Complain = Callable[[str], None]


class Families:
    """The families, to write patterns out with."""

    def __init__(self, families: Iterable[Family]) -> None:
        self._listed = {family.name: "|".join(family.words) for family in families}
        self._written: dict[str, str] = {}

    def expand(self, pattern: str) -> str:
        """The pattern with every <family> written out. Raises ValueError for a family that is not listed."""
        return NAMED.sub(self._write_out, pattern.replace(ELSEWHERE, ""))

    def _write_out(self, found: re.Match[str]) -> str:
        name = found[1]
        if found[0] == DANGER:
            return MARK
        if name not in self._listed:
            raise ValueError(_unlisted(name, self._listed))
        if name not in self._written:
            self._written[name] = f"(?:{self.expand(self._listed[name])})"
        return self._written[name]


def check_families(
    read: Reader, file: TomlFile | None, families: list[Family], dangers: list[Danger], cues: Mapping[str, Cues | None]
) -> None:
    """The families that patterns name are listed and none leads back to itself, and what is written out works.

    `cues` by the names of their tables in the file.
    """
    if file is None:
        return
    check_unique(read, ((family, "name", family.name) for family in families))
    for family in families:
        if family.name in KEPT:
            read.complain(family, "name", f"{family.name}: name: found a name that is kept, expected another")
    listed = read.declared(file, "family")
    lines = list(_lines(read, families, "words"))
    uses = [*_lines(read, dangers, "patterns"), *_lines(read, dangers, "unless"), *_cue_lines(read, file, cues)]
    for pattern, complain in [*lines, *uses]:
        for name in NAMED.findall(pattern):
            if name not in listed | KEPT:
                complain(_unlisted(name, sorted(listed)))
    names = {family.name for family in families}
    if _is_circular(read, families) or any(set(NAMED.findall(line)) - names - KEPT for line, _ in lines):
        return  # nothing can be written out
    written = Families(families)
    for checked in (lines, uses):
        known = len(read.faults)
        for pattern, complain in checked:
            if set(NAMED.findall(pattern)) <= names | KEPT and (broken := _fault(written.expand(pattern))):
                complain(f"found {pattern[:60]!r}, expected what works with its families written out ({broken})")
            elif re.fullmatch(NAMED.sub("x", pattern), ""):
                complain(f"found {pattern[:60]!r}, expected no way to fit where nothing stands (a | too many?)")
        if len(read.faults) > known:
            return  # a faulty family would be told again wherever it is named


def _fault(pattern: str) -> str:
    """What is wrong with a pattern, '' for nothing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(pattern)
    except (re.error, FutureWarning) as error:
        return str(error)
    return ""


def _is_circular(read: Reader, families: list[Family]) -> bool:
    named = {family.name: set(NAMED.findall("".join(family.words))) for family in families}
    try:
        TopologicalSorter(named).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        family = next(family for family in families if family.name == circle[-1])
        words = f"{family.name}: words: found {' > '.join(reversed(circle))}, expected no way back to itself"
        read.complain(family, "words", words, f"<{circle[-2]}>")
        return True
    return False


def _lines(read: Reader, items: Iterable[Family | Danger], key: str) -> Iterator[tuple[str, Complain]]:
    """The patterns under a key, each with how to complain of it."""
    for item in items:
        for pattern in getattr(item, key):
            yield pattern, partial(_complain, read, item, f"{item.name}: {key}: ", key, pattern)


def _complain(read: Reader, item: Item, lead: str, key: str, pattern: str, words: str) -> None:
    read.complain(item, key, lead + words, _as_in_file(pattern))


def _cue_lines(read: Reader, file: TomlFile, cues: Mapping[str, Cues | None]) -> Iterator[tuple[str, Complain]]:
    for table, items in cues.items():
        for pattern in items.patterns if items else ():
            line = file.line(table, None, "patterns", _as_in_file(pattern))
            yield pattern, partial(_report, read, f"{file.path}:{line}: {table}: patterns: ")


def _report(read: Reader, lead: str, words: str) -> None:
    read.faults.append(lead + words)


def _as_in_file(pattern: str) -> str:
    return pattern.replace("\\", "\\\\")


def _unlisted(name: str, listed: Iterable[str]) -> str:
    return f"found the family <{name}>, expected one of {', '.join([*listed, *sorted(KEPT)])}"
