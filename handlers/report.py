"""A concrete trouble becomes a ticket at once; what the resident sends next joins it.

No form comes first: at most one question follows, for the place. A text joins the ticket that was
spoken of a short while ago, unless it tells of another trouble; pictures, voice and location cards
always join it, and open a ticket themselves when there is none.
"""

import re

from bot.clock import spoken
from bot.context import Context, Route
from bot.records import people
from bot.records.tickets import Ticket
from bot.tickets import UNSORTED, Matter
from faq.category import STRONG

ATTACHABLE = ("image", "voice", "video", "file", "location", "link")
LONGEST_PLACE = 40
# Words that only an answer to "where?" is made of, when no place's name was found in it.
PLACE_WORDS = re.compile(r"[楼栋幢号室层门口边院区村镇乡街路巷桥站店厂校园旁]|单元|嘎查|苏木|对面|附近|隔壁")


def opens(context: Context) -> bool:
    """Whether the message tells of a trouble that no current ticket is about."""
    ticket = context.current_ticket
    if ticket and context.talk.asked == "more" and context.talk.ticket_id == ticket.id:
        return False
    if context.inbound.kind in ATTACHABLE and not context.has_words:
        return ticket is None
    if not context.has_words or context.understood.intent not in ("request", "suggestion"):
        return False
    return ticket is None or _is_another(context, ticket)


def open_ticket(context: Context) -> str:
    """The ticket at once: number, who has it, by when; then one question for what is missing."""
    text, kind, label = context.inbound.text, context.inbound.kind, context.inbound.label
    if context.has_words:
        understood = context.understood
        matter = Matter(
            summary=text,
            category=understood.category,
            urgency=understood.urgency,
            area_id=context.area_of(text) or context.home_area_id,
            place=understood.place or "",
        )
    else:
        matter = Matter(
            summary=f"{context.say(f'word.{kind}')}{label or text}",
            category=UNSORTED,
            urgency="normal",
            area_id=context.area_of(label) or context.home_area_id,
            place=label,
            is_wordless=True,
        )
    ticket, owner = context.tickets.open(context.resident, context.inbound_id, matter, context.inbound)
    reply = context.say(
        "report.opened",
        number=ticket.number,
        matter=ticket.matter,
        category=ticket.category,
        member=owner.name,
        due=spoken(ticket.due_at, context.now),
    )
    if ticket.urgency == "urgent":
        reply += f"\n{context.say('report.in_danger')}"
    if not context.has_words or (ticket.category == UNSORTED and not context.understood.weight):
        return f"{reply}\n{context.say('report.ask_matter')}"
    if not ticket.place:
        context.remember(asked="place", ticket_id=ticket.id)
        return f"{reply}\n{context.say('report.ask_place')}"
    return reply


def joins(context: Context) -> bool:
    """Whether there is a current ticket and the message is something to keep with it."""
    return context.current_ticket is not None and context.inbound.kind in ("text", *ATTACHABLE)


def join(context: Context) -> str:
    """Keep it with the ticket and say which one; fill in the place, category, area and urgency that it names."""
    ticket = context.current_ticket
    assert ticket is not None
    place = _place(context, ticket)
    ticket = context.tickets.add(ticket, context.inbound, context.inbound_id, place=place)
    ticket = _reconsider(context, ticket)
    warning = ""
    if context.has_words and context.understood.urgency == "urgent" and ticket.urgency == "normal":
        warning = f"\n{context.say('report.in_danger')}"
        ticket = context.tickets.raise_urgency(ticket, context.inbound_id, "urgent", context.inbound.text)
    context.tickets.tell_owner(ticket, context.inbound_id, context.inbound.text or context.inbound.label)
    if ticket.place:
        context.remember(asked="", ticket_id=0)
    said = {
        "number": ticket.number,
        "matter": ticket.matter,
        "member": people.member(context.connection, ticket.owner_id).name,
    }
    if place:
        return context.say("report.place_noted", place=ticket.place, **said) + warning
    return context.say("report.joined", **said) + warning


def _is_another(context: Context, ticket: Ticket) -> bool:
    """Another trouble clearly names another category, or the same at another place.

    What follows an emergency is about the emergency. What follows 转人工 is for the coordinator, unless it
    is a whole report by itself.
    """
    understood = context.understood
    if ticket.urgency == "emergency" or understood.weight < STRONG:
        return False
    if ticket.for_desk:
        return understood.place is not None
    if ticket.category == UNSORTED:
        return False
    if understood.category != ticket.category:
        return True
    places = (understood.place or "", ticket.place)
    return all(places) and places[0] not in places[1] and places[1] not in places[0]


def _place(context: Context, ticket: Ticket) -> str:
    """The place that the message adds to a ticket without one; "" when it names none."""
    if ticket.place:
        return ""
    if context.inbound.kind == "location":
        return context.inbound.label
    if not context.has_words:
        return ""
    if context.understood.place:
        return context.understood.place
    text = " ".join(context.inbound.text.split())
    is_asked = context.talk.asked == "place" and context.talk.ticket_id == ticket.id
    is_place = len(text) <= LONGEST_PLACE and PLACE_WORDS.search(text) and context.understood.weight < STRONG
    return text if is_asked and is_place else ""


def _reconsider(context: Context, ticket: Ticket) -> Ticket:
    """What was added may say what it is about, or where: then the right member gets it."""
    words = context.inbound.text or context.inbound.label
    if not words and context.inbound.kind != "location":
        return ticket
    category = ticket.category
    if category == UNSORTED and context.has_words:
        category = context.understood.category
    area_id = context.area_of(words) or ticket.area_id
    if (category, area_id) == (ticket.category, ticket.area_id):
        return ticket
    return context.tickets.reconsider(ticket, context.inbound_id, category=category, area_id=area_id)


OPEN = Route("report", "anyone", opens, open_ticket)
JOIN = Route("join", "anyone", joins, join)
