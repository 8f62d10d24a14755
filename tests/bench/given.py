"""Lists to calibrate with: `python -m tests.bench.given FOLDER` writes public ones there, and prints how to name them.

Of the half of the public queries that `make evaluate` does not ask: whole lists and draws, as JSONL for
`flask faq calibrate --given ENTRIES QUERIES`.
"""

import json
import random
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.bench.public import DRAWN, LISTS, is_held_out, read_list, some

LARGE, ASKED, WITHOUT = 2000, 600, 200  # entries of a long list, queries with an entry, and of each kind without one
DRAWS: Mapping[str, int] = {"covid_faq": 2, "lcqmc": 1}


def main(folder: Path) -> None:
    """Write the lists."""
    folder.mkdir(parents=True, exist_ok=True)
    names = []
    for name in LISTS:
        pairs = read_list(name, lambda text: not is_held_out(text))
        for number, size in enumerate((LARGE, *[DRAWN] * DRAWS[name])):
            draw = random.Random(100 + number)
            ids = set(some(draw, pairs.asked, size))
            ids |= set(some(draw, sorted(pairs.questions.keys() - ids), size - len(ids)))
            answerable = some(draw, [query for query in pairs.answerable if query.gold in ids], ASKED)
            without = (*some(draw, pairs.unseen, WITHOUT), *some(draw, pairs.near, WITHOUT))
            entries = ({"id": one, "question": pairs.questions[one]} for one in sorted(ids))
            files = folder / f"{name}-{number}-entries.jsonl", folder / f"{name}-{number}-queries.jsonl"
            _write(files[0], entries)
            queries = enumerate((*answerable, *without))
            _write(files[1], ({"id": str(at), "text": query.text, "gold": query.gold} for at, query in queries))
            names.append(f"--given {files[0]} {files[1]}")
    print(" ".join(names))


def _write(path: Path, lines: Iterable[Mapping[str, object]]) -> None:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
