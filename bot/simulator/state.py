"""What WeChat remembers of an account's people: who follows, open windows, grants, and every message.

The state is a fold over a journal of small facts, one JSON object a line. A restart reads the journal
again, so that killing the simulator loses no message and no follower.
"""

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from bot.settings import WeChat

Now = Callable[[], datetime]
Role = Literal["resident", "member", "coordinator"]
Entry = dict[str, Any]

SENT_BY_ACCOUNT = ("reply", "custom", "template", "bizsend")
KEPT_ITEMS = 5000
# Events after which the account may send customer-service messages for a minute.
TOUCHES = {"subscribe", "scan", "click", "scancode_push", "scancode_waitmsg"}


@dataclass(frozen=True)
class Phone:
    """Somebody with WeChat, as the simulator is told of them."""

    openid: str
    name: str
    role: Role = "resident"


@dataclass
class Window:
    """A time in which `limit` customer-service messages may be sent."""

    ends_at: datetime
    limit: int
    used: int = 0


@dataclass
class Person:
    """A person's side of the account. `grants` counts one-off consents by template; -1 is a lasting one."""

    openid: str
    name: str
    role: Role
    follows: bool = True
    followed_at: datetime | None = None
    scene: str = ""
    refuses: bool = False
    windows: dict[str, Window] = field(default_factory=dict)
    grants: dict[str, int] = field(default_factory=dict)
    items: deque[Entry] = field(default_factory=lambda: deque(maxlen=KEPT_ITEMS))


class Journal:
    """Facts in a file, one JSON object a line."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, entry: Entry) -> None:
        """Write one fact down; it survives the death of the process."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="ascii") as file:
            file.write(json.dumps(entry) + "\n")

    def read(self) -> Iterator[Entry]:
        """All facts, oldest first. A line that a kill cut short is left out."""
        if not self._path.exists():
            return
        line = "\n"
        with self._path.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                try:
                    yield json.loads(line)
                except json.JSONDecodeError:
                    continue
        if not line.endswith("\n"):  # else the next fact would be written behind the broken one
            with self._path.open("a", encoding="utf-8") as file:
                file.write("\n")


