"""The command `faq report`: the evaluation as a page for people. No database, redis or secret."""

import os
from collections.abc import Sequence
from pathlib import Path

import click

from bot.clock import Now, dated
from bot.content_commands import JSONL, told_faults
from bot.knowledge import Knower
from bot.learning_commands import UNSEEN
from bot.report_page import Part, Report, report_page
from bot.settings import load
from faq.assess import Labelled, assess, see
from faq.content import ContentError, load_content
from faq.evaluate import read_lines

PAGE = click.Path(dir_okay=False, writable=True, path_type=Path)


def create_report_command(now: Now) -> click.Command:
    """The command; `now` dates the page."""

    @click.command("report", help="Write how well messages are understood as one HTML page.")
    @click.option("--out", type=PAGE, required=True, help="The page to write.")
    @click.option(
        "--messages",
        "paths",
        type=JSONL,
        multiple=True,
        help="Labelled messages, a part of the page for each file; else every *.jsonl of content.evaluation.",
    )
    def report(out: Path, paths: tuple[Path, ...]) -> None:
        with told_faults():
            if not out.parent.is_dir():
                raise ContentError([f"{out.parent}: found no such folder, expected one for {out.name}"])
            settings = load(os.environ).content
            content, knower = load_content(settings.folder), Knower(settings)
            files = {path: read_lines(path, Labelled) for path in paths or _all_in(settings.evaluation)}
            understander = knower.whole(content).understander
        parts = []
        for path, messages in files.items():
            is_hidden = path.stem == UNSEEN
            found = assess(see(understander, messages), content.categories_by_name, with_cases=not is_hidden)
            parts.append(Part(path.name, found, is_hidden))
        page = report_page(
            Report(
                made_at=dated(now()),
                version=content.version,
                encoders=tuple(encoder.name for encoder in knower.encoders),
                sure_from=understander.matcher.stages[len(knower.encoders)].sure,
                questions={entry.id: entry.question for entry in content.entries},
                parts=tuple(sorted(parts, key=lambda part: part.is_hidden)),
            )
        )
        out.write_text(page, "utf-8")
        click.echo(f"{out}: {sum(map(len, files.values()))} messages of {len(files)} files")

    return report


def _all_in(folder: Path) -> Sequence[Path]:
    paths = sorted(folder.glob("*.jsonl"))
    if not paths:
        raise ContentError([f"{folder}: found no *.jsonl, expected files of labelled messages"])
    return paths
