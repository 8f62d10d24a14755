"""Sorts labelled messages into the two parts: `python -m tests.evaluation NEW.jsonl`; those already there stay."""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
PARTS = ("tune", "report")


def digest(text: str) -> str:
    """The id of a message: eight hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def part_of(text: str) -> str:
    """The part that a message belongs to, by its text alone."""
    return PARTS[int(digest(text), 16) % 2]


def lines(part: str) -> list[dict[str, Any]]:
    """The messages of a part."""
    return [json.loads(line) for line in (FOLDER / f"{part}.jsonl").read_text("utf-8").splitlines()]


def main(paths: list[str]) -> None:
    """Add the messages of these files."""
    new = [json.loads(line) for path in paths for line in Path(path).read_text("utf-8").splitlines() if line.strip()]
    for part in PARTS:
        rows = {row["id"]: row for row in lines(part)}
        for row in new:
            if part_of(row["text"]) == part:
                rows.setdefault(digest(row["text"]), {"id": digest(row["text"])} | row)
        text = "".join(json.dumps(rows[key], ensure_ascii=False) + "\n" for key in sorted(rows))
        (FOLDER / f"{part}.jsonl").write_text(text, "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
