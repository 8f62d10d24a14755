"""Invented labelled messages: three matters that every classifier can tell apart, and their like."""

import random

WORDS = {
    "供水": ("水管", "停水", "自来水", "水压", "漏水", "水费"),
    "道路": ("路灯", "坑洼", "马路", "红绿灯", "路面", "井盖"),
    "教育": ("学校", "老师", "幼儿园", "学生", "入学", "课本"),
}
PLACES = ("东街", "西街", "南苑", "北苑", "新城", "老城")


def invented(count: int, seed: int = 0) -> tuple[list[str], list[str]]:
    """So many different texts and their labels."""
    draw = random.Random(seed)
    texts: dict[str, str] = {}
    while len(texts) < count:
        label = draw.choice(sorted(WORDS))
        first, second = draw.sample(WORDS[label], 2)
        texts[f"{draw.choice(PLACES)}{first}有问题{draw.randrange(1000)}号的{second}没人管"] = label
    return list(texts), list(texts.values())
