"""Tickets (工单), their append-only history, their assignments and attachments."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.records.schema import assignments, attachments, event_texts, members, ticket_events, tickets

FIRST_NUMBER = 100_000
MATTER_LENGTH = 20
FINISHED = ("resolved", "closed", "withdrawn", "merged", "declined")


@dataclass(frozen=True)
class Ticket:
    """A row of `tickets`."""

    id: int
    resident_id: int
    inbound_id: int
    owner_id: int
    area_id: int
    category: str
    urgency: str
    for_desk: bool
    state: str
    place: str
    summary: str
    is_wordless: bool
    opened_at: datetime
    added_at: datetime
    due_at: datetime
    resolved_at: datetime | None

    @property
    def number(self) -> str:
        """What people call the ticket: 6 to 10 digits."""
        return str(FIRST_NUMBER + self.id)

    @property
    def matter(self) -> str:
        """The resident's words, short enough to name the ticket in a sentence."""
        line = " ".join(self.summary.split())
        return line if len(line) <= MATTER_LENGTH else line[: MATTER_LENGTH - 1] + "…"


@dataclass(frozen=True)
class Event:
    """One line of a ticket's history, with its text when there is one."""

    id: int
    at: datetime
    kind: str
    actor: str
    to_state: str | None
    facts: dict[str, Any]
    text: str


def create(connection: Connection, **values: object) -> Ticket:
    """Insert a ticket; `values` are its columns."""
    row = connection.execute(sa.insert(tickets).values(**values).returning(tickets)).one()
    return Ticket(**row._mapping)


def change(connection: Connection, ticket_id: int, **values: object) -> Ticket:
    """Set columns of a ticket and give it as it is now."""
    row = connection.execute(
        sa.update(tickets).where(tickets.c.id == ticket_id).values(**values).returning(tickets)
    ).one()
    return Ticket(**row._mapping)


def read(connection: Connection, ticket_id: int) -> Ticket | None:
    """The ticket of that id, if there is one."""
    row = connection.execute(sa.select(tickets).where(tickets.c.id == ticket_id)).one_or_none()
    return Ticket(**row._mapping) if row else None


def lock(connection: Connection, ticket_id: int) -> Ticket:
    """The ticket of that id, locked until the transaction ends."""
    return Ticket(
        **connection.execute(sa.select(tickets).where(tickets.c.id == ticket_id).with_for_update(key_share=True))
        .one()
        ._mapping
    )


def by_number(connection: Connection, number: str) -> Ticket | None:
    """The ticket that people call `number` (4 to 10 digits)."""
    ticket_id = int(number) - FIRST_NUMBER
    if not 0 < ticket_id < 2**31:
        return None
    return read(connection, ticket_id)


def count(connection: Connection) -> int:
    """How many tickets there are."""
    return connection.execute(sa.select(sa.func.count()).select_from(tickets)).scalar_one()


def of_resident(connection: Connection, resident_id: int, limit: int) -> list[Ticket]:
    """A resident's tickets, the one last spoken of first."""
    rows = connection.execute(
        sa.select(tickets)
        .where(tickets.c.resident_id == resident_id)
        .order_by(tickets.c.added_at.desc(), tickets.c.id.desc())
        .limit(limit)
    )
    return [Ticket(**row._mapping) for row in rows]


def of_owner(connection: Connection, member_id: int) -> list[Ticket]:
    """A member's open tickets, the one due first before the others."""
    rows = connection.execute(
        sa.select(tickets)
        .where(tickets.c.owner_id == member_id, tickets.c.state.not_in(FINISHED))
        .order_by(tickets.c.due_at, tickets.c.id)
    )
    return [Ticket(**row._mapping) for row in rows]


def left_behind(connection: Connection) -> list[Ticket]:
    """Open tickets whose owner is no longer in the roster, oldest first."""
    rows = connection.execute(
        sa.select(tickets)
        .join(members, members.c.id == tickets.c.owner_id)
        .where(members.c.is_active.is_(False), tickets.c.state.not_in(FINISHED))
        .order_by(tickets.c.id)
    )
    return [Ticket(**row._mapping) for row in rows]


