"""How an FAQ answer is given, whichever way the question was found."""

from bot.context import Context


def give_answer(context: Context, entry_id: str) -> str:
    """The answer of an entry, its source, and the line for whom it does not help."""
    entry = context.knowledge.content.entry(entry_id)
    context.remember(answered=entry.id, words=context.talk.words or context.inbound.text)
    said = context.say("answer.sure", answer=entry.served_answer, source=entry.source)
    return f"{said}\n{context.say('answer.unsolved')}"
