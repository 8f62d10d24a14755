"""A small town to talk to: real database, real desk, WeChat's stand-in, and a clock that only we move.

town = Town(database_url, folder)
town.resident("甲").says("路灯坏了")
"""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Literal

from flask import Flask

from bot.delivery import Delivery
from bot.demo import TEMPLATES, demo_openid
from bot.house import House, build, sync_content
from bot.knowledge import Knower, Knowledge
from bot.messages import Inbound
from bot.records import learning, letters, outbox, people, roster, tickets
from bot.records.schema import metadata
from bot.settings import ContentSettings, Media, Redis, Settings, Template, WeChat
from bot.simulator import Phone, Simulator
from faq.content import Content
from handlers import ROUTES
from tests.transport import FlaskAdapter

ACCOUNT = "gh_0123456789ab"
# A Tuesday, 15:30 in Shanghai: the demo roster's desk is staffed.
START = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


class SharedKnower(Knower):
    """Builds each content once for all towns of the test run: learning takes a second, and most towns are alike."""

    built: ClassVar[dict[str, Knowledge]] = {}

    def whole(self, content: Content) -> Knowledge:
        """Without encoders, as the settings of the tests say."""
        if content.version not in self.built:
            self.built[content.version] = super().whole(content)
        return self.built[content.version]

    def soon(self, content: Content) -> Knowledge:
        """The same: there is nothing to wait for."""
        return self.whole(content)


LEARNED = tempfile.TemporaryDirectory(prefix="learned-")
KNOWER = SharedKnower(ContentSettings(encoders=(), cache=Path(LEARNED.name)))


