"""Learning: what residents make of the FAQ's answers, and the versions of what is served beside the files."""

import sqlalchemy as sa
from alembic import op

from bot.records.schema import Json, Moment

revision = "0002"
down_revision = "0001"

WAITING = "verdict IS NULL AND (band <> 'sure' OR outcome IS NOT NULL)"


def upgrade() -> None:
    """Create both tables, and the triggers that let the versions only grow."""
    op.create_table(
        "matches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inbound_id", sa.Integer(), nullable=False),
        sa.Column("band", sa.String(length=8), nullable=False),
        sa.Column("choices", Json, nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("picked_entry", sa.String(length=60), nullable=True),
        sa.Column("outcome_at", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=True),
        sa.Column("reviewed_at", Moment(), nullable=True),
        sa.Column("reviewed_by", sa.String(length=64), server_default="", nullable=False),
        sa.CheckConstraint("(outcome IS NULL) = (outcome_at IS NULL)", name=op.f("ck_matches_outcome_has_time")),
        sa.CheckConstraint("(verdict IS NULL) = (reviewed_at IS NULL)", name=op.f("ck_matches_verdict_has_time")),
        sa.CheckConstraint("band IN ('sure', 'maybe', 'none')", name=op.f("ck_matches_band_known")),
        sa.CheckConstraint("outcome <> 'picked' OR picked_entry IS NOT NULL", name=op.f("ck_matches_picked_has_entry")),
        sa.CheckConstraint(
            "outcome IN ('picked', 'none_of_these', 'unhelpful', 'human')", name=op.f("ck_matches_outcome_known")
        ),
        sa.CheckConstraint("verdict IN ('accepted', 'dismissed')", name=op.f("ck_matches_verdict_known")),
        sa.ForeignKeyConstraint(["inbound_id"], ["inbound.id"], name=op.f("fk_matches_inbound_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matches")),
        sa.UniqueConstraint("inbound_id", name=op.f("uq_matches_inbound_id")),
    )
    op.create_index(
        "ix_matches_waiting",
        "matches",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text(WAITING),
        sqlite_where=sa.text(WAITING),
    )
    op.create_table(
        "content_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("follows_id", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("files_version", sa.String(length=64), nullable=False),
        sa.Column("additions", Json, nullable=False),
        sa.CheckConstraint("follows_id < id", name=op.f("ck_content_versions_follows_an_older_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_versions")),
        sa.UniqueConstraint("follows_id", name=op.f("uq_content_versions_follows_id")),
    )
    if op.get_context().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER content_versions_no_{verb.lower()} BEFORE {verb} ON content_versions "
                f"BEGIN SELECT RAISE(ABORT, 'content_versions is append-only'); END"
            )
    else:
        op.execute(
            "CREATE FUNCTION refuse_change_of_version() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'content_versions is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER content_versions_append_only BEFORE UPDATE OR DELETE ON content_versions "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change_of_version()"
        )
