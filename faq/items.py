"""The tables of the content files: what each may hold."""

import re
import warnings
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field

from faq.reading import Item

PLACEHOLDER = "【待填"
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
LEVELS = ("city", "banner", "township", "community")
INTENTS = ("request", "question", "suggestion", "thanks", "chat")


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


def _cue(text: str) -> str:
    if not all(word.strip(" @") for part in text.split("+") for word in part.split("|")):
        raise ValueError("a word, a concept as in @停水, or words that are said together as in 狗|犬+咬|追")
    return text


Cue = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_cue)]


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
    def wordings(self) -> tuple[str, ...]:
        """The texts that ask for it: the question and its other wordings."""
        return (self.question, *self.similar)

    @property
    def served_answer(self) -> str:
        """The answer, with what is local once somebody has filled it in."""
        is_filled = self.local and PLACEHOLDER not in self.local
        return f"{self.answer}\n{self.local}" if is_filled else self.answer


class Unanswered(Item):
    """Questions that sound like an entry and that no entry answers. `beside` names that entry for who reads the file;
    nothing else depends on it, so that an entry may go."""

    beside: Annotated[str, Field(min_length=1, max_length=60)]
    questions: Annotated[tuple[Word, ...], Field(min_length=1)]


class Category(Item):
    """A kind of matter (事项类别) and the words that tell it."""

    name: Annotated[str, Field(min_length=1, max_length=16)]
    time_limit_hours: Annotated[int, Field(gt=0)]
    decisive: tuple[Cue, ...] = ()
    strong: tuple[Cue, ...] = ()
    middle: tuple[Cue, ...] = ()
    words: tuple[Cue, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    not_when: tuple[Pattern, ...] = ()


class Family(Item):
    """Words of a kind, which patterns of urgency name as <name>; each line is some of them, joined by |."""

    name: Annotated[str, Field(pattern=r"^[\u4e00-\u9fff]{1,8}$")]
    words: Annotated[tuple[Annotated[Pattern, Field(max_length=120)], ...], Field(min_length=1)]


class Danger(Item):
    """A danger to life: whom to call first, and what to do at once."""

    name: Word
    call: Annotated[str, Field(pattern=r"^[0-9 或、]{3,20}$")]
    advice: Annotated[str, Field(min_length=4, max_length=120)]
    category: str = ""
    patterns: Annotated[tuple[Pattern, ...], Field(min_length=1)]
    unless: tuple[Pattern, ...] = ()
    is_plea: bool = False  # the sender calls for help: what is only told of is no exception


class Cues(Item):
    """Words and patterns that speak for an intent or an urgency."""

    words: tuple[Word, ...] = ()
    patterns: tuple[Pattern, ...] = ()


class Speech(Item):
    """A way of speaking that tells what the sender wants. `asks`: a clause that has it asks."""

    name: Word
    words: tuple[Word, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    asks: bool = False


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


class Concept(Item):
    """Words that mean the same: what people say, and the standard word, which names it."""

    name: Word
    words: Annotated[tuple[Annotated[str, Field(min_length=2, max_length=16)], ...], Field(min_length=2)]


class Example(Item):
    """Messages with the same labels, to learn from."""

    intent: Literal[INTENTS]  # type: ignore[valid-type]
    category: str
    urgency: Literal["emergency", "urgent", "normal"] = "normal"
    texts: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=600)], ...], Field(min_length=1)]
