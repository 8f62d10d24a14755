"""What the bot does: one file per thing a resident or member can do. The first fitting route answers."""

from bot.context import Route
from handlers import (
    answer,
    bind,
    choice,
    emergency,
    fallback,
    helping,
    human,
    member,
    outcome,
    own,
    progress,
    report,
    silent,
    talk,
    welcome,
)

# The order matters: what is unmistakable comes first (events, codes, a member's digits), then danger,
# then commands, then what has to be understood, and last the route that always fits.
ROUTES: tuple[Route, ...] = (
    silent.ROUTE,
    welcome.ROUTE,
    bind.ROUTE,
    own.PICK,
    member.PICK,
    member.ACT,
    member.LIST,
    emergency.ROUTE,
    choice.ROUTE,
    human.ROUTE,
    own.ROUTE,
    progress.ROUTE,
    outcome.ROUTE,
    human.UNKNOWN,
    helping.ROUTE,
    talk.GREETING,
    talk.THANKS,
    answer.ROUTE,
    report.OPEN,
    report.JOIN,
    talk.CHAT,
    fallback.ROUTE,
)
