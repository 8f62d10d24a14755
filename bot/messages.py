"""The two nouns that travel between WeChat and the desk: Inbound (来信) and Reply (即时回复)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Kind = Literal["text", "image", "voice", "video", "location", "link", "file", "card", "event", "unknown"]


@dataclass(frozen=True)
class Inbound:
    """One message or event that WeChat pushed, with nothing of its XML or JSON left.

    `key` is the dedupe key: equal for every delivery of the same push. `account` is our own
    ToUserName. `event` is lower case and empty for messages. `menu_id` is the bizmsgmenuid of a
    tapped choice. `fields` holds what else the push said, as WeChat names it. Times are aware UTC;
    `sent_at` falls back to `received_at` where the push gives no usable time.
    """

    key: str
    openid: str
    account: str
    kind: Kind
    sent_at: datetime
    received_at: datetime
    text: str = ""
    event: str = ""
    event_key: str = ""
    media_id: str = ""
    media_format: str = ""
    latitude: float | None = None
    longitude: float | None = None
    label: str = ""
    menu_id: str = ""
    is_json: bool = False
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """What the account answers at once. An empty text means there is nothing to say (`success`)."""

    text: str = ""


SILENCE = Reply()
