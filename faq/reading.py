"""Reads the content's TOML files so that every complaint can name file and line."""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

HEADER = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]\]?\s*(#.*)?$")
BROKEN_AT = re.compile(r"^(.*) \(at line (\d+), column \d+\)$")


class ContentError(Exception):
    """The content cannot be used; `faults` is one line per fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Item(BaseModel):
    """A table of a content file: frozen, and an unknown key is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")


T = TypeVar("T", bound=Item)


@lru_cache(maxsize=32)
def _parsed(text: str) -> Mapping[str, Any]:
    """Of a reload, most files are as they were: only what has changed is parsed. Nobody changes what is parsed."""
    return tomllib.loads(text)


class TomlFile:
    """One file, with the lines on which its tables and keys stand."""

    def __init__(self, path: Path, raw: bytes) -> None:
        text = raw.decode("utf-8").replace("\r\n", "\n")
        self.path = path
        self.values = _parsed(text)
        self._lines = text.split("\n")

    def line(self, table: str, number: int | None = None, key: str = "", value: str = "") -> int:
        """The line (from 1) of the `number`-th [[table]], or of [table] when None; with `key`, of that key in
        it; with `value`, of the first line from there on that holds it. The nearest of these that is found."""
        opening = "[" if number is None else "[["
        headers = [(n, found) for n, text in enumerate(self._lines) if (found := HEADER.match(text))]
        starts = [n for n, found in headers if (found[1], found[2]) == (opening, table)]
        if len(starts) <= (number or 0):
            return 1
        start = starts[number or 0]
        end = next((n for n, _ in headers if n > start), len(self._lines))
        at = start
        if key:
            keyed = re.compile(rf'\s*"?{re.escape(key)}"?\s*=')
            at = next((n for n in range(start + 1, end) if keyed.match(self._lines[n])), start)
            if value:
                at = next((n for n in range(at, end) if value in self._lines[n]), at)
        return at + 1


class Reader:
    """Reads files and gathers every fault on the way instead of stopping at the first."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self._digest = hashlib.sha256()
        self._origins: dict[int, tuple[TomlFile, str, int]] = {}

    @property
    def version(self) -> str:
        """Sixteen characters that change when any file read so far does."""
        return self._digest.hexdigest()[:16]

    def file(self, path: Path) -> TomlFile | None:
        """The file, or None and a fault."""
        try:
            raw = path.read_bytes()
            self._digest.update(f"{path.name}\n{len(raw)}\n".encode() + raw)
            return TomlFile(path, raw)
        except OSError as error:
            self.faults.append(f"{path}: found no readable file ({error.strerror})")
        except UnicodeDecodeError:
            self.faults.append(f"{path}: found bytes that are not UTF-8, expected UTF-8 text")
        except tomllib.TOMLDecodeError as error:
            found = BROKEN_AT.match(str(error))
            where, words = (f"{path}:{found[2]}", found[1]) if found else (f"{path}", str(error))
            self.faults.append(f"{where}: found broken TOML, expected a readable file ({words})")
        return None

    def items(self, file: TomlFile | None, table: str, kind: type[T]) -> list[T]:
        """The [[table]]s of a file, without the faulty ones."""
        listed = file.values.get(table, []) if file else []
        if file is None or not isinstance(listed, list):
            if file is not None:
                self.faults.append(
                    f"{file.path}:{file.line(table)}: {table}: found one [{table}], expected [[{table}]]"
                )
            return []
        found = []
        for number, values in enumerate(listed):
            if (item := self._item(file, table, number, values, kind)) is not None:
                self._origins[id(item)] = (file, table, number)
                found.append(item)
        return found

    def declared(self, file: TomlFile | None, table: str) -> set[str]:
        """The names of all [[table]]s, faulty ones too: what refers to one of those is no second fault."""
        listed = file.values.get(table, []) if file else []
        return {values["name"] for values in listed if isinstance(values, dict) and isinstance(values.get("name"), str)}

    def table(self, file: TomlFile | None, table: str, kind: type[T], is_needed: bool = True) -> T | None:
        """The one [table] of a file; None when it is missing (a fault where it is needed) or faulty."""
        if file is None:
            return None
        if table not in file.values:
            if not is_needed:
                return None
            self.faults.append(f"{file.path}: found no [{table}], expected one")
            return None
        return self._item(file, table, None, file.values[table], kind)

    def complain(self, item: Item, key: str, words: str, value: str = "") -> None:
        """A fault of an item that `items` gave."""
        file, table, number = self._origins[id(item)]
        self.faults.append(f"{file.path}:{file.line(table, number, key, value)}: {words}")

    def refuse_other_tables(self, file: TomlFile | None, known: Iterable[str]) -> None:
        """A table that nothing reads is a fault: it is misspelt or in the wrong file."""
        if file:
            for name in sorted(file.values.keys() - set(known)):
                number = 0 if isinstance(file.values[name], list) else None
                self.faults.append(
                    f"{file.path}:{file.line(name, number)}: found {name!r}, expected only {', '.join(known)}"
                )

    def _item(self, file: TomlFile, table: str, number: int | None, values: Any, kind: type[T]) -> T | None:
        try:
            return kind.model_validate(values)
        except ValidationError as error:
            name = (values.get("id") or values.get("name")) if isinstance(values, dict) else None
            places = [fault["loc"] for fault in error.errors()]
            for fault in error.errors():
                if fault["type"] == "too_short" and any(fault["loc"] == place[:-1] for place in places):
                    continue  # the list is only too short because of the faulty item, which is told by itself
                where, value = fault["loc"], fault["input"]
                line = file.line(table, number, str(where[0]) if where else "", value if isinstance(value, str) else "")
                key = ".".join(str(part) for part in where)
                found, expected = repr(value)[:60], fault["msg"]
                if fault["type"] == "missing":
                    found, expected = "nothing", "this key"
                elif fault["type"] == "extra_forbidden":
                    expected = "no such key (is it misspelt?)"
                item = f"{table} {name or (number or 0) + 1}"
                self.faults.append(f"{file.path}:{line}: {item}: {key}: found {found}, expected: {expected}")
        return None
