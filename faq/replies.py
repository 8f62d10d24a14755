"""The bot's sentences, by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter


@dataclass(frozen=True)
class Replies:
    """Sentences with {placeholders}, under dotted names such as `report.opened`."""

    sentences: Mapping[str, str]

    def say(self, name: str, **values: object) -> str:
        """The sentence of that name, its values filled in. Raises KeyError for an unknown name or a missing value."""
        return self.sentences[name].format_map(values).strip("\n")

    def placeholders(self, name: str) -> set[str]:
        """The names in braces that the sentence wants."""
        return {field for _, field, _, _ in Formatter().parse(self.sentences[name]) if field}
