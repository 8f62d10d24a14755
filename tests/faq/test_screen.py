"""The screen before the patterns leaves out none that would fit."""

import re

from faq.content import Content
from faq.families import Families
from faq.normalise import simplify
from faq.screen import Screen
from tests.faq.test_urgency import UNDER_WAY


def test_the_letters_that_a_pattern_needs_hide_nothing(real: Content) -> None:
    expand = Families(real.families).expand
    patterns = [expand(pattern) for danger in real.dangers for pattern in danger.patterns]
    screen = Screen(patterns)
    texts = [simplify(text) for texts in UNDER_WAY.values() for text in texts]
    for text in texts:
        candidates = list(screen.candidates(text))
        fitting = {number for number, pattern in candidates if pattern.search(text)}
        assert fitting == {number for number, pattern in enumerate(patterns) if re.search(pattern, text)}


def test_a_pattern_with_optional_and_open_parts_needs_only_what_it_must_have() -> None:
    screen = Screen(["(煤|燃)?气.{0,4}[漏跑](?!步)", "[^火]灾", "\\d度|冻(僵|坏)"])
    assert [number for number, _ in screen.candidates("气罐在漏")] == [0]
    assert [number for number, _ in screen.candidates("冻坏了")] == [2]
    assert [number for number, _ in screen.candidates("十5度,水灾")] == [1, 2]
