"""What was made of questions and what residents made of the answers; and the versions of what is served."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from bot.records.schema import content_versions, inbound, matches
from faq.learning import Addition

Band = Literal["sure", "maybe", "none"]
Outcome = Literal["picked", "none_of_these", "unhelpful", "human"]
Verdict = Literal["accepted", "dismissed"]
FILES_ALONE = 0  # the id of the version that has nothing beside the files


class Outdated(Exception):
    """Somebody else wrote a version, or reviewed the match, in between."""


@dataclass(frozen=True)
class Shown:
    """An entry that was answered or offered, and its score, 0 to 1."""

    entry: str
    score: float


@dataclass(frozen=True)
class Match:
    """A row of `matches` with the resident's masked words from `inbound`."""

    id: int
    openid: str
    words: str
    band: Band
    choices: tuple[Shown, ...]
    outcome: Outcome | None
    picked_entry: str | None
    created_at: datetime
    verdict: Verdict | None


@dataclass(frozen=True)
class Version:
    """A row of `content_versions`: all wordings that are served beside the files."""

    id: int
    created_at: datetime
    created_by: str
    note: str
    files_version: str
    additions: tuple[Addition, ...]


MATCH = sa.select(
    matches.c.id,
    inbound.c.openid,
    inbound.c.message,
    matches.c.band,
    matches.c.choices,
    matches.c.outcome,
    matches.c.picked_entry,
    matches.c.created_at,
    matches.c.verdict,
).join(inbound, inbound.c.id == matches.c.inbound_id)


def note(connection: Connection, inbound_id: int, band: Band, choices: Iterable[Shown], now: datetime) -> int:
    """Write down what was made of a question; the id of the row."""
    values = {"inbound_id": inbound_id, "band": band, "choices": [asdict(shown) for shown in choices]}
    insert = sa.insert(matches).values(**values, created_at=now).returning(matches.c.id)
    match_id: int = connection.execute(insert).scalar_one()
    return match_id


def conclude(
    connection: Connection, match_id: int, outcome: Outcome, now: datetime, picked_entry: str | None = None
) -> None:
    """What the resident made of it. What follows a pick says more than the pick; else the first word stays."""
    values: dict[str, Any] = {"outcome": outcome, "outcome_at": now}
    if picked_entry:
        values["picked_entry"] = picked_entry
    is_open = sa.or_(matches.c.outcome.is_(None), matches.c.outcome == "picked")
    connection.execute(sa.update(matches).where(matches.c.id == match_id, is_open).values(**values))


def waiting(connection: Connection, limit: int) -> list[Match]:
    """The newest unanswered or corrected messages that nobody has reviewed, newest first."""
    rows = connection.execute(
        MATCH.where(matches.c.verdict.is_(None), sa.or_(matches.c.band != "sure", matches.c.outcome.is_not(None)))
        .order_by(matches.c.created_at.desc(), matches.c.id.desc())
        .limit(limit)
    )
    return [_match(row) for row in rows]


def match(connection: Connection, match_id: int) -> Match | None:
    """The match of that id, if there is one."""
    row = connection.execute(MATCH.where(matches.c.id == match_id)).one_or_none()
    return _match(row) if row else None


def all_matches(connection: Connection) -> list[Match]:
    """Every match, oldest first."""
    return [_match(row) for row in connection.execute(MATCH.order_by(matches.c.id))]


def review(connection: Connection, match_id: int, verdict: Verdict, by: str, now: datetime) -> None:
    """Take a match from the queue. Raises Outdated when somebody has done so before."""
    done = connection.execute(
        sa.update(matches)
        .where(matches.c.id == match_id, matches.c.verdict.is_(None))
        .values(verdict=verdict, reviewed_at=now, reviewed_by=by)
    )
    if not done.rowcount:
        raise Outdated(f"match {match_id} is reviewed already")


def reopen(connection: Connection, match_ids: Sequence[int]) -> None:
    """Put accepted matches back into the queue."""
    connection.execute(
        sa.update(matches)
        .where(matches.c.id.in_(match_ids), matches.c.verdict == "accepted")
        .values(verdict=None, reviewed_at=None, reviewed_by="")
    )


def accept_again(connection: Connection, match_ids: Sequence[int], by: str, now: datetime) -> None:
    """Take matches from the queue whose wordings are served again."""
    connection.execute(
        sa.update(matches)
        .where(matches.c.id.in_(match_ids), matches.c.verdict.is_(None))
        .values(verdict="accepted", reviewed_at=now, reviewed_by=by)
    )


def newest_id(connection: Connection) -> int:
    """The id of the version that is served."""
    return connection.execute(sa.select(sa.func.max(content_versions.c.id))).scalar_one() or FILES_ALONE


def version(connection: Connection, version_id: int) -> Version | None:
    """The version of that id, if there is one; FILES_ALONE has no row."""
    row = connection.execute(sa.select(content_versions).where(content_versions.c.id == version_id)).one_or_none()
    return _version(row) if row else None


def versions(connection: Connection) -> list[Version]:
    """Every version, newest first."""
    rows = connection.execute(sa.select(content_versions).order_by(content_versions.c.id.desc()))
    return [_version(row) for row in rows]


def additions(connection: Connection, version_id: int) -> tuple[Addition, ...]:
    """The wordings of a version; none for FILES_ALONE."""
    found = version(connection, version_id)
    return found.additions if found else ()


def put_version(
    connection: Connection,
    follows_id: int,
    wordings: Iterable[Addition],
    files_version: str,
    note: str,
    by: str,
    now: datetime,
) -> int:
    """Write the version that is served from now on. Raises Outdated when `follows_id` is no longer the newest."""
    values = {
        "follows_id": follows_id,
        "additions": [asdict(addition) for addition in wordings],
        "files_version": files_version,
        "note": note,
        "created_by": by,
        "created_at": now,
    }
    insert = sa.insert(content_versions).values(**values).returning(content_versions.c.id)
    try:
        version_id: int = connection.execute(insert).scalar_one()
    except sa.exc.IntegrityError as error:
        raise Outdated(f"version {follows_id} is no longer the newest") from error
    return version_id


def _match(row: Any) -> Match:
    values = dict(row._mapping)
    values["words"] = values.pop("message")["text"]
    values["choices"] = tuple(Shown(**shown) for shown in values["choices"])
    return Match(**values)


def _version(row: Row[Any]) -> Version:
    values = {name: value for name, value in row._mapping.items() if name != "follows_id"}
    values["additions"] = tuple(Addition(**addition) for addition in values["additions"])
    return Version(**values)
