"""Whether a text tells of something or denies it: 没有煤气泄漏 names a leak and tells of none."""

import re

# 没发现漏气, 打不着火: denied right before, or (没有煤气泄漏) a few letters before, at the start of a clause.
# 没人救火, 没有人着火了也没人管: where there is nobody, nothing is denied.
DENIED_BEFORE = re.compile(
    "(?:没有?|未|不是|并非|不存在|不会|不|无)(?:发现|发生|出现|闻到|看到|任何|什么|再|明显)*$|"
    "(?:^|[,。;!?:、 ])(?:[我这那家]+里?|现在|目前)?(?:并?没有?|不是|并非)[^,。;!?:、 人]{0,4}$"
)
# 煤气没有泄漏: denied within.
DENIED_WITHIN = re.compile("(?:没有|没|未)(?=[泄漏着起冒爆闻塌倒掉落触])|不是|并非")


def tells(pattern: re.Pattern[str], plain: str) -> bool:
    """Whether the pattern fits at a place where the text does not deny it. `plain` is simplified."""
    return any(
        not DENIED_BEFORE.search(plain[: found.start()]) and not DENIED_WITHIN.search(found[0])
        for found in pattern.finditer(plain)
    )
