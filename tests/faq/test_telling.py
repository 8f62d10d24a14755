import re

import pytest

from faq.telling import told

DANGER = re.compile("着火|漏气|煤气.{0,4}泄漏|走丢")


@pytest.mark.parametrize(
    "text",
    [
        "家里着火了",
        "家里没人着火了",
        "没有人救火着火了",
        "是不是着火了",
        "没水没电,着火了",
        "煤气灶没关,漏气了",
        "没有着火的时候好好的,现在着火了",
        "煤气阀没拧紧泄漏了,没有泄漏报警器",
    ],
)
def test_what_is_told_is_seen(text: str) -> None:
    assert told(DANGER, text)


@pytest.mark.parametrize(
    "text",
    [
        "没有着火",
        "没着火",
        "不是着火",
        "燃气灶打不着火",
        "没有发现漏气",
        "没有煤气泄漏,只是想问燃气费怎么交",
        "家里没有煤气泄漏",
        "煤气没有泄漏",
        "并没有走丢",
    ],
)
def test_what_is_denied_is_not(text: str) -> None:
    assert not told(DANGER, text)
