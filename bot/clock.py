"""The working clock of the program and its people: stored in UTC, spoken in Asia/Shanghai."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

Now = Callable[[], datetime]
SHANGHAI = ZoneInfo("Asia/Shanghai")


def system_now() -> datetime:
    """The time of this machine. Only the composition root hands it out; everybody else is given a time."""
    return datetime.now(UTC)


def spoken(moment: datetime, now: datetime) -> str:
    """A time as people say it: 今天15:30, 明天09:00, 11月26日 09:00 (with the year when it is another)."""
    local, today = moment.astimezone(SHANGHAI), now.astimezone(SHANGHAI)
    clock = local.strftime("%H:%M")
    for days, word in ((0, "今天"), (1, "明天"), (2, "后天"), (-1, "昨天")):
        if local.date() == today.date() + timedelta(days=days):
            return f"{word}{clock}"
    day = f"{local.month}月{local.day}日 {clock}"
    return day if local.year == today.year else f"{local.year}年{day}"


def dated(moment: datetime) -> str:
    """A time as WeChat's template field `time` wants it: 2026年11月24日 15:30."""
    local = moment.astimezone(SHANGHAI)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
