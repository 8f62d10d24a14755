"""Thanks and small talk: a friendly word, and no ticket."""

from bot.context import Context, Route

LONGEST_THANKS = 6
GREETINGS = ("你好", "您好", "你好呀", "在吗", "在不在", "有人吗", "早上好", "下午好", "晚上好", "hello", "hi", "喂")


def is_thanks(context: Context) -> bool:
    """Whether the text thanks for something; with news of an open matter in it, it belongs to the matter."""
    is_news = context.current_ticket is not None and len(context.words) > LONGEST_THANKS
    return context.has_words and context.understood.intent == "thanks" and not is_news


def welcome_thanks(context: Context) -> str:
    """You are welcome."""
    return context.say("talk.thanks")


def is_greeting(context: Context) -> bool:
    """Whether the text is nothing but a greeting."""
    return context.words.lower() in GREETINGS


def is_chat(context: Context) -> bool:
    """Whether the text is small talk; what nobody understands is not."""
    return context.has_words and context.understood.intent == "chat" and not context.understood.is_guess


def greet(context: Context) -> str:
    """A greeting that says what to do next."""
    return context.say("talk.hello")


THANKS = Route("thanks", "anyone", is_thanks, welcome_thanks)
GREETING = Route("greeting", "anyone", is_greeting, greet)
CHAT = Route("chat", "anyone", is_chat, greet)
