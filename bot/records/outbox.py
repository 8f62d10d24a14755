"""The outbox: everything that is to be sent or fetched, written in the transaction that caused it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.records.schema import outbox


@dataclass(frozen=True)
class Notice:
    """An outbox row: a notification (通知) to one person, or a file to fetch."""

    id: int
    key: str
    kind: str
    resident_id: int
    ticket_id: int | None
    facts: dict[str, Any]
    tries: int
    created_at: datetime


NOTICE = (
    outbox.c.id,
    outbox.c.key,
    outbox.c.kind,
    outbox.c.resident_id,
    outbox.c.ticket_id,
    outbox.c.facts,
    outbox.c.tries,
    outbox.c.created_at,
)


def put(
    connection: Connection,
    key: str,
    kind: str,
    resident_id: int,
    facts: dict[str, Any],
    now: datetime,
    *,
    ticket_id: int | None = None,
) -> None:
    """Queue one notice. `key` is unique: the same cause never queues twice."""
    connection.execute(
        sa.insert(outbox).values(
            key=key,
            kind=kind,
            resident_id=resident_id,
            ticket_id=ticket_id,
            facts=facts,
            state="pending",
            created_at=now,
            due_at=now,
        )
    )


def claim(connection: Connection, now: datetime, leased_until: datetime, limit: int) -> list[Notice]:
    """Take up to `limit` due notices for as long as the lease: a killed sender's come back."""
    free = sa.or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= now)
    due = (
        sa.select(outbox.c.id)
        .where(outbox.c.state == "pending", outbox.c.due_at <= now, free)
        .order_by(outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(connection.execute(due).scalars())
    if not ids:
        return []
    rows = connection.execute(
        sa.update(outbox)
        .where(outbox.c.id.in_(ids))
        .values(leased_until=leased_until, tries=outbox.c.tries + 1)
        .returning(*NOTICE)
    )
    return sorted((Notice(**row._mapping) for row in rows), key=lambda notice: notice.id)


def mark(
    connection: Connection,
    notice_id: int,
    state: str,
    *,
    due_at: datetime | None = None,
    via: str | None = None,
    sent_at: datetime | None = None,
    error: str = "",
) -> None:
    """Write down what became of a claimed notice; `due_at` is the next try of a pending one."""
    values: dict[str, Any] = {"state": state, "leased_until": None, "via": via, "sent_at": sent_at}
    values["last_error"] = error[:200]
    if due_at:
        values["due_at"] = due_at
    connection.execute(sa.update(outbox).where(outbox.c.id == notice_id).values(**values))


def release_held(connection: Connection, resident_id: int, now: datetime) -> int:
    """What was held for this person may be sent now; how many there were."""
    return connection.execute(
        sa.update(outbox)
        .where(outbox.c.resident_id == resident_id, outbox.c.state == "held")
        .values(state="pending", due_at=now)
    ).rowcount


def counts(connection: Connection) -> dict[str, int]:
    """How many notices are in each state."""
    rows = connection.execute(sa.select(outbox.c.state, sa.func.count()).group_by(outbox.c.state))
    return dict(tuple(row) for row in rows)


def oldest_due(connection: Connection, now: datetime) -> datetime | None:
    """Since when the longest-waiting pending notice has been due."""
    return connection.execute(
        sa.select(sa.func.min(outbox.c.due_at, type_=outbox.c.due_at.type)).where(
            outbox.c.state == "pending", outbox.c.due_at <= now
        )
    ).scalar()
