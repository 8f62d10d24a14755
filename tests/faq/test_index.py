"""What letters, sounds and words say for documents, layer by layer."""

import itertools
from collections.abc import Sequence

import numpy as np
import pytest

from faq.concepts import Concepts
from faq.index import LAYERS, Document, Index, grams
from faq.items import Concept
from faq.normalise import normalise

WORDINGS = ("身份证丢了怎么补办", "居住证怎么办理", "燃气费怎么交", "什么时候开始供暖")
CONCEPTS = (
    Concept(name="儿童", words=("儿童", "娃娃")),
    Concept(name="预防接种", words=("接种", "打针")),
    Concept(name="公积金", words=("公积金", "房积金")),
)


def index(*documents: Document | str, concepts: Sequence[Concept] = ()) -> Index:
    """An index of documents; a text is a document of that wording alone."""
    made = [document if isinstance(document, Document) else Document([document]) for document in documents]
    return Index(made, Concepts(concepts).find)


def layer(made: Index, text: str, name: str) -> list[float]:
    """What one layer says for each document."""
    layers, _ = made.layers(normalise(text))
    assert layers.shape == (made.size, len(LAYERS))
    found: list[float] = layers[:, LAYERS.index(name)].tolist()
    return found


def best(made: Index, text: str, name: str = "letters") -> int:
    return int(np.argmax(layer(made, text, name)))


def test_the_same_wording_is_wholly_alike_in_letters_and_sounds() -> None:
    made = index(*WORDINGS)
    for owner, wording in enumerate(WORDINGS):
        for name in ("letters", "sounds"):
            found = layer(made, wording, name)
            assert found[owner] == pytest.approx(1, abs=1e-5), name
            assert max(found[:owner] + found[owner + 1 :]) < 0.9, name


def test_a_document_counts_by_its_best_wording() -> None:
    made = index(Document(["天然气费在哪里缴", "燃气费怎么交"]), "水费怎么交")
    assert layer(made, "燃气费怎么交", "letters")[0] == pytest.approx(1, abs=1e-5)


def test_other_words_for_the_same_find_it() -> None:
    assert best(index(*WORDINGS), "补办身份证") == 0
    assert best(index(*WORDINGS), "煤气费去哪里交") == 2


def test_what_is_asked_about_counts_more_than_how_it_is_asked() -> None:
    made = index("残疾证要什么材料", "护照去哪里办理", "低保要什么条件")
    assert best(made, "残疾证去哪里办理") == 0
    assert best(made, "低保要什么材料") == 2


def test_a_way_of_asking_is_one_piece_and_not_cut_into_letters() -> None:
    assert grams("护照怎么办理") == ["护", "照", "护照", "怎么办理"]
    assert grams("怎么办理护照怎么办理").count("怎么办理") == 1


def test_the_way_of_asking_alone_is_little_alike() -> None:
    assert max(layer(index(*WORDINGS), "怎么办理", "letters")) < 0.1


@pytest.mark.parametrize(("typed", "owner"), [("身分正丢了怎么不办", 0), ("然起飞怎么交", 2), ("gongnuan", 3)])
def test_homophones_and_pinyin_find_their_document_by_sound(typed: str, owner: int) -> None:
    assert best(index(*WORDINGS), typed, "sounds") == owner


def test_letters_do_not_hear_what_sounds_hear() -> None:
    made = index("燃气费", "居住证")
    assert layer(made, "然起飞", "letters") == [0, 0]
    assert layer(made, "然起飞", "sounds")[0] == pytest.approx(1, abs=1e-5)


def test_a_word_of_the_same_concept_joins_wordings_without_a_shared_letter() -> None:
    made = index("儿童接种", "公积金提取", concepts=CONCEPTS)
    assert layer(made, "娃娃打针", "letters") == [0, 0]
    assert layer(made, "娃娃打针", "concepts") == pytest.approx([1, 0])
    assert layer(index("儿童接种", "公积金提取"), "娃娃打针", "concepts") == [0, 0]


def test_letters_that_a_document_lacks_speak_against_it() -> None:
    having, lacking = layer(index("驼奶怎么卖", "居住证怎么办"), "驼奶怎么卖", "strange")
    assert having == pytest.approx(0, abs=1e-6)
    assert lacking > 0


def test_what_an_answer_says_helps_its_document_alone() -> None:
    made = index(Document(["不动产证怎么办"], "房产证到登记中心申请"), Document(["居住证怎么办"], "到派出所申领"))
    assert best(made, "房产证怎么办", "answer") == 0
    assert layer(made, "派出所", "answer")[1] > layer(made, "派出所", "answer")[0]
    assert layer(made, "派出所", "letters") == [0, 0]


@pytest.mark.parametrize(
    ("text", "owner"),
    [("要带什么证件", 0), ("得花钱吗,收费吗", 1), ("打什么电话", 2), ("去哪里办", 3)],
)
def test_the_kind_of_question_tells_documents_apart(text: str, owner: int) -> None:
    made = index("护照要什么材料", "护照多少钱", "护照热线", "护照在哪办")
    assert best(made, text, "asks") == owner


def test_a_text_that_shares_nothing_has_nothing_that_speaks_for_it() -> None:
    for name in ("letters", "sounds", "answer", "concepts"):
        assert layer(index(*WORDINGS), "v5", name) == [0, 0, 0, 0], name


def test_the_order_of_the_documents_makes_no_difference() -> None:
    expected = dict(zip(WORDINGS, layer(index(*WORDINGS), "身份证怎么办理", "letters"), strict=True))
    for wordings in itertools.permutations(WORDINGS):
        found = layer(index(*wordings), "身份证怎么办理", "letters")
        assert found == pytest.approx([expected[wording] for wording in wordings])


def test_a_close_look_sees_the_order_of_letters() -> None:
    made = index(Document(["护照", "老板欠工人钱"]), Document(["工人欠老板钱"]))
    _, likeness = made.layers("工人欠老板钱")
    both = made.order("工人欠老板钱", np.array([0, 1]), likeness)
    assert both[1] == pytest.approx(1)
    assert 0.3 < both[0] < 1  # compared with its likest wording, not with 护照
    assert made.order("工人欠老板钱", np.array([1, 0]), likeness).tolist() == both[::-1].tolist()


def test_a_rare_word_is_found_among_many_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faq.postings.BUDGET", 500)
    made = index(*(f"第{number}号表填报" for number in range(1000)), "骆驼养殖")
    assert best(made, "骆驼养殖表填报") == 1000
