"""Nothing fitted: say so, and never leave the person without a way on."""

from bot.context import Context, Route


def fits(context: Context) -> bool:
    """Always."""
    return True


def handle(context: Context) -> str:
    """Ask for the matter, offer a person, and keep the words for 转人工."""
    context.remember(words=context.inbound.text)
    return context.say("talk.fallback")


ROUTE = Route("fallback", "anyone", fits, handle)
