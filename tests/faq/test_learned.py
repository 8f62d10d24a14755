"""A learned classifier: what it learns, when it abstains, how it is kept, and how a damaged one is refused."""

import hashlib
import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from faq.content import ContentError
from faq.evaluate import evaluate_categories
from faq.grams import learn_vocabulary, pieces
from faq.learned import Labelled, Learned, read_labelled, softmax, without_repeats
from faq.learned_training import dealt, find_meanings, fit_linear, fit_shares, sure_from, train
from tests.faq.invented import invented


@pytest.fixture(scope="module")
def model() -> Learned:
    return train(*invented(120))


@pytest.fixture
def folder(model: Learned, tmp_path: Path) -> Path:
    model.save(tmp_path / "model")
    return tmp_path / "model"


def faults(folder: Path) -> list[str]:
    with pytest.raises(ContentError) as refused:
        Learned.load(folder)
    return refused.value.faults


def test_it_tells_new_messages_apart(model: Learned) -> None:
    texts, labels = invented(60, seed=1)
    assert [(model.best(text) or ("-", 0))[0] for text in texts] == labels


def test_its_probabilities_add_up_and_the_likeliest_comes_first(model: Learned) -> None:
    likely = model.probabilities("老城停水了,水管漏水")
    assert set(likely) == set(model.labels) == {"供水", "道路", "教育"}
    assert sum(likely.values()) == pytest.approx(1)
    assert list(likely.values()) == sorted(likely.values(), reverse=True)
    assert model.best("老城停水了,水管漏水") == ("供水", likely["供水"])


def test_it_learns_labels_that_overlap_with_honest_probabilities() -> None:
    texts, labels = invented(300)
    # Every third label is wrong: what it says must not be surer than it is right.
    spoilt = ["道路" if i % 3 == 0 else label for i, label in enumerate(labels)]
    likely = train(texts, spoilt).probabilities("老城停水了,水管漏水")
    assert next(iter(likely)) == "供水"
    assert likely["供水"] < 0.9


@pytest.mark.parametrize("text", ["", "!!!", "\ud83d", "Grüße", "🙂" * 5000])
def test_it_abstains_where_it_knows_nothing_of_a_text(text: str) -> None:
    texts, labels = invented(90)
    noisy = [label if i % 4 else "其他" for i, label in enumerate(labels)]
    model = train(texts, noisy)
    assert model.best(text) is None
    assert sum(model.probabilities(text).values()) == pytest.approx(1)


def test_a_kept_model_says_the_same(model: Learned, folder: Path) -> None:
    loaded = Learned.load(folder)
    texts, _ = invented(20, seed=2)
    assert [loaded.probabilities(text) for text in texts] == [model.probabilities(text) for text in texts]
    assert loaded.description.sure_from == model.description.sure_from
    assert sorted(path.name for path in folder.iterdir()) == ["model.json", "weights.npz"]


def test_the_same_messages_give_the_same_files(folder: Path, tmp_path: Path) -> None:
    train(*invented(120)).save(tmp_path / "again")
    for name in ("model.json", "weights.npz"):
        assert (folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "weights.npz").unlink()
    (fault,) = faults(folder)
    assert fault.startswith(f"{folder / 'weights.npz'}: found")
    (folder / "model.json").unlink()
    (fault,) = faults(folder)
    assert fault.startswith(f"{folder / 'model.json'}: found")


def test_a_changed_byte_is_noticed(folder: Path) -> None:
    held = bytearray((folder / "weights.npz").read_bytes())
    held[len(held) // 2] ^= 1
    (folder / "weights.npz").write_bytes(held)
    (fault,) = faults(folder)
    assert "weights.npz: found sha256" in fault
    assert "expected" in fault


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"version": 1}, "version"),
        ({"format": "other"}, "format"),
        ({"labels": ["a"]}, "labels"),
        ({"labels": ["a", "b"]}, "linear: found"),
        ({"more": 1}, "more"),
    ],
)
def test_a_foreign_description_is_refused(folder: Path, change: dict[str, object], told: str) -> None:
    path = folder / "model.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | change), "utf-8")
    assert any(told in fault and "expected" in fault for fault in faults(folder))


