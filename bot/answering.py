"""How an FAQ answer is given, whichever way the question was found, and what is written down of it."""

from bot.context import Context
from bot.records import learning
from bot.records.learning import Outcome, Shown


def give_answer(context: Context, entry_id: str) -> str:
    """The answer of an entry, its source, and the line for whom it does not help."""
    words = context.talk.words or context.inbound.text
    entry = context.entry(entry_id)
    if entry is None:  # it left the content since it was offered
        context.remember(words=words)
        return context.say("talk.no_answer")
    context.remember(answered=entry.id, words=words)
    said = context.say("answer.sure", answer=entry.served_answer, source=entry.source)
    return f"{said}\n{context.say('answer.unsolved')}"


def note_match(context: Context) -> None:
    """Write down what was made of a question, for those who look after the answers."""
    match = context.understood.match
    shown = (Shown(choice.entry.id, round(choice.score, 4)) for choice in match.choices)
    match_id = learning.note(context.connection, context.inbound_id, match.band, shown, context.now)
    context.remember(match_id=match_id)


def conclude_match(context: Context, outcome: Outcome, picked_entry: str | None = None) -> None:
    """Write down what the resident made of the answer or the choices just shown.

    A conversation that was forgotten knows none; then the record simply has no outcome.
    """
    if context.talk.match_id:
        learning.conclude(context.connection, context.talk.match_id, outcome, context.now, picked_entry)
