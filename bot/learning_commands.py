"""The commands of those who look after the answers: `faq queue`, `accept`, `dismiss`, `versions`, `rollback`."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import click

from bot import learning
from bot.clock import SHANGHAI
from bot.content_commands import told_faults
from bot.house import House
from bot.learning import Group, Proposal
from bot.records import learning as records
from bot.records import migrate
from bot.records.learning import Version
from bot.records.store import DatabaseError
from bot.settings import Settings, SettingsError, load
from faq.content import load_content
from faq.learning import Changes, Figures, Said, changes, judged_messages, with_wordings

Build = Callable[[Settings], House]
# The file whose messages nobody who tunes the content may read: only its figures are shown.
UNSEEN = "report"
EFFECTS = {1: "+", -1: "-", 0: "~"}


def create_learning_commands(build: Build) -> list[click.Command]:
    """The commands; `build` makes the house from the settings."""
    by_option = click.option("--by", default="", help="Who decides; kept with the decision.")

    @click.command("queue", help="Messages without an answer or with a wrong one, grouped by meaning.")
    @click.option("--json", "as_json", is_flag=True, help="One JSON object per group and nothing else.")
    def queue(as_json: bool) -> None:
        with _opened(build) as house:
            files = load_content(house.settings.content.folder)
            with house.store.read() as connection:
                waiting = records.waiting(connection, learning.MOST_QUEUED)
                served = records.additions(connection, records.newest_id(connection))
            groups = learning.grouped(waiting, house.knower.whole(with_wordings(files, served).content))
        for number, group in enumerate(groups, 1):
            click.echo(json.dumps(_report(number, group), ensure_ascii=False) if as_json else _lines(number, group))
        if not groups and not as_json:
            click.echo("the queue is empty")

    @click.command("accept", help="Add a message's words to an entry, and show what that changes.")
    @click.argument("match_id", type=int)
    @click.argument("entry_id", required=False)
    @click.option("--wording", help="Other words than the message's own.")
    @by_option
    @click.option("--dry-run", is_flag=True, help="Only show what it would change.")
    def accept(match_id: int, entry_id: str | None, wording: str | None, by: str, dry_run: bool) -> None:
        with _opened(build) as house:
            files = load_content(house.settings.content.folder)
            with house.store.read() as connection:
                proposal = learning.propose(connection, files, house.knower.whole, match_id, entry_id, wording)
            _show(proposal, house.settings.content.evaluation)
            if dry_run:
                return
            with house.store.write() as connection:
                version_id = learning.accept(connection, proposal, files.version, by, house.now())
            click.echo(f"version {version_id} is served from now on")

    @click.command("dismiss", help="Take a message from the queue without learning from it.")
    @click.argument("match_id", type=int)
    @by_option
    def dismiss(match_id: int, by: str) -> None:
        with _opened(build) as house, house.store.write() as connection:
            learning.dismiss(connection, match_id, by, house.now())

    @click.command("versions", help="What was served beside the content's files, newest first.")
    def versions() -> None:
        with _opened(build) as house:
            files = load_content(house.settings.content.folder)
            with house.store.read() as connection:
                listed = records.versions(connection)
        for number, version in enumerate(listed):
            click.echo(_version_line(version, is_served=number == 0))
        if listed:
            for addition in with_wordings(files, listed[0].additions).left_out:
                click.echo(f"  has no place any more: {addition.entry}\t{addition.wording}")
        click.echo(f"{'' if listed else '* '}{records.FILES_ALONE}\tthe files alone")

    @click.command("rollback", help="Serve again what a version served; 0 is the files alone.")
    @click.argument("version_id", type=int)
    @by_option
    def rollback(version_id: int, by: str) -> None:
        with _opened(build) as house:
            files = load_content(house.settings.content.folder)
            with house.store.write() as connection:
                new_id = learning.roll_back(connection, version_id, files.version, by, house.now())
            click.echo(f"version {new_id} is served from now on")

    return [queue, accept, dismiss, versions, rollback]


@contextmanager
def _opened(build: Build) -> Iterator[House]:
    """The house with its database, which must have the newest schema; faults are told."""
    with told_faults():
        settings = load(os.environ)
        house = build(settings.model_copy(update={"redis": settings.redis.model_copy(update={"url": ""})}))
        try:
            if not migrate.is_current(house.store):
                raise SettingsError(["database: found another schema than this program's, run `database prepare`"])
            yield house
        except DatabaseError as error:
            raise SettingsError([f"database.url: found no database that answers ({type(error).__name__})"]) from error
        finally:
            house.store.close()


def _report(number: int, group: Group) -> dict[str, Any]:
    return {
        "group": number,
        "residents": group.residents,
        "suggested": asdict(group.suggested) if group.suggested else None,
        "messages": [
            {
                "match": match.id,
                "words": match.words,
                "band": match.band,
                "shown": [shown.entry for shown in match.choices],
                "outcome": match.outcome,
                "picked": match.picked_entry,
            }
            for match in group.matches
        ],
    }


def _lines(number: int, group: Group) -> str:
    suggested = group.suggested
    if suggested is None:
        why = "no entry is near"
    elif suggested.picked_by:
        why = f"{suggested.entry} {suggested.question} (picked by {suggested.picked_by})"
    else:
        why = f"{suggested.entry} {suggested.question} (nearest, {suggested.score:.2f})"
    lines = [f"{number}. residents: {group.residents}\t{why}"]
    for match in group.matches:
        lines.append(f"   {match.id}\t{match.words}\t{match.band}\t{match.outcome or '-'}\t{match.picked_entry or '-'}")
    return "\n".join(lines)


def _show(proposal: Proposal, folder: Path) -> None:
    """What accepting changes: for the message itself, and on the evaluation set."""
    question = proposal.before.content.entry(proposal.entry).question
    click.echo(f"{proposal.entry} {question}\t+ {proposal.wording}")
    click.echo(f"the message itself\t{_told(proposal.own_before)} → {_told(proposal.own_after)}")
    judged = judged_messages(folder)
    if not judged:
        click.echo(f"{folder}: no evaluation messages, so what else changes is not known")
    for name, messages in judged.items():
        found = changes(proposal.before.understander, proposal.after.understander, messages)
        for line in _changed_lines(name, found):
            click.echo(line)


def _changed_lines(name: str, found: Changes) -> Iterator[str]:
    yield f"{name}: messages that change: {len(found.changed)}"
    shown = () if name == UNSEEN else sorted(found.changed, key=lambda change: change.effect)
    for change in shown:
        was, now = _told(change.before), _told(change.after)
        key, wanted = change.message.id or "-", change.message.faq or "-"
        yield f"{EFFECTS[change.effect]} {key}\t{change.message.text}\t{was} → {now}\twanted {wanted}"
    for field in fields(Figures):
        before, after = getattr(found.before, field.name), getattr(found.after, field.name)
        yield f"{field.name}\t{before}" if before == after else f"{field.name}\t{before} → {after}"


def _told(said: Said) -> str:
    return f"{said.band} {said.first}" if said.first else said.band


def _version_line(version: Version, *, is_served: bool) -> str:
    at = f"{version.created_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    facts = (version.id, at, version.created_by or "-", f"wordings {len(version.additions)}", version.note)
    return ("* " if is_served else "") + "\t".join(map(str, facts))
