"""Who is on duty: area first and up, category, hours, exceptions, and a fair turn."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import duty
from bot.duty import NobodyThere
from bot.records.people import Member
from bot.records.roster import Shift

MONDAY_NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai
CITY, BANNER, COMMUNITY = 1, 2, 3
CHAIN = [COMMUNITY, BANNER, CITY]
DESK = Member(90, "调度员甲", "coordinator", "", CITY, None, True, None)
DAY = Shift(1, CITY, [], 0, None, 8 * 60, 20 * 60)


def choose(*shifts: Shift, at: datetime = MONDAY_NOON, **more: object) -> duty.Choice:
    values: dict[str, object] = {"loads": {}, "away": set(), "category": "供暖"} | more
    return duty.choose(list(shifts), CHAIN, [DESK], at=at, **values)  # type: ignore[arg-type]


def test_the_member_of_the_own_community_comes_before_the_one_of_the_city() -> None:
    near = replace(DAY, member_id=2, area_id=COMMUNITY)
    assert choose(DAY, near).member_id == 2
    assert choose(DAY, near).why == "本区域值班"
    assert choose(DAY).why == "上级区域值班"


def test_a_shift_for_the_category_comes_before_a_general_one_and_another_category_does_not_count() -> None:
    heating = replace(DAY, member_id=2, categories=["供暖"])
    assert choose(DAY, heating).member_id == 2
    assert choose(DAY, heating, category="教育").member_id == 1


def test_where_nobody_is_on_duty_the_coordinator_takes_it() -> None:
    choice = choose(DAY, at=MONDAY_NOON + timedelta(hours=9))
    assert (choice.member_id, choice.area_id) == (DESK.id, None)


def test_without_any_coordinator_nothing_can_be_dispatched() -> None:
    with pytest.raises(NobodyThere):
        duty.choose([], CHAIN, [], {}, set(), "供暖", MONDAY_NOON)


def test_a_night_shift_covers_the_hours_after_midnight_of_the_next_day_only() -> None:
    night = Shift(2, CITY, [], 0, None, 20 * 60, 32 * 60)
    monday = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)  # 00:00 in Shanghai
    covered = [hour for hour in range(72) if duty.is_on(night, "供暖", monday + timedelta(hours=hour))]
    assert covered == list(range(20, 32))


def test_an_absence_takes_from_the_pattern_and_a_dated_shift_adds_to_it() -> None:
    assert choose(DAY, away={1}).member_id == DESK.id
    extra = Shift(2, CITY, [], None, "2026-11-23", 8 * 60, 20 * 60)
    assert choose(DAY, extra, away={1}).member_id == 2
    assert choose(extra, at=MONDAY_NOON + timedelta(days=7)).member_id == DESK.id


def test_the_fewest_open_tickets_then_the_longest_wait_decide() -> None:
    others = [replace(DAY, member_id=2), replace(DAY, member_id=3)]
    early, late = MONDAY_NOON - timedelta(hours=5), MONDAY_NOON - timedelta(hours=1)
    assert choose(DAY, *others, loads={1: (2, early), 2: (1, late), 3: (1, early)}).member_id == 3
    assert choose(DAY, *others, loads={1: (1, early), 2: (1, late), 3: (1, None)}).member_id == 3


@given(st.lists(st.integers(0, 4), min_size=1, max_size=60))
def test_equal_members_get_equal_numbers_of_tickets(arrivals: list[int]) -> None:
    shifts = [replace(DAY, member_id=n) for n in range(4)]
    loads: dict[int, duty.Load] = {}
    for step, _ in enumerate(arrivals):
        at = MONDAY_NOON + timedelta(minutes=step)
        chosen = choose(*shifts, loads=loads, at=at).member_id
        loads[chosen] = (loads.get(chosen, (0, None))[0] + 1, at)
    counts = [loads.get(n, (0, None))[0] for n in range(4)]
    assert max(counts) - min(counts) <= 1


@given(
    st.integers(0, 6),
    st.integers(0, 1439),
    st.integers(1, 1440),
    st.integers(0, 7 * 24 * 60 - 1),
)
def test_a_weekly_shift_covers_exactly_its_minutes(weekday: int, starts: int, lasts: int, minute: int) -> None:
    shift = Shift(1, CITY, [], weekday, None, starts, starts + lasts)
    monday = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    begun = weekday * 1440 + starts
    expected = any(begun + week <= minute < begun + lasts + week for week in (0, -7 * 1440))
    assert duty.is_on(shift, "供暖", monday + timedelta(minutes=minute)) == expected


def test_the_desk_tells_when_it_opens_next() -> None:
    office = Shift(DESK.id, CITY, [], 1, None, 8 * 60 + 30, 17 * 60)
    opens = duty.desk_opens_at([office, DAY], [DESK], set(), MONDAY_NOON)
    assert opens == datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
    during = opens + timedelta(hours=1)
    assert duty.desk_opens_at([office], [DESK], set(), during) == during
    assert duty.desk_opens_at([DAY], [DESK], set(), MONDAY_NOON) is None
