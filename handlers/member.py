"""A member's digits and words in the chat: 接单, 回复, 办结, 我的工单, and picking one of several tickets.

A digit or word acts on the ticket shown last. When several were shown since the member's last
action, the bot asks which one is meant. Every confirmation names number and matter.
"""

import re

from bot.clock import spoken
from bot.context import Context, Route
from bot.records import people, tickets
from bot.records.tickets import Ticket
from bot.tickets import IllegalMove, Verb

VERBS: dict[str, Verb] = {
    "1": "accept",
    "接单": "accept",
    "签收": "accept",
    "4": "answer",
    "回复": "answer",
    "6": "resolve",
    "办结": "resolve",
}
# A verb, perhaps the number of the ticket, perhaps words. A digit wants a blank or a comma before its
# words, because "4号楼漏水" is a resident's message, and "办结了吗" asks.
GAP = r"[\s,\uff0c、:\uff1a。.]"
ACTION = re.compile(
    rf"\s*(?P<verb>(?:接单|签收)(?=$|{GAP}|编号|\d{{6}})|[146](?=$|{GAP})(?!\s*[楼号栋幢单个天月点层])|"
    rf"(?:回复|办结)(?![了没吗的不时率后前慢快需要什怎如何])|办结(?=了[\s。!\uff01]*$)){GAP}*"
    rf"(?:(?:编号)?\s*(?P<number>\d{{6,10}})(?!\d){GAP}*)?(?P<words>.*)",
    re.DOTALL,
)
LIST_WORDS = ("我的工单", "工单")
MOST_LISTED = 9


def is_action(context: Context) -> bool:
    """Whether a member's text is a digit or word that acts on a ticket."""
    if (
        context.inbound.kind != "text"
        or context.inbound.menu_id
        or not ACTION.fullmatch(_half_width(context.inbound.text))
    ):
        return False
    # A bare digit after a list of questions picks a question, unless a ticket was shown since then.
    return not (context.words.isdecimal() and context.talk.choices and not context.is_shown_since_talk)


def act(context: Context) -> str:
    """Do it to the ticket that is meant, or ask which one."""
    match = ACTION.fullmatch(_half_width(context.inbound.text))
    assert match is not None
    verb, words = VERBS[match["verb"]], match["words"].strip()
    if words.rstrip("。!\uff01") == "了":
        words = ""
    member = _member(context)
    mine = tickets.of_owner(context.connection, member.id)
    if number := match["number"]:
        named = tickets.by_number(context.connection, number)
        if named is None or named.owner_id != member.id:
            return context.say("member.not_yours", number=number)
        return _move(context, named, verb, words)
    candidates, is_certain = _candidates(context, mine)
    if not candidates:
        return context.say("member.no_ticket", verb=context.say(f"verb.{verb}"))
    if is_certain and len(candidates) == 1:
        return _move(context, candidates[0], verb, words)
    candidates = candidates[:MOST_LISTED]
    context.remember(listed=tuple(ticket.id for ticket in candidates), verb=verb, words=words)
    lines = [
        context.say("member.which_line", digit=digit, number=ticket.number, matter=ticket.matter)
        for digit, ticket in enumerate(candidates, 1)
    ]
    return "\n".join([context.say("member.which", verb=context.say(f"verb.{verb}")), *lines])


def is_pick(context: Context) -> bool:
    """Whether tickets were listed in the last reply and the text is a digit."""
    is_digit = context.words.isdecimal() and len(context.words) <= 2 and not context.inbound.menu_id
    is_theirs = not context.talk.verb or context.talk.verb in VERBS.values()
    return bool(context.talk.listed) and is_theirs and is_digit and not context.is_shown_since_talk


