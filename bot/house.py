"""The parts of the program, built from the settings. Building opens nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.clock import Now
from bot.context import Route
from bot.delivery import Delivery
from bot.desk import Desk
from bot.knowledge import Knower
from bot.library import Library
from bot.memory import Memory
from bot.precedence import Precedence
from bot.records import migrate, roster
from bot.records.store import Store
from bot.settings import Settings
from bot.tickets import Tickets
from bot.wechat.client import Account
from faq.content import Content


@dataclass(frozen=True)
class House:
    """Everything a process needs; `knowledge()` is what the bot knows now, loaded when first asked."""

    settings: Settings
    now: Now
    store: Store
    memory: Memory
    knower: Knower
    knowledge: Library
    precedence: Precedence
    desk: Desk
    account: Account
    delivery: Delivery

    def parts(self) -> dict[str, Callable[[], bool]]:
        """A check of each part that may fail, by name."""
        return {
            "database": lambda: migrate.is_current(self.store),
            "content": lambda: bool(self.knowledge().content.entries),
            "content_is_current": lambda: not self.knowledge.is_stale,
            "redis": lambda: self.memory.is_up,
        }

    def prepare_database(self) -> None:
        """Bring the schema up to date and write down the content's areas, categories and roster."""
        migrate.upgrade(self.settings.database.url)
        sync_content(self.store, self.knowledge.files_content(), self.now())


def build(settings: Settings, routes: Sequence[Route], now: Now, knower: Knower | None = None) -> House:
    """Build the house; with a `knower` of one's own, or the settings'."""

    store = Store(settings.database.url, settings.database.pool_size)
    knower = knower or Knower(settings.content)
    precedence = Precedence()
    knowledge = Library(store, settings.content.folder, settings.content.check_seconds, knower, precedence)
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
        knower=knower,
        knowledge=knowledge,
        precedence=precedence,
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
