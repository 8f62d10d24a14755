"""The tables. UNIQUE and CHECK constraints carry the rules; code may forget, the database does not.

Times are aware UTC, stored by `Moment` as such on PostgreSQL and as ISO text on SQLite.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware UTC time. A naive one is refused, so that no local time slips in."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite, which knows no times."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.String(32))
        return dialect.type_descriptor(sa.DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """To the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value.isoformat(timespec="microseconds") if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """From the database."""
        if value is None:
            return None
        return datetime.fromisoformat(value) if isinstance(value, str) else value.astimezone(UTC)


Json = sa.JSON(none_as_null=True)
LEVELS = ("city", "banner", "township", "community")
STATES = (
    "open",
    "assigned",
    "accepted",
    "waiting",
    "resolved",
    "closed",
    "returned",
    "withdrawn",
    "merged",
    "referred",
    "declined",
)
URGENCIES = ("emergency", "urgent", "normal")
ROLES = ("member", "coordinator")
DAY_MINUTES = 24 * 60


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True)


def _one_of(column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


areas = sa.Table(
    "areas",
    metadata,
    _key(),
    sa.Column("parent_id", sa.ForeignKey("areas.id"), index=True),
    sa.Column("level", sa.String(16), nullable=False),
    sa.Column("name", sa.String(64), nullable=False, unique=True),
    sa.Column("aliases", Json, nullable=False),
    sa.Column("latitude", sa.Float),
    sa.Column("longitude", sa.Float),
    sa.Column("scene", sa.String(64), unique=True),
    _one_of("level", LEVELS),
    sa.CheckConstraint("(level = 'city') = (parent_id IS NULL)", name="only_the_city_has_no_parent"),
)

residents = sa.Table(
    "residents",
    metadata,
    _key(),
    sa.Column("openid", sa.String(64), nullable=False, unique=True),
    sa.Column("area_id", sa.ForeignKey("areas.id")),
    sa.Column("is_following", sa.Boolean, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("last_inbound_id", sa.Integer),
    # What the account may still send in WeChat's windows: since a message, and since a touch.
    sa.Column("wrote_at", Moment),
    sa.Column("sent_since_wrote", sa.Integer, nullable=False, server_default="0"),
    sa.Column("touched_at", Moment),
    sa.Column("sent_since_touched", sa.Integer, nullable=False, server_default="0"),
)

members = sa.Table(
    "members",
    metadata,
    _key(),
    sa.Column("name", sa.String(64), nullable=False, unique=True),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("sector", sa.String(64), nullable=False, server_default=""),
    sa.Column("area_id", sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("resident_id", sa.ForeignKey("residents.id"), unique=True),
    sa.Column("code_hash", sa.String(64), unique=True),
    sa.Column("is_active", sa.Boolean, nullable=False),
    sa.Column("acted_at", Moment),
    _one_of("role", ROLES),
)

categories = sa.Table(
    "categories",
    metadata,
    sa.Column("name", sa.String(16), primary_key=True),
    sa.Column("time_limit_hours", sa.Integer, nullable=False),
    sa.Column("is_in_use", sa.Boolean, nullable=False),
    sa.CheckConstraint("time_limit_hours > 0", name="time_limit_positive"),
)

shifts = sa.Table(
    "shifts",
    metadata,
    _key(),
    sa.Column("member_id", sa.ForeignKey("members.id"), nullable=False, index=True),
    sa.Column("area_id", sa.ForeignKey("areas.id"), nullable=False, index=True),
    sa.Column("categories", Json, nullable=False),  # empty: every category
    sa.Column("weekday", sa.Integer),  # 0 is Monday; a weekly pattern
    sa.Column("on_date", sa.String(10)),  # or one date, as an exception that adds
    sa.Column("starts_minute", sa.Integer, nullable=False),
    sa.Column("ends_minute", sa.Integer, nullable=False),  # past 1440: ends the next day
    sa.CheckConstraint("(weekday IS NULL) <> (on_date IS NULL)", name="weekly_or_dated"),
    sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_known"),
    sa.CheckConstraint(
        f"starts_minute BETWEEN 0 AND {DAY_MINUTES - 1} AND ends_minute > starts_minute "
        f"AND ends_minute <= starts_minute + {DAY_MINUTES}",
        name="lasts_at_most_a_day",
    ),
)

absences = sa.Table(
    "absences",
    metadata,
    _key(),
    sa.Column("member_id", sa.ForeignKey("members.id"), nullable=False, index=True),
    sa.Column("starts_at", Moment, nullable=False),
    sa.Column("ends_at", Moment, nullable=False),
    sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),
)

inbound = sa.Table(
    "inbound",
    metadata,
    _key(),
    sa.Column("key", sa.String(200), nullable=False, unique=True),
    sa.Column("openid", sa.String(64), nullable=False, index=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("message", Json, nullable=False),  # the Inbound, masked
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("route", sa.String(32)),
    sa.Column("reply", sa.Text),
    sa.Column("handled_at", Moment),
    _one_of("state", ("received", "done", "failed")),
    sa.CheckConstraint("state = 'received' OR reply IS NOT NULL", name="handled_has_reply"),
    sa.Index("ix_inbound_waiting", "received_at", postgresql_where=sa.text("state = 'received'"),
             sqlite_where=sa.text("state = 'received'")),
)  # fmt: skip

tickets = sa.Table(
    "tickets",
    metadata,
    _key(),
    sa.Column("resident_id", sa.ForeignKey("residents.id"), nullable=False, index=True),
    sa.Column("inbound_id", sa.ForeignKey("inbound.id"), nullable=False, unique=True),
    sa.Column("owner_id", sa.ForeignKey("members.id"), nullable=False, index=True),
    sa.Column("area_id", sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("category", sa.ForeignKey("categories.name"), nullable=False),
    sa.Column("urgency", sa.String(16), nullable=False),
    sa.Column("for_desk", sa.Boolean, nullable=False),  # the resident asked for a person: it stays at the desk
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("place", sa.String(120), nullable=False, server_default=""),
    sa.Column("summary", sa.String(600), nullable=False),
    sa.Column("is_wordless", sa.Boolean, nullable=False),  # so far only a picture, a voice, a location card
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("added_at", Moment, nullable=False),  # when the resident last said something to it
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("resolved_at", Moment),
    _one_of("urgency", URGENCIES),
    _one_of("state", STATES),
    sa.CheckConstraint("due_at > opened_at", name="due_after_opened"),
    sa.CheckConstraint("state NOT IN ('resolved', 'closed') OR resolved_at IS NOT NULL", name="resolved_has_time"),
)

ticket_events = sa.Table(
    "ticket_events",
    metadata,
    _key(),
    sa.Column("ticket_id", sa.ForeignKey("tickets.id"), nullable=False, index=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("actor", sa.String(16), nullable=False),  # resident, member, coordinator, bot
    sa.Column("member_id", sa.ForeignKey("members.id")),
    sa.Column("from_state", sa.String(16)),
    sa.Column("to_state", sa.String(16)),
    sa.Column("inbound_id", sa.ForeignKey("inbound.id")),
    sa.Column("facts", Json, nullable=False),
    sa.UniqueConstraint("ticket_id", "kind", "inbound_id"),
    _one_of("actor", ("resident", "member", "coordinator", "bot")),
)

# What was said lies apart from what happened: facts are for ever, a text can be erased.
event_texts = sa.Table(
    "event_texts",
    metadata,
    sa.Column("event_id", sa.ForeignKey("ticket_events.id"), primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
)

assignments = sa.Table(
    "assignments",
    metadata,
    _key(),
    sa.Column("ticket_id", sa.ForeignKey("tickets.id"), nullable=False),
    sa.Column("member_id", sa.ForeignKey("members.id"), nullable=False, index=True),
    sa.Column("why", sa.String(120), nullable=False),
    sa.Column("assigned_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("shown_at", Moment),  # when the member last saw it in the chat
    sa.Index("uq_assignments_one_owner", "ticket_id", unique=True,
             postgresql_where=sa.text("ended_at IS NULL"), sqlite_where=sa.text("ended_at IS NULL")),
)  # fmt: skip

attachments = sa.Table(
    "attachments",
    metadata,
    _key(),
    sa.Column("ticket_id", sa.ForeignKey("tickets.id"), nullable=False, index=True),
    sa.Column("inbound_id", sa.ForeignKey("inbound.id"), nullable=False, unique=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("path", sa.String(255)),  # below the media folder
    _one_of("state", ("wanted", "kept", "lost")),
    sa.CheckConstraint("(state = 'kept') = (path IS NOT NULL)", name="kept_has_path"),
)

outbox = sa.Table(
    "outbox",
    metadata,
    _key(),
    sa.Column("key", sa.String(80), nullable=False, unique=True),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("resident_id", sa.ForeignKey("residents.id"), nullable=False, index=True),
    sa.Column("ticket_id", sa.ForeignKey("tickets.id"), index=True),
    sa.Column("facts", Json, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("leased_until", Moment),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_error", sa.String(200), nullable=False, server_default=""),
    sa.Column("via", sa.String(16)),
    sa.Column("sent_at", Moment),
    _one_of("state", ("pending", "sent", "held", "dropped", "dead")),
    sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_time"),
    sa.Index("ix_outbox_due", "due_at", postgresql_where=sa.text("state = 'pending'"),
             sqlite_where=sa.text("state = 'pending'")),
)  # fmt: skip

BANDS = ("sure", "maybe", "none")
OUTCOMES = ("picked", "none_of_these", "unhelpful", "human")
VERDICTS = ("accepted", "dismissed")

# What the FAQ made of a question, and what the resident made of that. The words lie in `inbound`.
matches = sa.Table(
    "matches",
    metadata,
    _key(),
    sa.Column("inbound_id", sa.ForeignKey("inbound.id"), nullable=False, unique=True),
    sa.Column("band", sa.String(8), nullable=False),
    sa.Column("choices", Json, nullable=False),  # what was shown: [{"entry", "score"}], best first
    sa.Column("outcome", sa.String(16)),
    sa.Column("picked_entry", sa.String(60)),
    sa.Column("outcome_at", Moment),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("verdict", sa.String(16)),
    sa.Column("reviewed_at", Moment),
    sa.Column("reviewed_by", sa.String(64), nullable=False, server_default=""),
    _one_of("band", BANDS),
    _one_of("outcome", OUTCOMES),
    _one_of("verdict", VERDICTS),
    sa.CheckConstraint("(outcome IS NULL) = (outcome_at IS NULL)", name="outcome_has_time"),
    sa.CheckConstraint("outcome <> 'picked' OR picked_entry IS NOT NULL", name="picked_has_entry"),
    sa.CheckConstraint("(verdict IS NULL) = (reviewed_at IS NULL)", name="verdict_has_time"),
    sa.Index("ix_matches_waiting", "created_at",
             postgresql_where=sa.text("verdict IS NULL AND (band <> 'sure' OR outcome IS NOT NULL)"),
             sqlite_where=sa.text("verdict IS NULL AND (band <> 'sure' OR outcome IS NOT NULL)")),
)  # fmt: skip

# What is served beside the content's files: the newest row. `follows_id` is the version that it was made from, 0 for
# the files alone; being unique, it lets only one of two people who change the same version have their way.
content_versions = sa.Table(
    "content_versions",
    metadata,
    _key(),
    sa.Column("follows_id", sa.Integer, nullable=False, unique=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("created_by", sa.String(64), nullable=False, server_default=""),
    sa.Column("note", sa.String(200), nullable=False),
    sa.Column("files_version", sa.String(64), nullable=False),
    sa.Column("additions", Json, nullable=False),  # all of them: [{"entry", "wording", "match_id"}]
    sa.CheckConstraint("follows_id < id", name="follows_an_older_one"),
)
