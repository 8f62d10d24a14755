"""make bench: reply time through the whole path, beside what this machine needs for a bare commit and a scan.

The program runs as `make run` runs it, with 1,000 FAQ entries, and gets 20 messages a second: questions,
troubles, commands and small talk. The figures of one run stand side by side, because absolute ones
do not travel from machine to machine. Then come the costs of understanding, by tests/bench/understanding.py.
"""

import random
import shutil
import sqlite3
import sys
import tempfile
import threading
import time
import tomllib
from pathlib import Path

from rapidfuzz import fuzz, process

from tests.bench import understanding
from tests.bench.figures import figures, timed
from tests.process import ROOT, Program, Sender
from tests.soak.test_proofs import free_port, trouble

ENTRIES = 1000
RATE = 20  # messages a second
SECONDS = 30
COMMANDS = ("进度", "帮助", "你好", "谢谢", "转人工")


def grown_content(folder: Path, count: int) -> tuple[Path, list[str]]:
    """The content with as many entries as asked for: each more one says an existing one about another place."""
    content = folder / "faq"
    shutil.copytree(ROOT / "faq", content, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    files = [tomllib.loads(path.read_text("utf-8")) for path in content.glob("entries*.toml")]
    entries = [entry for file in files for entry in file["entry"]]
    lines = []
    for number in range(count - len(entries)):
        entry = entries[number % len(entries)]
        area = f"第{number // len(entries) + 1}片区"
        similar = ", ".join(f'"{area}{wording}"' for wording in entry["similar"][:3])
        lines.append(
            f'[[entry]]\nid = "more-{number}"\ncategory = "{entry["category"]}"\n'
            f'question = "{area}{entry["question"]}"\n'
            f'similar = [{similar}]\nanswer = "{area}的办法和全市一样。"\nsource = "{entry["source"]}"\n'
        )
    (content / "entries-more.toml").write_text("\n".join(lines), "utf-8")
    questions = [wording for entry in entries for wording in (entry["question"], *entry["similar"])]
    return content, questions


def bare_commits(folder: Path) -> list[float]:
    """One row, one commit, synchronous=FULL: what the disk alone costs."""
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE t (x TEXT)")
    return timed(lambda: connection.execute("INSERT INTO t VALUES ('x')"), 500)


def replies(program: Program, questions: list[str]) -> list[float]:
    """Seconds of each reply while messages come at the rate, on a clock that does not wait for replies."""
    draw = random.Random(3)
    sender = Sender(program.url, program.account())
    found: list[float] = []
    threads = []
    start = time.perf_counter()
    for number in range(RATE * SECONDS):
        pick = draw.random()
        text = draw.choice(questions) if pick < 0.4 else trouble(number) if pick < 0.8 else draw.choice(COMMANDS)

        def send(text: str = text, number: int = number) -> None:
            begun = time.perf_counter()
            if sender.send(f"oBench{draw.randrange(200):022}", text, number + 1):
                found.append(time.perf_counter() - begun)

        threads.append(threading.Thread(target=send))
        threads[-1].start()
        pause = start + (number + 1) / RATE - time.perf_counter()
        if pause > 0:
            threading.Event().wait(pause)
    for thread in threads:
        thread.join()
    if len(found) < RATE * SECONDS:
        sys.exit(f"{RATE * SECONDS - len(found)} messages got no reply")
    return found


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="lxq-bench-") as name:
        folder = Path(name)
        content, questions = grown_content(folder, ENTRIES)
        program = Program(folder, free_port(), {"BOT_CONTENT__FOLDER": str(content)})
        program.start()
        try:
            measured = replies(program, questions)
        finally:
            program.stop()
        path = figures(f"reply, {ENTRIES} entries, {RATE} messages a second", measured)
        commit = figures("bare commit, sqlite3, synchronous=FULL", bare_commits(folder))
        scan = figures(
            f"bare scan, rapidfuzz ratio over {len(questions)} wordings",
            timed(lambda: process.extractOne("这句话谁也没问过", questions, scorer=fuzz.ratio), 500),
        )
        print(f"p99 of the reply is {path / commit:.1f} bare commits or {path / scan:.1f} bare scans", flush=True)
    understanding.measure()


if __name__ == "__main__":
    main()
