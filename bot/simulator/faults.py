"""What WeChat's API answers when it refuses: errcode, errmsg with a rid, and faults that a tester switches on."""

import secrets
import threading
from dataclasses import dataclass
from datetime import datetime

# The wordings that real answers carry. Sources: WeChat's global return codes page and community threads.
MESSAGES = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40005: "invalid file type",
    40007: "invalid media_id",
    40008: "invalid message type",
    40013: "invalid appid",
    40014: "invalid access_token",
    40016: "invalid button size",
    40017: "invalid button type",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40020: "invalid button url size",
    40023: "invalid sub button size",
    40025: "invalid sub button name size",
    40029: "invalid code",
    40030: "invalid refresh_token",
    40033: "invalid charset. please check your request, if include \\uxxxx will create fail!",
    40037: "invalid template_id",
    40053: "invalid action info",
    40066: "invalid url",
    40125: "invalid appsecret",
    40163: "code been used",
    40164: "invalid ip {ip} ipv6 ::ffff:{ip}, not in whitelist",
    40200: "invalid account type",
    40243: "AppSecret has been frozen",
    40249: "this template msg has been blocked for illegal content",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41005: "media data missing",
    41006: "media_id missing",
    41008: "missing code",
    42001: "access_token expired",
    42007: "access_token and refresh_token exception",
    43001: "require GET method",
    43002: "require POST method",
    43004: "require subscribe",
    43019: "require remove blacklist",
    43101: "user refuse to accept the msg",
    44001: "empty media data",
    44002: "empty post data",
    44003: "empty news data",
    44004: "empty content",
    45001: "media size out of limit",
    45002: "content size out of limit",
    45008: "article size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    45098: "msgmenu list size out of limit",
    46003: "menu no exist",
    47001: "data format error",
    47003: "argument invalid!",
    48001: "api unauthorized",
    48002: "api forbidden for user refuse",
    48004: "api forbidden",
    48006: "forbid to clear quota because of reaching the limit",
    50001: "user unauthorized",
    50002: "user limited",
    50005: "user is unsubscribed",
}


class ApiFault(Exception):
    """The API refuses with this errcode; `message` without the rid, by default WeChat's usual wording."""

    def __init__(self, code: int, message: str = "") -> None:
        self.code = code
        self.message = message or MESSAGES.get(code, "system error")
        super().__init__(f"{code} {self.message}")


def rid(now: datetime) -> str:
    """A request id as WeChat's: three times eight hex digits, the first being the time in seconds."""
    return f"{int(now.timestamp()):08x}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"


def answer(fault: ApiFault, now: datetime, caller_ip: str) -> dict[str, object]:
    """The JSON that an API call gets for a fault."""
    message = fault.message.replace("{ip}", caller_ip)
    return {"errcode": fault.code, "errmsg": f"{message} rid: {rid(now)}"}


@dataclass
class Switch:
    """A fault switched on: the next `times` calls of `path` fail; `http_status` 200 answers with the errcode,
    another one as a broken proxy would, with an HTML page."""

    path: str
    code: int
    times: int
    http_status: int = 200


class Faults:
    """The faults that are switched on, path by path."""

    def __init__(self) -> None:
        self._switches: list[Switch] = []
        self._lock = threading.Lock()

    def switch(self, path: str, code: int, times: int, http_status: int = 200) -> None:
        """Let the next `times` calls of `path` fail; 0 switches that code off."""
        with self._lock:
            self._switches = [one for one in self._switches if (one.path, one.code) != (path, code)]
            if times > 0:
                self._switches.append(Switch(path, code, times, http_status))

    def clear(self) -> None:
        """Switch all off."""
        with self._lock:
            self._switches.clear()

    def listed(self) -> list[Switch]:
        """What is switched on, oldest first."""
        with self._lock:
            return [Switch(one.path, one.code, one.times, one.http_status) for one in self._switches]

    def take(self, path: str) -> Switch | None:
        """The fault that this call of `path` shall meet, or None."""
        with self._lock:
            for one in self._switches:
                if one.path == path and one.times > 0:
                    one.times -= 1
                    self._switches = [left for left in self._switches if left.times > 0]
                    return one
        return None