def test_something_that_is_no_description_is_refused(folder: Path) -> None:
    (folder / "model.json").write_bytes(b"\xff\x00")
    (fault,) = faults(folder)
    assert "model.json: found" in fault


def test_arrays_of_something_else_are_refused(folder: Path) -> None:
    np.savez(folder / "weights.npz", other=np.zeros(3))
    path = folder / "model.json"
    digest = hashlib.sha256((folder / "weights.npz").read_bytes()).hexdigest()
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"weights_sha256": digest}), "utf-8")
    (fault,) = faults(folder)
    assert "weights.npz: found" in fault


@pytest.mark.parametrize(("texts", "labels"), [(["a"], ["x"]), ([f"路灯{i}" for i in range(30)], ["x"] * 30)])
def test_too_little_to_learn_from_is_refused(texts: list[str], labels: list[str]) -> None:
    with pytest.raises(ContentError, match="expected at least 20 texts and 2 labels"):
        train(texts, labels)


def test_twenty_texts_of_one_word_are_enough() -> None:
    model = train(["水"] * 10 + ["路"] * 10, ["供水"] * 10 + ["道路"] * 10)
    assert next(iter(model.probabilities("水"))) == "供水"


def test_a_label_with_a_single_text_does_not_stop_the_training() -> None:
    texts, labels = invented(40)
    assert train([*texts, "狗咬人"], [*labels, "犬只"]).labels == ("供水", "教育", "犬只", "道路")


def test_a_longer_history_is_thinned_for_the_comparison(tmp_path: Path) -> None:
    model = train(*invented(120), remembered=40)
    model.save(tmp_path)
    with np.load(tmp_path / "weights.npz") as weights:
        assert len(weights["memory"]) == 40
    texts, labels = invented(30, seed=3)
    assert [next(iter(model.probabilities(text))) for text in texts] == labels


def test_pieces_of_the_title_count_for_themselves() -> None:
    vocabulary = learn_vocabulary([pieces("水管坏了。修一修"), pieces("水管坏了。修一修")])
    whole, _ = vocabulary.weigh(*pieces("水管坏了。修一修"))
    # Body, first part and title: 7 + 6, 4 + 3 and 8 + 7 pieces, of which 修 stands twice in body and title.
    assert len(whole) == (6 + 6) + (4 + 3) + (7 + 7)
    at, values = vocabulary.weigh(*pieces("水"))
    assert len(at) == 3
    assert np.linalg.norm(values) == pytest.approx(1)


def test_the_linear_judge_weighs_what_stands_in_one_label_more_than_in_others() -> None:
    rows = csr_matrix(np.array([[1, 0, 1], [1, 0, 0], [0, 1, 1], [0, 1, 0]], np.float32))
    weights, bias = fit_linear(rows, np.array([0, 0, 1, 1]), 3)
    assert weights[0, 0] > 0 > weights[1, 0]
    assert weights[1, 1] > 0 > weights[0, 1]
    assert abs(weights[2]).max() < 0.1 * weights[0, 0]  # what stands in both says nothing
    assert not weights[:, 2].any()
    assert bias[2] == -1  # nothing was learned of it, and it is not this label


def test_pieces_that_stand_beside_the_same_ones_have_near_meanings() -> None:
    # 灯 stands beside 路 or 街, 水 beside 管 or 龙: 路 and 街 mean the same.
    lamps, taps = [[1, 1, 0, 0, 0, 0], [1, 0, 1, 0, 0, 0]], [[0, 0, 0, 1, 1, 0], [0, 0, 0, 1, 0, 1]]
    meaning = find_meanings(csr_matrix(np.array(lamps * 5 + taps * 5, np.float32)))
    street, road, pipe = meaning[1], meaning[2], meaning[4]
    cosine = street @ road / np.linalg.norm(street) / np.linalg.norm(road)
    assert cosine > street @ pipe / np.linalg.norm(street) / np.linalg.norm(pipe)


