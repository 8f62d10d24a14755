"""Whether a text tells of something or denies it: 没有煤气泄漏 names a leak and tells of none."""

import re

# 没发现漏气, 打不着火: denied right before, or (没有煤气泄漏) a few letters before, at the start of a clause.
# 没人救火, 没有人着火了也没人管: where there is nobody, nothing is denied. 是不是着火了 is no denial either.
DENIED_BEFORE = re.compile(
    "(?:没有?|未|(?<!是)不是|并非|不存在|不会|不|无)(?:发现|发生|出现|闻到|看到|任何|什么|再|明显)*$|"
    "(?:^|[,。;!?:、 ])(?:[我这那家]+里?|现在|目前)?(?:并?没有?|不是|并非)[^,。;!?:、 人]{0,4}$"
)
# 煤气没有泄漏: denied within, right before what would be told.
DENIED_WITHIN = re.compile("(?:没有|没|未)(?:泄|漏|着火|起火|冒|爆|塌|倒|掉|落|触).{0,3}$|(?<!是)不是|并非")


def told(pattern: re.Pattern[str], plain: str) -> list[re.Match[str]]:
    """Where the pattern fits a simplified text, without the places that the text denies."""
    return [
        found
        for found in pattern.finditer(plain)
        if not DENIED_BEFORE.search(plain[: found.start()]) and not DENIED_WITHIN.search(found[0])
    ]
