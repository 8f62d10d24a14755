"""The commands that only need the content: `understand` and `faq evaluate`. No database, redis or secret."""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from bot.settings import SettingsError, load
from faq.content import Content, ContentError, load_content
from faq.evaluate import GivenEntry, Message, Query, evaluate_faq, faq_report, read_lines, understood_report
from faq.understand import Understander

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


def _content() -> Content:
    return load_content(load(os.environ).content.folder)


@click.command("understand", help='Label messages: JSONL with {"id", "text"} in, one line for each out.')
@click.option("--file", "path", type=JSONL, required=True, help="The messages.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line and nothing else.")
def understand(path: Path, as_json: bool) -> None:
    """Print what every message means."""
    with told_faults():
        understander = Understander(_content())
        messages = read_lines(path, Message)
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
        content = _content()
        given, asked = read_lines(entries, GivenEntry), read_lines(queries, Query)
    report = faq_report(evaluate_faq(content, given, asked, time.perf_counter))
    if as_json:
        click.echo(json.dumps(report))
        return
    for name, value in report.items():
        click.echo(f"{name}\t{value}")


COMMANDS: list[click.Command] = [understand, faq]
