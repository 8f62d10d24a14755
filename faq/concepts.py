"""What people call things, and the standard words: faq/concepts.toml as something to look up in."""

from collections.abc import Iterable

from faq.items import Concept
from faq.normalise import normalise


class Concepts:
    """Words and their concepts."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self._names = {
            normalise(word): concept.name for concept in concepts for word in concept.words if normalise(word)
        }
        self._sizes = sorted({len(word) for word in self._names}, reverse=True)

    def find(self, text: str) -> list[str]:
        """The names of the concepts in a normalised text, each once: the longest word wins, from the left."""
        found: dict[str, None] = {}
        position = 0
        while position < len(text):
            for size in self._sizes:
                name = self._names.get(text[position : position + size])
                if name is not None:
                    found[name] = None
                    position += min(size, len(text) - position)
                    break
            else:
                position += 1
        return list(found)
