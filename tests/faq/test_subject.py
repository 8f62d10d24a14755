"""What a text is about: rules, examples and a town's own history together."""

from dataclasses import replace

import pytest

from faq.content import Content
from faq.items import Example
from faq.learned import Learned
from faq.learned_training import train
from faq.subject import Subject

HEATING = ("屋里穿棉袄还哆嗦", "片子摸着冰手", "锅炉房的人说再等等", "孩子写作业手都僵", "夜里盖两床被子还是冷")
ENDS = ("", "了", "啊")
LAMPS = ("巷子里黑得看不见道", "晚上摸黑回家", "杆子上的灯泡碎了", "走夜路得打手电", "那一排全黑了")


@pytest.fixture(scope="module")
def taught(small_town: Content) -> Content:
    """The small town with examples of two matters in words that its rules do not know."""
    examples = tuple(
        Example(intent="request", category=category, texts=tuple(f"{text}{end}" for text in texts for end in ENDS))
        for category, texts in (("供暖", HEATING), ("市政设施", LAMPS))
    )
    return replace(small_town, entries=(), examples=examples)


def test_a_rule_decides_with_the_words_that_it_saw(taught: Content) -> None:
    finding = Subject(taught).find("楼道电线耷拉下来了")
    assert (finding.category, finding.evidence) == ("供水供电供气", ("电线", "楼道"))


def test_what_no_rule_knows_is_learned_from_examples_and_shows_what_spoke_for_it(taught: Content) -> None:
    finding = Subject(taught).find("穿着棉袄还哆嗦")
    assert finding.category == "供暖"
    assert finding.weight
    assert any(part in "穿着棉袄还哆嗦" for part in finding.evidence)


def test_points_from_elsewhere_tip_the_scales(taught: Content) -> None:
    subject = Subject(taught)
    assert subject.find("晚上摸黑回家").category == "市政设施"
    assert subject.find("晚上摸黑回家", {"治安消防": 12}).category == "治安消防"


def test_the_towns_own_history_has_a_say_where_it_is_sure(taught: Content) -> None:
    texts = [f"{text}{number}" for text in (*HEATING, *LAMPS) for number in range(8)]
    labels = ["市政设施" if text[:-1] in HEATING else "供暖" for text in texts]  # this town decided the other way round
    learned: Learned = train(texts, labels)
    assert learned.best("锅炉房的人说再等等3")
    assert Subject(taught).find("锅炉房的人说再等等3").category == "供暖"
    assert Subject(taught, learned).find("锅炉房的人说再等等3").category == "市政设施"
