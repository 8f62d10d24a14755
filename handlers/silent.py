"""Pushes that want no words: receipts, position reports, unfollowing, and kinds nobody knows yet."""

from bot.context import Context, Route
from bot.records import people

SPOKEN_EVENTS = ("subscribe", "scan", "click")


def fits(context: Context) -> bool:
    """Whether the push is one that WeChat shows no reply to, or that the person did not cause knowingly."""
    message = context.inbound
    return message.kind == "unknown" or (message.kind == "event" and message.event not in SPOKEN_EVENTS)


def handle(context: Context) -> str:
    """Say nothing; whoever has unfollowed is written nothing more until they come back."""
    if context.inbound.event == "unsubscribe":
        people.change_resident(context.connection, context.resident.id, is_following=False)
    return ""


ROUTE = Route("silent", "anyone", fits, handle)
