"""The rules that the database itself keeps."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from bot.records import migrate, tickets
from bot.records.schema import STATES, metadata
from bot.records.store import Store
from bot.tickets import MOVES
from tests.world import Town


def refused(town: Town, statement: str) -> str:
    with pytest.raises(sa.exc.DBAPIError) as caught, town.store.write() as connection:
        connection.exec_driver_sql(statement)
    return str(caught.value)


def test_the_migrations_make_exactly_the_tables_of_the_schema(database_url: str) -> None:
    store = Store(database_url)
    assert migrate.is_current(store)
    with store.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []
    store.close()


def test_migrating_twice_changes_nothing(database_url: str) -> None:
    migrate.upgrade(database_url)


def test_the_history_of_a_ticket_can_only_grow(town: Town) -> None:
    town.resident("王大娘").says("吉劳庆小区路灯不亮")
    assert "append-only" in refused(town, "UPDATE ticket_events SET kind = 'x'")
    assert "append-only" in refused(town, "DELETE FROM ticket_events")


def test_a_ticket_without_an_owner_cannot_exist(town: Town) -> None:
    town.resident("王大娘").says("吉劳庆小区路灯不亮")
    refused(town, "UPDATE tickets SET owner_id = NULL")
    refused(town, "UPDATE tickets SET owner_id = 987654")


def test_a_ticket_has_one_current_owner_and_a_known_state(town: Town) -> None:
    town.resident("王大娘").says("吉劳庆小区路灯不亮")
    refused(
        town,
        "INSERT INTO assignments (ticket_id, member_id, why, assigned_at) "
        "SELECT ticket_id, member_id, why, assigned_at FROM assignments",
    )
    refused(town, "UPDATE tickets SET state = 'lost'")
    refused(town, "UPDATE tickets SET state = 'resolved'")  # without a time


def test_times_come_back_aware_and_a_naive_one_is_refused(town: Town) -> None:
    number = town.resident("王大娘").says("吉劳庆小区路灯不亮").split("编号 ")[1][:6]
    assert town.ticket(number).opened_at == town.clock()
    with pytest.raises(sa.exc.StatementError), town.store.write() as connection:
        tickets.change(connection, town.ticket(number).id, added_at=datetime(2026, 1, 1))  # noqa: DTZ001
    assert town.ticket(number).opened_at.tzinfo is UTC


def test_every_move_leads_between_known_states() -> None:
    for (before, _verb), after in MOVES.items():
        assert {before, after} <= set(STATES)
