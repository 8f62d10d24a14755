"""The parts of the program, built from the settings. Building opens nothing."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.clock import Now
from bot.context import Knowledge, Route
from bot.delivery import Delivery
from bot.desk import Desk
from bot.memory import Memory
from bot.records import migrate, roster
from bot.records.store import Store
from bot.settings import Settings
from bot.tickets import Tickets
from bot.wechat.client import Account
from faq.content import Content, load_content
from faq.understand import Understander


@dataclass(frozen=True)
class House:
    """Everything a process needs; `knowledge()` loads the content when first asked."""

    settings: Settings
    now: Now
    store: Store
    memory: Memory
    knowledge: Callable[[], Knowledge]
    desk: Desk
    account: Account
    delivery: Delivery

    def parts(self) -> dict[str, Callable[[], bool]]:
        """A check of each part that may fail, by name."""
        return {
            "database": lambda: migrate.is_current(self.store),
            "content": lambda: bool(self.knowledge().content.entries),
            "redis": lambda: self.memory.is_up,
        }

    def prepare_database(self) -> None:
        """Bring the schema up to date and write down the content's areas, categories and roster."""
        migrate.upgrade(self.settings.database.url)
        sync_content(self.store, self.knowledge().content, self.now())


def build(settings: Settings, routes: Sequence[Route], now: Now) -> House:
    """Build the house."""

    @functools.cache
    def knowledge() -> Knowledge:
        content = load_content(settings.content.folder)
        return Knowledge(content, Understander(content))

    store = Store(settings.database.url, settings.database.pool_size)
    memory = Memory(
        settings.redis.url,
        settings.redis.timeout_seconds,
        settings.desk.lock_seconds,
        settings.desk.conversation_hours,
        now,
    )
    account = Account(settings.wechat, memory, now)
    return House(
        settings=settings,
        now=now,
        store=store,
        memory=memory,
        knowledge=knowledge,
        desk=Desk(store, memory, knowledge, routes, settings, now),
        account=account,
        delivery=Delivery(store, account, knowledge, settings, now),
    )


def sync_content(store: Store, content: Content, now: datetime) -> None:
    """Make the tables of areas, categories, members and weekly shifts say what the content says.

    The open tickets of members who left go to who is on duty `now`.
    """
    with store.write() as connection:
        roster.sync_areas(connection, content.areas)
        roster.sync_categories(connection, content.categories)
        roster.sync_people(connection, content.people)
        roster.sync_shifts(connection, content.shifts)
        Tickets(connection, now).rehome()
