"""Alembic's entry: it migrates the connection that `bot.records.migrate` hands over."""

from alembic import context

from bot.records.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, compare_type=True)
context.run_migrations()
