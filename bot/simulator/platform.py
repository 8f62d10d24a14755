"""WeChat's side of one account, without HTTP: everything its API can be asked, and what it remembers.

The core of the simulator. Time comes from the `now` it is given. Safe to use from many threads.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.settings import WeChat
from bot.simulator.faults import ApiFault, Faults
from bot.simulator.media import UPLOADABLE, Media, MediaStore
from bot.simulator.menu import check_menu
from bot.simulator.oauth import SCOPES, OAuth
from bot.simulator.sending import Sending
from bot.simulator.state import Entry, Journal, Now, Phone, State
from bot.simulator.tokens import Quotas, Tokens

MAX_CODE_SECONDS = 2_592_000
DEFAULT_CODE_SECONDS = 60
MAX_LASTING_CODES = 100_000


class Platform:
    """WeChat as one account sees it. Methods that answer an API call raise ApiFault as WeChat refuses."""

    def __init__(self, wechat: WeChat, phones: Sequence[Phone], now: Now, folder: Path) -> None:
        self.wechat = wechat
        self.now = now
        self.media = MediaStore(folder / "media")
        self.state = State(wechat, phones, now, Journal(folder / "journal.jsonl"))
        self.sending = Sending(wechat, self.state, self.media, now)
        self.faults = Faults()
        self.allowed_ips: set[str] | None = None
        self._tokens = Tokens()
        self._quotas = Quotas()
        self._oauth = OAuth()

    # What people do, and what their screens show.

    def note_inbound(self, openid: str, kind: str, event: str = "", event_key: str = "") -> None:
        """A person sent a message or did something: windows and following change as WeChat counts them."""
        self.state.note_inbound(openid, kind, event, event_key)

    def inbox(self, openid: str) -> list[Entry]:
        """What the account sent this person, oldest first: `{"at","via","type","text",…}`."""
        return self.state.inbox(openid)

    # The API, by path.

    def call(self, path: str, ip: str) -> None:
        """Every call begins here: the whitelist (40164) and the day's quota (45009)."""
        if self.allowed_ips is not None and ip not in self.allowed_ips:
            raise ApiFault(40164)
        with self.state.lock:
            self._quotas.use(path, self.now())

    def check_token(self, token: str) -> None:
        """Raise ApiFault 41001, 40001 or 42001 unless the access token is good."""
        with self.state.lock:
            self._tokens.check(token, self.now())

    def token(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """`GET /cgi-bin/token`: a new token each time."""
        self._check_account(given)
        with self.state.lock:
            value, seconds = self._tokens.plain(self.now())
        return {"access_token": value, "expires_in": seconds}

    def stable_token(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """`POST /cgi-bin/stable_token`: the same token until it is nearly over."""
        self._check_account(given)
        with self.state.lock:
            value, seconds = self._tokens.stable(self.now(), given.get("force_refresh") is True)
        return {"access_token": value, "expires_in": seconds}

    def clear_quota(self, app_id: object) -> None:
        """`clear_quota`: the day's counts begin again, ten times a month (then 48006)."""
        if app_id != self.wechat.app_id:
            raise ApiFault(40013)
        with self.state.lock:
            self._quotas.clear(self.now())

    def check_secret(self, app_id: object, secret: object) -> None:
        """Raise ApiFault 41002, 40013, 41004 or 40125 unless these are the account's."""
        if not app_id:
            raise ApiFault(41002)
        if app_id != self.wechat.app_id:
            raise ApiFault(40013)
        if not secret:
            raise ApiFault(41004)
        if secret != self.wechat.app_secret:
            raise ApiFault(40125)

    def upload(self, kind: str, filename: str, body: bytes) -> Media:
        """`media/upload`: kept for three days."""
        if kind not in UPLOADABLE:
            raise ApiFault(40005)
        return self.media.add(kind, filename, body, self.now())

    def set_menu(self, menu: Mapping[str, Any]) -> None:
        """`menu/create`."""
        self.state.set_menu(check_menu(menu))

    def menu(self) -> dict[str, Any]:
        """`menu/get`. Raises ApiFault 46003 when there is none."""
        if self.state.menu is None:
            raise ApiFault(46003)
        return {"menu": self.state.menu}

    def create_code(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """`qrcode/create`: a code that carries a scene, for a time or for good."""
        action = body.get("action_name")
        info = body.get("action_info")
        scene = info.get("scene") if isinstance(info, Mapping) else None
        if not isinstance(scene, Mapping) or action not in (
            "QR_SCENE",
            "QR_STR_SCENE",
            "QR_LIMIT_SCENE",
            "QR_LIMIT_STR_SCENE",
        ):
            raise ApiFault(40053)
        word = scene.get("scene_str") if "STR" in str(action) else scene.get("scene_id")
        is_lasting = "LIMIT" in str(action)
        if isinstance(word, int):
            in_range = 1 <= word <= (100_000 if is_lasting else 2**32 - 1)
        else:
            in_range = isinstance(word, str) and 1 <= len(word) <= 64
        if isinstance(word, int) == ("STR" in str(action)) or not in_range:
            raise ApiFault(40053)
        ticket = "g" + secrets.token_urlsafe(60)
        answer: dict[str, Any] = {"ticket": ticket, "url": f"http://weixin.qq.com/q/{secrets.token_urlsafe(12)}"}
        with self.state.lock:
            if is_lasting:
                if sum(code["ends_at"] is None for code in self.state.codes.values()) >= MAX_LASTING_CODES:
                    raise ApiFault(45009)
                self.state.add_code(ticket, str(word), None)
            else:
                asked = body.get("expire_seconds")
                seconds = min(asked if isinstance(asked, int) and asked > 0 else DEFAULT_CODE_SECONDS, MAX_CODE_SECONDS)
                answer["expire_seconds"] = seconds
                self.state.add_code(ticket, str(word), self.now() + timedelta(seconds=seconds))
        return answer

    def user_info(self, openid: str) -> dict[str, Any]:
        """`user/info`: no name and no picture, as since 2021-12-27."""
        with self.state.lock:
            person = self.state.people.get(openid)
            if person is None:
                raise ApiFault(40003)
            if not person.follows:
                return {"subscribe": 0, "openid": openid}
            scan = bool(person.scene)
            return {
                "subscribe": 1,
                "openid": openid,
                "subscribe_time": seconds_of(person.followed_at),
                "remark": "",
                "groupid": 0,
                "tagid_list": [],
                "subscribe_scene": "ADD_SCENE_QR_CODE" if scan else "ADD_SCENE_SEARCH",
                "qr_scene": int(person.scene) if person.scene.isdigit() else 0,
                "qr_scene_str": "" if person.scene.isdigit() else person.scene,
            }

    # Page authorisation.

    def authorise(self, openid: str, scope: str, is_snapshot: bool) -> str:
        """The code for a person who opens an authorisation link."""
        with self.state.lock:
            self.state.meet(openid)
            return self._oauth.code(openid, scope if scope in SCOPES else "snsapi_base", is_snapshot, self.now())

    def exchange_code(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """`sns/oauth2/access_token`."""
        self.check_secret(given.get("appid"), given.get("secret"))
        with self.state.lock:
            return self._oauth.exchange(str(given.get("code") or ""), self.now())

    def refresh_code(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """`sns/oauth2/refresh_token`."""
        if given.get("appid") != self.wechat.app_id:
            raise ApiFault(40013)
        with self.state.lock:
            return self._oauth.refresh(str(given.get("refresh_token") or ""), self.now())

    def page_user(self, token: str, openid: str) -> dict[str, Any]:
        """`sns/userinfo`: what the person let the page see."""
        with self.state.lock:
            grant = self._oauth.user_of(token, openid, self.now())
            person = self.state.people.get(openid)
            answer: dict[str, Any] = {
                "openid": openid,
                "nickname": person.name if person else "微信用户",
                "sex": 0,
                "province": "",
                "city": "",
                "country": "",
                "headimgurl": "",
                "privilege": [],
            }
            if grant.is_snapshot:
                answer["is_snapshotuser"] = 1
            return answer

    def _check_account(self, given: Mapping[str, Any]) -> None:
        if given.get("grant_type") != "client_credential":
            raise ApiFault(40002)
        self.check_secret(given.get("appid"), given.get("secret"))


def seconds_of(moment: datetime | None) -> int:
    """Whole seconds since 1970, as WeChat writes times; 0 for none."""
    return int(moment.timestamp()) if moment else 0
