"""The thin layer over wechatpy: what the account sends, with our token, time limits and errors.

wechatpy retries a bad token without end, fetches tokens without a lock or a time limit and lets
secrets into its exceptions; so it is given a token for each call and never allowed to retry.
"""

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn, Protocol
from urllib.parse import urlencode

import requests
from requests.adapters import BaseAdapter
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException

from bot.settings import WeChat
from bot.wechat.errors import Action, action_for
from bot.wechat.template import template_value

EARLY = timedelta(minutes=5)  # a token is renewed so long before it expires; old and new both work that long
# WeChat allows an account twenty forced renewals a day; one refused so soon after another has another cause.
FORCE_PAUSE = timedelta(hours=2)
NETWORK, ODD_ANSWER = 0, 1  # codes of our own: no answer, or one that is not WeChat's
MAX_DOWNLOAD = 20_000_000  # bytes
NOT_FILES = ("text/html", "text/plain", "text/json", "application/json")
SECRET = re.compile(r"(access_token|secret)=[^&\s]+")


@dataclass(frozen=True)
class Token:
    """An access token and when it expires."""

    value: str
    expires_at: datetime


class TokenCache(Protocol):
    """Where all processes share the token, and the lock under which one of them fetches it."""

    def get(self) -> Token | None:
        """The shared token."""

    def put(self, token: Token) -> None:
        """Share a token until it expires."""

    def single_flight(self) -> AbstractContextManager[None]:
        """A lock that one process at a time holds."""


@dataclass(frozen=True)
class Media:
    """A downloaded file."""

    body: bytes
    content_type: str
    filename: str


class ApiError(Exception):
    """WeChat's API refused or did not answer. It names no secret, no token and no resident's words."""

    def __init__(self, code: int, message: str, action: Action) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.action = code, message, action


class _Client(WeChatClient):  # type: ignore[misc]
    """wechatpy's client, without any idea of its own about tokens."""

    def __init__(self, app_id: str, timeout: float) -> None:
        super().__init__(app_id, "", timeout=timeout, auto_retry=False)

    @property
    def http(self) -> requests.Session:
        session: requests.Session = self._http
        return session


