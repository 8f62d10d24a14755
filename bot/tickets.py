"""What can be done with a ticket, and what follows from it: history, assignment, notices.

Every verb works inside the caller's transaction. MOVES is the one table of allowed moves.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot import duty
from bot.clock import dated
from bot.messages import Inbound
from bot.records import outbox, people, roster, tickets
from bot.records.people import Member, Resident
from bot.records.store import Connection
from bot.records.tickets import Ticket

Verb = Literal["accept", "answer", "resolve", "confirm", "reopen", "withdraw"]
UNSORTED = "其他"  # the category of what nobody has sorted yet
# An emergency is answered within two hours whatever its category (as in Beijing's DB11/T 2021).
EMERGENCY_HOURS = 2
SUMMARY_LENGTH = 600
PLACE_LENGTH = 120

# (state, verb) -> the state after it. What is not here is refused.
MOVES: dict[tuple[str, Verb], str] = {
    ("open", "accept"): "accepted",
    ("assigned", "accept"): "accepted",
    ("open", "answer"): "accepted",
    ("assigned", "answer"): "accepted",
    ("accepted", "answer"): "accepted",
    ("waiting", "answer"): "waiting",
    ("open", "resolve"): "resolved",
    ("assigned", "resolve"): "resolved",
    ("accepted", "resolve"): "resolved",
    ("waiting", "resolve"): "resolved",
    ("resolved", "confirm"): "closed",
    ("resolved", "reopen"): "assigned",
    ("closed", "reopen"): "assigned",
    ("open", "withdraw"): "withdrawn",
    ("assigned", "withdraw"): "withdrawn",
    ("accepted", "withdraw"): "withdrawn",
    ("waiting", "withdraw"): "withdrawn",
}
# What the resident is told when a member moves the ticket.
TELLS: dict[Verb, str] = {"accept": "accepted", "answer": "answered", "resolve": "resolved"}
# What the owner is told when the resident moves it.
TELLS_OWNER: dict[Verb, str] = {"reopen": "reopened", "withdraw": "withdrawn"}


class IllegalMove(Exception):
    """The table of moves does not allow the verb in the ticket's state."""

    def __init__(self, ticket: Ticket, verb: Verb) -> None:
        super().__init__(f"{verb} is not allowed in state {ticket.state}")
        self.ticket, self.verb = ticket, verb


@dataclass(frozen=True)
class Matter:
    """What a resident reports, as understood."""

    summary: str
    category: str
    urgency: str
    area_id: int
    place: str = ""
    is_wordless: bool = False  # the summary is ours: a picture, a voice, a location card
    for_desk: bool = False  # wanted: the coordinator, whatever the roster says


