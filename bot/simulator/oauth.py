"""WeChat's page authorisation (OAuth2): codes that work once for five minutes, and the tokens they buy.

Sources: WeChat's pages on snsAccessToken and snsUserInfo.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.simulator.faults import ApiFault

CODE_LIFETIME = timedelta(minutes=5)
TOKEN_SECONDS = 7200
REFRESH_LIFETIME = timedelta(days=30)
SCOPES = ("snsapi_base", "snsapi_userinfo")


@dataclass
class Grant:
    """One person's consent. `is_snapshot` marks WeChat's virtual user of a snapshot page: nobody real."""

    openid: str
    scope: str
    is_snapshot: bool
    at: datetime
    is_used: bool = False


class OAuth:
    """Codes and tokens given out. Not thread-safe: the platform holds its lock."""

    def __init__(self) -> None:
        self._codes: dict[str, Grant] = {}
        self._access: dict[str, Grant] = {}
        self._refresh: dict[str, Grant] = {}

    def code(self, openid: str, scope: str, is_snapshot: bool, now: datetime) -> str:
        """A code for this person. A snapshot page gets an openid that belongs to nobody."""
        if is_snapshot:
            openid = "o" + secrets.token_urlsafe(20)[:27]
        code = secrets.token_hex(16)
        self._codes[code] = Grant(openid, scope, is_snapshot, now)
        return code

    def exchange(self, code: str, now: datetime) -> dict[str, Any]:
        """`sns/oauth2/access_token`. Raises ApiFault 41008, 40029 (unknown or old) or 40163 (used)."""
        if not code:
            raise ApiFault(41008)
        grant = self._codes.get(code)
        if grant is None or now - grant.at >= CODE_LIFETIME:
            raise ApiFault(40029)
        if grant.is_used:
            raise ApiFault(40163)
        grant.is_used = True
        return self._tokens(grant, now)

    def refresh(self, token: str, now: datetime) -> dict[str, Any]:
        """`sns/oauth2/refresh_token`. Raises ApiFault 40030 (unknown) or 42007 (older than 30 days)."""
        grant = self._refresh.get(token)
        if grant is None:
            raise ApiFault(40030)
        if now - grant.at >= REFRESH_LIFETIME:
            raise ApiFault(42007)
        answer = self._tokens(grant, grant.at)
        self._access[answer["access_token"]] = Grant(grant.openid, grant.scope, grant.is_snapshot, now)
        return answer

    def user_of(self, token: str, openid: str, now: datetime) -> Grant:
        """Whose access token this is. Raises ApiFault 40001, 42001, 40003 or 48001 (scope snsapi_base)."""
        grant = self._access.get(token)
        if grant is None:
            raise ApiFault(40001)
        if now - grant.at >= timedelta(seconds=TOKEN_SECONDS):
            raise ApiFault(42001)
        if grant.openid != openid:
            raise ApiFault(40003)
        if grant.scope != "snsapi_userinfo":
            raise ApiFault(48001)
        return grant

    def _tokens(self, grant: Grant, at: datetime) -> dict[str, Any]:
        access, refresh = secrets.token_urlsafe(64), secrets.token_urlsafe(64)
        kept = Grant(grant.openid, grant.scope, grant.is_snapshot, at)
        self._access[access] = self._refresh[refresh] = kept
        answer: dict[str, Any] = {
            "access_token": access,
            "expires_in": TOKEN_SECONDS,
            "refresh_token": refresh,
            "openid": grant.openid,
            "scope": grant.scope,
        }
        if grant.is_snapshot:
            answer["is_snapshotuser"] = 1
        return answer
