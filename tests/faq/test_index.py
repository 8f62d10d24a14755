import itertools
from collections.abc import Sequence

from faq.index import CANDIDATES, POSTINGS_BUDGET, Document, Index
from faq.normalise import normalise

WORDINGS = ["身份证丢了怎么补办", "居住证怎么办理", "燃气费怎么交", "什么时候开始供暖"]


def index(wordings: Sequence[str]) -> Index:
    return Index(Document([wording]) for wording in wordings)


def search(text: str, wordings: Sequence[str] = WORDINGS, limit: int = 3) -> list[int]:
    return [hit.owner for hit in index(wordings).search(normalise(text), limit)]


def test_the_same_wording_scores_one_and_comes_first() -> None:
    for owner, wording in enumerate(WORDINGS):
        best = index(WORDINGS).search(wording, 1)[0]
        assert (best.owner, round(best.score, 6)) == (owner, 1.0)


def test_other_words_for_the_same_find_it() -> None:
    assert search("补办身份证")[0] == 0
    assert search("煤气费去哪里交")[0] == 2


def test_a_document_is_listed_once_with_its_best_wording() -> None:
    documents = [Document(["燃气费怎么交", "天然气费在哪里缴"]), Document(["水费怎么交"])]
    hits = Index(documents).search("天然气费在哪里缴", 5)
    assert [hit.owner for hit in hits] == [0, 1]
    assert round(hits[0].score, 6) == 1.0


def test_what_an_answer_says_helps_to_find_its_entry() -> None:
    documents = [Document(["不动产证怎么办"], "房产证到登记中心申请"), Document(["居住证怎么办"], "到派出所申领")]
    assert Index(documents).search("房产证怎么办", 2)[0].owner == 0


def test_what_is_asked_about_counts_more_than_how_it_is_asked() -> None:
    wordings = ["残疾证要什么材料", "护照去哪里办理", "低保要什么条件"]
    assert search("残疾证去哪里办理", wordings)[0] == 0
    assert search("低保要什么材料", wordings)[0] == 2


def test_a_text_that_shares_nothing_finds_nothing() -> None:
    assert search("abc") == []
    assert search("") == []
    assert search("怎么办") == []
    assert index([]).search("身份证", 3) == []


def test_the_order_of_the_list_makes_no_difference() -> None:
    for wordings in itertools.permutations(WORDINGS):
        found = [wordings[owner] for owner in search("身份证怎么办理", wordings, 4)]
        assert found[:2] == ["身份证丢了怎么补办", "居住证怎么办理"]


def test_a_rare_word_is_found_among_more_wordings_than_the_budget_reads() -> None:
    many = [f"第{number}号表填报" for number in range(2 * POSTINGS_BUDGET)]
    big = index([*many, "骆驼养殖"])
    assert big.search("骆驼养殖", 1)[0].owner == len(many)
    assert len(big.search("号表填报", 3 * CANDIDATES)) == CANDIDATES
