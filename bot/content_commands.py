"""The commands that only need the content: `understand` and `faq evaluate`. No database, redis or secret."""

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from bot.knowledge import Knower
from bot.settings import SettingsError, load
from faq.calibration import STAGES, Wordings
from faq.content import Content, ContentError, load_content
from faq.evaluate import (
    GivenEntry,
    Message,
    Query,
    evaluate_faq,
    faq_report,
    read_lines,
    understood_report,
    with_entries,
)
from faq.fitting import SURE_RIGHT, Asked, Seen, as_stored, calibration_toml, fit, observe
from faq.learning import Judged
from faq.match import Matcher

JSONL = click.Path(exists=True, dir_okay=False, path_type=Path)


@contextmanager
def told_faults() -> Iterator[None]:
    """Every fault of settings, content or input is told, one a line, and the command ends with 2."""
    try:
        yield
    except (SettingsError, ContentError) as error:
        for fault in error.faults:
            click.echo(fault, err=True)
        sys.exit(2)


def _known() -> tuple[Content, Knower]:
    settings = load(os.environ).content
    return load_content(settings.folder), Knower(settings)


@click.command("understand", help='Label messages: JSONL with {"id", "text"} in, one line for each out.')
@click.option("--file", "path", type=JSONL, required=True, help="The messages.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line and nothing else.")
def understand(path: Path, as_json: bool) -> None:
    """Print what every message means."""
    with told_faults():
        content, knower = _known()
        messages = read_lines(path, Message)
        understander = knower.whole(content).understander
    for message in messages:
        understood = understander.understand(message.text)
        report = understood_report(message, understood)
        if as_json:
            click.echo(json.dumps(report, ensure_ascii=False))
            continue
        words = [report["id"], *(report[key] or "-" for key in ("intent", "category", "urgency", "place"))]
        because = "、".join(understood.evidence)
        found = report["faq"]
        click.echo("\t".join([*words, f"因为:{because}" if because else "-", found["id"] if found else "-"]))


@click.group("faq", help="The questions and answers.")
def faq() -> None:
    """Hold the commands about questions and answers."""


@faq.command("evaluate", help="Measure how well questions find their entry.")
@click.option("--entries", type=JSONL, required=True, help='JSONL: {"id", "question", "similar", "answer"}')
@click.option("--queries", type=JSONL, required=True, help='JSONL: {"id", "text", "gold": entry id or null}')
@click.option("--json", "as_json", is_flag=True, help="One line of JSON and nothing else.")
def evaluate(entries: Path, queries: Path, as_json: bool) -> None:
    """Print the figures."""
    with told_faults():
        content, knower = _known()
        given, asked = read_lines(entries, GivenEntry), read_lines(queries, Query)
        figures = evaluate_faq(content, given, asked, time.perf_counter, lambda c: knower.given(c).understander)
    report = faq_report(figures)
    if as_json:
        click.echo(json.dumps(report))
        return
    for name, value in report.items():
        click.echo(f"{name}\t{value}")


@faq.command("calibrate", help="Fit on labelled questions how sure an answer must be, and store it with the content.")
@click.option("--queries", multiple=True, type=JSONL, required=True, help='JSONL: {"text", "faq", "also"}')
@click.option("--beside", multiple=True, type=JSONL, help="Harder ones, which teach and decide no threshold.")
@click.option("--given", nargs=2, multiple=True, type=JSONL, help="Entries with one wording each, and their queries.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Another file than the content's own.")
def calibrate(
    queries: tuple[Path, ...], beside: tuple[Path, ...], given: tuple[tuple[Path, Path], ...], out: Path | None
) -> None:
    """Write calibration.toml; without `--given` the fit for entries with one wording each stays."""
    with told_faults():
        content, knower = _known()
        asked, harder = _questions(queries), _questions(beside)
        lists = [(read_lines(entries, GivenEntry), read_lines(path, Query)) for entries, path in given]
        if len(knower.encoders) + 1 < STAGES:
            raise ContentError(["content.encoders: found less than two here, expected two to calibrate with"])
        ids = [entry.id for entry in content.entries]
        fitted = []
        # What is known of a question beforehand must not teach how sure an answer to it is.
        unaware = content.unaware_of(line.text for line in (*asked, *harder))
        taught: dict[Wordings, Content] = {"many": replace(content, unanswered=()), "beside": unaware}
        for wordings, known in taught.items():
            matcher = knower.whole(known).understander.matcher
            seen = (_seen(matcher, ids, [(line.text, line.right) for line in lines]) for lines in (asked, harder))
            fitted += fit(wordings, *seen)
        if lists:
            one: list[list[Seen]] = [[] for _ in range(STAGES)]
            for entries, wanted in lists:
                matcher = knower.given(with_entries(content, entries)).understander.matcher
                found = _seen(
                    matcher, (entry.id for entry in entries), [(query.text, {query.gold} - {None}) for query in wanted]
                )
                one = [[*before, *more] for before, more in zip(one, found, strict=True)]
            fitted += fit("one", one)
        fits = [stage.fit() for stage in fitted]
        path = out or load(os.environ).content.folder / "calibration.toml"
        path.write_text(
            calibration_toml(fits if lists else fits + as_stored("one", content.calibration.stages["one"])), "utf-8"
        )
    for stage in fitted:
        share = stage.share(stage.threshold(SURE_RIGHT))
        click.echo(f"{stage.wordings} wordings, {stage.encoders} encoders: {share:.3f} answered at once")


def _questions(paths: Sequence[Path]) -> list[Judged]:
    return [line for path in paths for line in read_lines(path, Judged) if line.intent == "question"]


def _seen(
    matcher: Matcher, entries: Iterable[str], asked: Iterable[tuple[str, Iterable[str | None]]]
) -> list[list[Seen]]:
    """What the matcher of these entries (their ids) sees of texts, with the ids of the entries that answer each."""
    places: dict[str | None, int] = {entry: place for place, entry in enumerate(entries)}
    right = ((text, frozenset(places[one] for one in ids if one in places)) for text, ids in asked)
    return observe(matcher, [Asked(text, found) for text, found in right])


COMMANDS: list[click.Command] = [understand, faq]
