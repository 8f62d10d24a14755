"""After 办结 the resident has the last word: 解决了, or 没解决, which gives it back to the same member."""

from datetime import timedelta

from bot.context import Context, Route
from bot.records import people
from bot.records.tickets import Ticket

SOLVED = ("解决了", "已解决", "已经解决了", "修好了", "弄好了")
UNSOLVED = ("没解决", "没有解决", "还没解决", "没修好", "还没修好", "没弄好", "还是不行", "没用")
REOPEN_DAYS = 30


def fits(context: Context) -> bool:
    """Whether the text is the last word on a matter that a member reported as resolved."""
    return context.words in SOLVED + UNSOLVED and _resolved(context) is not None


def handle(context: Context) -> str:
    """A yes is thanked for; a no reopens the ticket."""
    ticket = _resolved(context)
    assert ticket is not None
    if context.words in SOLVED:
        return context.say("outcome.thanks_solved", number=ticket.number, matter=ticket.matter)
    ticket = context.tickets.move(ticket, "reopen", None, context.inbound_id, context.inbound.text)
    owner = people.member(context.connection, ticket.owner_id)
    return context.say("outcome.reopened", number=ticket.number, matter=ticket.matter, member=owner.name)


def _resolved(context: Context) -> Ticket | None:
    oldest = context.now - timedelta(days=REOPEN_DAYS)
    return next(
        (
            ticket
            for ticket in context.own_tickets
            if ticket.state == "resolved" and ticket.resolved_at and ticket.resolved_at > oldest
        ),
        None,
    )


ROUTE = Route("outcome", "anyone", fits, handle)
