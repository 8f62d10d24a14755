"""The account as a sender: one token for all, every error named, no secret told."""

import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

from bot.settings import WeChat
from bot.wechat.client import Account, ApiError, Token
from bot.wechat.errors import ACTIONS, Action, action_for

WECHAT = WeChat(app_id="wx1", app_secret="hush-secret", token="pamtest", encoding_aes_key="k" * 43)
START = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
OK = '{"errcode":0,"errmsg":"ok"}'

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
        self.answers, self.calls, self.bodies = answers, list[str](), list[bytes]()
        self.tokens = 0

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        assert options["timeout"], "every call has a time limit"
        path = (request.path_url or "").split("?")[0].removeprefix("/cgi-bin/")
        self.calls.append(path)
        self.bodies.append(request.body.encode() if isinstance(request.body, str) else request.body or b"")
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
        return error(42001) if "token-1" in (request.url or "") else OK

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
        return OK

    fake = Fake(message_custom_send=send)
    account(fake, cache).send_text("o1", "hi")
    assert fake.calls == ["message/custom/send", "message/custom/send"]


def stubborn(forced: list[bool]) -> Callable[[requests.PreparedRequest], str]:
    """The token endpoint as WeChat has it: the same token until a renewal is forced."""

    def fetch(request: requests.PreparedRequest) -> str:
        forced.append(b'"force_refresh": true' in (request.body or b""))
        return f'{{"access_token":"token-{1 + sum(forced)}","expires_in":7200}}'

    return fetch


def test_a_renewal_is_forced_only_when_the_newest_token_is_the_one_refused() -> None:
    def send(request: requests.PreparedRequest) -> str:
        return error(40001) if "token-1" in (request.url or "") else OK

    forced: list[bool] = []
    fake = Fake(message_custom_send=send, stable_token=stubborn(forced))
    account(fake).send_text("o1", "hi")
    assert forced == [False, False, True]


def test_forced_renewals_are_rare_however_many_calls_are_refused() -> None:
    now = START
    forced: list[bool] = []
    fake = Fake(message_custom_send=error(40001), stable_token=stubborn(forced))
    sender = account(fake, now=lambda: now)
    for _ in range(30):
        with pytest.raises(ApiError):
            sender.send_text("o1", "hi")
    assert sum(forced) == 1
    assert fake.calls.count("message/custom/send") == 60, "each is tried once more, and no oftener"
    now = START + timedelta(hours=3)
    with pytest.raises(ApiError):
        sender.send_text("o1", "hi")
    assert sum(forced) == 2


def test_a_second_refusal_is_an_alarm_and_not_a_loop() -> None:
    fake = Fake(message_custom_send=error(40001))
    with pytest.raises(ApiError) as caught:
        account(fake).send_text("o1", "hi")
    assert caught.value.action is Action.CONFIGURATION
    assert fake.calls.count("message/custom/send") == 2


class ColdForAll(Cache):
    """All threads find it cold before any of them goes on."""

    def __init__(self, threads: int) -> None:
        super().__init__()
        self.start, self.seen = threading.Barrier(threads), threading.local()

    def get(self) -> Token | None:
        found = super().get()
        if not hasattr(self.seen, "cold"):
            self.seen.cold = found is None
            self.start.wait(timeout=30)
        return found


def test_twenty_threads_with_a_cold_cache_fetch_one_token() -> None:
    fake, cache = Fake(message_custom_send=OK), ColdForAll(20)
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
    fake = Fake(message_custom_send=OK)
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
        lambda _: reply("<html>proxy</html>", kind="text/html"),
        "no json at all",
        "[]",
        "null",
        "{}",
        '{"msg":"a gateway says hello"}',
        '{"errcode":null}',
        '{"errcode":"soon"}',
        "",
        lambda _: reply("gateway", status=502),
    ],
)
@pytest.mark.parametrize("endpoint", ["message_custom_send", "stable_token", "media_get", "qrcode_create"])
def test_an_answer_that_is_not_wechats_is_tried_again(answer: Any, endpoint: str) -> None:
    fake = Fake(**{endpoint: answer})
    made = account(fake)
    calls: dict[str, Callable[[], object]] = {
        "message_custom_send": lambda: made.send_text("o1", "hi"),
        "stable_token": lambda: made.send_text("o1", "hi"),
        "media_get": lambda: made.download("m1"),
        "qrcode_create": lambda: made.create_qrcode("s"),
    }
    with pytest.raises(ApiError) as caught:
        calls[endpoint]()
    assert caught.value.action is Action.RETRY
    assert fake.calls[-1].replace("/", "_") == endpoint


