"""The resident has the last word: 解决了, or 没解决, which gives the matter back to the same member."""

from datetime import timedelta

from bot.context import Context, Route
from bot.records import people
from bot.records.tickets import FINISHED, Ticket
from faq.commands import says_solved, says_unsolved

DONE = ("resolved", "closed")
REOPEN_DAYS = 30


def fits(context: Context) -> bool:
    """Whether the text is the last word on a matter: one reported as resolved, or for a no one still open."""
    ticket = _latest(context)
    if ticket is None or not context.has_words:
        return False
    return says_unsolved(context.words) or (says_solved(context.words) and ticket.state == "resolved")


def handle(context: Context) -> str:
    """A yes closes the matter; a no reopens what was resolved, and joins what is still open."""
    ticket = _latest(context)
    assert ticket is not None
    owner = people.member(context.connection, ticket.owner_id)
    said = {"number": ticket.number, "matter": ticket.matter, "member": owner.name}
    if not says_unsolved(context.words):
        context.tickets.move(ticket, "confirm", None, context.inbound_id)
        return context.say("outcome.thanks_solved", **said)
    if ticket.state in DONE:
        context.tickets.move(ticket, "reopen", None, context.inbound_id, context.inbound.text)
        return context.say("outcome.reopened", **said)
    context.tickets.add(ticket, context.inbound, context.inbound_id)
    context.tickets.tell_owner(ticket, context.inbound_id, context.inbound.text)
    return context.say("report.joined", **said)


def _latest(context: Context) -> Ticket | None:
    """The matter last spoken of that is open, or was resolved a short while ago."""
    oldest = context.now - timedelta(days=REOPEN_DAYS)
    known = [
        ticket
        for ticket in context.own_tickets
        if ticket.state not in FINISHED or (ticket.state in DONE and ticket.resolved_at and ticket.resolved_at > oldest)
    ]
    return max(known, key=lambda ticket: max(ticket.added_at, ticket.resolved_at or ticket.added_at), default=None)


ROUTE = Route("outcome", "anyone", fits, handle)