class Clock:
    """The time of the town."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def moves(self, **delta: float) -> None:
        """Let time pass."""
        self.at += timedelta(**delta)


@dataclass
class Person:
    """Somebody with a phone; `says` gives the reply at once, `reads` what came later."""

    town: "Town"
    name: str
    openid: str
    seen: int = 0

    def says(self, text: str) -> str:
        return self.sends("text", text=text)

    def sends(self, kind: Any, **values: Any) -> str:
        """The reply to a message of any kind."""
        return self.town.push(self.openid, kind, **values)

    def reads(self) -> list[str]:
        """What the account sent since the last look, after the delivery loop had its turn."""
        self.town.deliver()
        items = self.town.simulator.platform.inbox(self.openid)
        fresh = [item["text"] for item in items[self.seen :] if item["via"] != "reply"]
        self.seen = len(items)
        return fresh


@dataclass
class Town:
    """The house with the demo's content and roster, over a database of its own."""

    database_url: str
    folder: Path
    redis_url: str = ""
    content_folder: Path | None = None
    without_templates: bool = False
    mode: Literal["safe", "compatible", "plain"] = "safe"
    overrides: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock = Clock()
        self.count = 0
        self.people: dict[str, Person] = {}
        templates = {kind: Template(id=f"demo-{kind}", fields=fields) for kind, fields in TEMPLATES.items()}
        wechat = WeChat(
            app_id="wxb11529c136998cb6",
            app_secret="5ecret" * 5,
            token="pamtest",
            encoding_aes_key=KEY,
            mode=self.mode,
            templates={} if self.without_templates else templates,
        )
        values: dict[str, Any] = {
            "wechat": wechat,
            "database": {"url": self.database_url, "pool_size": 5},
            "redis": Redis(url=self.redis_url),
            "media": Media(folder=self.folder / "media"),
            **self.overrides,
        }
        if self.content_folder:
            values["content"] = {"folder": self.content_folder, "encoders": ()}
        self.settings = Settings.model_validate(values)
        self.open()

    def open(self) -> None:
        """Start the program; also after `close`, as after a restart."""
        self.house: House = build(self.settings, ROUTES, self.clock, KNOWER)
        self.store, self.desk = self.house.store, self.house.desk
        if not hasattr(self, "simulator"):
            sync_content(self.store, self.house.knowledge().content, self.clock())
            with self.store.write() as connection:
                bound = {
                    name: people.meet(connection, demo_openid(name), self.clock()).id
                    for name in people.unbound(connection)
                }
                roster.bind_all(connection, bound)
                phones = [Phone(openid, name, role) for openid, name, role in people.openids(connection)]
            self.simulator = Simulator(
                wechat=self.settings.wechat,
                webhook_url="http://webhook.test/wechat",
                phones=phones,
                now=self.clock,
                folder=self.folder / "simulator",
            )
            self.api = Flask("wechat")
            self.api.register_blueprint(self.simulator.api_blueprint())
        self.house.account.mount(FlaskAdapter(self.api))

    def close(self) -> None:
        self.store.close()

    def resident(self, name: str) -> Person:
        """The person of that name; members of the demo roster have their phones already."""
        return self.people.setdefault(name, Person(self, name, demo_openid(name)))

    member = coordinator = resident

    def inbound(self, openid: str, kind: Any, **values: Any) -> Inbound:
        """A message as the parser would give it; each one is new unless `key` is given."""
        self.count += 1
        values = {"key": f"test-{self.count}", **values}
        return Inbound(
            openid=openid, account=ACCOUNT, kind=kind, sent_at=self.clock(), received_at=self.clock(), **values
        )

    def push(self, openid: str, kind: Any, **values: Any) -> str:
        """Send a message to the desk; WeChat's windows open as they would. The reply's text."""
        message = self.inbound(openid, kind, **values)
        self.simulator.platform.note_inbound(openid, message.kind, message.event)
        return self.desk.receive(message).text

    def deliver(self) -> None:
        """Let the delivery loop send all that is due."""
        while self.house.delivery.run_once():
            pass

    def owner_of(self, number: str) -> Person:
        """Who has the ticket."""
        with self.store.read() as connection:
            ticket = tickets.by_number(connection, number)
            assert ticket, f"there is no ticket {number}"
            return self.resident(people.member(connection, ticket.owner_id).name)

    def ticket(self, number: str) -> tickets.Ticket:
        with self.store.read() as connection:
            ticket = tickets.by_number(connection, number)
        assert ticket, f"there is no ticket {number}"
        return ticket

    def history(self, number: str) -> list[tickets.Event]:
        with self.store.read() as connection:
            return tickets.history(connection, self.ticket(number).id)

    def delivery(self, ring: Callable[[str], None]) -> Delivery:
        """A delivery loop whose alarms we hear."""
        house = self.house
        return Delivery(self.store, house.account, house.knowledge, self.settings, self.clock, ring)

    def fault(self, path: str, code: int, times: int = 1) -> None:
        """The next calls of this API fail."""
        self.simulator.platform.faults.switch(path, code, times)

    def record_only(self, message: Inbound) -> None:
        """What a process leaves that is killed right after recording."""
        self.simulator.platform.note_inbound(message.openid, message.kind, message.event)
        with self.store.write() as connection:
            letters.record(connection, message)

    def unbind(self, name: str) -> None:
        """As if this member had never bound a phone."""
        with self.store.write() as connection:
            connection.exec_driver_sql(f"UPDATE members SET resident_id = NULL WHERE name = '{name}'")
        sync_content(self.store, self.house.knowledge().content, self.clock())

    def roster_names(self) -> list[str]:
        with self.store.read() as connection:
            return [name for _, name, _ in people.openids(connection)]

    def tables(self) -> list[str]:
        return list(metadata.tables)

    def attachments(self, number: str) -> list[tuple[str, str, str | None]]:
        with self.store.read() as connection:
            return tickets.attachments_of(connection, self.ticket(number).id)

    def matches(self) -> list[learning.Match]:
        with self.store.read() as connection:
            return learning.all_matches(connection)

    def ticket_count(self) -> int:
        with self.store.read() as connection:
            return tickets.count(connection)

    def outbox(self) -> dict[str, int]:
        with self.store.read() as connection:
            return outbox.counts(connection)

    def stuck(self) -> list[str]:
        with self.store.read() as connection:
            return letters.stuck(connection, self.clock() + timedelta(days=1), 1000)
