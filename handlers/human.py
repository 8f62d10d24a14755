"""转人工: a ticket for the coordinator, who answers in the chat like a member."""

from bot import duty
from bot.answering import conclude_match
from bot.clock import spoken
from bot.context import Context, Route
from bot.records import people, roster
from bot.records.tickets import FINISHED
from bot.tickets import UNSORTED, Matter
from faq.commands import asks_for_person, says_unsolved


def fits(context: Context) -> bool:
    """Whether a person is asked for, or the last answer was of no help."""
    if not context.has_words and context.inbound.event != "click":
        return False
    return asks_for_person(context.words) or (says_unsolved(context.words) and _is_about_the_answer(context))


def _is_about_the_answer(context: Context) -> bool:
    """Whether an FAQ answer was the last thing said, and no matter was reported as resolved since."""
    at = context.talk.at
    resolved = any(ticket.resolved_at and at and ticket.resolved_at > at for ticket in context.own_tickets)
    return bool(context.talk.answered) and not resolved


def is_unsolved(context: Context) -> bool:
    """Whether something is said to be unsolved, and no matter is known that it could be."""
    return context.has_words and says_unsolved(context.words)


def handle(context: Context) -> str:
    """Open the ticket, with what was said just before; out of hours tell when somebody answers."""
    conclude_match(context, "unhelpful" if is_unsolved(context) else "human")
    waiting = next((t for t in context.own_tickets if t.for_desk and t.state not in FINISHED), None)
    if waiting:
        owner = people.member(context.connection, waiting.owner_id)
        context.tickets.add(waiting, context.inbound, context.inbound_id)
        context.tickets.tell_owner(waiting, context.inbound_id, _summary(context))
        return context.say("human.again", number=waiting.number, member=owner.name)
    matter = Matter(
        summary=_summary(context),
        category=UNSORTED,
        urgency="normal",
        area_id=context.home_area_id,
        for_desk=True,
    )
    ticket, owner = context.tickets.open(context.resident, context.inbound_id, matter)
    opens = duty.desk_opens_at(
        roster.shifts_in(context.connection, [area.id for area in context.areas]),
        people.coordinators(context.connection),
        roster.away(context.connection, context.now),
        context.now,
    )
    if opens == context.now:
        return context.say("human.open_now", number=ticket.number, member=owner.name)
    when = spoken(opens, context.now) if opens else context.say("human.later")
    return context.say("human.open_later", number=ticket.number, member=owner.name, opens=when)


def _summary(context: Context) -> str:
    if answered := context.entry(context.talk.answered):
        return context.say("human.after_answer", question=answered.question)
    return context.talk.words or context.say("human.summary")


ROUTE = Route("human", "anyone", fits, handle)
UNKNOWN = Route("unsolved", "anyone", is_unsolved, handle)