@pytest.mark.parametrize("failure", [requests.ConnectTimeout, requests.ReadTimeout, requests.ConnectionError])
def test_a_call_without_an_answer_is_made_once_and_left_to_the_caller(failure: type[Exception]) -> None:
    def fails(request: requests.PreparedRequest) -> str:
        raise failure(f"no answer from {request.url}")

    fake = Fake(message_custom_send=fails)
    with pytest.raises(ApiError) as caught:
        account(fake).send_text("o1", "hi")
    assert caught.value.action is Action.RETRY
    assert fake.calls.count("message/custom/send") == 1


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


def test_a_message_is_sent_as_real_utf8_with_nothing_lost() -> None:
    fake = Fake(message_custom_send=OK)
    account(fake).send_text("o1", '路灯 🙏 "]]>" \n <a href="x">好</a>')
    sent = json.loads(fake.bodies[-1])
    assert sent == {"touser": "o1", "msgtype": "text", "text": {"content": '路灯 🙏 "]]>" \n <a href="x">好</a>'}}
    assert "路灯 🙏".encode() in fake.bodies[-1], "not escapes, which people would see"


JPEG = b"\xff\xd8jpeg"


@pytest.mark.parametrize(
    ("answer", "body", "kind", "filename"),
    [
        (reply(JPEG, kind="image/jpeg", disposition='attachment; filename="a.jpg"'), JPEG, "image/jpeg", "a.jpg"),
        (reply(JPEG, kind="image/jpeg; q=1"), JPEG, "image/jpeg", ""),
        (reply('{"errcode":1}', kind="text/plain", disposition="attachment; filename=a.txt"), b'{"errcode":1}',
         "text/plain", "a.txt"),
    ],
)  # fmt: skip
def test_a_download_is_a_file(answer: requests.Response, body: bytes, kind: str, filename: str) -> None:
    media = account(Fake(media_get=answer)).download("m1")
    assert (media.body, media.content_type, media.filename) == (body, kind, filename)


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "image/jpeg", ""])
def test_a_download_that_is_refused_is_an_error_under_any_content_type(kind: str) -> None:
    with pytest.raises(ApiError) as caught:
        account(Fake(media_get=reply(error(40007), kind=kind))).download("m1")
    assert (caught.value.code, caught.value.action) == (40007, Action.NEVER)


def test_a_video_is_fetched_from_the_address_that_wechat_answers() -> None:
    fake = Fake(media_get='{"video_url":"https://api.weixin.qq.com/mmbiz/v"}', _mmbiz_v=reply(b"mp4", kind="video/mp4"))
    media = account(fake).download("m1")
    assert (media.body, media.content_type) == (b"mp4", "video/mp4")
    assert fake.calls == ["stable_token", "media/get", "/mmbiz/v"]


def test_a_download_stops_at_its_bound() -> None:
    def download(size: int) -> int:
        answer = reply(b"x" * size, kind="image/jpeg")
        return len(account(Fake(media_get=answer)).download("m1", max_bytes=100_000).body)

    assert download(100_000) == 100_000
    with pytest.raises(ApiError) as caught:
        download(100_001)
    assert caught.value.action is Action.NEVER


def test_a_qr_code_is_asked_for_by_its_scene() -> None:
    fake = Fake(qrcode_create='{"ticket":"a b+/="}')
    url = account(fake).create_qrcode("community-1")
    assert url == "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=a+b%2B%2F%3D"
    assert b"community-1" in fake.bodies[-1]


def test_a_menu_is_sent_whole() -> None:
    fake, menu = Fake(menu_create=OK), {"button": [{"type": "click", "name": "我要反映", "key": "report"}]}
    account(fake).create_menu(menu)
    assert json.loads(fake.bodies[-1]) == menu


class Quiet(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        token = '{"access_token":"token-1","expires_in":7200}'
        self.wfile.write((token if "stable_token" in self.path else OK).encode())

    def log_message(self, *_: object) -> None: ...


def test_the_http_library_logs_no_token_either(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with HTTPServer(("127.0.0.1", 0), Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        wechat = WECHAT.model_copy(update={"api_base_url": f"http://127.0.0.1:{server.server_port}"})
        Account(wechat, Cache(), lambda: START).send_text("o1", "hi")
        server.shutdown()
    assert "/cgi-bin/message/custom/send" in caplog.text
    assert "token-1" not in caplog.text
