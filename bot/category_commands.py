"""`category train` and `category evaluate`: a classifier from a town's own labelled messages. No database needed."""

import json
import time
from pathlib import Path

import click

from bot.content_commands import told_faults
from faq.evaluate import evaluate_categories
from faq.learned import Learned, read_labelled, without_repeats
from faq.learned_training import train

CSV = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group("category", help="The category of a message, learned from labelled ones.")
def category() -> None:
    """Hold the commands about learned categories."""


@category.command("train", help="Learn from labelled messages; texts that are repeated count once.")
@click.option("--labelled", type=CSV, required=True, help="CSV with the columns text,label")
@click.option("--out", "folder", type=FOLDER, required=True, help="The folder for model.json and weights.npz.")
def train_model(labelled: Path, folder: Path) -> None:
    """Write a model into the folder."""
    with told_faults():
        rows = without_repeats(read_labelled(labelled))
        model = train([row.text for row in rows], [row.label for row in rows])
        model.save(folder)
    sure = model.description.sure_from
    click.echo(f"{folder}: {len(rows)} texts, {len(model.labels)} labels, sure from {sure:.4f}")


@category.command("evaluate", help="Measure a model on messages that it has not seen.")
@click.option("--model", "folder", type=FOLDER, required=True, help="The folder that category train wrote.")
@click.option("--labelled", type=CSV, required=True, help="CSV with the columns text,label")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON and nothing else.")
def evaluate_model(folder: Path, labelled: Path, as_json: bool) -> None:
    """Print the figures."""
    with told_faults():
        model, rows = Learned.load(folder), read_labelled(labelled)
    report = evaluate_categories(model, rows, time.perf_counter)
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    for label, figures in report.pop("per_class").items():
        click.echo("\t".join([label, *(f"{name} {value}" for name, value in figures.items())]))
    for name, value in report.items():
        click.echo(f"{name}\t{value}")


COMMANDS: list[click.Command] = [category]
