"""What the demo adds to the house: an invented account, template messages, and people bound to phones."""

import base64
import hashlib
import json
import secrets
import string
from pathlib import Path

from bot.clock import Now
from bot.records import people, roster
from bot.records.store import Store
from bot.settings import Settings, Template, WeChat
from bot.simulator import Phone

LETTERS = string.ascii_letters + string.digits
RESIDENTS = ("居民 王大娘", "居民 小李")
TEMPLATES = {
    "assigned": {
        "character_string1": "number",
        "thing2": "summary",
        "thing3": "place",
        "time4": "due",
        "thing5": "hint",
    },
    "added": {"character_string1": "number", "thing2": "words", "thing5": "hint"},
    "reopened": {"character_string1": "number", "thing2": "words", "time4": "due", "thing5": "hint"},
    "hurried": {"character_string1": "number", "thing2": "words", "time4": "due", "thing5": "hint"},
    "withdrawn": {"character_string1": "number", "thing2": "words", "thing5": "hint"},
    "moved": {"character_string1": "number", "thing2": "summary", "thing5": "hint"},
    "accepted": {"character_string1": "number", "thing2": "summary", "name6": "member", "thing5": "hint"},
    "answered": {"character_string1": "number", "thing2": "words", "thing5": "hint"},
    "resolved": {"character_string1": "number", "thing2": "summary", "thing5": "hint"},
    "rest": {"thing2": "words", "thing5": "hint"},
}


def demo_settings(settings: Settings, api_base_url: str, folder: Path) -> Settings:
    """The settings with an invented account whose API is the simulator's; what is given is kept.

    The account is remembered in `folder`, so that the next start has the same one.
    """
    kept = folder / "account.json"
    invented = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    invented.setdefault("app_id", "wx" + secrets.token_hex(8))
    invented.setdefault("token", _word(24))
    invented.setdefault("encoding_aes_key", _word(43))
    folder.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(invented, indent=2), "utf-8")
    kept.chmod(0o600)
    given = settings.wechat.model_dump()
    values = {name: given[name] or invented[name] for name in invented}
    templates = {kind: Template(id=f"demo-{kind}", fields=fields) for kind, fields in TEMPLATES.items()}
    wechat = WeChat.model_validate(
        {
            **given,
            **values,
            "app_secret": secrets.token_hex(16),
            "api_base_url": api_base_url,
            "templates": settings.wechat.templates or templates,
        }
    )
    simulator = settings.simulator.model_copy(update={"enabled": True})
    return settings.model_copy(update={"wechat": wechat, "simulator": simulator})


def demo_openid(name: str) -> str:
    """A made-up openid of WeChat's length for a person's phone, the same at every start."""
    return "o" + base64.urlsafe_b64encode(hashlib.sha256(name.encode()).digest()).decode()[:27]


def bind_members(store: Store, now: Now) -> None:
    """Bind every member who has no WeChat yet to a phone of the simulator."""
    with store.write() as connection:
        residents = {name: people.meet(connection, demo_openid(name), now()).id for name in people.unbound(connection)}
        roster.bind_all(connection, residents)


def phones(store: Store) -> list[Phone]:
    """Two residents, and everybody of the roster who is bound."""
    with store.read() as connection:
        bound = people.openids(connection)
    return [Phone(demo_openid(name), name, "resident") for name in RESIDENTS] + [
        Phone(openid, name, role) for openid, name, role in bound
    ]


def _word(length: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))
