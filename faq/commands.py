"""What people say to the bot itself, in the many ways they say it: a person, the progress, still not solved.

Texts are compared without blanks, politeness at the ends and punctuation, in simplified letters.
"""

import re

from faq.normalise import simplify

BLANKS = re.compile(r"[\s,.!?;:、。\uff0c\uff01\uff1f\uff1b\uff1a~]+")
HUMAN = re.compile(
    r"(请|麻烦|我要|我想|给我|帮我|能不能|可以)?(帮我|给我)?(转|找|要|接)?(一?个)?"
    r"(人工|真人|活人)(客服|服务|坐席|电话)?(说话|聊|吧|呢|吗|一下)?|"
    r"(请|我要|我想|给我|帮我)?(转|接)(到)?人工.{0,6}|(给我)?找个?人(来)?(说话|聊聊)?|.{0,6}(找|给)(我)?个真人.{0,4}"
)
PROGRESS = re.compile(
    r"(我的|查|查询|查一下|查查|看|看看|看一下|问一下|请问)*(我的|我)?(事情?|事项|问题|工单|编号)?(的)?(办理|处理)?"
    r"(进度|进展|进展情况|办到哪了?|到哪一?步了?|(办|处理)得?(怎么样|咋样|咋个样|怎样)了?|有(人管|结果|消息)了?[吗没])(吧|呢|吗|怎么样|如何)?"
    r"|查询|我的事项"
)
UNSOLVED = re.compile(
    r"(还是|还|都|一直|问题|根本|并)*(没|没有|未)(有)?(给)?(解决|修好|弄好|办好|处理好?|好)(呢|啊|呀|了)?|还是不行|没用"
)
SOLVED = re.compile(r"(已经|已|都|问题)*(解决|修好|弄好|办好|处理好)(了|啦)(谢谢|感谢)?")


def asks_for_person(text: str) -> bool:
    """转人工, 找个真人说话."""
    return HUMAN.fullmatch(_plain(text)) is not None


def asks_for_progress(text: str) -> bool:
    """进度, 我的事办得咋样了."""
    return PROGRESS.fullmatch(_plain(text)) is not None


def says_unsolved(text: str) -> bool:
    """没解决, also with more behind a comma: 没解决,老师还打人."""
    parts = [part for part in BLANKS.split(simplify(text)) if part]
    return (bool(parts) and UNSOLVED.fullmatch(parts[0]) is not None) or UNSOLVED.fullmatch(_plain(text)) is not None


def says_solved(text: str) -> bool:
    """解决了, 已经修好了."""
    return SOLVED.fullmatch(_plain(text)) is not None


def _plain(text: str) -> str:
    return BLANKS.sub("", simplify(text))
