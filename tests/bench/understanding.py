"""What understanding costs: time of the matcher and of all of it, memory and start-up. A part of `make bench`.

A process of its own on one core, so that the numerical libraries have one thread and nothing else is in the memory.
The questions come in shuffled order after a warm-up, and the machine's bare scans of the same wordings stand beside
each figure, because absolute ones do not travel.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from rapidfuzz import fuzz, process

from faq.calibration import kinds
from faq.content import Content, load_content
from faq.encoder import Encoder, encode_all, load_encoder
from faq.match import Matcher, texts_of
from faq.normalise import normalise
from faq.understand import Understander
from tests.bench.figures import figures
from tests.bench.lists import grown, long_list, public_texts, wordings_of
from tests.evaluation.__main__ import lines
from tests.process import ROOT

ENTRIES, WORDINGS = 1000, 100_000
MOST = 500  # questions a figure
SCANS = 50  # bare scans a figure
WARM_UP = 50
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
SETTINGS: tuple[tuple[str, ...], ...] = ((), ("use",), ("use", "e5"))


def measure() -> None:
    """Run this module as a process of its own, and print what it prints."""
    subprocess.run([sys.executable, "-m", "tests.bench.understanding"], env=os.environ | ONE_THREAD, check=True)


def main() -> None:
    """Measure and print."""
    _take_one_core()
    content = load_content(ROOT / "faq")
    messages = [row["text"] for row in lines("tune")]
    questions = [row["text"] for row in lines("tune") if row["intent"] == "question"]
    random.Random(5).shuffle(messages)
    random.Random(5).shuffle(questions)
    with tempfile.TemporaryDirectory(prefix="lxq-bench-") as name:
        cache = Path(name)
        _print_starts(cache)
        _print_lists(content, questions[:MOST], cache)
        for names in SETTINGS:
            understander = Understander(content, _loaded(names), cache)
            about = f"understand, the demo's content, {_said(names)}"
            _print_each(about, understander.understand, messages[:MOST])


def _print_lists(content: Content, questions: Sequence[str], cache: Path) -> None:
    thousand = grown(content, ENTRIES)
    about = f"{ENTRIES} entries, {len(wordings_of(thousand.entries))} wordings"
    small = _print_matcher(thousand, (), questions, about, cache)
    for encoder in _loaded(SETTINGS[-1]):
        _print_each(f"encode a question, {encoder.name} alone", partial(_encode, encoder), questions)
    for names in SETTINGS[1:]:
        _print_matcher(thousand, names, questions, about, cache)
    _print_scans(thousand, questions)
    public = public_texts("lcqmc", "queries")
    asked = [*questions, *random.Random(5).sample(public, min(len(public), len(questions)))]
    random.Random(6).shuffle(asked)
    hundred = long_list(content, WORDINGS)
    about = f"{WORDINGS} wordings{', public ones' if public else ''}"
    large = _print_matcher(hundred, (), asked[:MOST], about, cache)
    _print_scans(hundred, asked)
    print(f"p99 of the matcher with {WORDINGS} wordings is {large / small:.1f} times that with {ENTRIES} entries")


def _print_matcher(content: Content, names: Sequence[str], questions: Sequence[str], about: str, cache: Path) -> float:
    """The matcher with these encoders; with two of them on the questions that the first leaves in doubt. The p99."""
    matcher = Matcher.of(content, _loaded(names), cache)
    if len(names) > 1:
        asked_both = len(kinds(len(names)))
        questions = [text for text in questions if matcher.ranking(text).rows.shape[1] == asked_both]
    unclear = ", unclear questions" if len(names) > 1 else ""
    return _print_each(f"match, {about}, {_said(names)}{unclear}", matcher.match, questions)


def _print_scans(content: Content, questions: Sequence[str]) -> None:
    plain = [normalise(wording) for wording in wordings_of(content.entries)]
    for scorer in (fuzz.ratio, fuzz.WRatio):
        scan = partial(process.extractOne, choices=plain, scorer=scorer)
        texts = [normalise(text) for text in questions[:SCANS]]
        _print_each(f"bare scan, rapidfuzz {scorer.__name__}, the same wordings", scan, texts, warm_up=2)


def _print_starts(cache: Path) -> None:
    """Memory and start-up of a process for each choice of encoders, from an empty cache and from a full one."""
    for names in SETTINGS:
        for state in ("cold", "cached") if names else ("cold",):
            command = [sys.executable, "-m", "tests.bench.understanding", str(cache), *names]
            found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            steps = ", ".join(f"{step} {seconds:.1f}" for step, seconds in found["seconds"].items())
            total = sum(found["seconds"].values())
            print(f"start, {_said(names)}, {state}: {total:.1f} s ({steps}); memory {found['megabytes']:.0f} MB")


def start(cache: Path, names: Sequence[str]) -> None:
    """Start as the program does, and print the seconds of each step and the memory in use as JSON."""
    _take_one_core()
    seconds = {}
    began = time.perf_counter()

    def step(name: str) -> None:
        nonlocal began
        seconds[name] = time.perf_counter() - began
        began = time.perf_counter()

    content = load_content(ROOT / "faq")
    step("content")
    encoders = _loaded(names)
    step("encoders")
    for encoder in encoders:
        encode_all(encoder, texts_of(content.entries, content.unanswered_questions), cache)
    step("encoding")
    understander = Understander(content, encoders, cache)
    step("learning and indexing")
    understander.understand("身份证丢了怎么补办")
    print(json.dumps({"seconds": seconds, "megabytes": _megabytes()}))


def _loaded(names: Sequence[str]) -> list[Encoder]:
    return [encoder for name in names if (encoder := load_encoder(name))]


def _encode(encoder: Encoder, text: str) -> object:
    return encoder.encode([text])


def _said(names: Sequence[str]) -> str:
    return " and ".join(names) or "no encoder"


def _print_each(name: str, work: Callable[[str], object], texts: Sequence[str], warm_up: int = WARM_UP) -> float:
    """Print the figures of the work on each text, after some that do not count. Gives the p99 of the processor's
    seconds, which compare best between lines."""
    for text in texts[:warm_up]:
        work(text)
    seconds, busy = [], []
    for text in texts:
        began, began_busy = time.perf_counter(), time.process_time()
        work(text)
        busy.append(time.process_time() - began_busy)
        seconds.append(time.perf_counter() - began)
    figures(name, seconds, busy)
    return sorted(busy)[int(len(busy) * 0.99)]


def _take_one_core() -> None:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def _megabytes() -> float:
    """The memory of this process that is in use now."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    if len(sys.argv) > 1:
        start(Path(sys.argv[1]), sys.argv[2:])
    else:
        main()
