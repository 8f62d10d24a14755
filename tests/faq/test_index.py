import itertools

from faq.index import CANDIDATES, POSTINGS_BUDGET, Index
from faq.normalise import normalise

WORDINGS = ["身份证丢了怎么补办", "居住证怎么办理", "燃气费怎么交", "什么时候开始供暖"]


def search(text: str, wordings: list[str] = WORDINGS, limit: int = 3) -> list[int]:
    return [hit.owner for hit in Index(enumerate(wordings)).search(normalise(text), limit)]


def test_the_same_wording_scores_one_and_comes_first() -> None:
    index = Index(enumerate(WORDINGS))
    for owner, wording in enumerate(WORDINGS):
        best = index.search(wording, 1)[0]
        assert (best.owner, round(best.score, 6)) == (owner, 1.0)


def test_other_words_for_the_same_find_it() -> None:
    assert search("补办身份证")[0] == 0
    assert search("煤气费去哪里交")[0] == 2


def test_an_owner_is_listed_once_with_its_best_wording() -> None:
    index = Index([(7, "燃气费怎么交"), (7, "天然气费在哪里缴"), (8, "水费怎么交")])
    hits = index.search("燃气费怎么交", 5)
    assert [hit.owner for hit in hits] == [7, 8]
    assert round(hits[0].score, 6) == 1.0


def test_a_text_that_shares_nothing_finds_nothing() -> None:
    assert search("abc") == []
    assert search("") == []
    assert Index([]).search("身份证", 3) == []


def test_rare_letters_decide_and_common_ones_do_not() -> None:
    wordings = [f"{thing}怎么办理" for thing in ("低保", "护照", "房产证", "残疾证", "老年证")]
    assert search("残疾证怎么办理", wordings)[0] == 3


def test_the_order_of_the_list_makes_no_difference() -> None:
    for wordings in itertools.permutations(WORDINGS):
        hits = Index(enumerate(wordings)).search("身份证怎么办理", 4)
        assert [wordings[hit.owner] for hit in hits][:2] == ["居住证怎么办理", "身份证丢了怎么补办"]


def test_a_rare_word_is_found_among_more_wordings_than_the_budget_reads() -> None:
    many = [f"第{number}号表怎么填" for number in range(2 * POSTINGS_BUDGET)]
    index = Index([*enumerate(many), (len(many), "骆驼怎么养")])
    assert index.search("骆驼怎么养", 1)[0].owner == len(many)
    assert len(index.search("怎么填", 3 * CANDIDATES)) <= CANDIDATES
