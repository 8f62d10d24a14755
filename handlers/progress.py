"""进度: where the resident's matters stand, all of them or the one whose number is sent."""

import re

from bot.clock import spoken
from bot.context import Context, Route
from bot.records import people, tickets
from bot.records.tickets import FINISHED, Ticket
from faq.commands import asks_for_progress

NUMBER = re.compile(r"(?:进度|查进度|编号|查询)?\s*(\d{4,10})")
MOST_SHOWN = 5


def fits(context: Context) -> bool:
    """Whether the text is the command or a ticket number."""
    return asks_for_progress(context.words) or (
        context.inbound.kind == "text" and NUMBER.fullmatch(context.words) is not None
    )


def handle(context: Context) -> str:
    """One line of facts per matter: number, state, who has it, what happened last, by when."""
    if number := NUMBER.fullmatch(context.words):
        ticket = tickets.by_number(context.connection, number[1])
        if ticket is None or ticket.resident_id != context.resident.id:
            return context.say("progress.not_yours", number=number[1])
        return _line(context, ticket)
    mine = context.own_tickets
    shown = [t for t in mine if t.state not in FINISHED][:MOST_SHOWN] or mine[:1]
    if not shown:
        return context.say("progress.none")
    return "\n".join([context.say("progress.head"), *(_line(context, ticket) for ticket in shown)])


def _line(context: Context, ticket: Ticket) -> str:
    kind, at = tickets.last_event(context.connection, ticket.id)
    due = context.say("progress.due", due=spoken(ticket.due_at, context.now))
    return context.say(
        "progress.line",
        number=ticket.number,
        matter=ticket.matter,
        state=context.say(f"state.{ticket.state}"),
        member=people.member(context.connection, ticket.owner_id).name,
        last=spoken(at, context.now) + context.say(f"event.{kind}"),
        due="" if ticket.state in FINISHED else due,
    )


ROUTE = Route("progress", "anyone", fits, handle)