def append(
    connection: Connection,
    ticket_id: int,
    now: datetime,
    kind: str,
    actor: str,
    *,
    text: str = "",
    member_id: int | None = None,
    from_state: str | None = None,
    to_state: str | None = None,
    inbound_id: int | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    """Add a line to the history. The text lies apart, so that it can be erased while the fact stays."""
    event_id = connection.execute(
        sa.insert(ticket_events)
        .values(
            ticket_id=ticket_id,
            at=now,
            kind=kind,
            actor=actor,
            member_id=member_id,
            from_state=from_state,
            to_state=to_state,
            inbound_id=inbound_id,
            facts=facts or {},
        )
        .returning(ticket_events.c.id)
    ).scalar_one()
    if text:
        connection.execute(sa.insert(event_texts).values(event_id=event_id, text=text))


def last_event(connection: Connection, ticket_id: int) -> tuple[str, datetime]:
    """(kind, at) of the newest line of the history."""
    row = connection.execute(
        sa.select(ticket_events.c.kind, ticket_events.c.at)
        .where(ticket_events.c.ticket_id == ticket_id)
        .order_by(ticket_events.c.id.desc())
        .limit(1)
    ).one()
    return row.kind, row.at


def times_of(connection: Connection, ticket_id: int, kind: str) -> list[datetime]:
    """When lines of that kind were written into the ticket's history, oldest first."""
    rows = connection.execute(
        sa.select(ticket_events.c.at)
        .where(ticket_events.c.ticket_id == ticket_id, ticket_events.c.kind == kind)
        .order_by(ticket_events.c.id)
    )
    return [row.at for row in rows]


def history(connection: Connection, ticket_id: int) -> list[Event]:
    """A ticket's history, oldest first."""
    rows = connection.execute(
        sa.select(
            ticket_events.c.id,
            ticket_events.c.at,
            ticket_events.c.kind,
            ticket_events.c.actor,
            ticket_events.c.to_state,
            ticket_events.c.facts,
            sa.func.coalesce(event_texts.c.text, "").label("text"),
        )
        .outerjoin(event_texts, event_texts.c.event_id == ticket_events.c.id)
        .where(ticket_events.c.ticket_id == ticket_id)
        .order_by(ticket_events.c.id)
    )
    return [Event(**row._mapping) for row in rows]


def assign(connection: Connection, ticket_id: int, member_id: int, why: str, now: datetime) -> None:
    """End the current assignment, if any, and begin one to this member."""
    connection.execute(
        sa.update(assignments)
        .where(assignments.c.ticket_id == ticket_id, assignments.c.ended_at.is_(None))
        .values(ended_at=now)
    )
    connection.execute(
        sa.insert(assignments).values(ticket_id=ticket_id, member_id=member_id, why=why, assigned_at=now)
    )


def show(connection: Connection, ticket_id: int, member_id: int, now: datetime) -> None:
    """The member saw this ticket in the chat now."""
    connection.execute(
        sa.update(assignments)
        .where(
            assignments.c.ticket_id == ticket_id,
            assignments.c.member_id == member_id,
            assignments.c.ended_at.is_(None),
        )
        .values(shown_at=now)
    )


def shown_at(connection: Connection, member_id: int) -> dict[int, datetime]:
    """When each of the member's current tickets was last shown to the member, by ticket id."""
    rows = connection.execute(
        sa.select(assignments.c.ticket_id, assignments.c.shown_at).where(
            assignments.c.member_id == member_id,
            assignments.c.ended_at.is_(None),
            assignments.c.shown_at.is_not(None),
        )
    )
    return {row.ticket_id: row.shown_at for row in rows}


def loads(connection: Connection, member_ids: list[int]) -> dict[int, tuple[int, datetime | None]]:
    """For each member: how many open tickets, and when the last one was assigned (None: never)."""
    found: dict[int, tuple[int, datetime | None]] = dict.fromkeys(member_ids, (0, None))
    open_tickets = sa.select(tickets.c.owner_id, sa.func.count().label("n")).where(
        tickets.c.owner_id.in_(member_ids), tickets.c.state.not_in(FINISHED)
    )
    counts = {row.owner_id: row.n for row in connection.execute(open_tickets.group_by(tickets.c.owner_id))}
    last = sa.select(
        assignments.c.member_id, sa.func.max(assignments.c.assigned_at, type_=assignments.c.assigned_at.type)
    ).where(assignments.c.member_id.in_(member_ids))
    lasts = dict(tuple(row) for row in connection.execute(last.group_by(assignments.c.member_id)))
    for member_id in member_ids:
        found[member_id] = (counts.get(member_id, 0), lasts.get(member_id))
    return found


def attach(connection: Connection, ticket_id: int, inbound_id: int, kind: str) -> None:
    """A picture, voice or video of the resident belongs to the ticket and is to be fetched."""
    connection.execute(
        sa.insert(attachments).values(ticket_id=ticket_id, inbound_id=inbound_id, kind=kind, state="wanted")
    )


def keep(connection: Connection, inbound_id: int, path: str | None) -> None:
    """The attachment of this letter lies at `path` below the media folder; None: it is lost."""
    connection.execute(
        sa.update(attachments)
        .where(attachments.c.inbound_id == inbound_id)
        .values(state="kept" if path else "lost", path=path)
    )


def attachments_of(connection: Connection, ticket_id: int) -> list[tuple[str, str, str | None]]:
    """(kind, state, path) of each attachment, oldest first."""
    rows = connection.execute(
        sa.select(attachments.c.kind, attachments.c.state, attachments.c.path)
        .where(attachments.c.ticket_id == ticket_id)
        .order_by(attachments.c.id)
    )
    return [tuple(row) for row in rows]