@dataclass(frozen=True)
class Tickets:
    """The verbs on tickets in one transaction at one time."""

    connection: Connection
    now: datetime

    def open(
        self, resident: Resident, inbound_id: int, matter: Matter, message: Inbound | None = None
    ) -> tuple[Ticket, Member]:
        """Open a ticket with an owner; the owner's notice is queued. The message opens at most one, and the
        picture or voice that it carries belongs to the ticket."""
        choice = self._choose(matter.area_id, matter.category, matter.for_desk)
        ticket = tickets.create(
            self.connection,
            resident_id=resident.id,
            inbound_id=inbound_id,
            owner_id=choice.member_id,
            area_id=matter.area_id,
            category=matter.category,
            urgency=matter.urgency,
            for_desk=matter.for_desk,
            state="assigned" if choice.area_id else "open",
            place=matter.place[:PLACE_LENGTH],
            summary=matter.summary[:SUMMARY_LENGTH],
            is_wordless=matter.is_wordless,
            opened_at=self.now,
            added_at=self.now,
            due_at=self._due(self.now, matter.category, matter.urgency),
        )
        tickets.append(
            self.connection,
            ticket.id,
            self.now,
            "opened",
            "resident",
            text=matter.summary,
            to_state="open",
            inbound_id=inbound_id,
            facts={"category": matter.category, "urgency": matter.urgency},
        )
        owner = self._assign(ticket, choice, from_state="open")
        if message and message.media_id:
            self.keep_media(ticket, message, inbound_id)
        return ticket, owner

    def add(self, ticket: Ticket, message: Inbound, inbound_id: int, *, place: str = "") -> Ticket:
        """The message joins the ticket: its words, its picture or voice, the place it names."""
        text = message.text or (f"[位置] {message.label}".strip() if message.kind == "location" else "")
        facts: dict[str, object] = {"kind": message.kind}
        if message.kind == "location":
            facts |= {"latitude": message.latitude, "longitude": message.longitude}
        tickets.append(
            self.connection, ticket.id, self.now, "added", "resident", text=text, inbound_id=inbound_id, facts=facts
        )
        if message.media_id:
            self.keep_media(ticket, message, inbound_id)
        changes: dict[str, object] = {"added_at": self.now}
        if place and not ticket.place:
            changes["place"] = place[:PLACE_LENGTH]
        if message.text and ticket.is_wordless:
            changes |= {"summary": message.text[:SUMMARY_LENGTH], "is_wordless": False}
        return tickets.change(self.connection, ticket.id, **changes)

    def keep_media(self, ticket: Ticket, message: Inbound, inbound_id: int) -> None:
        """The picture, voice or video belongs to the ticket and is to be fetched before WeChat drops it."""
        tickets.attach(self.connection, ticket.id, inbound_id, message.kind)
        values: dict[str, object] = {"media_id": message.media_id, "inbound_id": inbound_id, "kind": message.kind}
        self._queue(f"media:{inbound_id}", "media", ticket.resident_id, values, ticket.id)

    def tell_owner(self, ticket: Ticket, inbound_id: int, words: str) -> None:
        """The owner hears that the resident added something."""
        self._notify(f"added:{inbound_id}", "added", ticket, self._owner(ticket), words=words)

    def reconsider(self, ticket: Ticket, inbound_id: int, *, category: str, area_id: int) -> Ticket:
        """What was added names the category or a nearer area: while nobody took the ticket, dispatch it anew."""
        if ticket.for_desk or ticket.state not in ("open", "assigned"):
            return ticket
        ticket = tickets.change(
            self.connection,
            ticket.id,
            category=category,
            area_id=area_id,
            due_at=self._due(ticket.opened_at, category, ticket.urgency),
        )
        choice = self._choose(area_id, category, for_desk=False)
        if choice.member_id == ticket.owner_id:
            return ticket
        self._notify(f"moved:{inbound_id}", "moved", ticket, self._owner(ticket))
        after = "assigned" if choice.area_id else "open"
        moved = tickets.change(self.connection, ticket.id, owner_id=choice.member_id, state=after)
        self._assign(moved, choice, from_state=ticket.state)
        return moved

    def rehome(self) -> int:
        """Give the open tickets of members who left the roster to who is on duty now; how many there were."""
        left = tickets.left_behind(self.connection)
        for ticket in left:
            choice = self._choose(ticket.area_id, ticket.category, ticket.for_desk)
            after = "assigned" if choice.area_id else "open"
            moved = tickets.change(self.connection, ticket.id, owner_id=choice.member_id, state=after)
            self._assign(moved, choice, from_state=ticket.state)
        return len(left)

    def raise_urgency(self, ticket: Ticket, inbound_id: int, urgency: str, words: str) -> Ticket:
        """The matter is worse than it first seemed: the owner hears it, and in which words."""
        tickets.append(
            self.connection,
            ticket.id,
            self.now,
            "urgency",
            "bot",
            inbound_id=inbound_id,
            facts={"from": ticket.urgency, "to": urgency},
        )
        due_at = min(ticket.due_at, self._due(self.now, ticket.category, urgency))
        ticket = tickets.change(self.connection, ticket.id, urgency=urgency, due_at=due_at)
        if words not in ticket.summary:
            summary = f"{words} | {ticket.summary}"[:SUMMARY_LENGTH]
            ticket = tickets.change(self.connection, ticket.id, summary=summary)
        self._notify(f"urgent:{inbound_id}", "assigned", ticket, self._owner(ticket))
        return ticket

    def move(self, ticket: Ticket, verb: Verb, member: Member | None, inbound_id: int, words: str = "") -> Ticket:
        """Move the ticket as the table allows and tell who must know. Raises IllegalMove otherwise.

        `member` is None when the resident moves it.
        """
        ticket = tickets.lock(self.connection, ticket.id)
        after = MOVES.get((ticket.state, verb))
        if after is None:
            raise IllegalMove(ticket, verb)
        changes: dict[str, object] = {"state": after}
        if verb == "resolve":
            changes["resolved_at"] = self.now
        if verb == "answer":
            changes["added_at"] = self.now  # what the resident says next is about this
        if verb == "reopen":
            due_at = self._due(self.now, ticket.category, ticket.urgency)
            changes |= {"resolved_at": None, "added_at": self.now, "due_at": due_at}
        tickets.append(
            self.connection,
            ticket.id,
            self.now,
            verb,
            member.role if member else "resident",
            member_id=member.id if member else None,
            text=words,
            from_state=ticket.state,
            to_state=after,
            inbound_id=inbound_id,
        )
        ticket = tickets.change(self.connection, ticket.id, **changes)
        if member:
            tickets.show(self.connection, ticket.id, member.id, self.now)
            if verb != "answer" or words:
                told = TELLS[verb]
                values = self._values(ticket, member) | {"words": words}
                self._queue(f"{told}:{inbound_id}", told, ticket.resident_id, values, ticket.id)
        elif verb in TELLS_OWNER:
            self._notify(f"{verb}:{inbound_id}", TELLS_OWNER[verb], ticket, self._owner(ticket), words=words)
        return ticket

    def hurry(self, ticket: Ticket, inbound_id: int, words: str, times: int) -> None:
        """The resident asks to be quick, for the `times`-th time: the history and the owner know it."""
        facts: dict[str, object] = {"times": times}
        tickets.append(
            self.connection, ticket.id, self.now, "hurry", "resident", text=words, inbound_id=inbound_id, facts=facts
        )
        self._notify(f"hurry:{inbound_id}", "hurried", ticket, self._owner(ticket), words=words, times=times)

    def speak_of(self, ticket: Ticket) -> None:
        """What the resident says next is about this ticket."""
        tickets.change(self.connection, ticket.id, added_at=self.now)

    def _assign(self, ticket: Ticket, choice: duty.Choice, from_state: str) -> Member:
        tickets.assign(self.connection, ticket.id, choice.member_id, choice.why, self.now)
        tickets.append(
            self.connection,
            ticket.id,
            self.now,
            "assigned",
            "bot",
            member_id=choice.member_id,
            from_state=from_state,
            to_state=ticket.state,
            facts={"why": choice.why},
        )
        owner = people.member(self.connection, choice.member_id)
        self._notify(f"assigned:{ticket.id}:{choice.member_id}:{self.now.timestamp()}", "assigned", ticket, owner)
        return owner

    def _choose(self, area_id: int, category: str, for_desk: bool) -> duty.Choice:
        if for_desk:
            return self._choose_desk()
        chain = roster.chain(self.connection, area_id)
        shifts = roster.shifts_in(self.connection, chain)
        desk = people.coordinators(self.connection)
        loads = tickets.loads(self.connection, [*{s.member_id for s in shifts}, *(c.id for c in desk)])
        away = roster.away(self.connection, self.now)
        return duty.choose(shifts, chain, desk, loads, away, category, self.now)

    def _choose_desk(self) -> duty.Choice:
        desk = people.coordinators(self.connection)
        shifts = roster.shifts_in(self.connection, [area.id for area in roster.all_areas(self.connection)])
        loads = tickets.loads(self.connection, [coordinator.id for coordinator in desk])
        return duty.choose_coordinator(shifts, desk, loads, roster.away(self.connection, self.now), self.now)

    def _due(self, since: datetime, category: str, urgency: str) -> datetime:
        """By when a matter of this category and urgency is to be resolved."""
        is_emergency = urgency == "emergency"
        hours = EMERGENCY_HOURS if is_emergency else roster.time_limit_hours(self.connection, category)
        return since + timedelta(hours=hours)

    def _owner(self, ticket: Ticket) -> Member:
        return people.member(self.connection, ticket.owner_id)

    def _notify(self, key: str, kind: str, ticket: Ticket, member: Member, words: str = "", **more: object) -> None:
        # A member who has not bound a WeChat yet cannot be told; the ticket waits in 我的工单.
        if member.resident_id:
            values = self._values(ticket, member) | {"words": words, "member_id": member.id} | more
            self._queue(key, kind, member.resident_id, values, ticket.id)

    def _values(self, ticket: Ticket, member: Member) -> dict[str, object]:
        return {
            "number": ticket.number,
            "summary": ticket.summary,
            "category": ticket.category,
            "urgency": ticket.urgency,
            "place": ticket.place,
            "area": roster.area(self.connection, ticket.area_id).name,
            "member": member.name,
            "due": dated(ticket.due_at),
        }

    def _queue(self, key: str, kind: str, resident_id: int, values: dict[str, object], ticket_id: int | None) -> None:
        outbox.put(self.connection, key, kind, resident_id, values, self.now, ticket_id=ticket_id)
