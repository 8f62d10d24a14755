"""`flask understand` and `flask faq evaluate`: what goes in and what comes out, without database, redis or secret."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.content_commands import COMMANDS
from tests.faq.town import write

COMMAND = {command.name: command for command in COMMANDS}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small town's content, named by the settings."""
    content = tmp_path / "content"
    content.mkdir()
    config = tmp_path / "config.toml"
    config.write_text(f'[content]\nfolder = "{write(content)}"\n', "utf-8")
    monkeypatch.setenv("BOT_CONFIG", str(config))
    return tmp_path


def run(name: str, *arguments: str | Path) -> Result:
    return CliRunner().invoke(COMMAND[name], [str(argument) for argument in arguments])


def lines(folder: Path, name: str, *items: object) -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items), "utf-8")
    return path


def test_understand_prints_one_json_object_a_line_and_nothing_else(folder: Path) -> None:
    messages = lines(folder, "in.jsonl", {"id": "a", "text": "身份证丢了咋补办"}, {"id": "b", "text": "东胜区停电了"})
    result = run("understand", "--file", messages, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert list(first) == ["id", "intent", "category", "urgency", "place", "faq"]
    assert (first["id"], first["intent"], first["faq"]["id"], first["faq"]["band"]) == (
        "a",
        "question",
        "id-card-lost",
        "sure",
    )
    assert (second["intent"], second["category"], second["place"], second["faq"]) == (
        "request",
        "供水供电供气",
        "东胜区",
        None,
    )


def test_understand_for_people_shows_the_evidence(folder: Path) -> None:
    result = run("understand", "--file", lines(folder, "in.jsonl", {"id": "a", "text": "楼道电线耷拉下来了"}))
    assert result.stdout == "a\trequest\t供水供电供气\turgent\t-\t因为:电线、楼道\t-\n"


def test_faq_evaluate_prints_one_line_of_json(folder: Path) -> None:
    entries = lines(folder, "entries.jsonl", {"id": "x", "question": "燃气费怎么交", "similar": [], "answer": "网上交"})
    queries = lines(
        folder, "queries.jsonl", {"id": 1, "text": "燃气费怎么交", "gold": "x"}, {"text": "怎么飞", "gold": None}
    )
    result = run("faq", "evaluate", "--entries", entries, "--queries", queries, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    (line,) = result.stdout.splitlines()
    report = json.loads(line)
    assert (report["recall_at_1"], report["sure_precision"], report["false_sure_rate"]) == (1.0, 1.0, 0.0)
    assert report["ms_p99"] >= report["ms_p50"] > 0


def test_every_fault_of_input_and_content_ends_the_command_with_two(folder: Path) -> None:
    result = run("understand", "--file", lines(folder, "in.jsonl", {"text": "a"}, {"id": "b"}), "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 2
    (folder / "content" / "areas.toml").unlink()
    result = run("understand", "--file", lines(folder, "in.jsonl"), "--json")
    assert result.exit_code == 2
    assert "areas.toml" in result.stderr
