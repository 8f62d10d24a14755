"""config.toml and the environment become one frozen, typed object.

`BOT_CONFIG` names another file, `BOT_<SECTION>__<KEY>` overrides one key and
`BOT_<SECTION>__<KEY>_FILE` names a file that holds it. Secrets come only from the last two. Every
fault is found before the start and all are told at once.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

SECRETS = {("wechat", "app_secret"), ("wechat", "token"), ("wechat", "encoding_aes_key")}
PREFIX = "BOT_"


class Section(BaseModel):
    """A table of config.toml: frozen, and an unknown key is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Template(Section):
    """A template message: its id in the account, and which of our values fills which of its fields."""

    id: str = Field(min_length=1)
    fields: dict[Annotated[str, Field(pattern=r"^[a-z_]+\d+$")], str] = Field(min_length=1)


class WeChat(Section):
    """The official account: identity, secrets, and WeChat's limits."""

    app_id: str = ""
    app_secret: str = Field("", repr=False)
    token: Annotated[str, Field(pattern=r"^([A-Za-z0-9]{3,32})?$", repr=False)] = ""
    encoding_aes_key: Annotated[str, Field(pattern=r"^([A-Za-z0-9]{43})?$", repr=False)] = ""
    mode: Literal["plain", "compatible", "safe"] = "safe"
    api_base_url: Annotated[str, Field(pattern=r"^https?://[^ ]+[^/ ]$")] = "https://api.weixin.qq.com"
    timeout_seconds: float = Field(5.0, gt=0, le=60)
    max_body_bytes: int = Field(65536, ge=1024)
    max_age_seconds: int = Field(600, ge=30)
    reply_max_bytes: int = Field(1800, ge=200, le=2048)
    window_hours: int = Field(48, ge=1)
    window_messages: int = Field(5, ge=1)
    touch_seconds: int = Field(60, ge=1)
    touch_messages: int = Field(3, ge=1)
    templates: dict[str, Template] = {}


class Database(Section):
    """Where the records are."""

    url: Annotated[str, Field(pattern=r"^(sqlite|postgresql\+psycopg)://")] = "sqlite:///var/lianxinqiao.db"
    pool_size: int = Field(10, ge=1, le=100)


class Redis(Section):
    """Where the memory is that may be forgotten."""

    url: Annotated[str, Field(pattern=r"^(|embedded|(redis|rediss|unix)://.+)$")] = "embedded"
    timeout_seconds: float = Field(0.3, gt=0, le=5)


class Simulator(Section):
    """The stand-in for WeChat."""

    enabled: bool = False
    deliveries: int = Field(3, ge=1, le=5)
    deadline_seconds: float = Field(5.0, gt=0, le=60)


class Server(Section):
    """The HTTP server."""

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    threads: int = Field(16, ge=2, le=200)


class Desk(Section):
    """How messages are handled."""

    join_minutes: int = Field(30, ge=1)
    conversation_hours: int = Field(24, ge=1)
    lock_seconds: float = Field(4.0, gt=0, le=4.5)
    stuck_seconds: int = Field(60, ge=5)


class Delivery(Section):
    """How the outbox is sent."""

    poll_seconds: float = Field(1.0, gt=0)
    batch: int = Field(20, ge=1)
    lease_seconds: int = Field(60, ge=5)
    pauses_seconds: tuple[int, ...] = (1, 4, 15, 60, 300, 1800)
    max_tries: int = Field(10, ge=1)


class Media(Section):
    """Where residents' pictures and voices are kept."""

    folder: Path = Path("var/media")
    max_bytes: int = Field(20_000_000, ge=100_000)


class ContentSettings(Section):
    """Where the content is, what helps to understand it, and the messages that a change of it is tried on."""

    folder: Path = Path("faq")
    check_seconds: float = Field(2.0, gt=0, le=3600)
    evaluation: Path = Path("tests/evaluation")
    encoders: tuple[str, ...] = Field(("use",), max_length=2)
    cache: Path = Path("var/cache")
    category_model: str = ""
    nearest_km: float = Field(20.0, gt=0)


