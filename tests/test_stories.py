"""Every conversation in tests/stories/ is played from beginning to end. The format is in its README."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.world import Person, Town

FOLDER = Path(__file__).parent / "stories"
STORIES = sorted(FOLDER.glob("*.toml"))
NUMBER = re.compile(r"编号 (\d{6,10})")
TURN_KEYS = {"who", "says", "sends", "minutes", "sees", "sees_not", "reads", "reads_nothing"}


class Player:
    """Plays one story; `@owner` is who has the ticket named last, {number} its number."""

    def __init__(self, town: Town) -> None:
        self.town, self.number, self.numbers = town, "", list[str]()

    def who(self, name: str) -> Person:
        return self.town.owner_of(self.number) if name == "@owner" else self.town.resident(name)

    def fill(self, text: str) -> str:
        text = text.replace("{number}", self.number)
        for place, number in enumerate(self.numbers, 1):
            text = text.replace(f"{{number{place}}}", number)
        return text

    def hears(self, text: str) -> None:
        if found := NUMBER.search(text):
            self.number = found[1]
            if found[1] not in self.numbers:
                self.numbers.append(found[1])

    def turn(self, turn: dict[str, Any]) -> None:
        assert not turn.keys() - TURN_KEYS, f"unknown keys in {turn}"
        self.town.clock.moves(minutes=turn.get("minutes", 0), seconds=5)
        person = self.who(turn["who"])
        seen = []
        if "says" in turn or "sends" in turn:
            if "says" in turn:
                reply = person.says(self.fill(turn["says"]))
            else:
                fields = dict(turn["sends"])
                reply = person.sends(fields.pop("kind"), **fields)
            self.hears(reply)
            seen.append(reply)
        if "reads" in turn or turn.get("reads_nothing"):
            seen += person.reads()
            if turn.get("reads_nothing"):
                assert not seen, f"{person.name} should have got nothing, and got {seen}"
        told = "\n".join(seen)
        for words in (*turn.get("sees", ()), *turn.get("reads", ())):
            assert self.fill(words) in told, f"{person.name} should see {self.fill(words)!r}, and saw:\n{told}"
        for words in turn.get("sees_not", ()):
            assert self.fill(words) not in told, f"{person.name} should not see {words!r}, and saw:\n{told}"

    def ends(self, end: dict[str, Any]) -> None:
        ticket = self.town.ticket(self.fill(end.get("number", "{number}")))
        for name in ("state", "category", "urgency", "place", "summary"):
            if name in end:
                assert getattr(ticket, name) == end[name], f"the ticket's {name}"
        if "owner" in end:
            assert self.town.owner_of(ticket.number).name == end["owner"]
        if "events" in end:
            assert [event.kind for event in self.town.history(ticket.number)] == end["events"]

    def learns(self, written: list[dict[str, Any]]) -> None:
        matches = self.town.matches()
        assert len(written) == len(matches), f"what was written down of questions: {matches}"
        for match, expected in zip(matches, written, strict=True):
            found = {"words": match.words, "band": match.band, "outcome": match.outcome, "picked": match.picked_entry}
            assert not expected.keys() - found.keys(), f"unknown keys in {expected}"
            assert {name: found[name] or "" for name in found} == dict.fromkeys(found, "") | expected


@pytest.mark.parametrize("path", STORIES, ids=[path.stem for path in STORIES])
def test_story(path: Path, database_url: str, tmp_path: Path) -> None:
    story = tomllib.loads(path.read_text("utf-8"))
    town = Town(database_url, tmp_path)
    try:
        player = Player(town)
        for turn in story["turn"]:
            player.turn(turn)
        for end in story.get("ticket", []):
            player.ends(end)
        if "match" in story:
            player.learns(story["match"])
        assert story.get("ticket_count", len(player.numbers)) == town.ticket_count()
        assert not town.stuck(), "a message was left without an answer"
    finally:
        town.close()
