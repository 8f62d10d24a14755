"""Inbound rows (来信): what came in, once per dedupe key, and what was answered."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.messages import Inbound
from bot.records.schema import inbound as letters
from bot.records.store import conflict_free_insert

TIMES = ("sent_at", "received_at")


@dataclass(frozen=True)
class Letter:
    """An inbound row. `reply` is None until it was handled."""

    id: int
    inbound: Inbound
    state: str
    reply: str | None


def record(connection: Connection, message: Inbound) -> None:
    """Write the message down, unless a delivery of it was written before."""
    connection.execute(
        conflict_free_insert(connection, letters)
        .values(
            key=message.key,
            openid=message.openid,
            kind=message.kind,
            message=_plain(message),
            received_at=message.received_at,
            state="received",
        )
        .on_conflict_do_nothing(index_elements=[letters.c.key])
    )


def lock(connection: Connection, key: str) -> Letter:
    """The letter with this key, locked until the transaction ends."""
    row = connection.execute(sa.select(letters).where(letters.c.key == key).with_for_update()).one()
    return Letter(row.id, _inbound(row.message), row.state, row.reply)


def finish(connection: Connection, letter_id: int, *, state: str, route: str, reply: str, now: datetime) -> None:
    """Store the answer. `state` is done or failed."""
    connection.execute(
        sa.update(letters)
        .where(letters.c.id == letter_id)
        .values(state=state, route=route, reply=reply, handled_at=now)
    )


def stuck(connection: Connection, before: datetime, limit: int) -> list[str]:
    """Keys of letters received before that time and never handled, oldest first."""
    return list(
        connection.execute(
            sa.select(letters.c.key)
            .where(letters.c.state == "received", letters.c.received_at < before)
            .order_by(letters.c.received_at)
            .limit(limit)
        ).scalars()
    )


def _plain(message: Inbound) -> dict[str, Any]:
    values = asdict(message)
    for name in TIMES:
        values[name] = values[name].isoformat()
    return values


def _inbound(values: dict[str, Any]) -> Inbound:
    known = {field.name for field in fields(Inbound)}
    kept = {name: value for name, value in values.items() if name in known}
    for name in TIMES:
        kept[name] = datetime.fromisoformat(kept[name])
    return Inbound(**kept)
