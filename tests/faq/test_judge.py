"""What the judge learns from planted lessons."""

from collections.abc import Sequence

import pytest

from faq.judge import Judge, Lesson, Parts, learn

TIMES = 6


def lessons(*taught: tuple[str, str], weight: float = 1.0) -> list[Lesson]:
    """Lessons of a text in letters, and its label; each several times, with a piece that all have."""
    return [Lesson(Parts(["*", *text]), label, weight) for text, label in taught for _ in range(TIMES)]


def judge_of(taught: Sequence[Lesson]) -> Judge:
    return Judge(learn(taught))


def best(judge: Judge, parts: Parts) -> str:
    likely = judge.probabilities(parts)
    return max(likely, key=lambda label: likely[label])


def test_it_learns_the_pieces_that_tell_labels_apart() -> None:
    judge = judge_of(lessons(("ab", "question"), ("cd", "request"), ("ef", "thanks")))
    assert set(judge.labels) == {"question", "request", "thanks"}
    for text, label in (("a", "question"), ("d", "request"), ("xeyf", "thanks")):
        assert best(judge, Parts(list(text))) == label
        assert judge.probabilities(Parts(list(text)))[label] > 0.5


def test_it_learns_cues_beside_pieces() -> None:
    taught = [Lesson(Parts(["same"], ["asks"]), "question"), Lesson(Parts(["same"], ["tells"]), "request")] * TIMES
    judge = judge_of(taught)
    assert best(judge, Parts(["same"], ["asks"])) == "question"
    assert best(judge, Parts(["same"], ["tells"])) == "request"


def test_two_labels_are_judged_as_well_as_many() -> None:
    judge = judge_of(lessons(("a", "yes"), ("b", "no")))
    assert judge.probabilities(Parts(["a"]))["yes"] > 0.8
    assert judge.probabilities(Parts(["b"]))["no"] > 0.8


@pytest.mark.parametrize("parts", [Parts(["a", "d"]), Parts([]), Parts(["zzz"], ["zzz"]), Parts(["a"] * 50)])
def test_probabilities_are_together_one(parts: Parts) -> None:
    for taught in (lessons(("a", "1"), ("b", "2")), lessons(("a", "1"), ("b", "2"), ("d", "3"))):
        likely = judge_of(taught).probabilities(parts)
        assert sum(likely.values()) == pytest.approx(1, abs=1e-5)
        assert min(likely.values()) >= 0


def test_what_it_was_never_taught_makes_no_difference() -> None:
    judge = judge_of([*lessons(("a", "1"), ("b", "2")), Lesson(Parts(["a"], ["loud"]), "1")])
    known = judge.probabilities(Parts(["a"], ["loud"]))
    assert judge.probabilities(Parts(["zzz", "a", "yyy"], ["never", "loud"])) == known


def test_a_text_of_nothing_known_is_judged_by_how_often_each_label_was_taught() -> None:
    judge = judge_of(lessons(("a", "often"), ("b", "often"), ("c", "often"), ("d", "seldom")))
    assert best(judge, Parts(["zzz"])) == best(judge, Parts([])) == "often"


def test_a_piece_of_too_few_texts_is_not_learned() -> None:
    basis = lessons(("a", "1"), ("b", "2"))
    rare = [Lesson(Parts(["rare"]), "1")]
    unknown, known = judge_of([*basis, *rare * 2]), judge_of([*basis, *rare * 3])
    assert unknown.probabilities(Parts(["rare"])) == unknown.probabilities(Parts([]))
    assert known.probabilities(Parts(["rare"]))["1"] > known.probabilities(Parts([]))["1"]


def test_a_lesson_counts_by_its_weight() -> None:
    light, heavy = lessons(("a", "light"), weight=0.1), lessons(("a", "heavy"))
    likely = judge_of([*light, *heavy, *lessons(("b", "light"))]).probabilities(Parts(["a"]))
    assert likely["heavy"] > 0.7


def test_the_same_lessons_teach_the_same_to_the_last_digit() -> None:
    taught = lessons(("ab", "question"), ("bc", "request"), ("ca", "thanks"))
    parts = Parts(["a", "b", "b"])
    assert judge_of(taught).probabilities(parts) == judge_of(taught).probabilities(parts)


def test_the_reasons_are_the_pieces_that_speak_most_and_none_is_part_of_another() -> None:
    taught = [(["停电", "停电了", "今天"], "power"), (["路灯", "今天", "灯"], "light"), (["今天", "其他"], "other")]
    judge = judge_of([Lesson(Parts(pieces), label) for pieces, label in taught for _ in range(TIMES)])
    parts = Parts(["停电", "停电了", "路灯", "灯", "今天", "从没见过"])
    assert judge.reasons(parts, "power", 3) in (["停电"], ["停电了"])
    assert judge.reasons(parts, "light", 3) == ["路灯"]  # 灯 is but a letter
    assert judge.reasons(parts, "light", 0) == judge.reasons(Parts([]), "light", 3) == []


def test_one_label_alone_cannot_be_taught() -> None:
    with pytest.raises(ValueError, match="class"):
        judge_of(lessons(("a", "only"), ("b", "only")))
