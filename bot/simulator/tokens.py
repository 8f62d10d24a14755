"""Access tokens with WeChat's semantics, and the daily quotas of the API.

`token` and `stable_token` give two kinds that do not affect each other. Sources: WeChat's pages
getAccessToken, getStableAccessToken and clearQuota; numbers as published there.
"""

import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.simulator.faults import ApiFault

SHANGHAI = ZoneInfo("Asia/Shanghai")  # WeChat's days begin in Beijing
LIFETIME = timedelta(seconds=7200)
GRACE = timedelta(minutes=5)
FORCED_PAUSE = timedelta(seconds=30)
FORCED_PER_DAY = 20
CLEARS_PER_MONTH = 10

# Calls a day, as the console shows them for a verified service account.
DAILY: Mapping[str, int] = {
    "/cgi-bin/token": 2000,
    "/cgi-bin/stable_token": 500_000,
    "/cgi-bin/message/custom/send": 500_000,
    "/cgi-bin/message/template/send": 100_000,
    "/cgi-bin/message/subscribe/bizsend": 100_000,
    "/cgi-bin/media/upload": 100_000,
    "/cgi-bin/media/get": 200_000,
    "/cgi-bin/menu/create": 1000,
    "/cgi-bin/qrcode/create": 100_000,
    "/cgi-bin/user/info": 500_000,
}


@dataclass
class Token:
    """An access token. `ends_at` is earlier than its natural end where a newer one replaced it."""

    value: str
    expires_at: datetime
    ends_at: datetime


class Tokens:
    """All tokens given out. Not thread-safe: the platform holds its lock."""

    def __init__(self) -> None:
        self._given: dict[str, Token] = {}
        self._plain: Token | None = None
        self._stable: Token | None = None
        self._forced_at: list[datetime] = []

    def plain(self, now: datetime) -> tuple[str, int]:
        """A new token of `/cgi-bin/token` and its seconds. The one before works for five more minutes."""
        if self._plain:
            self._plain.ends_at = now + GRACE
        self._plain = self._make(now)
        return self._plain.value, int(LIFETIME.total_seconds())

    def stable(self, now: datetime, force: bool) -> tuple[str, int]:
        """The token of `/cgi-bin/stable_token` and its seconds: the same until five minutes before its end.

        A forced refresh ends the one before at once; within 30 s of the last forced one it does not
        refresh. Raises ApiFault 45009 after 20 forced ones in a day.
        """
        today = beijing_day(now)
        self._forced_at = [at for at in self._forced_at if beijing_day(at) == today]
        if force and not (self._forced_at and now - self._forced_at[-1] < FORCED_PAUSE):
            if len(self._forced_at) >= FORCED_PER_DAY:
                raise ApiFault(45009)
            self._forced_at.append(now)
            if self._stable:
                self._stable.ends_at = now
            self._stable = None
        if self._stable is None or now >= self._stable.expires_at - GRACE:
            self._stable = self._make(now)
        return self._stable.value, int((self._stable.expires_at - now).total_seconds())

    def check(self, value: str, now: datetime) -> None:
        """Raise ApiFault unless the token may be used now: 41001 missing, 40001 unknown or replaced, 42001 old."""
        if not value:
            raise ApiFault(41001)
        token = self._given.get(value)
        if token is None or token.ends_at <= now < token.expires_at:
            raise ApiFault(40001)
        if now >= token.expires_at:
            raise ApiFault(42001)

    def _make(self, now: datetime) -> Token:
        for old in [one for one in self._given.values() if one.expires_at + LIFETIME < now]:
            del self._given[old.value]
        token = Token(secrets.token_urlsafe(102), now + LIFETIME, now + LIFETIME)
        self._given[token.value] = token
        return token


class Quotas:
    """Calls counted by path and Beijing day. Not thread-safe: the platform holds its lock."""

    def __init__(self, daily: Mapping[str, int] = DAILY) -> None:
        self._daily = daily
        self._day: date | None = None
        self._used: Counter[str] = Counter()
        self._clears: list[datetime] = []

    def use(self, path: str, now: datetime) -> None:
        """Count one call. Raises ApiFault 45009 when the day's calls of this path are used up."""
        if self._day != beijing_day(now):
            self._day, self._used = beijing_day(now), Counter()
        if path in self._daily and self._used[path] >= self._daily[path]:
            raise ApiFault(45009)
        self._used[path] += 1

    def clear(self, now: datetime) -> None:
        """`clear_quota`: count from nought again. Raises ApiFault 48006 after ten times in a month."""
        today = beijing_day(now)
        self._clears = [at for at in self._clears if beijing_day(at).replace(day=1) == today.replace(day=1)]
        if len(self._clears) >= CLEARS_PER_MONTH:
            raise ApiFault(48006)
        self._clears.append(now)
        self._used.clear()


def beijing_day(moment: datetime) -> date:
    """The day that a quota is counted on."""
    return moment.astimezone(SHANGHAI).date()
