"""A resident picks one of the questions shown, by tap or digit, or says 都不是."""

from bot.answering import conclude_match, give_answer
from bot.context import Context, Route

NONE = ("都不是", "不是", "没有")


def fits(context: Context) -> bool:
    """Whether questions were shown and the text is one of their digits or 都不是."""
    count = len(context.talk.choices)
    if not count:
        return False
    return context.words in NONE or (context.words.isdecimal() and 1 <= int(context.words) <= count + 1)


def handle(context: Context) -> str:
    """Answer the picked question, or ask for the matter."""
    choices = context.talk.choices
    if context.words in NONE or int(context.words) > len(choices):
        conclude_match(context, "none_of_these")
        context.remember(words=context.talk.words)
        return context.say("answer.none_chosen")
    picked = choices[int(context.words) - 1]
    conclude_match(context, "picked", picked)
    context.remember(match_id=context.talk.match_id)  # the answer may not help either
    return give_answer(context, picked)


ROUTE = Route("choice", "anyone", fits, handle)
