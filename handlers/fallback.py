"""Nothing fitted: say so, and never leave the person without a way on."""

from bot.answering import note_match
from bot.context import Context, Route


def fits(context: Context) -> bool:
    """Always."""
    return True


def handle(context: Context) -> str:
    """Say that there is no answer, or ask for the matter; offer a person, and keep the words for 转人工."""
    context.remember(words=context.inbound.text)
    has_matter = context.has_words and not context.words.isdecimal()
    if has_matter:
        note_match(context)
    is_question = has_matter and context.understood.intent == "question"
    return context.say("talk.no_answer" if is_question else "talk.fallback")


ROUTE = Route("fallback", "anyone", fits, handle)
