"""The account as a sender: one token for all, every error named, no secret told."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

from bot.settings import WeChat
from bot.wechat.client import Account, ApiError, Token, template_value
from bot.wechat.errors import ACTIONS, Action, action_for

WECHAT = WeChat(app_id="wx1", app_secret="hush-secret", token="pamtest", encoding_aes_key="k" * 43)
START = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)

# wechat-protocol, error table: every code and what it asks for.
TABLE = {
    Action.RETRY: [-1],
    Action.REFRESH_TOKEN: [40001, 40014, 42001],
    Action.CONFIGURATION: [40013, 40125, 40164, 40243, 48001, 48004, 50001, 50002],
    Action.DROP_USER: [40003, 50005, 43004, 43019, 48002],
    Action.OTHER_CHANNEL: [43101, 45015, 45047],
    Action.HOLD_UNTIL_MIDNIGHT: [45009],
    Action.BACK_OFF: [45011],
    Action.NEVER: [
        41001, 45001, 45002, 47001, 47003, 40037, 40249, 40007, 41005, 44001, 40029, 40163, 48006,
    ],
}  # fmt: skip


class Cache:
    """A token cache for the threads of one process."""

    def __init__(self) -> None:
        self.token: Token | None = None
        self.guard = threading.Lock()

    def get(self) -> Token | None:
        return self.token

    def put(self, token: Token) -> None:
        self.token = token

    @contextmanager
    def single_flight(self) -> Iterator[None]:
        with self.guard:
            yield


class Fake(BaseAdapter):
    """Answers by path; an answer is a body, or a function of the request."""

    def __init__(self, **answers: Any) -> None:
        super().__init__()
        self.answers, self.calls = answers, list[str]()
        self.tokens = 0

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        assert options["timeout"], "every call has a time limit"
        path = (request.path_url or "").split("?")[0].removeprefix("/cgi-bin/")
        self.calls.append(path)
        if path == "stable_token" and "stable_token" not in self.answers:
            self.tokens += 1
            return reply(f'{{"access_token":"token-{self.tokens}","expires_in":7200}}')
        answer = self.answers[path.replace("/", "_")]
        answer = answer(request) if callable(answer) else answer
        return answer if isinstance(answer, requests.Response) else reply(answer)

    def close(self) -> None: ...


def reply(
    body: str | bytes, status: int = 200, kind: str = "application/json", disposition: str = ""
) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.raw = BytesIO(body.encode() if isinstance(body, str) else body)
    response.headers["Content-Type"] = kind
    response.headers["Content-Disposition"] = disposition
    response.request = requests.Request("POST", "https://api.weixin.qq.com/?secret=hush-secret").prepare()
    return response


def account(fake: Fake, cache: Cache | None = None, now: Callable[[], datetime] = lambda: START) -> Account:
    made = Account(WECHAT, cache or Cache(), now)
    made.mount(fake)
    return made


def error(code: int) -> str:
    return f'{{"errcode":{code},"errmsg":"some words rid: 1-2-3"}}'


@pytest.mark.parametrize(("code", "action"), [(code, action) for action, codes in TABLE.items() for code in codes])
def test_each_code_asks_for_its_action(code: int, action: Action) -> None:
    assert action_for(code) is action
    fake = Fake(message_custom_send=error(code))
    with pytest.raises(ApiError) as caught:
        account(fake).send_text("o1", "hi")
    assert caught.value.code == code
    assert caught.value.action is (Action.CONFIGURATION if action is Action.REFRESH_TOKEN else action)
    assert "rid: 1-2-3" in str(caught.value)


def test_the_table_is_the_whole_table_and_an_unknown_code_is_tried_again() -> None:
    assert {code for codes in TABLE.values() for code in codes} == set(ACTIONS)
    assert action_for(99999) is Action.RETRY


def test_a_refused_token_is_renewed_and_the_call_made_once_more() -> None:
    def send(request: requests.PreparedRequest) -> str:
        return error(42001) if "token-1" in (request.url or "") else '{"errcode":0,"errmsg":"ok"}'

    fake = Fake(message_custom_send=send)
    account(fake).send_text("o1", "hi")
    assert fake.calls == ["stable_token", "message/custom/send", "stable_token", "message/custom/send"]


def test_a_token_that_another_process_renewed_is_used_without_fetching() -> None:
    cache = Cache()
    cache.put(Token("old", START + timedelta(hours=1)))

    def send(request: requests.PreparedRequest) -> str:
        if "access_token=old" in (request.url or ""):
            cache.put(Token("new", START + timedelta(hours=2)))
            return error(40001)
        return "{}"

    fake = Fake(message_custom_send=send)
    account(fake, cache).send_text("o1", "hi")
    assert fake.calls == ["message/custom/send", "message/custom/send"]


def test_a_second_refusal_is_an_alarm_and_not_a_loop() -> None:
    fake = Fake(message_custom_send=error(40001))
    with pytest.raises(ApiError) as caught:
        account(fake).send_text("o1", "hi")
    assert caught.value.action is Action.CONFIGURATION
    assert fake.calls.count("message/custom/send") == 2


def test_twenty_threads_with_a_cold_cache_fetch_one_token() -> None:
    fake, cache = Fake(message_custom_send="{}"), Cache()
    shared = account(fake, cache)
    threads = [threading.Thread(target=shared.send_text, args=("o1", "hi")) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert fake.calls.count("stable_token") == 1
    assert fake.calls.count("message/custom/send") == 20


def test_a_token_is_renewed_before_it_ends() -> None:
    cache = Cache()
    cache.put(Token("old", START + timedelta(minutes=4)))
    fake = Fake(message_custom_send="{}")
    account(fake, cache).send_text("o1", "hi")
    assert fake.calls[0] == "stable_token"


@pytest.mark.parametrize("code", [40001, 40125, 40164])
def test_a_wrong_secret_or_address_is_an_alarm(code: int) -> None:
    with pytest.raises(ApiError) as caught:
        account(Fake(stable_token=error(code))).send_text("o1", "hi")
    assert caught.value.action is Action.CONFIGURATION


@pytest.mark.parametrize(
    "answer",
    [
        reply("<html>proxy</html>", kind="text/html"),
        reply("no json at all"),
        reply("[]"),
        reply("gateway", status=502),
    ],
)
def test_an_answer_that_is_not_wechats_is_tried_again(answer: requests.Response) -> None:
    with pytest.raises(ApiError) as caught:
        account(Fake(message_custom_send=answer)).send_text("o1", "hi")
    assert caught.value.action is Action.RETRY


def test_no_error_and_no_log_tells_a_secret_or_a_token(caplog: pytest.LogCaptureFixture) -> None:
    def fails(request: requests.PreparedRequest) -> str:
        raise requests.ConnectionError(f"cannot reach {request.url} with hush-secret")

    caplog.set_level(logging.DEBUG)
    for fake in (Fake(message_custom_send=fails), Fake(stable_token=fails), Fake(message_custom_send=error(47003))):
        with pytest.raises(ApiError) as caught:
            account(fake).send_text("o1", "hi")
        shown = repr(caught.value) + str(caught.value.__cause__) + str(caught.value.__suppress_context__)
        assert "hush" not in shown
        assert "token-1" not in shown
        assert caught.value.__suppress_context__
    assert "hush" not in caplog.text
    assert "token-1" not in caplog.text


def test_a_template_message_carries_our_id_and_fields_that_fit() -> None:
    sent: list[bytes] = []

    def send(request: requests.PreparedRequest) -> str:
        sent.append(request.body if isinstance(request.body, bytes) else b"")
        return '{"errcode":0,"msgid":77}'

    made = account(Fake(message_template_send=send))
    assert made.send_template("o1", "T1", {"thing2": "长" * 30}, client_msg_id="notice-1") == "77"
    assert b"notice-1" in sent[0]
    assert ("长" * 19 + "…").encode() in sent[0], "real UTF-8, not escapes"


@pytest.mark.parametrize(
    ("field", "value", "fits"),
    [
        ("thing2", "路灯\n坏了", "路灯 坏了"),
        ("thing2", "", "见详情"),
        ("character_string1", "编号100123", "100123"),
        ("character_string1", "编号", "-"),
        ("phrase3", "办理中abc", "办理中"),
        ("phrase3", "abc", "办理中"),
        ("time4", "2026年11月24日 15:30", "2026年11月24日 15:30"),
        ("name5", "值班委员甲乙丙丁戊己庚辛", "值班委员甲乙丙丁戊己"),
    ],
)
def test_a_value_is_made_to_fit_its_field(field: str, value: str, fits: str) -> None:
    assert template_value(field, value) == fits


def test_a_download_gives_bytes_an_error_or_the_video_behind_an_address() -> None:
    picture = reply(b"\xff\xd8jpeg", kind="image/jpeg", disposition='attachment; filename="a.jpg"')
    media = account(Fake(media_get=picture)).download("m1")
    assert (media.body, media.content_type, media.filename) == (b"\xff\xd8jpeg", "image/jpeg", "a.jpg")
    with pytest.raises(ApiError) as caught:
        account(Fake(media_get=error(40007))).download("m1")
    assert caught.value.action is Action.NEVER


def test_a_qr_code_is_asked_for_by_its_scene() -> None:
    made = account(Fake(qrcode_create='{"ticket":"a b"}'))
    assert made.create_qrcode("community-1").endswith("ticket=a+b")
