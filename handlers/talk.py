"""Thanks and small talk: a friendly word, and no ticket."""

from bot.context import Context, Route

GREETINGS = ("你好", "您好", "你好呀", "在吗", "在不在", "有人吗", "早上好", "下午好", "晚上好", "hello", "hi", "喂")


def is_thanks(context: Context) -> bool:
    """Whether the text thanks for something."""
    return context.inbound.kind == "text" and context.understood.intent == "thanks"


def welcome_thanks(context: Context) -> str:
    """You are welcome."""
    return context.say("talk.thanks")


def is_greeting(context: Context) -> bool:
    """Whether the text is nothing but a greeting."""
    return context.words.lower() in GREETINGS


def is_chat(context: Context) -> bool:
    """Whether the text is small talk."""
    return context.inbound.kind == "text" and context.understood.intent == "chat"


def greet(context: Context) -> str:
    """A greeting that says what to do next."""
    return context.say("talk.hello")


THANKS = Route("thanks", "anyone", is_thanks, welcome_thanks)
GREETING = Route("greeting", "anyone", is_greeting, greet)
CHAT = Route("chat", "anyone", is_chat, greet)
