"""Danger to life: the number to call comes first, then the ticket, marked emergency."""

from bot.context import Context, Route
from bot.records import people
from bot.tickets import UNSORTED, Matter


def fits(context: Context) -> bool:
    """Whether the text tells of danger that is under way."""
    return context.has_words and context.understood.danger is not None


def handle(context: Context) -> str:
    """The number and what to do now; the ticket is opened or, where it is the same matter, raised."""
    understood = context.understood
    danger = understood.danger
    assert danger is not None
    said = {"call": danger.call, "advice": danger.advice}
    ticket = context.current_ticket
    if ticket and understood.category in (ticket.category, UNSORTED) and understood.place in (None, ticket.place):
        ticket = context.tickets.add(ticket, context.inbound, context.inbound_id, place=understood.place or "")
        if ticket.urgency != "emergency":
            ticket = context.tickets.raise_urgency(ticket, context.inbound_id, "emergency", context.inbound.text)
        else:
            context.tickets.tell_owner(ticket, context.inbound_id, context.inbound.text)
        owner = people.member(context.connection, ticket.owner_id)
        reply = context.say("emergency.joined", number=ticket.number, matter=ticket.matter, member=owner.name, **said)
    else:
        matter = Matter(
            summary=context.inbound.text,
            category=danger.category or understood.category,
            urgency="emergency",
            area_id=context.area_of(context.inbound.text) or context.home_area_id,
            place=understood.place or "",
        )
        ticket, owner = context.tickets.open(context.resident, context.inbound_id, matter, context.inbound)
        reply = context.say("emergency.first", number=ticket.number, member=owner.name, **said)
    if not ticket.place:
        context.remember(asked="place", ticket_id=ticket.id)
        reply += "\n" + context.say("report.ask_place")
    return reply


ROUTE = Route("emergency", "anyone", fits, handle)