class State:
    """People, menu and codes. Every method that changes something holds `lock`, which others may hold longer.

    `sequence` counts chat items, `version` the changes of everything else that a page shows;
    `last_push` is the highest number of a push that an item came from.
    """

    def __init__(self, wechat: WeChat, phones: Sequence[Phone], now: Now, journal: Journal) -> None:
        self.lock = threading.RLock()
        self.people: dict[str, Person] = {}
        self.menu: dict[str, Any] | None = None
        self.codes: dict[str, Entry] = {}
        self.sequence = 0
        self.version = 0
        self.last_push = 0
        self._wechat = wechat
        self._now = now
        self._journal = journal
        for entry in journal.read():
            self._apply(entry)
        for phone in phones:
            known = self.people.get(phone.openid)
            if known is None or (known.name, known.role) != (phone.name, phone.role):
                self._commit({"what": "met", "openid": phone.openid, "name": phone.name, "role": phone.role})

    def meet(self, openid: str, name: str = "", role: Role = "resident") -> Person:
        """The person of that openid; a new one is made known as a follower."""
        with self.lock:
            if openid not in self.people:
                count = sum(person.role == role for person in self.people.values())
                self._commit({"what": "met", "openid": openid, "name": name or f"居民 {count + 1}号", "role": role})
            return self.people[openid]

    def note_inbound(self, openid: str, kind: str, event: str = "", event_key: str = "") -> None:
        """The person did something: windows open and close, following begins and ends, as WeChat counts it."""
        with self.lock:
            self.meet(openid)
            self._commit({"what": "pushed", "openid": openid, "kind": kind, "event": event.lower(), "key": event_key})

    def record(self, openid: str, via: str, kind: str, text: str, **more: Any) -> Entry:
        """Put an item into the chat; `via` is me, reply, custom, template, bizsend or notice."""
        with self.lock:
            item = {"via": via, "type": kind, "text": text, **more}
            self._commit({"what": "item", "openid": openid, "item": item})
            return self.people[openid].items[-1]

    def grant(self, openid: str, template_id: str, count: int) -> None:
        """Add consents for a subscription template: 1 or more, -1 for a lasting one, 0 takes all back."""
        with self.lock:
            self.meet(openid)
            self._commit({"what": "grant", "openid": openid, "template_id": template_id, "count": count})

    def use_grant(self, openid: str, template_id: str) -> bool:
        """Use one consent; whether there was one."""
        with self.lock:
            left = self.people[openid].grants.get(template_id, 0)
            if left > 0:
                self._commit({"what": "used", "openid": openid, "template_id": template_id})
            return left != 0

    def refuse(self, openid: str, refuses: bool) -> None:
        """The person turns the account's messages off or on again."""
        with self.lock:
            self._commit({"what": "refuses", "openid": openid, "refuses": refuses})

    def set_menu(self, menu: dict[str, Any] | None) -> None:
        """Show this menu on all phones; None takes it away."""
        with self.lock:
            self._commit({"what": "menu", "menu": menu})

    def add_code(self, ticket: str, scene: str, ends_at: datetime | None) -> None:
        """Remember a code with a scene; `ends_at` None is a lasting one."""
        with self.lock:
            ends = ends_at.astimezone(UTC).isoformat() if ends_at else None
            self._commit({"what": "code", "ticket": ticket, "scene": scene, "ends_at": ends})

    def live_codes(self) -> list[Entry]:
        """The codes that can be scanned now, oldest first: `{"ticket","scene","ends_at"}`."""
        now = self._now()
        with self.lock:
            return [
                {"ticket": code["ticket"], "scene": code["scene"], "ends_at": code["ends_at"]}
                for code in self.codes.values()
                if code["ends_at"] is None or datetime.fromisoformat(code["ends_at"]) > now
            ]

    def inbox(self, openid: str) -> list[Entry]:
        """What the account sent this person, oldest first."""
        return [item for item in self.chat(openid) if item["via"] in SENT_BY_ACCOUNT]

    def chat(self, openid: str) -> list[Entry]:
        """Everything on this person's screen, oldest first."""
        with self.lock:
            person = self.people.get(openid)
            return [dict(item) for item in person.items] if person else []

    def changes(self, after: int, newest: int) -> list[Entry]:
        """Items with a sequence number above `after`, at most the `newest` of each person; each names its openid."""
        with self.lock:
            found = []
            for person in self.people.values():
                for count, item in enumerate(reversed(person.items)):
                    if item["seq"] <= after or count >= newest:
                        break
                    found.append({**item, "openid": person.openid})
            return sorted(found, key=lambda item: int(item["seq"]))

    def _commit(self, entry: Entry) -> None:
        entry = {"at": self._now().astimezone(UTC).isoformat(), **entry}
        self._journal.append(entry)
        self._apply(entry)

    def _apply(self, entry: Mapping[str, Any]) -> None:
        at = datetime.fromisoformat(entry["at"])
        if entry["what"] in ("met", "menu", "refuses") or entry.get("event") in ("subscribe", "unsubscribe"):
            self.version += 1
        match entry["what"]:
            case "menu":
                self.menu = entry["menu"]
            case "code":
                self.codes[entry["ticket"]] = dict(entry)
            case "met":
                person = self.people.get(entry["openid"])
                if person is None:
                    person = Person(entry["openid"], entry["name"], entry["role"], followed_at=at)
                    self.people[person.openid] = person
                person.name, person.role = entry["name"], entry["role"]
            case "pushed":
                self._note(self.people[entry["openid"]], entry, at)
            case "item":
                self.sequence += 1
                self.last_push = max(self.last_push, entry["item"].get("push", 0))
                person = self.people[entry["openid"]]
                person.items.append({"seq": self.sequence, "at": entry["at"], **entry["item"]})
                if entry["item"]["via"] == "custom" and (window := open_window(person, at)):
                    window.used += 1
            case "grant":
                grants = self.people[entry["openid"]].grants
                before = grants.get(entry["template_id"], 0)
                count = entry["count"]
                grants[entry["template_id"]] = count if count <= 0 or before < 0 else before + count
            case "used":
                self.people[entry["openid"]].grants[entry["template_id"]] -= 1
            case "refuses":
                self.people[entry["openid"]].refuses = entry["refuses"]

    def _note(self, person: Person, entry: Mapping[str, Any], at: datetime) -> None:
        event, key = entry["event"], entry["key"]
        if entry["kind"] != "event":
            ends_at = at + timedelta(hours=self._wechat.window_hours)
            person.windows["message"] = Window(ends_at, self._wechat.window_messages)
        elif event in TOUCHES:
            ends_at = at + timedelta(seconds=self._wechat.touch_seconds)
            person.windows[event] = Window(ends_at, self._wechat.touch_messages)
        if event == "subscribe":
            person.follows, person.followed_at, person.scene = True, at, key.removeprefix("qrscene_")
        elif event == "unsubscribe":
            person.follows = False
            person.windows.clear()
            person.grants.clear()


def open_window(person: Person, now: datetime) -> Window | None:
    """The open window that still has messages left and ends first, or None."""
    usable = [w for w in person.windows.values() if w.ends_at > now and w.used < w.limit]
    return min(usable, key=lambda window: window.ends_at, default=None)
