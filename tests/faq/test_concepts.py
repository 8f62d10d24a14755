"""Words and the concepts that they stand for."""

import pytest

from faq.concepts import Concepts
from faq.items import Concept
from faq.normalise import normalise


def concepts(**words: tuple[str, ...]) -> Concepts:
    return Concepts(Concept(name=name, words=listed) for name, listed in words.items())


TOWN = concepts(
    儿童=("儿童", "娃娃", "孩子"),
    疫苗=("疫苗", "打针"),
    医保=("医保", "医疗保险"),
    保险=("保险", "投保"),
    上学=("上学", "念书"),
)


@pytest.mark.parametrize("text", ["儿童打疫苗", "娃娃打针", "孩子打针"])
def test_words_of_a_concept_are_found_as_the_concept(text: str) -> None:
    assert TOWN.find(text) == ["儿童", "疫苗"]


def test_the_longest_word_wins() -> None:
    assert TOWN.find("医疗保险怎么交") == ["医保"]
    assert TOWN.find("保险怎么交") == ["保险"]
    both = concepts(身份证=("身份证", "证件"), 身份证号=("身份证号", "证件号"))
    assert both.find("身份证号忘了") == ["身份证号"]
    assert both.find("身份证丢了") == ["身份证"]


def test_letters_belong_to_one_word_and_the_left_one_has_them() -> None:
    made = concepts(甲=("东西", "物件"), 乙=("西边", "西面"))
    assert made.find("东西边") == ["甲"]
    assert made.find("东西西边") == ["甲", "乙"]


def test_a_concept_is_found_once_and_in_the_order_of_the_text() -> None:
    assert TOWN.find("娃娃念书,孩子打针,儿童上学") == ["儿童", "上学", "疫苗"]


def test_words_are_written_in_the_file_as_people_write_them() -> None:
    made = concepts(幼儿园=("幼兒園", "托儿所"), 无线网=("WiFi", "无线网"))
    assert made.find(normalise("幼儿园的ＷＩＦＩ")) == ["幼儿园", "无线网"]


def test_a_word_at_the_end_is_found_and_a_half_one_is_not() -> None:
    assert TOWN.find("去投保") == ["保险"]
    assert TOWN.find("去投") == []


def test_no_text_and_no_concepts_find_nothing() -> None:
    assert TOWN.find("") == []
    assert concepts().find("娃娃打针") == []
