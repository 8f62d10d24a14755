"""What a resident does with an own matter beside telling it: 催办, 补充, 撤销.

Which matter is meant is asked when there are several. 催办 reaches the member once a day; 撤销 is asked back, because
a matter that was withdrawn by a slip of the thumb is one that nobody handles.
"""

from datetime import date, datetime

from bot.clock import SHANGHAI, spoken
from bot.context import Context, Route
from bot.records import people, tickets
from bot.records.tickets import FINISHED, Ticket
from faq.commands import OWN_VERBS, OwnCommand, own_command, says_it_waits, says_no, says_yes

MOST_LISTED = 9
SURE = "withdraw_sure"  # the one ticket listed is withdrawn at a yes


def fits(context: Context) -> bool:
    """Whether the text is one of the commands."""
    return _command(context) is not None


def handle(context: Context) -> str:
    """Do it to the matter that is meant, or ask which one."""
    command = _command(context)
    assert command is not None
    if command.number:
        ticket = tickets.by_number(context.connection, command.number)
        if ticket is None or ticket.resident_id != context.resident.id:
            return context.say("progress.not_yours", number=command.number)
        return _do(context, ticket, command)
    mine = _open(context)
    if not mine:
        return context.say("own.none", verb=context.say(f"verb.{command.verb}"))
    if len(mine) == 1:
        return _do(context, mine[0], command)
    listed = mine[:MOST_LISTED]
    context.remember(listed=tuple(ticket.id for ticket in listed), verb=command.verb, words=command.words)
    lines = [
        context.say("member.which_line", digit=digit, number=ticket.number, matter=ticket.matter)
        for digit, ticket in enumerate(listed, 1)
    ]
    return "\n".join([context.say("member.which", verb=context.say(f"verb.{command.verb}")), *lines])


def is_pick(context: Context) -> bool:
    """Whether own matters were listed in the last reply and the text is a digit, or answers what was asked back."""
    if not context.talk.listed or context.inbound.menu_id or context.is_shown_since_talk:
        return False
    if context.talk.verb == SURE:
        return says_yes(context.words) or says_no(context.words)
    return context.talk.verb in OWN_VERBS and context.words.isdecimal() and len(context.words) <= 2


def pick(context: Context) -> str:
    """Do what was asked for with the picked matter; a digit beyond the list keeps the list."""
    listed, verb, words = context.talk.listed, context.talk.verb, context.talk.words
    if verb == SURE:
        ticket = _read(context, listed[0])
        if not says_yes(context.words):
            return context.say("own.kept", number=ticket.number, matter=ticket.matter)
        return _withdraw(context, ticket, words)
    if not 1 <= int(context.words) <= len(listed):
        context.remember(listed=listed, verb=verb, words=words)
        return context.say("member.pick_again", count=len(listed))
    known = next(known for known in OWN_VERBS if known == verb)
    return _do(context, _read(context, listed[int(context.words) - 1]), OwnCommand(known, "", words))


def _command(context: Context) -> OwnCommand | None:
    if context.inbound.event == "click":
        return own_command(context.words)
    if not context.has_words:
        return None
    text = context.inbound.text
    # Of one who has no matter with us 怎么还没人来 tells of a trouble.
    is_waiting = says_it_waits(text) and _open(context)
    return OwnCommand("hurry", "", text.strip()) if is_waiting else own_command(text)


def _do(context: Context, ticket: Ticket, command: OwnCommand) -> str:
    if ticket.state in FINISHED:
        state = context.say(f"state.{ticket.state}")
        return context.say("own.finished", number=ticket.number, matter=ticket.matter, state=state)
    if command.verb == "hurry":
        return _hurry(context, ticket, command.words)
    if command.verb == "add":
        return _add(context, ticket, command.words)
    context.remember(listed=(ticket.id,), verb=SURE, words=command.words)
    return context.say("own.withdraw_sure", number=ticket.number, matter=ticket.matter)


def _hurry(context: Context, ticket: Ticket, words: str) -> str:
    hurried = tickets.times_of(context.connection, ticket.id, "hurry")
    said = _said(context, ticket) | {"due": spoken(ticket.due_at, context.now)}
    if hurried and _day(hurried[-1]) == _day(context.now):
        return context.say("own.hurried_today", **said)
    context.tickets.hurry(ticket, context.inbound_id, words, len(hurried) + 1)
    return context.say("own.hurried", times=len(hurried) + 1, **said)


def _add(context: Context, ticket: Ticket, words: str) -> str:
    if not words:
        # What follows joins this one, whatever it sounds like.
        context.tickets.speak_of(ticket)
        context.remember(asked="more", ticket_id=ticket.id)
        return context.say("own.add_what", number=ticket.number, matter=ticket.matter)
    context.tickets.add(ticket, context.inbound, context.inbound_id)
    context.tickets.tell_owner(ticket, context.inbound_id, words)
    return context.say("report.joined", **_said(context, ticket))


def _withdraw(context: Context, ticket: Ticket, words: str) -> str:
    if ticket.state in FINISHED:  # it was handled while the resident made up their mind
        state = context.say(f"state.{ticket.state}")
        return context.say("own.finished", number=ticket.number, matter=ticket.matter, state=state)
    context.tickets.move(ticket, "withdraw", None, context.inbound_id, words)
    return context.say("own.withdrawn", number=ticket.number, matter=ticket.matter)


def _said(context: Context, ticket: Ticket) -> dict[str, str]:
    owner = people.member(context.connection, ticket.owner_id)
    return {"number": ticket.number, "matter": ticket.matter, "member": owner.name}


def _open(context: Context) -> list[Ticket]:
    return [ticket for ticket in context.own_tickets if ticket.state not in FINISHED]


def _read(context: Context, ticket_id: int) -> Ticket:
    ticket = tickets.read(context.connection, ticket_id)
    assert ticket is not None  # tickets are never deleted
    return ticket


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()


PICK = Route("own_pick", "anyone", is_pick, pick)
ROUTE = Route("own", "anyone", fits, handle)
