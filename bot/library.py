"""What the bot knows, kept up to date while it runs: the content's files and the wordings accepted since.

Every process looks for a change each few seconds, builds the new knowledge beside the old one on this loop's own
thread, and then swaps one reference: a message that is being handled keeps what it began with, the next one gets the
new. Areas, categories, members and shifts are rows of the database, which only `database prepare` or a restart of
`start` brings up to date; content with a category that the database does not know has to wait for that.
"""

import hashlib
import logging
import threading
from contextlib import nullcontext
from pathlib import Path

from bot.knowledge import Knower, Knowledge
from bot.precedence import Precedence
from bot.records import learning, roster
from bot.records.store import DatabaseError, Store
from faq.content import Content, ContentError, load_content
from faq.learning import Addition, with_wordings

log = logging.getLogger(__name__)


class Library:
    """Holds the current knowledge; calling it gives that. `run_once` looks for a change, `run` keeps looking."""

    def __init__(
        self, store: Store, folder: Path, check_seconds: float, knower: Knower, precedence: Precedence
    ) -> None:
        self._store, self._folder, self._check_seconds, self._knower = store, folder, check_seconds, knower
        self._precedence = precedence
        self._guard = threading.Lock()  # one builder at a time
        self._current: Knowledge | None = None
        self._serving = ("", learning.FILES_ALONE)  # digest of the files, version of the accepted wordings
        self._read: tuple[str, Content | ContentError] | None = None
        self._told = ""
        self._is_stale = False

    def __call__(self) -> Knowledge:
        """The current knowledge; the files alone when nobody has looked into the database yet.

        Raises ContentError when there is none yet and the files are faulty.
        """
        if self._current is None:
            with self._guard:
                if self._current is None:
                    files = digest(self._folder)
                    self._swap(files, learning.FILES_ALONE, self._content(files), ())
        assert self._current is not None
        return self._current

    def files_content(self) -> Content:
        """The content of the files, with nothing built from it. Raises ContentError when they are faulty."""
        with self._guard:
            return self._content(digest(self._folder))

    @property
    def is_stale(self) -> bool:
        """Whether the content has changed in a way that cannot be served: an older one is."""
        return self._is_stale

    def run_once(self) -> bool:
        """Swap in what has changed; whether anything was. What is faulty is told once, and the old one stays.

        Raises ContentError when there is no old one.
        """
        with self._guard:
            files = digest(self._folder)
            try:
                with self._store.read() as connection:
                    version_id = learning.newest_id(connection)
                    is_served = self._current is not None and (files, version_id) == self._serving
                    additions = () if is_served else learning.additions(connection, version_id)
                    categories = set() if is_served else roster.category_names(connection)
            except DatabaseError as error:
                self._tell(f"the accepted wordings cannot be read: {type(error).__name__}")
                return False
            if self._current is not None and is_served:
                self._is_stale, self._told = False, ""
                return False
            try:
                content = self._content(files)
                if self._current and (unknown := sorted(content.categories.keys() - categories)):
                    names = ", ".join(unknown)
                    raise ContentError([f"{self._folder / 'categories.toml'}: found {names}, run `database prepare`"])
            except ContentError as error:
                if self._current is None:
                    raise
                self._is_stale = True
                self._tell("\n".join(["the content cannot be served, the old one stays:", *error.faults]))
                return False
            self._swap(files, version_id, content, additions)
            return True

    def run(self, stop: threading.Event) -> None:
        """Look for changes until told to stop."""
        while not stop.wait(self._check_seconds):
            try:
                if not self.run_once():
                    self._complete()
            except Exception as error:  # whatever it is, the old knowledge serves on
                self._is_stale = True
                self._tell(f"the content cannot be looked at: {type(error).__name__}")

    def _content(self, files: str) -> Content:
        """The content of the files; read again only when they have changed, faulty or not."""
        if self._read is None or self._read[0] != files:
            try:
                with self._precedence.work() if self._current else nullcontext():
                    self._read = (files, load_content(self._folder))
            except ContentError as error:
                self._read = (files, error)
        found = self._read[1]
        if isinstance(found, ContentError):
            raise ContentError(found.faults)
        return found

    def _complete(self) -> None:
        """Let the encoders join whose vectors take long: a minute for the first time, so nobody waits for it."""
        with self._guard:
            if self._current is not None and not self._current.is_whole:
                with self._precedence.work():
                    self._current = self._knower.whole(self._current.content)
                log.info("content %s is served with all encoders", self._current.content.version)

    def _swap(self, files: str, version_id: int, content: Content, additions: tuple[Addition, ...]) -> None:
        with self._precedence.work() if self._current else nullcontext():
            grown = with_wordings(content, additions)
            knowledge = self._knower.soon(grown.content)
        self._current, self._serving = knowledge, (files, version_id)
        self._is_stale, self._told = False, ""
        log.info("content %s is served", grown.content.version)
        if grown.left_out:
            gone = ", ".join(sorted({addition.entry for addition in grown.left_out}))
            log.warning("%d accepted wordings have no place any more; entries: %s", len(grown.left_out), gone)

    def _tell(self, words: str) -> None:
        if words != self._told:
            log.error("%s", words)
        self._told = words


def digest(folder: Path) -> str:
    """What changes when any content file of the folder does."""
    found = hashlib.sha256()
    for path in sorted(folder.glob("*.toml")):
        raw = path.read_bytes()
        found.update(f"{path.name}\n{len(raw)}\n".encode() + raw)
    return found.hexdigest()