def pick(context: Context) -> str:
    """Do what was asked for with the picked ticket, or show it; a digit beyond the list keeps the list."""
    if not 1 <= int(context.words) <= len(context.talk.listed):
        context.remember(listed=context.talk.listed, verb=context.talk.verb, words=context.talk.words)
        return context.say("member.pick_again", count=len(context.talk.listed))
    ticket = tickets.read(context.connection, context.talk.listed[int(context.words) - 1])
    member = _member(context)
    if ticket is None or ticket.owner_id != member.id:
        return context.say("member.not_yours", number=ticket.number if ticket else "")
    if verb := context.talk.verb:
        return _move(context, ticket, next(known for known in VERBS.values() if known == verb), context.talk.words)
    people.note_action(context.connection, member.id, context.now)
    return _show(context, ticket)


def is_list(context: Context) -> bool:
    """Whether the member asks for the own tickets."""
    return context.words in LIST_WORDS


def show_list(context: Context) -> str:
    """The one ticket with its digits, or a numbered list."""
    member = _member(context)
    mine = tickets.of_owner(context.connection, member.id)
    if not mine:
        return context.say("member.none")
    people.note_action(context.connection, member.id, context.now)
    if len(mine) == 1:
        return _show(context, mine[0])
    listed = mine[:MOST_LISTED]
    context.remember(listed=tuple(ticket.id for ticket in listed))
    lines = [
        context.say(
            "member.list_line",
            digit=digit,
            mark=_mark(context, ticket),
            number=ticket.number,
            matter=ticket.matter,
            state=context.say(f"state.{ticket.state}"),
            due=spoken(ticket.due_at, context.now),
        )
        for digit, ticket in enumerate(listed, 1)
    ]
    return "\n".join([context.say("member.list_head", count=len(mine)), *lines])


def _candidates(context: Context, mine: list[Ticket]) -> tuple[list[Ticket], bool]:
    """The tickets a bare verb may mean, and whether one alone is certainly meant.

    Those shown since the last action; else the one shown last, while it is open. When that one is done,
    none of the others is in front of the member's eyes: all of them, and the bot asks even for one.
    """
    member = _member(context)
    shown = tickets.shown_at(context.connection, member.id)
    since = [t for t in mine if t.id in shown and (member.acted_at is None or shown[t.id] > member.acted_at)]
    last = max(shown, key=lambda ticket_id: shown[ticket_id], default=None)
    seen = since or [ticket for ticket in mine if ticket.id == last]
    return (seen, True) if seen else (mine, not shown)


def _half_width(text: str) -> str:
    """Digits as a keyboard for Chinese may write them, in half width."""
    return text.translate({0xFF10 + digit: str(digit) for digit in range(10)})


def _move(context: Context, ticket: Ticket, verb: Verb, words: str) -> str:
    member = _member(context)
    if verb == "answer" and not words:
        return context.say("member.answer_empty")
    try:
        ticket = context.tickets.move(ticket, verb, member, context.inbound_id, words)
    except IllegalMove as refused:
        return context.say(
            "member.illegal",
            number=ticket.number,
            matter=ticket.matter,
            state=context.say(f"state.{refused.ticket.state}"),
            verb=context.say(f"verb.{verb}"),
        )
    people.note_action(context.connection, member.id, context.now)
    done = {"accept": "accepted", "answer": "answered", "resolve": "resolved"}[verb]
    return context.say(f"member.{done}", number=ticket.number, matter=ticket.matter)


def _show(context: Context, ticket: Ticket) -> str:
    tickets.show(context.connection, ticket.id, ticket.owner_id, context.now)
    return context.say(
        "member.ticket",
        mark=_mark(context, ticket),
        number=ticket.number,
        matter=ticket.summary,
        category=ticket.category,
        place=ticket.place or context.say("word.place_unknown"),
        state=context.say(f"state.{ticket.state}"),
        due=spoken(ticket.due_at, context.now),
        digits=context.say("member.digits"),
    )


def _mark(context: Context, ticket: Ticket) -> str:
    return "" if ticket.urgency == "normal" else context.say(f"mark.{ticket.urgency}")


def _member(context: Context) -> people.Member:
    assert context.member is not None  # the routes say that only members get here
    return context.member


PICK = Route("pick", "member", is_pick, pick)
ACT = Route("act", "member", is_action, act)
LIST = Route("list", "member", is_list, show_list)
