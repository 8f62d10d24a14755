"""Areas, categories in use and the duty roster: what is read at dispatch, and the sync from the content."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.records.schema import absences, areas, categories, members, shifts
from bot.records.store import conflict_free_insert


@dataclass(frozen=True)
class Area:
    """A row of `areas`, a node of the tree city, banner, township, community."""

    id: int
    parent_id: int | None
    level: str
    name: str
    aliases: list[str]
    latitude: float | None
    longitude: float | None
    scene: str | None


@dataclass(frozen=True)
class Shift:
    """A shift (班次) with what dispatch needs of its member. Minutes count from midnight, Asia/Shanghai."""

    member_id: int
    area_id: int
    categories: list[str]
    weekday: int | None
    on_date: str | None
    starts_minute: int
    ends_minute: int


def all_areas(connection: Connection) -> list[Area]:
    """The whole tree, parents before children."""
    rows = connection.execute(sa.select(areas).order_by(areas.c.id))
    return [Area(**row._mapping) for row in rows]


def area(connection: Connection, area_id: int) -> Area:
    """The area of that id."""
    return Area(**connection.execute(sa.select(areas).where(areas.c.id == area_id)).one()._mapping)


def city(connection: Connection) -> Area:
    """The root of the tree."""
    return Area(**connection.execute(sa.select(areas).where(areas.c.level == "city")).one()._mapping)


def area_of_scene(connection: Connection, scene: str) -> Area | None:
    """The area whose QR code carries this scene."""
    row = connection.execute(sa.select(areas).where(areas.c.scene == scene)).one_or_none()
    return Area(**row._mapping) if row else None


def chain(connection: Connection, area_id: int) -> list[int]:
    """The area and those above it, from near to far."""
    above = sa.select(areas.c.id, areas.c.parent_id, sa.literal(0).label("steps")).where(areas.c.id == area_id)
    up = above.cte("up", recursive=True)
    up = up.union_all(sa.select(areas.c.id, areas.c.parent_id, up.c.steps + 1).join(up, areas.c.id == up.c.parent_id))
    return list(connection.execute(sa.select(up.c.id).order_by(up.c.steps)).scalars())


def shifts_in(connection: Connection, area_ids: Sequence[int]) -> list[Shift]:
    """The shifts of active members in these areas."""
    rows = connection.execute(
        sa.select(
            shifts.c.member_id,
            shifts.c.area_id,
            shifts.c.categories,
            shifts.c.weekday,
            shifts.c.on_date,
            shifts.c.starts_minute,
            shifts.c.ends_minute,
        )
        .join(members, members.c.id == shifts.c.member_id)
        .where(shifts.c.area_id.in_(area_ids), members.c.is_active)
    )
    return [Shift(**row._mapping) for row in rows]


def away(connection: Connection, at: datetime) -> set[int]:
    """The members who are absent at that time."""
    rows = connection.execute(
        sa.select(absences.c.member_id).where(absences.c.starts_at <= at, absences.c.ends_at > at)
    )
    return set(rows.scalars())


def add_absence(connection: Connection, member_id: int, starts_at: datetime, ends_at: datetime) -> None:
    """A member is away for that time: an exception that takes from the weekly pattern."""
    connection.execute(sa.insert(absences).values(member_id=member_id, starts_at=starts_at, ends_at=ends_at))


def add_shift(connection: Connection, shift: Shift) -> None:
    """One more shift, weekly or on one date."""
    connection.execute(sa.insert(shifts).values(**vars(shift)))


def time_limit_hours(connection: Connection, category: str) -> int:
    """Hours within which a matter of this category is to be resolved."""
    hours: int = connection.execute(
        sa.select(categories.c.time_limit_hours).where(categories.c.name == category)
    ).scalar_one()
    return hours


def category_names(connection: Connection) -> set[str]:
    """Every category that a ticket may have."""
    return set(connection.execute(sa.select(categories.c.name)).scalars())


def code_hash(code: str) -> str:
    """What is stored of a binding code; spaces and case do not matter."""
    return hashlib.sha256("".join(code.split()).upper().encode()).hexdigest()


def sync_areas(connection: Connection, wanted: Sequence[Mapping[str, Any]]) -> None:
    """Make `areas` say what the content says; parents come first. An area that left the content stays."""
    ids: dict[str, int] = {}
    for item in wanted:
        values = {**item, "parent_id": ids[item["parent"]] if item["parent"] else None}
        del values["parent"]
        insert = conflict_free_insert(connection, areas).values(**values)
        insert = insert.on_conflict_do_update(index_elements=[areas.c.name], set_=values).returning(areas.c.id)
        ids[item["name"]] = connection.execute(insert).scalar_one()


def sync_categories(connection: Connection, limits: Mapping[str, int]) -> None:
    """Make `categories` say what the content says; one that left the content is no longer in use."""
    connection.execute(sa.update(categories).values(is_in_use=False))
    for name, hours in limits.items():
        values = {"time_limit_hours": hours, "is_in_use": True}
        insert = conflict_free_insert(connection, categories).values(name=name, **values)
        connection.execute(insert.on_conflict_do_update(index_elements=[categories.c.name], set_=values))


def sync_people(connection: Connection, wanted: Sequence[Mapping[str, Any]]) -> None:
    """Make `members` say what the content says: name, role, sector, area (a name), code.

    Who left the content is no longer active; who is bound stays bound and needs no code.
    """
    area_ids = dict(tuple(row) for row in connection.execute(sa.select(areas.c.name, areas.c.id)))
    connection.execute(sa.update(members).values(is_active=False))
    for person in wanted:
        values = {
            "role": person["role"],
            "sector": person["sector"],
            "area_id": area_ids[person["area"]],
            "is_active": True,
        }
        code = code_hash(person["code"])
        insert = conflict_free_insert(connection, members).values(name=person["name"], code_hash=code, **values)
        connection.execute(insert.on_conflict_do_update(index_elements=[members.c.name], set_=values))
        connection.execute(
            sa.update(members)
            .where(members.c.name == person["name"], members.c.resident_id.is_(None))
            .values(code_hash=code)
        )


def sync_shifts(connection: Connection, wanted: Sequence[Mapping[str, Any]]) -> None:
    """Replace the weekly pattern by the content's: who, area (names), categories, weekday, minutes."""
    area_ids = dict(tuple(row) for row in connection.execute(sa.select(areas.c.name, areas.c.id)))
    member_ids = dict(tuple(row) for row in connection.execute(sa.select(members.c.name, members.c.id)))
    connection.execute(sa.delete(shifts).where(shifts.c.weekday.is_not(None)))
    for item in wanted:
        shift = Shift(
            member_id=member_ids[item["who"]],
            area_id=area_ids[item["area"]],
            categories=list(item["categories"]),
            weekday=item["weekday"],
            on_date=None,
            starts_minute=item["starts_minute"],
            ends_minute=item["ends_minute"],
        )
        add_shift(connection, shift)


def bind_all(connection: Connection, openids: Mapping[str, int]) -> None:
    """Bind members by name to residents by id, for a demo in which nobody types a code."""
    for name, resident_id in openids.items():
        connection.execute(
            sa.update(members)
            .where(members.c.name == name, members.c.resident_id.is_(None))
            .values(resident_id=resident_id, code_hash=None)
        )
