"""`flask faq report`: which messages it takes, and what it refuses."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.report_command import create_report_command
from tests.faq.town import write

COMMAND = create_report_command(lambda: datetime(2026, 11, 24, 7, 30, tzinfo=UTC))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small town's content and an empty evaluation folder, named by the settings."""
    content, evaluation = tmp_path / "content", tmp_path / "evaluation"
    content.mkdir()
    evaluation.mkdir()
    config = tmp_path / "config.toml"
    settings = f'[content]\nfolder = "{write(content)}"\nevaluation = "{evaluation}"\nencoders = ["none"]\n'
    config.write_text(settings, "utf-8")
    monkeypatch.setenv("BOT_CONFIG", str(config))
    return tmp_path


def lines(path: Path, *texts: str) -> Path:
    labels = {"intent": "request", "category": "供暖", "urgency": "normal", "faq": None}
    path.write_text("".join(json.dumps({"id": text, "text": text} | labels) + "\n" for text in texts), "utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(COMMAND, [str(argument) for argument in arguments])


def test_all_files_of_the_evaluation_are_on_the_page_and_no_text_of_the_unseen_one(folder: Path) -> None:
    lines(folder / "evaluation" / "report.jsonl", "居住证怎么办理")
    lines(folder / "evaluation" / "tune.jsonl", "燃气费怎么交", "什么时候开始供暖")
    page = folder / "page.html"
    result = run("--out", page)
    assert (result.exit_code, result.output) == (0, f"{page}: 3 messages of 2 files\n")
    html = page.read_text("utf-8")
    assert "2026年11月24日 15:30" in html
    assert html.index('id="part-1"') < html.index("tune.jsonl\uff1a2 条来信") < html.index("report.jsonl\uff1a1 条来信")
    assert "燃气费怎么交" in html
    # The question of the entry would be told where a message of the unseen part is answered wrongly.
    assert "居住证怎么办理" not in html


def test_faults_end_the_command_with_two_before_anything_is_written(folder: Path) -> None:
    page = folder / "page.html"
    empty = run("--out", page)
    assert (empty.exit_code, "found no *.jsonl" in empty.output) == (2, True)
    nowhere = run("--out", folder / "nowhere" / "page.html", "--messages", lines(folder / "in.jsonl", "a"))
    assert (nowhere.exit_code, "nowhere: found no such folder" in nowhere.output) == (2, True)
    (folder / "in.jsonl").write_text('{"text": "a"}\n', "utf-8")
    faulty = run("--out", page, "--messages", folder / "in.jsonl")
    assert (faulty.exit_code, faulty.output.count("in.jsonl:1: ")) == (2, 3)
    assert not page.exists()