class Settings(Section):
    """All settings; each attribute is a table of config.toml."""

    wechat: WeChat = WeChat()
    database: Database = Database()
    redis: Redis = Redis()
    simulator: Simulator = Simulator()
    server: Server = Server()
    desk: Desk = Desk()
    delivery: Delivery = Delivery()
    media: Media = Media()
    content: ContentSettings = ContentSettings()


class SettingsError(Exception):
    """The settings cannot be used; `faults` is one line per fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def load(environ: Mapping[str, str]) -> Settings:
    """The settings of this process. Raises SettingsError with every fault found."""
    path = Path(environ.get("BOT_CONFIG", "config.toml"))
    faults: list[str] = []
    values = _read(path, faults)
    origins: dict[tuple[str, ...], str] = {}
    for section, key in sorted(SECRETS):
        if values.get(section, {}).get(key):
            faults.append(
                f"{path}: {section}.{key}: found a secret in the file, "
                f"expected it in the environment as {PREFIX}{section.upper()}__{key.upper()}"
            )
    for name, text in sorted(environ.items()):
        if match := re.fullmatch(r"BOT_([A-Z]+)__([A-Z_]+?)(_FILE)?", name):
            section, key = match[1].lower(), match[2].lower()
            if match[3]:
                try:
                    text = Path(text).read_text("utf-8").strip()
                except (OSError, UnicodeDecodeError) as error:
                    faults.append(f"environment: {name}: found {text!r}, expected a readable file ({error})")
                    continue
            values.setdefault(section, {})[key] = _typed(section, key, text)
            origins[(section, key)] = f"environment {name}"
    settings: Settings | None = None
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        for fault in error.errors():
            where = tuple(str(part) for part in fault["loc"])
            found = "a secret" if _is_secret(where) else repr(fault["input"])
            key = ".".join(where)
            if fault["type"] == "missing":
                found = "nothing"
            faults.append(f"{origins.get(where[:2], str(path))}: {key}: found {found}, expected {_expected(fault)}")
    if settings and not faults and settings.simulator.enabled and settings.wechat.app_secret:
        faults.append(
            f"{path}: simulator.enabled: found true beside an app_secret, "
            f"expected false where a real account is connected"
        )
    if faults or settings is None:
        raise SettingsError(faults)
    return settings


def require_account(settings: Settings) -> None:
    """Raise SettingsError unless the account's identity and secrets are all given."""
    wechat, faults = settings.wechat, []
    needed = {"app_id": wechat.app_id, "app_secret": wechat.app_secret, "token": wechat.token}
    if wechat.mode != "plain":
        needed["encoding_aes_key"] = wechat.encoding_aes_key
    for key, value in needed.items():
        if not value:
            faults.append(f"environment: {PREFIX}WECHAT__{key.upper()}: found nothing, expected the account's {key}")
    if faults:
        raise SettingsError(faults)


def _is_secret(where: tuple[str, ...]) -> bool:
    """Whether the value may hold a secret: a known one, a url with a password, a misspelt key of the account."""
    return where[:2] in SECRETS or where[-1:] == ("url",) or (where[:1] == ("wechat",) and not _is_known(where))


def _is_known(where: tuple[str, ...]) -> bool:
    return len(where) > 1 and where[1] in WeChat.model_fields


def _read(path: Path, faults: list[str]) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        faults.append(f"{path}: found no readable file, expected the settings ({error})")
    except tomllib.TOMLDecodeError as error:
        faults.append(f"{path}: found broken TOML, expected a readable file ({error})")
    else:
        for name, table in list(values.items()):
            if not isinstance(table, dict):
                faults.append(f"{path}: {name}: found {table!r}, expected a table [{name}]")
                del values[name]
        return values
    return {}


def _typed(section: str, key: str, text: str) -> Any:
    """An override as text, or as a list or table where the setting is one (written as JSON)."""
    field = Settings.model_fields.get(section)
    inner = getattr(field.annotation, "model_fields", {}).get(key) if field else None
    if inner is not None and str(inner.annotation).startswith(("tuple", "dict")):
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            return text
    return text


def _expected(fault: Any) -> str:
    if fault["type"] == "extra_forbidden":
        return "no such key (is it misspelt?)"
    message: str = fault["msg"]
    return message[0].lower() + message[1:]
