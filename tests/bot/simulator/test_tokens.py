"""Access tokens and quotas behave as WeChat's pages say."""

import itertools
from datetime import timedelta

import pytest

from bot.simulator.faults import ApiFault
from bot.simulator.tokens import Quotas, Tokens
from tests.bot.simulator.conftest import START


def refusal(tokens: Tokens, value: str, **later: float) -> int:
    """The errcode that the token meets after so long; 0 for none."""
    try:
        tokens.check(value, START + timedelta(**later))
    except ApiFault as fault:
        return fault.code
    return 0


def test_a_token_lives_for_two_hours() -> None:
    tokens = Tokens()
    value, seconds = tokens.plain(START)
    assert seconds == 7200
    assert len(value) > 100
    assert refusal(tokens, value, seconds=7199) == 0
    assert refusal(tokens, value, seconds=7200) == 42001


def test_no_token_and_a_made_up_one_are_told_apart() -> None:
    assert refusal(Tokens(), "") == 41001
    assert refusal(Tokens(), "made-up") == 40001


def test_a_new_plain_token_leaves_the_old_one_five_minutes() -> None:
    tokens = Tokens()
    old, _ = tokens.plain(START)
    new, _ = tokens.plain(START + timedelta(minutes=10))
    assert new != old
    assert refusal(tokens, old, minutes=14) == 0
    assert refusal(tokens, old, minutes=15) == 40001
    assert refusal(tokens, new, minutes=15) == 0


def test_the_grace_never_outlives_the_token() -> None:
    tokens = Tokens()
    old, _ = tokens.plain(START)
    tokens.plain(START + timedelta(minutes=118))
    assert refusal(tokens, old, minutes=119) == 0
    assert refusal(tokens, old, minutes=120) == 42001


def test_the_stable_token_stays_until_five_minutes_before_its_end() -> None:
    tokens = Tokens()
    first, _ = tokens.stable(START, force=False)
    assert tokens.stable(START + timedelta(minutes=114), force=False) == (first, 360)
    second, seconds = tokens.stable(START + timedelta(minutes=115), force=False)
    assert (second != first, seconds) == (True, 7200)
    assert refusal(tokens, first, minutes=119) == 0
    assert refusal(tokens, second, minutes=119) == 0


def test_the_two_kinds_do_not_touch_each_other() -> None:
    tokens = Tokens()
    stable, _ = tokens.stable(START, force=False)
    plain, _ = tokens.plain(START)
    tokens.plain(START)
    tokens.stable(START, force=True)
    assert refusal(tokens, plain, minutes=1) == 0
    tokens.plain(START)
    assert tokens.stable(START + timedelta(minutes=1), force=False)[0] != stable


def test_a_forced_refresh_ends_the_token_at_once() -> None:
    tokens = Tokens()
    old, _ = tokens.stable(START, force=False)
    new, _ = tokens.stable(START + timedelta(minutes=1), force=True)
    assert new != old
    assert refusal(tokens, old, minutes=1) == 40001


def test_within_thirty_seconds_a_second_forced_refresh_does_not_refresh() -> None:
    tokens = Tokens()
    first, _ = tokens.stable(START, force=True)
    assert tokens.stable(START + timedelta(seconds=29), force=True)[0] == first
    assert tokens.stable(START + timedelta(seconds=30), force=True)[0] != first


def test_twenty_forced_refreshes_a_day_and_no_more() -> None:
    tokens = Tokens()
    for count in range(20):
        tokens.stable(START + timedelta(minutes=count), force=True)
    with pytest.raises(ApiFault) as caught:
        tokens.stable(START + timedelta(minutes=20), force=True)
    assert caught.value.code == 45009
    # 24 November 16:00 UTC is midnight in Beijing.
    tokens.stable(START.replace(hour=16, minute=0), force=True)


def test_a_daily_quota_ends_at_midnight_in_beijing() -> None:
    quotas = Quotas({"/a": 2})
    for _ in range(2):
        quotas.use("/a", START)
    quotas.use("/b", START)
    with pytest.raises(ApiFault) as caught:
        quotas.use("/a", START.replace(hour=15, minute=59))
    assert caught.value.code == 45009
    quotas.use("/a", START.replace(hour=16, minute=0))


def test_quotas_can_be_cleared_ten_times_a_month() -> None:
    quotas = Quotas({"/a": 1})
    for _ in range(10):
        quotas.use("/a", START)
        quotas.clear(START)
    with pytest.raises(ApiFault) as caught:
        quotas.clear(START)
    assert caught.value.code == 48006
    quotas.clear(START + timedelta(days=7))  # the first of December


def test_old_tokens_are_forgotten() -> None:
    tokens = Tokens()
    for hours in itertools.islice(itertools.count(step=5), 4):
        tokens.plain(START + timedelta(hours=hours))
    assert len(tokens._given) == 1