class Account:
    """The official account as a sender. Every method raises ApiError."""

    def __init__(self, wechat: WeChat, tokens: TokenCache, now: Callable[[], datetime]) -> None:
        self._wechat, self._tokens, self._now = wechat, tokens, now
        self._client = _Client(wechat.app_id, wechat.timeout_seconds)
        self._base = wechat.api_base_url
        self._forced_at: datetime | None = None
        logging.getLogger("urllib3.connectionpool").addFilter(_without_secrets)

    def mount(self, adapter: BaseAdapter) -> None:
        """Let every call go through this adapter instead of the network."""
        self._client.http.mount(self._base, adapter)

    def send_text(self, openid: str, text: str) -> None:
        """A customer-service message (客服消息)."""
        self._post("message/custom/send", {"touser": openid, "msgtype": "text", "text": {"content": text}})

    def send_template(self, openid: str, template_id: str, data: Mapping[str, str], client_msg_id: str) -> str:
        """A template message (模板消息); the same `client_msg_id` is sent once within ten minutes. Its msgid."""
        values = {name: {"value": template_value(name, value)} for name, value in data.items()}
        body = {"touser": openid, "template_id": template_id, "data": values, "client_msg_id": client_msg_id}
        return str(self._post("message/template/send", body).get("msgid", ""))

    def download(self, media_id: str, max_bytes: int = MAX_DOWNLOAD) -> Media:
        """What a resident sent; a video comes by the address that WeChat answers with."""
        url = f"{self._base}/cgi-bin/media/get"
        answer = self._with_token(
            lambda token: self._fetch(url, {"access_token": token, "media_id": media_id}, max_bytes)
        )
        if isinstance(answer, dict) and answer.get("video_url"):
            answer = self._fetch(str(answer["video_url"]), {}, max_bytes)
        if isinstance(answer, Media):
            return answer
        raise ApiError(ODD_ANSWER, "the download is neither a file nor an error", Action.RETRY)

    def create_qrcode(self, scene: str) -> str:
        """A permanent QR code with this scene (1 to 64 characters); the address of its picture."""
        body = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": scene}}}
        ticket = str(self._post("qrcode/create", body, promised="ticket")["ticket"])
        return f"https://mp.weixin.qq.com/cgi-bin/showqrcode?{urlencode({'ticket': ticket})}"

    def create_menu(self, menu: Mapping[str, Any]) -> None:
        """Replace the account's menu."""
        self._post("menu/create", dict(menu))

    def _post(self, endpoint: str, body: dict[str, Any], promised: str = "errcode") -> dict[str, Any]:
        """Call an endpoint; an answer without the field it promises on success is not WeChat's yes."""
        url = f"{self._base}/cgi-bin/{endpoint}"

        def call(token: str) -> dict[str, Any]:
            headers = {"Content-Type": "application/json; charset=utf-8"}
            with _translated():
                answer = self._client.post(url, data=body, params={"access_token": token}, headers=headers)
            if not isinstance(answer, dict) or promised not in answer:
                raise ApiError(ODD_ANSWER, "the answer is not WeChat's", Action.RETRY)
            return dict(answer)

        answered: dict[str, Any] = self._with_token(call)
        return answered

    def _with_token(self, call: Callable[[str], Any]) -> Any:
        """Call with the shared token; when WeChat does not know it, once more with the newest."""
        token = self._token()
        try:
            return call(token.value)
        except ApiError as error:
            if error.action is not Action.REFRESH_TOKEN:
                raise
        token = self._token(refused=token)
        try:
            return call(token.value)
        except ApiError as error:
            if error.action is not Action.REFRESH_TOKEN:
                raise
            raise ApiError(error.code, error.message, Action.CONFIGURATION) from None

    def _token(self, refused: Token | None = None) -> Token:
        """The shared token, or a new one when there is none, it is about to expire, or it is the one refused."""
        if found := self._usable(refused):
            return found
        with self._tokens.single_flight():
            if found := self._usable(refused):  # somebody else fetched it while we waited
                return found
            token = self._fetch_token(is_forced=False)
            # Refused, and yet the newest: a forced renewal, or if there was one lately, the same token again.
            if refused and token.value == refused.value and self._may_force():
                self._forced_at = self._now()
                token = self._fetch_token(is_forced=True)
            self._tokens.put(token)
            return token

    def _may_force(self) -> bool:
        return self._forced_at is None or self._now() >= self._forced_at + FORCE_PAUSE

    def _usable(self, refused: Token | None) -> Token | None:
        token = self._tokens.get()
        if token is None or token.expires_at - EARLY <= self._now():
            return None
        return None if refused and token.value == refused.value else token

    def _fetch_token(self, is_forced: bool) -> Token:
        body = {
            "grant_type": "client_credential",
            "appid": self._wechat.app_id,
            "secret": self._wechat.app_secret,
            "force_refresh": is_forced,
        }
        with _translated():
            response = self._client.http.post(
                f"{self._base}/cgi-bin/stable_token", json=body, timeout=self._wechat.timeout_seconds
            )
            response.raise_for_status()
            answer = response.json()
            if code := _code(answer):
                action = action_for(code)
                # On the token's own endpoint 40001 means a wrong secret.
                action = Action.CONFIGURATION if action is Action.REFRESH_TOKEN else action
                _fail(code, answer.get("errmsg"), action)
            value, seconds = answer.get("access_token"), int(answer.get("expires_in", 0))
        if not isinstance(value, str) or not value:
            raise ApiError(ODD_ANSWER, "the token endpoint answered without a token", Action.RETRY)
        # With five minutes or less left WeChat keeps the old one valid beside the new.
        lasts = max(timedelta(seconds=seconds), EARLY + timedelta(minutes=1))
        return Token(value, self._now() + lasts)

    def _fetch(self, url: str, params: Mapping[str, str], max_bytes: int) -> Media | dict[str, Any]:
        """The file at an address, or the JSON object that WeChat answers in its place."""
        body, timeout = bytearray(), self._wechat.timeout_seconds
        with _translated(), self._client.http.get(url, params=params, timeout=timeout, stream=True) as response:
            response.raise_for_status()
            for chunk in response.iter_content(65536):
                body += chunk
                if len(body) > max_bytes:
                    raise ApiError(ODD_ANSWER, "the file is too large", Action.NEVER)
            kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
            name = response.headers.get("Content-Disposition", "")
            # Errors come as HTTP 200 under any content type; only a file has a Content-Disposition.
            if not name and body.lstrip()[:1] == b"{":
                answer = json.loads(body)
                if code := _code(answer):
                    _fail(code, answer.get("errmsg"), action_for(code))
                return dict(answer)
        if not body or (not name and kind in NOT_FILES):
            raise ApiError(ODD_ANSWER, "the answer is neither a file nor WeChat's", Action.RETRY)
        found = re.search(r'filename="?([^";]+)"?', name)
        return Media(bytes(body), kind, found[1] if found else "")


def _code(answer: Any) -> int:
    """The errcode in an answer, 0 for none. Raises ValueError or TypeError when it is not an answer of WeChat's."""
    if not isinstance(answer, dict):
        raise ValueError("not a JSON object")
    return int(answer.get("errcode", 0))


@contextmanager
def _translated() -> Iterator[None]:
    """Turns what wechatpy and requests raise into ApiError, and drops the original, which holds secrets."""
    try:
        yield
    except WeChatClientException as error:
        if error.errcode is None:
            raise ApiError(NETWORK, "an HTTP error", Action.RETRY) from None
        _fail(error.errcode, error.errmsg, action_for(error.errcode))
    except (requests.RequestException, ValueError, TypeError) as error:  # the last two for an odd answer
        raise ApiError(NETWORK, type(error).__name__, Action.RETRY) from None


def _fail(code: int, message: object, action: Action) -> NoReturn:
    raise ApiError(code, str(message or "")[:200], action) from None


def _without_secrets(record: logging.LogRecord) -> bool:
    """A log filter: urllib3 writes whole addresses, and WeChat's hold the token."""
    if isinstance(record.args, tuple):
        record.args = tuple(SECRET.sub(r"\1=…", part) if isinstance(part, str) else part for part in record.args)
    return True
