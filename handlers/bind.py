"""A member binds the own WeChat with the one-time code that the coordinator handed over."""

from bot.context import Context, Route
from bot.records import people, roster, tickets

COMMAND = "绑定"
CODE_MARKS = " :\uff1a"


def fits(context: Context) -> bool:
    """Whether the text is the command, with or without a code."""
    return context.inbound.kind == "text" and context.inbound.text.strip().startswith(COMMAND)


def handle(context: Context) -> str:
    """Bind, or say what is missing."""
    if context.member:
        return context.say("member.already", member=context.member.name)
    code = context.inbound.text.strip().removeprefix(COMMAND).lstrip(CODE_MARKS).strip()
    if not code:
        return context.say("member.code_missing")
    member = people.bind(context.connection, roster.code_hash(code), context.resident.id)
    if member is None:
        return context.say("member.code_wrong")
    count = len(tickets.of_owner(context.connection, member.id))
    return context.say("member.bound", member=member.name, count=count)


ROUTE = Route("bind", "anyone", fits, handle)
