"""Who is on duty (值班): a pure function from roster, loads and time to one member and the reason.

The search starts in the ticket's own area and walks up; where nobody is on duty up to the city, the
coordinator takes it. Among equals the one with the fewest open tickets takes it, then the one who
has waited longest for a ticket, then the one who came first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import SHANGHAI
from bot.records.people import Member
from bot.records.roster import Shift
from bot.records.schema import DAY_MINUTES

Load = tuple[int, datetime | None]  # open tickets, when the last one was assigned


class NobodyThere(Exception):
    """The roster names no coordinator: no ticket could have an owner."""


@dataclass(frozen=True)
class Choice:
    """Who takes a ticket, in which area's shift (None: as coordinator), and why."""

    member_id: int
    area_id: int | None
    why: str


def is_on(shift: Shift, category: str, at: datetime) -> bool:
    """Whether the shift covers this category at this time, also past midnight of the day it began."""
    if shift.categories and category not in shift.categories:
        return False
    local = at.astimezone(SHANGHAI)
    minute = local.hour * 60 + local.minute
    return any(
        _is_day(shift, local - timedelta(days=days))
        and shift.starts_minute <= minute + days * DAY_MINUTES < shift.ends_minute
        for days in (0, 1)
    )


def on_duty(shifts: Iterable[Shift], area_id: int, category: str, at: datetime, away: set[int]) -> list[int]:
    """The members on duty in exactly this area, those whose shift names the category before the generalists."""
    there = [
        shift
        for shift in shifts
        if shift.area_id == area_id and shift.member_id not in away and is_on(shift, category, at)
    ]
    named = [shift for shift in there if shift.categories]
    return list(dict.fromkeys(shift.member_id for shift in named or there))


def choose(
    shifts: Sequence[Shift],
    chain: Sequence[int],
    coordinators: Sequence[Member],
    loads: Mapping[int, Load],
    away: set[int],
    category: str,
    at: datetime,
) -> Choice:
    """Who takes a ticket of `category` at `at` in the area whose chain up to the city is `chain`.

    Coordinators' own shifts say when the desk is staffed; they do not compete with members.
    Raises NobodyThere when there is no coordinator at all.
    """
    desk = {coordinator.id for coordinator in coordinators}
    members = [shift for shift in shifts if shift.member_id not in desk]
    for steps, area_id in enumerate(chain):
        if there := on_duty(members, area_id, category, at, away):
            why = "本区域值班" if steps == 0 else "上级区域值班"
            return Choice(_fairest(there, loads), area_id, why)
    return choose_coordinator(shifts, coordinators, loads, away, at)


def choose_coordinator(
    shifts: Sequence[Shift],
    coordinators: Sequence[Member],
    loads: Mapping[int, Load],
    away: set[int],
    at: datetime,
) -> Choice:
    """The coordinator at the desk at `at`; out of hours any coordinator who is not away, else any at all."""
    everyone = [coordinator.id for coordinator in coordinators]
    if not everyone:
        raise NobodyThere("the roster names no coordinator")
    at_desk = [
        shift.member_id
        for shift in shifts
        if shift.member_id in everyone and shift.member_id not in away and is_on(shift, "", at)
    ]
    present = [member_id for member_id in everyone if member_id not in away]
    why = "调度员值班" if at_desk else "无人值班,调度员代收"
    return Choice(_fairest(list(dict.fromkeys(at_desk)) or present or everyone, loads), None, why)


def desk_opens_at(
    shifts: Sequence[Shift], coordinators: Sequence[Member], away: set[int], at: datetime
) -> datetime | None:
    """When a coordinator is next at the desk: `at` itself when one is there, None when none is within 8 days."""
    desk = {coordinator.id for coordinator in coordinators} - away
    mine = [shift for shift in shifts if shift.member_id in desk]
    if any(is_on(shift, "", at) for shift in mine):
        return at
    local = at.astimezone(SHANGHAI)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    starts = [
        midnight + timedelta(days=days, minutes=shift.starts_minute)
        for days in range(8)
        for shift in mine
        if _is_day(shift, midnight + timedelta(days=days))
    ]
    return min((start for start in starts if start > at), default=None)


def _is_day(shift: Shift, local: datetime) -> bool:
    if shift.on_date is not None:
        return shift.on_date == local.date().isoformat()
    return shift.weekday == local.weekday()


def _fairest(member_ids: Sequence[int], loads: Mapping[int, Load]) -> int:
    def turn(member_id: int) -> tuple[int, float]:
        count, last = loads.get(member_id, (0, None))
        return count, last.timestamp() if last else float("-inf")

    return min(member_ids, key=turn)
