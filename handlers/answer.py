"""A question that the FAQ knows: the answer with its source, or up to three choices when it is a close call."""

from html import escape
from urllib.parse import quote

from bot.answering import give_answer, note_match
from bot.context import Context, Route


def fits(context: Context) -> bool:
    """Whether the text is a question that some entry answers, surely or perhaps."""
    if not context.has_words or context.words.isdecimal():
        return False  # a lone number asks nothing, however much it looks like a hotline's
    band = context.understood.match.band
    ticket = context.current_ticket
    is_busy = ticket is not None and (context.talk.asked == "place" or ticket.urgency == "emergency")
    return band == "sure" or (band == "maybe" and not is_busy)


def handle(context: Context) -> str:
    """The answer, or the choices by tap and by digit with 都不是."""
    match = context.understood.match
    note_match(context)
    if match.band == "sure":
        return give_answer(context, match.choices[0].entry.id)
    entries = [found.entry for found in match.choices]
    context.remember(choices=tuple(entry.id for entry in entries), words=context.inbound.text)
    lines = [_tappable(context, "answer.choice", n, question=entry.question) for n, entry in enumerate(entries, 1)]
    none = _tappable(context, "answer.none_of_these", len(entries) + 1)
    return "\n".join([context.say("answer.choices"), *lines, none])


def _tappable(context: Context, name: str, digit: int, **values: object) -> str:
    """A line that sends its digit as the person's message when tapped."""
    line = context.say(name, digit=f"{digit}.", **values)
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={quote(str(digit))}&msgmenuid={digit}">{escape(line)}</a>'


ROUTE = Route("answer", "anyone", fits, handle)
