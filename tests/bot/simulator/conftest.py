"""An account, a clock that only the test moves, a webhook that says what the test wants, and the simulator between."""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from requests.adapters import BaseAdapter
from requests.models import PreparedRequest

from bot.settings import Template, WeChat
from bot.simulator import Phone, Simulator

WECHAT = WeChat(
    app_id="wxb11529c136998cb6",
    app_secret="5ecret",
    token="pamtest",
    encoding_aes_key="k" * 43,
    mode="safe",
    api_base_url="http://wechat.test",
    templates={"assigned": Template(id="T1", fields={"character_string1": "number", "thing2": "summary"})},
)
ANNA = "oAnna00000000000000000000001"
START = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


@dataclass
class Clock:
    """The time, both as a date and as a stopwatch."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def moves(self, **delta: float) -> None:
        self.at += timedelta(**delta)

    def seconds(self) -> float:
        return self.at.timestamp()


@dataclass(frozen=True)
class Push:
    """A request that the webhook got."""

    method: str
    query: dict[str, str]
    body: bytes
    headers: Mapping[str, str]


@dataclass
class Webhook(BaseAdapter):
    """Stands in for the network: `answers` are taken in turn, the last one for good.

    An answer is (status, body), an exception to raise, or a function of the Push that gives one of them.
    """

    answers: list[Any] = field(default_factory=lambda: [(200, b"success")])
    pushes: list[Push] = field(default_factory=list)

    def send(self, request: PreparedRequest, *_a: object, **_k: object) -> requests.Response:
        body = request.body or b""
        push = Push(
            request.method or "",
            dict(parse_qsl(urlsplit(request.url or "").query)),
            body if isinstance(body, bytes) else str(body).encode(),
            {str(name): str(value) for name, value in request.headers.items()},
        )
        self.pushes.append(push)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if callable(answer):
            answer = answer(push)
        if isinstance(answer, Exception):
            raise answer
        response = requests.Response()
        response.status_code = answer[0]
        response.raw = io.BytesIO(answer[1])
        response.request = request
        return response

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def webhook() -> Webhook:
    return Webhook()


@pytest.fixture
def build(clock: Clock, webhook: Webhook, tmp_path: Path) -> Callable[..., Simulator]:
    """Builds a simulator over the same folder each time, as a restart would."""

    def make(mode: str = "safe", **more: Any) -> Simulator:
        return Simulator(
            wechat=WECHAT.model_copy(update={"mode": mode}),
            webhook_url="http://webhook.test/wechat",
            phones=[Phone(ANNA, "居民 安娜")],
            now=clock,
            folder=tmp_path,
            adapter=webhook,
            stopwatch=clock.seconds,
            **more,
        )

    return make


@pytest.fixture
def simulator(build: Callable[..., Simulator]) -> Simulator:
    return build()


@pytest.fixture
def client(simulator: Simulator) -> FlaskClient:
    """A browser or a bot: WeChat's API at the root, the page under /simulator."""
    app = Flask("test", static_folder=None)
    app.register_blueprint(simulator.page_blueprint(), url_prefix="/simulator")
    app.register_blueprint(simulator.api_blueprint())
    return app.test_client()


@dataclass
class Api:
    """Calls of WeChat's API with a good token."""

    client: FlaskClient
    token: str

    def post(self, path: str, body: Any, **query: str) -> dict[str, Any]:
        data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        answer = self.client.post(path, query_string={"access_token": self.token, **query}, data=data)
        assert answer.status_code == 200
        value: dict[str, Any] = json.loads(answer.data)
        return value

    def get(self, path: str, **query: str) -> dict[str, Any]:
        answer = self.client.get(path, query_string={"access_token": self.token, **query})
        assert answer.status_code == 200
        value: dict[str, Any] = json.loads(answer.data)
        return value


@pytest.fixture
def api(client: FlaskClient) -> Api:
    asked = {"grant_type": "client_credential", "appid": WECHAT.app_id, "secret": WECHAT.app_secret}
    return Api(client, json.loads(client.post("/cgi-bin/stable_token", json=asked).data)["access_token"])
