"""What a handler is given, and what a route is. Handlers import this and the verbs, never each other."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Literal

from bot.knowledge import Knowledge
from bot.memory import Conversation
from bot.messages import Inbound
from bot.records import roster, tickets
from bot.records.people import Member, Resident
from bot.records.store import Connection
from bot.records.tickets import FINISHED, Ticket
from bot.settings import Settings
from bot.tickets import Tickets
from faq.items import Entry
from faq.normalise import bare
from faq.understand import Understanding

Who = Literal["anyone", "member"]


@dataclass
class Context:
    """One message, its sender, what is remembered and known, inside one open transaction."""

    inbound: Inbound
    inbound_id: int
    now: datetime
    connection: Connection
    resident: Resident
    member: Member | None
    talk: Conversation
    knowledge: Knowledge
    settings: Settings
    remembered: Conversation = field(init=False)

    def __post_init__(self) -> None:
        # Choices are for the very next message; a question asked about a ticket waits longer.
        self.remembered = replace(self.talk, choices=(), words="", answered="", match_id=0, listed=(), verb="")

    @cached_property
    def words(self) -> str:
        """The text without blanks and punctuation around it, for comparing with commands and digits.

        A menu button that was tapped says its key, so a menu's keys are commands: 进度, 帮助, 转人工.
        """
        return bare(self.inbound.event_key if self.inbound.event == "click" else self.inbound.text)

    @property
    def has_words(self) -> bool:
        """Whether there is something to understand: a text, or a voice that WeChat put into words."""
        return self.inbound.kind in ("text", "voice") and bool(self.inbound.text.strip())

    @cached_property
    def understood(self) -> Understanding:
        """What the text means; worked out once."""
        return self.knowledge.understander.understand(self.inbound.text)

    @cached_property
    def tickets(self) -> Tickets:
        """The verbs on tickets."""
        return Tickets(self.connection, self.now)

    @cached_property
    def own_tickets(self) -> list[Ticket]:
        """The resident's latest tickets, the one last spoken of first."""
        return tickets.of_resident(self.connection, self.resident.id, 20)

    @property
    def current_ticket(self) -> Ticket | None:
        """The ticket that the next words of this resident join: unfinished and spoken of a short while ago."""
        oldest = self.now - timedelta(minutes=self.settings.desk.join_minutes)
        return next((t for t in self.own_tickets if t.state not in FINISHED and t.added_at > oldest), None)

    @cached_property
    def is_shown_since_talk(self) -> bool:
        """Whether this member was shown a ticket since the last reply: a bare digit is then about that ticket."""
        at = self.talk.at
        if self.member is None or at is None:
            return False
        return any(shown > at for shown in tickets.shown_at(self.connection, self.member.id).values())

    @cached_property
    def areas(self) -> list[roster.Area]:
        """The area tree."""
        return roster.all_areas(self.connection)

    def area_of(self, text: str) -> int | None:
        """The id of the most specific area that a text or else the location card names, None when they name none."""
        name = self.knowledge.area_named(text)
        if name is None and self.inbound.latitude is not None and self.inbound.longitude is not None:
            within = self.settings.content.nearest_km
            name = self.knowledge.area_near(self.inbound.latitude, self.inbound.longitude, within)
        return next((area.id for area in self.areas if area.name == name), None) if name else None

    @property
    def home_area_id(self) -> int:
        """The resident's own area when known (from a community's QR code), else the city."""
        return self.resident.area_id or next(area.id for area in self.areas if area.level == "city")

    def entry(self, entry_id: str) -> Entry | None:
        """The entry of that id; None when the content that was swapped in meanwhile has none."""
        try:
            return self.knowledge.content.entry(entry_id)
        except KeyError:
            return None

    def say(self, name: str, **values: object) -> str:
        """A sentence of faq/replies.toml."""
        return self.knowledge.content.replies.say(name, **values)

    def remember(self, **changes: Any) -> None:
        """What the next message of this person needs to know."""
        self.remembered = replace(self.remembered, **changes)


@dataclass(frozen=True)
class Route:
    """One thing a resident or member can do. `fits` has no effects; `handle` gives the reply text, "" for silence."""

    name: str
    who: Who
    fits: Callable[[Context], bool]
    handle: Callable[[Context], str]

    def takes(self, context: Context) -> bool:
        """Whether this route answers the message."""
        return (self.who == "anyone" or context.member is not None) and self.fits(context)
