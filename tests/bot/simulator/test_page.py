"""The simulator's own API, fixed by the design, and its page."""

import io
import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from bot.simulator import Phone, Simulator, default_phones
from tests.bot.simulator.conftest import ANNA, Clock, Webhook
from tests.bot.simulator.test_pusher import reply_of
from tests.bot.simulator.test_sending import template


def say(client: FlaskClient, **given: Any) -> Any:
    return client.post("/simulator/api/say", json={"openid": ANNA, "type": "text", **given})


def test_say_answers_reply_status_and_milliseconds(client: FlaskClient, simulator: Simulator, webhook: Webhook) -> None:
    webhook.answers = [(200, reply_of(simulator, "已登记"))]
    answer = say(client, Content="路灯坏了").json
    assert answer["reply"] == {"type": "text", "text": "已登记"}
    assert (answer["status"], answer["ms"]) == (200, 0)


def test_say_answers_null_for_silence(client: FlaskClient) -> None:
    assert say(client, Content="路灯坏了").json["reply"] is None


@pytest.mark.parametrize(
    "body",
    ['{"type": "text"}', '{"openid": "o"}', '{"openid": 1, "type": "text"}', "[]", "{", '{"openid":"o","type":"x"}'],
)
def test_a_say_that_makes_no_sense_is_told_so(client: FlaskClient, webhook: Webhook, body: str) -> None:
    answer = client.post("/simulator/api/say", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json
    assert answer.json["error"]
    assert webhook.pushes == []


def test_whoever_speaks_first_becomes_a_resident(client: FlaskClient) -> None:
    stranger = "oStranger0000000000000000001"
    say(client, openid=stranger, Content="你好")
    people = client.get("/simulator/api/people").json
    assert people
    assert [person["openid"] for person in people["residents"]] == [ANNA, stranger]
    assert people["residents"][1]["name"] == "居民 2号"


def test_the_phones_are_listed_by_role(build: Callable[..., Simulator], clock: Clock) -> None:
    assert [phone.role for phone in default_phones()] == ["resident", "resident", "member", "member", "coordinator"]
    assert all(len(phone.openid) == 28 for phone in default_phones())


def test_a_newcomer_can_be_added_and_can_refuse(client: FlaskClient, simulator: Simulator) -> None:
    person = client.post("/simulator/api/people", json={"role": "member", "name": "值班委员甲"}).json
    assert person
    assert len(person["openid"]) == 28
    assert simulator.platform.state.people[person["openid"]].role == "member"
    client.post("/simulator/api/people", json={"openid": ANNA, "refuses": True})
    assert simulator.platform.state.people[ANNA].refuses
    assert client.post("/simulator/api/people", json={"role": "king"}).status_code == 400


def test_the_inbox_holds_what_the_account_sent_oldest_first(
    client: FlaskClient, simulator: Simulator, webhook: Webhook, clock: Clock
) -> None:
    webhook.answers = [(200, reply_of(simulator, "已登记"))]
    say(client, Content="路灯坏了")
    clock.moves(seconds=1)
    simulator.platform.sending.template(template())
    clock.moves(seconds=1)
    simulator.platform.sending.custom({"touser": ANNA, "msgtype": "text", "text": {"content": "已办结"}})
    items = client.get("/simulator/api/inbox", query_string={"openid": ANNA}).json
    assert items
    assert [(item["via"], item["text"]) for item in items["items"]] == [
        ("reply", "已登记"),
        ("template", "100001\n路灯坏了"),
        ("custom", "已办结"),
    ]
    assert items["items"][0]["at"] == "2026-11-24T07:30:00+00:00"
    chat = client.get("/simulator/api/chat", query_string={"openid": ANNA}).json
    assert chat
    assert [item["via"] for item in chat["items"]] == ["me", "reply", "template", "custom"]
    assert client.get("/simulator/api/inbox?openid=oNobody").json == {"items": []}


def test_the_page_is_told_what_is_new_and_nothing_twice(client: FlaskClient, simulator: Simulator) -> None:
    first: Any = client.get("/simulator/api/changes").json
    assert [person["name"] for person in first["people"]["residents"]] == ["居民 安娜"]
    say(client, Content="一")
    seen = {"version": first["version"]}
    second: Any = client.get("/simulator/api/changes", query_string=seen).json
    assert "people" not in second
    assert [item["text"] for item in second["items"]] == ["一"]
    assert [push["openid"] for push in second["pushes"]] == [ANNA]
    seen |= {"after": second["items"][-1]["seq"], "pushes": second["pushes"][-1]["done"]}
    third: Any = client.get("/simulator/api/changes", query_string=seen).json
    assert (third["items"], third["pushes"], third["in_flight"]) == ([], [], [])
    say(client, type="event", Event="unsubscribe")
    fourth: Any = client.get("/simulator/api/changes", query_string=seen).json
    assert fourth["people"]["residents"][0]["follows"] is False


def test_a_push_is_in_flight_until_it_is_answered(client: FlaskClient, simulator: Simulator, webhook: Webhook) -> None:
    seen: list[Any] = []

    def look(_push: object) -> tuple[int, bytes]:
        seen.append((simulator.in_flight(), simulator.pushes(0), simulator.platform.state.chat(ANNA)[-1]["push"]))
        return 200, b"success"

    webhook.answers = [look]
    say(client, Content="一")
    assert seen == [([1], [], 1)]
    assert simulator.in_flight() == []


def test_a_picture_can_be_uploaded_sent_and_looked_at(client: FlaskClient, simulator: Simulator) -> None:
    form = {"media": (io.BytesIO(b"picture"), "a.png")}
    made: Any = client.post("/simulator/api/media?type=image", data=form).json
    say(client, type="image", MediaId=made["media_id"], PicUrl=made["pic_url"])
    assert simulator.platform.state.chat(ANNA)[-1]["media_id"] == made["media_id"]
    answer = client.get(f"/simulator/api/media/{made['media_id']}")
    assert (answer.data, answer.mimetype) == (b"picture", "image/png")
    assert client.get("/simulator/api/media/none").status_code == 404
    assert client.post("/simulator/api/media?type=image", data={"media": (io.BytesIO(b""), "a.png")}).status_code == 400
    assert client.post("/simulator/api/media?type=image").status_code == 400


def test_raw_pushes_can_be_read_and_delivered_again(client: FlaskClient, webhook: Webhook) -> None:
    number = say(client, Content="一").json["push"]
    record: Any = client.get(f"/simulator/api/pushes/{number}").json
    assert "<![CDATA[一]]>" in record["plain"]
    assert "<Encrypt>" in record["tries"][0]["body"]
    assert client.post(f"/simulator/api/pushes/{number}/redeliver").status_code == 200
    assert len(webhook.pushes) == 2
    assert client.get("/simulator/api/pushes/99").status_code == 404
    assert client.post("/simulator/api/pushes/99/redeliver").status_code == 404


def test_the_url_can_be_verified_and_codes_be_listed(client: FlaskClient, simulator: Simulator) -> None:
    assert client.post("/simulator/api/verify").json == {"problem": "回复的不是 echostr"}
    simulator.platform.create_code({"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "b3"}}})
    codes: Any = client.get("/simulator/api/codes").json
    assert [code["scene"] for code in codes["codes"]] == ["b3"]


def test_a_fault_needs_its_parts(client: FlaskClient) -> None:
    for body in ({}, {"path": "/a"}, {"path": "/a", "code": "x"}, {"path": "/a", "code": 1, "times": "x"}):
        assert client.post("/simulator/api/faults", json=body).status_code == 400


def test_the_page_loads_nothing_from_outside(client: FlaskClient) -> None:
    page = client.get("/simulator/")
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    for part in ("main.js", "phone.js", "bubbles.js", "raw.js", "api.js", "page.css", "phone.css"):
        text = client.get(f"/simulator/static/{part}").text
        assert "http://www.w3.org/2000/svg" in text or "://" not in text.replace("weixin://", "")


def test_the_page_shows_no_secret(client: FlaskClient, simulator: Simulator) -> None:
    page = client.get("/simulator/").text
    wechat = simulator.wechat
    assert not any(secret in page for secret in (wechat.app_secret, wechat.token, wechat.encoding_aes_key))


def test_a_restart_forgets_no_chat_no_follower_and_no_window(build: Callable[..., Simulator]) -> None:
    before = build()
    before.say("oNew00000000000000000000001", "text", {"Content": "你好"})
    before.say(ANNA, "event", {"Event": "unsubscribe"})
    after = build()
    assert after.platform.state.people["oNew00000000000000000000001"].name == "居民 2号"
    assert not after.platform.state.people[ANNA].follows
    assert after.platform.state.chat("oNew00000000000000000000001") == before.platform.state.chat(
        "oNew00000000000000000000001"
    )
    body = {"touser": "oNew00000000000000000000001", "msgtype": "text", "text": {"content": "好"}}
    after.platform.sending.custom(body)
    assert after.say(ANNA, "text", {})["push"] == 3


def test_a_fact_cut_short_by_a_kill_costs_only_itself(build: Callable[..., Simulator], tmp_path: Any) -> None:
    build().say(ANNA, "text", {"Content": "一"})
    with (tmp_path / "journal.jsonl").open("a") as journal:
        journal.write('{"at": "2026-11-24T0')
    build().platform.state.record(ANNA, "me", "text", "二")
    assert [item["text"] for item in build().platform.state.chat(ANNA)] == ["一", "二"]


def test_a_phone_that_is_told_anew_gets_its_new_name(build: Callable[..., Simulator], clock: Clock) -> None:
    simulator = build()
    state = simulator.platform.state
    renamed = type(state)(simulator.wechat, [Phone(ANNA, "调度员", "coordinator")], clock, state._journal)
    assert (renamed.people[ANNA].name, renamed.people[ANNA].role) == ("调度员", "coordinator")


def test_reports_are_pushed_by_a_thread_once_started(simulator: Simulator, webhook: Webhook) -> None:
    came = threading.Event()

    def note(_push: object) -> tuple[int, bytes]:
        came.set()
        return 200, b"success"

    webhook.answers = [note]
    simulator.start()
    simulator.platform.sending.template(template())
    assert came.wait(10)
    simulator.stop()
    assert len(webhook.pushes) == 1
