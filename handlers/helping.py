"""帮助: how to use the account, with a member's digits for members."""

from bot.context import Context, Route

COMMANDS = ("帮助", "怎么用", "使用帮助", "help", "菜单", "功能", "使用说明")


def fits(context: Context) -> bool:
    """Whether help is asked for, in words or by a lone question mark."""
    return context.words.lower() in COMMANDS or context.inbound.text.strip() in ("?", "\uff1f", "??")


def handle(context: Context) -> str:
    """A few lines, no more than an old person reads."""
    text = context.say("talk.help")
    return f"{text}\n{context.say('talk.help_member')}" if context.member else text


ROUTE = Route("help", "anyone", fits, handle)
