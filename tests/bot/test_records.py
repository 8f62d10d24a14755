"""The rules that the database itself keeps."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from bot.records import migrate, people, roster, tickets
from bot.records.schema import STATES, metadata
from bot.records.store import Store
from bot.tickets import MOVES, Tickets
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


def test_a_database_of_the_first_schema_is_brought_up_to_date_with_its_rows(postgres_url: str, tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path / 'old.db'}", postgres_url):
        migrate.upgrade(url, "0001")
        store = Store(url)
        assert not migrate.is_current(store)
        with store.write() as connection:
            people.meet(connection, "oOld", datetime(2026, 1, 1, tzinfo=UTC))
        migrate.upgrade(url)
        assert migrate.is_current(store)
        with store.read() as connection:
            assert connection.exec_driver_sql("SELECT openid FROM residents").scalars().all() == ["oOld"]
            assert connection.exec_driver_sql("SELECT count(*) FROM matches").scalar_one() == 0
        store.close()


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


def test_the_open_tickets_of_a_member_who_left_go_to_who_is_on_duty(town: Town) -> None:
    number = town.resident("王大娘").says("康巴什区神华康城小区2号楼电梯坏了").split("编号 ")[1][:6]
    left = town.owner_of(number)
    content = town.house.knowledge().content
    staying = [person for person in content.people if person["name"] != left.name]
    with town.store.write() as connection:
        roster.sync_people(connection, staying)
        assert Tickets(connection, town.clock()).rehome() == 1
        assert Tickets(connection, town.clock()).rehome() == 0
    owner = town.owner_of(number)
    assert owner.name != left.name
    assert number in "\n".join(owner.reads())
    assert [event.kind for event in town.history(number)] == ["opened", "assigned", "assigned"]


def test_a_member_who_is_away_gets_no_ticket(town: Town) -> None:
    say = "康巴什区神华康城小区2号楼电梯坏了"
    owner = town.owner_of(town.resident("王大娘").says(say).split("编号 ")[1][:6])
    with town.store.write() as connection:
        away = people.member_of(connection, people.meet(connection, owner.openid, town.clock()).id)
        assert away
        roster.add_absence(connection, away.id, town.clock(), town.clock() + timedelta(hours=1))
    assert town.owner_of(town.resident("小李").says(say).split("编号 ")[1][:6]).name != owner.name
    town.clock.moves(hours=1)
    assert town.owner_of(town.resident("老张").says(say).split("编号 ")[1][:6]).name == owner.name


def test_every_move_leads_between_known_states() -> None:
    for (before, _verb), after in MOVES.items():
        assert {before, after} <= set(STATES)
