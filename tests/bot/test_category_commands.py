"""`flask category train` and `evaluate`: files in, a folder and figures out, without database, redis or secret."""

import csv
import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from bot.category_commands import COMMANDS
from tests.faq.invented import invented


def run(*arguments: str | Path) -> Result:
    group = {command.name: command for command in COMMANDS}["category"]
    assert isinstance(group, click.Group)
    return CliRunner().invoke(group, [str(argument) for argument in arguments])


def table(path: Path, count: int, seed: int = 0) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["text", "label"])
        rows.writerows(zip(*invented(count, seed), strict=True))
    return path


@pytest.fixture
def model(tmp_path: Path) -> Path:
    result = run("train", "--labelled", table(tmp_path / "old.csv", 90), "--out", tmp_path / "deep" / "model")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "90 texts, 3 labels" in result.stdout
    return tmp_path / "deep" / "model"


def test_a_trained_model_is_measured_in_one_line_of_json(model: Path, tmp_path: Path) -> None:
    result = run("evaluate", "--model", model, "--labelled", table(tmp_path / "new.csv", 30, seed=1), "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    (line,) = result.stdout.splitlines()
    report = json.loads(line)
    assert (report["accuracy"], report["macro_f1"], report["messages"]) == (1.0, 1.0, 30)
    assert set(report["per_class"]["供水"]) == {"precision", "recall", "f1", "support"}
    assert {"abstained", "accuracy_when_sure"} < set(report)
    assert report["ms_p99"] >= report["ms_p50"] > 0


def test_for_people_there_is_a_line_for_each_label(model: Path, tmp_path: Path) -> None:
    result = run("evaluate", "--model", model, "--labelled", table(tmp_path / "new.csv", 30, seed=1))
    assert result.exit_code == 0
    assert "供水\tprecision 1.0\trecall 1.0\tf1 1.0\tsupport" in result.stdout
    assert "\nmacro_f1\t1.0\n" in result.stdout


def test_repeated_texts_are_learned_once(tmp_path: Path) -> None:
    path = table(tmp_path / "rows.csv", 40)
    path.write_text(path.read_text("utf-8") + path.read_text("utf-8").split("\n", 1)[1], "utf-8")
    result = run("train", "--labelled", path, "--out", tmp_path / "model")
    assert "40 texts" in result.stdout


def test_a_damaged_model_ends_the_command_with_one_sentence(model: Path, tmp_path: Path) -> None:
    (model / "weights.npz").write_bytes(b"PK")
    result = run("evaluate", "--model", model, "--labelled", table(tmp_path / "new.csv", 5), "--json")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert f"{model / 'weights.npz'}: found" in result.stderr


def test_a_table_without_labels_ends_the_command_with_two(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("text\n停水\n", "utf-8")
    result = run("train", "--labelled", path, "--out", tmp_path / "model")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "expected the columns text,label" in result.stderr
    assert not (tmp_path / "model").exists()
