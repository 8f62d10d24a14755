"""What people say to the bot itself, in the many ways they say it: a person, the progress, still not solved, and what
they want done with a matter of their own.

Texts are compared without blanks, politeness at the ends and punctuation, in simplified letters.
"""

import re
from dataclasses import dataclass
from typing import Literal

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

GAP = r"[\s,.!?;:、。\uff0c\uff01\uff1f\uff1b\uff1a~]"
# A verb, perhaps the number of the matter, perhaps words. 取消 is no verb here: people also want a parking place 取消.
OWN = re.compile(
    rf"{GAP}*(?:请|麻烦|帮我|我要|我想)?(?:"
    r"(?P<hurry>催办|催一?催|催一下|催促?)|"
    r"(?P<withdraw>撤销|撤回|撤单|撤了吧)(?:这个|这件)?(?:事项|工单|登记|事)?|"
    r"(?P<add>补充)(?:一下|一点|说明)?"
    rf")(?:办理|一下)?(?:$|{GAP}+|(?=编号|\d))(?:(?:编号)?\s*(?P<number>\d{{6,10}})(?!\d))?{GAP}*(?P<words>.*)",
    re.DOTALL,
)
WAITING = re.compile(
    r"(怎么|咋|为啥|为什么)?(还|都|一直|这么久|几天|好几天|半天)+(了)?(还)?(没有?|不见|不)"
    r"(人|个人|见人)?(来人|来修|来管|来看|来|管|修|处理|动静|消息|答复|回复|回话|回音|联系我)(我)?(呢|啊|呀|了|吗)?"
)
YES = re.compile(r"1|是的?|对|好的?|确认|确定|嗯|撤销?|撤吧")
NO = re.compile(r"2|不是?|不要|不用|不撤销?|算了|别|先别")

OwnVerb = Literal["hurry", "withdraw", "add"]
OWN_VERBS: tuple[OwnVerb, ...] = ("hurry", "withdraw", "add")


@dataclass(frozen=True)
class OwnCommand:
    """What a resident wants done with a matter, its number ("" for none given), and what else was said."""

    verb: OwnVerb
    number: str
    words: str


def own_command(text: str) -> OwnCommand | None:
    """催办; 撤销 100123 已经修好了; 补充:是三单元. None for anything else."""
    match = OWN.fullmatch(simplify(text))
    if match is None:
        return None
    verb = next(verb for verb in OWN_VERBS if match[verb])
    return OwnCommand(verb, match["number"] or "", match["words"].strip())


def says_it_waits(text: str) -> bool:
    """怎么还没人来, 好几天了没动静."""
    return WAITING.fullmatch(_plain(text)) is not None


def says_yes(text: str) -> bool:
    """1, 是的, 确认."""
    return YES.fullmatch(_plain(text)) is not None


def says_no(text: str) -> bool:
    """2, 不用, 算了."""
    return NO.fullmatch(_plain(text)) is not None


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
