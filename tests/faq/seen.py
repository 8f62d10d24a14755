"""Messages with labels and what was understood of them, made up without an understander."""

from typing import Any

from faq.assess import Labelled, Seen
from faq.items import Danger, Entry
from faq.match import NO_MATCH, Band, Choice, Match
from faq.understand import Understanding

FIRE = Danger(name="火灾", call="119", advice="先离开屋子。", patterns=("着火",))


def entry(name: str) -> Entry:
    """An entry whose question is told from its id."""
    return Entry.model_construct(id=name, category="其他", question=f"{name}怎么办", similar=(), answer="", source="")


def match(band: Band, score: float, *names: str) -> Match:
    """What is answered or offered, best first."""
    return Match(band, score, tuple(Choice(entry(name), score) for name in names)) if names else NO_MATCH


def seen(text: str, got: dict[str, Any] | None = None, ranked: tuple[str, ...] = (), **labels: Any) -> Seen:
    """A message that is understood as its labels say, but for `got`."""
    given = {"id": f"id-{text}", "intent": "request", "category": "其他", "urgency": "normal"} | labels
    message = Labelled(text=text, **given)
    understood = {
        "intent": message.intent,
        "category": message.category,
        "evidence": (),
        "urgency": message.urgency,
        "danger": FIRE if message.urgency == "emergency" else None,
        "place": message.place,
        "match": NO_MATCH,
    }
    return Seen(message, Understanding(**(understood | (got or {}))), ranked)
