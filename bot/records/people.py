"""Residents and members. Everyone who writes to the account is a resident; some are members as well."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.records.schema import members, residents
from bot.records.store import conflict_free_insert


@dataclass(frozen=True)
class Resident:
    """A row of `residents`; the counters belong to WeChat's sending windows."""

    id: int
    openid: str
    area_id: int | None
    is_following: bool
    created_at: datetime
    last_inbound_id: int | None
    wrote_at: datetime | None
    sent_since_wrote: int
    touched_at: datetime | None
    sent_since_touched: int


Role = Literal["member", "coordinator"]


@dataclass(frozen=True)
class Member:
    """A row of `members`: a 值班委员, or a 调度员 when `role` is coordinator."""

    id: int
    name: str
    role: Role
    sector: str
    area_id: int
    resident_id: int | None
    is_active: bool
    acted_at: datetime | None


MEMBER = (
    members.c.id,
    members.c.name,
    members.c.role,
    members.c.sector,
    members.c.area_id,
    members.c.resident_id,
    members.c.is_active,
    members.c.acted_at,
)


def meet(connection: Connection, openid: str, now: datetime) -> Resident:
    """The resident of `openid`, locked until the transaction ends; written down when new."""
    if found := _lock(connection, residents.c.openid == openid):
        return found
    connection.execute(
        conflict_free_insert(connection, residents)
        .values(openid=openid, is_following=True, created_at=now)
        .on_conflict_do_nothing(index_elements=[residents.c.openid])
    )
    met = _lock(connection, residents.c.openid == openid)
    assert met is not None
    return met


def resident(connection: Connection, resident_id: int) -> Resident:
    """The resident of that id."""
    return Resident(**connection.execute(sa.select(residents).where(residents.c.id == resident_id)).one()._mapping)


def change_resident(connection: Connection, resident_id: int, **values: object) -> None:
    """Set columns of one resident."""
    connection.execute(sa.update(residents).where(residents.c.id == resident_id).values(**values))


def count_sent(connection: Connection, resident_id: int) -> None:
    """One more customer-service message went to this resident: both windows count it."""
    connection.execute(
        sa.update(residents)
        .where(residents.c.id == resident_id)
        .values(
            sent_since_wrote=residents.c.sent_since_wrote + 1,
            sent_since_touched=residents.c.sent_since_touched + 1,
        )
    )


def member(connection: Connection, member_id: int) -> Member:
    """The member of that id."""
    return Member(**connection.execute(sa.select(*MEMBER).where(members.c.id == member_id)).one()._mapping)


def member_of(connection: Connection, resident_id: int) -> Member | None:
    """The active member who is bound to this resident's WeChat, if any."""
    row = connection.execute(
        sa.select(*MEMBER).where(members.c.resident_id == resident_id, members.c.is_active)
    ).one_or_none()
    return Member(**row._mapping) if row else None


def coordinators(connection: Connection) -> list[Member]:
    """Every active coordinator, oldest first."""
    rows = connection.execute(
        sa.select(*MEMBER).where(members.c.role == "coordinator", members.c.is_active).order_by(members.c.id)
    )
    return [Member(**row._mapping) for row in rows]


def bind(connection: Connection, code_hash: str, resident_id: int) -> Member | None:
    """Bind the member with this one-time code to a resident's WeChat; None when the code fits nobody."""
    connection.execute(
        sa.update(members)
        .where(members.c.resident_id == resident_id, members.c.is_active.is_(False))
        .values(resident_id=None)
    )
    row = connection.execute(
        sa.update(members)
        .where(members.c.code_hash == code_hash, members.c.is_active)
        .values(resident_id=resident_id, code_hash=None)
        .returning(*MEMBER)
    ).one_or_none()
    return Member(**row._mapping) if row else None


def note_action(connection: Connection, member_id: int, now: datetime) -> None:
    """The member acted now: what was shown earlier is no longer waiting for a digit."""
    connection.execute(sa.update(members).where(members.c.id == member_id).values(acted_at=now))


def unbound(connection: Connection) -> list[str]:
    """The names of active members who have not bound a WeChat yet."""
    return list(
        connection.execute(
            sa.select(members.c.name).where(members.c.is_active, members.c.resident_id.is_(None))
        ).scalars()
    )


def openids(connection: Connection) -> list[tuple[str, str, Role]]:
    """(openid, name, role) of every bound, active member."""
    rows = connection.execute(
        sa.select(residents.c.openid, members.c.name, members.c.role)
        .join(residents, residents.c.id == members.c.resident_id)
        .where(members.c.is_active)
        .order_by(members.c.id)
    )
    return [tuple(row) for row in rows]


def _lock(connection: Connection, condition: sa.ColumnElement[bool]) -> Resident | None:
    row = connection.execute(sa.select(residents).where(condition).with_for_update(key_share=True)).one_or_none()
    return Resident(**row._mapping) if row else None
