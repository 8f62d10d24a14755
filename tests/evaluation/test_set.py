"""The evaluation set keeps its own rules."""

from pathlib import Path
from typing import Any

import pytest

from faq.content import load_content
from faq.items import INTENTS
from tests.evaluation.__main__ import PARTS, digest, lines, part_of

CONTENT = load_content(Path("faq"))


@pytest.mark.parametrize("part", PARTS)
def test_each_message_lies_in_the_part_that_its_text_says(part: str) -> None:
    assert [row["text"] for row in lines(part) if part_of(row["text"]) != part] == []
    assert [row["text"] for row in lines(part) if digest(row["text"]) != row["id"]] == []


@pytest.mark.parametrize("part", PARTS)
def test_every_label_exists(part: str) -> None:
    assert [row["text"] for row in lines(part) if not _is_sound(row)] == []


def test_no_message_is_there_twice_and_there_are_enough() -> None:
    texts = [row["text"] for part in PARTS for row in lines(part)]
    assert len(texts) == len(set(texts)) >= 600


def _is_sound(row: dict[str, Any]) -> bool:
    entries = {entry.id for entry in CONTENT.entries}
    answers = {*row["also"], *([row["faq"]] if row["faq"] else [])}
    return (
        row["intent"] in INTENTS
        and row["category"] in CONTENT.categories_by_name
        and row["urgency"] in ("emergency", "urgent", "normal")
        and (row["place"] is None or row["place"] in row["text"])
        and answers <= entries
        and (not answers or row["intent"] == "question")
    )
