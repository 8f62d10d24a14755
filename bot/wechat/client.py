"""The thin layer over wechatpy: what the account sends, with our token, time limits and errors.

wechatpy retries a bad token without end, fetches tokens without a lock or a time limit and lets
secrets into its exceptions; so it is given a token for each call and never allowed to retry.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn, Protocol

import requests
from requests.adapters import BaseAdapter
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException

from bot.settings import WeChat
from bot.wechat.errors import Action, action_for

EARLY = timedelta(minutes=5)  # a token is renewed so long before it expires; old and new both work that long
NETWORK, ODD_ANSWER = 0, 1  # codes of our own: no answer, or one that is not WeChat's
MAX_DOWNLOAD = 20_000_000


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

    def download(self, media_id: str) -> Media:
        """What a resident sent; a video comes by the address that WeChat answers with."""
        answer = self._with_token(lambda token: self._fetch(f"{self._base}/cgi-bin/media/get", media_id, token))
        if isinstance(answer, Media):
            return answer
        if url := answer.get("video_url"):
            video = self._fetch(str(url), "", "")
            if isinstance(video, Media):
                return video
        raise ApiError(ODD_ANSWER, "the download is neither a file nor an error", Action.RETRY)

    def create_qrcode(self, scene: str) -> str:
        """A permanent QR code with this scene (1 to 64 characters); the address of its picture."""
        body = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": scene}}}
        ticket = str(self._post("qrcode/create", body).get("ticket", ""))
        return (
            requests.Request("GET", "https://mp.weixin.qq.com/cgi-bin/showqrcode", params={"ticket": ticket})
            .prepare()
            .url
            or ""
        )

    def create_menu(self, menu: Mapping[str, Any]) -> None:
        """Replace the account's menu."""
        self._post("menu/create", dict(menu))

    def _post(self, endpoint: str, body: dict[str, Any]) -> dict[str, Any]:
        url = f"{self._base}/cgi-bin/{endpoint}"

        def call(token: str) -> dict[str, Any]:
            headers = {"Content-Type": "application/json; charset=utf-8"}
            with _translated():
                answer = self._client.post(url, data=body, params={"access_token": token}, headers=headers)
            if not isinstance(answer, dict):
                raise ApiError(ODD_ANSWER, "the answer is not JSON", Action.RETRY)
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
            token = self._fetch_token(is_forced=refused is not None)
            self._tokens.put(token)
            return token

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
        if code := int(answer.get("errcode", 0)):
            action = action_for(code)
            # On the token's own endpoint 40001 means a wrong secret.
            _fail(code, answer.get("errmsg", ""), Action.CONFIGURATION if action is Action.REFRESH_TOKEN else action)
        if not isinstance(answer.get("access_token"), str):
            raise ApiError(ODD_ANSWER, "the token endpoint answered without a token", Action.RETRY)
        # With five minutes or less left WeChat keeps the old one valid beside the new.
        seconds = max(int(answer.get("expires_in", 0)), int(EARLY.total_seconds()) + 60)
        return Token(answer["access_token"], self._now() + timedelta(seconds=seconds))

    def _fetch(self, url: str, media_id: str, token: str) -> Media | dict[str, Any]:
        params = {"access_token": token, "media_id": media_id} if media_id else {}
        with _translated():
            response = self._client.http.get(url, params=params, timeout=self._wechat.timeout_seconds, stream=True)
            response.raise_for_status()
            body = bytearray()
            for chunk in response.iter_content(65536):
                body += chunk
                if len(body) > MAX_DOWNLOAD:
                    raise ApiError(ODD_ANSWER, "the file is too large", Action.NEVER)
        kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
        if kind in ("application/json", "text/plain", "text/json"):
            try:
                answer = json.loads(body)
            except ValueError:
                raise ApiError(ODD_ANSWER, "the answer is neither a file nor JSON", Action.RETRY) from None
            if code := int(answer.get("errcode", 0)):
                _fail(code, answer.get("errmsg", ""), action_for(code))
            return dict(answer)
        found = re.search(r'filename="?([^";]+)"?', response.headers.get("Content-Disposition", ""))
        return Media(bytes(body), kind, found[1] if found else "")


@contextmanager
def _translated() -> Iterator[None]:
    """Turns what wechatpy and requests raise into ApiError, and drops the original, which holds secrets."""
    try:
        yield
    except WeChatClientException as error:
        if error.errcode is None:
            raise ApiError(NETWORK, "an HTTP error", Action.RETRY) from None
        _fail(int(error.errcode), error.errmsg, action_for(int(error.errcode)))
    except (requests.RequestException, ValueError) as error:
        raise ApiError(NETWORK, type(error).__name__, Action.RETRY) from None


def _fail(code: int, message: object, action: Action) -> NoReturn:
    raise ApiError(code, str(message)[:200], action) from None


# The longest value of each field type of a template, in characters (类目模板 parameter rules).
LONGEST = {
    "thing": 20, "short_thing": 5, "number": 32, "letter": 32, "symbol": 5, "character_string": 32,
    "phone_number": 17, "car_number": 8, "name": 10, "phrase": 5, "amount": 12,
}  # fmt: skip
NOT_EMPTY = {
    "number": "0",
    "letter": "-",
    "symbol": "-",
    "character_string": "-",
    "name": "值班委员",
    "phrase": "办理中",
}


def template_value(field: str, value: str) -> str:
    """The value as the template's field takes it: one line, cut to the type's length, never empty.

    `field` is the account's name for it, such as `thing2`: the type and a number.
    """
    kind = field.rstrip("0123456789")
    text = re.sub(r"[\x00-\x1f\x7f]+", " ", value).strip()
    if kind == "character_string":
        text = re.sub(r"[^\x20-\x7e]", "", text).strip()
    if kind == "phrase":
        text = re.sub(r"[^一-鿿]", "", text)
    longest = LONGEST.get(kind)
    if longest and len(text) > longest:
        text = text[: longest - 1] + "…" if kind == "thing" else text[:longest]
    return text or NOT_EMPTY.get(kind, "见详情")