def test_every_label_is_dealt_out_evenly_to_the_folds() -> None:
    labels = ["供水"] * 10 + ["道路"] * 5
    folds = dealt(labels)
    assert np.bincount(folds[:10]).tolist() == [2] * 5
    assert np.bincount(folds[10:]).tolist() == [1] * 5


def test_a_judge_that_misleads_gets_no_share() -> None:
    draw = np.random.default_rng(0)
    gold = draw.integers(0, 3, 300)
    good = np.eye(3)[gold] + draw.normal(0, 0.7, (300, 3))
    shares, _ = fit_shares(np.stack([good, -np.eye(3)[gold] * 0.1 + draw.normal(0, 1, (300, 3)), good * 0]), gold)
    assert shares[0] > 1
    assert shares[1] == 0
    likely = softmax(shares[0] * good)
    assert likely.max(1).mean() == pytest.approx((likely.argmax(1) == gold).mean(), abs=0.05)


def test_a_label_that_both_judges_overlook_is_raised() -> None:
    draw = np.random.default_rng(0)
    gold = draw.integers(0, 3, 300)
    scores = np.eye(3)[gold] + draw.normal(0, 0.4, (300, 3)) - [0, 0, 2]
    shares, level = fit_shares(scores[None], gold)
    assert level[2] - level[0] == pytest.approx(2 * shares[0], rel=0.2)


def test_the_model_is_sure_from_where_enough_is_right() -> None:
    likely = np.array([0.9, 0.8, 0.7, 0.6])
    assert sure_from(likely, np.array([True, True, True, False])) == 0.7
    assert sure_from(likely, np.array([False, True, True, True])) > 1


def test_figures_are_those_of_the_definition() -> None:
    model = train(*invented(120))
    rows = [Labelled("停水了,自来水", "供水"), Labelled("水压低漏水", "道路"), Labelled("路灯,马路", "道路")]
    times = itertools.count()
    report = evaluate_categories(model, rows, lambda: next(times) / 1000)
    assert (report["messages"], report["accuracy"], report["macro_f1"]) == (3, 0.6667, 0.6667)
    assert report["per_class"]["供水"] == {"precision": 0.5, "recall": 1.0, "f1": 0.6667, "support": 1}
    assert report["per_class"]["道路"] == {"precision": 1.0, "recall": 0.5, "f1": 0.6667, "support": 2}
    assert (report["ms_p50"], report["ms_p99"]) == (1.0, 1.0)
    assert (report["abstained"], report["accuracy_when_sure"]) == (0.0, 0.6667)


def test_a_label_that_the_model_does_not_know_counts_as_wrong() -> None:
    model = train(*invented(120))
    report = evaluate_categories(model, [Labelled("停水了,自来水", "新")], lambda: 0.0)
    assert (report["accuracy"], report["per_class"]["新"]["recall"]) == (0.0, 0.0)


def test_repeated_texts_count_once_with_the_label_of_most() -> None:
    rows = [Labelled("a", "x"), Labelled("a", "y"), Labelled("b", "x"), Labelled("a", "y")]
    assert without_repeats(rows) == [Labelled("a", "y"), Labelled("b", "x")]


def test_every_faulty_row_is_told(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes("\ufefflabel,text,more\nx,a,1\n,b,2\nx,,3\n".encode())
    with pytest.raises(ContentError) as refused:
        read_labelled(path)
    assert refused.value.faults == [
        f"{path}:3: found no label, expected both",
        f"{path}:4: found no text, expected both",
    ]


@pytest.mark.parametrize("content", [b"", b"text\na\n", b"text,label\n", "text,label\n停水,供水\n".encode("gbk")])
def test_a_file_that_is_no_such_table_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(content)
    with pytest.raises(ContentError, match=r"rows\.csv.*expected"):
        read_labelled(path)
