"""WeChat's API over HTTP: paths, tokens, errors, faults, media, codes, menus, people, page authorisation."""

import io
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from bot.simulator import Simulator
from tests.bot.simulator.conftest import ANNA, WECHAT, Api, Clock

ACCOUNT = {"grant_type": "client_credential", "appid": WECHAT.app_id, "secret": WECHAT.app_secret}


def get(client: FlaskClient, path: str, **query: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(client.get(path, query_string=query).data)
    return value


def test_both_token_paths_give_a_token(client: FlaskClient) -> None:
    assert get(client, "/cgi-bin/token", **ACCOUNT)["expires_in"] == 7200
    first, second = (json.loads(client.post("/cgi-bin/stable_token", json=ACCOUNT).data) for _ in range(2))
    assert first == second
    forced = json.loads(client.post("/cgi-bin/stable_token", json={**ACCOUNT, "force_refresh": True}).data)
    assert forced["access_token"] != first["access_token"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"grant_type": "password"}, 40002),
        ({"appid": ""}, 41002),
        ({"appid": "wx0"}, 40013),
        ({"secret": ""}, 41004),
        ({"secret": "wrong"}, 40125),
    ],
)
def test_a_wrong_account_gets_no_token(client: FlaskClient, changed: dict[str, str], code: int) -> None:
    assert get(client, "/cgi-bin/token", **{**ACCOUNT, **changed})["errcode"] == code
    assert json.loads(client.post("/cgi-bin/stable_token", json={**ACCOUNT, **changed}).data)["errcode"] == code


def test_every_error_carries_a_rid_and_http_200(client: FlaskClient) -> None:
    answer = client.post("/cgi-bin/message/custom/send?access_token=old", data=b"{}")
    assert answer.status_code == 200
    assert answer.content_type.startswith("application/json")
    message = json.loads(answer.data)["errmsg"]
    assert re.fullmatch(
        r"invalid credential, access_token is invalid or not latest rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}", message
    )


@pytest.mark.parametrize(("body", "code"), [(b"", 44002), (b"{", 47001), (b"[]", 47001)])
def test_a_body_that_is_no_object_is_refused(api: Api, body: bytes, code: int) -> None:
    assert api.post("/cgi-bin/message/template/send", body)["errcode"] == code


def test_the_wrong_method_and_an_unknown_path_are_told(api: Api) -> None:
    assert api.get("/cgi-bin/message/custom/send")["errcode"] == 43002
    assert api.post("/cgi-bin/user/info", {})["errcode"] == 43001
    assert api.post("/cgi-bin/message/mass/sendall", {})["errcode"] == 40066


def test_a_message_goes_through(api: Api, simulator: Simulator) -> None:
    simulator.platform.note_inbound(ANNA, "text")
    body = {"touser": ANNA, "msgtype": "text", "text": {"content": "<好>"}}
    assert api.post("/cgi-bin/message/custom/send", body) == {"errcode": 0, "errmsg": "ok"}
    assert simulator.platform.inbox(ANNA)[0]["text"] == "<好>"


def test_escaped_letters_are_shown_as_they_stand(api: Api, simulator: Simulator) -> None:
    simulator.platform.note_inbound(ANNA, "text")
    body = json.dumps({"touser": ANNA, "msgtype": "text", "text": {"content": "好 a\\u4e00\n"}}).encode()
    assert api.post("/cgi-bin/message/custom/send", body)["errcode"] == 0
    assert simulator.platform.inbox(ANNA)[0]["text"] == "\\u597d a\\u4e00\n"


def test_a_template_answers_its_msgid(api: Api) -> None:
    data = {"character_string1": {"value": "1"}, "thing2": {"value": "路灯"}}
    answer = api.post("/cgi-bin/message/template/send", {"touser": ANNA, "template_id": "T1", "data": data})
    assert answer["errcode"] == 0
    assert answer["msgid"] > 0


def test_a_fault_strikes_so_many_calls_of_its_path(api: Api, client: FlaskClient) -> None:
    fault = {"path": "/cgi-bin/user/info", "code": 45009, "times": 2}
    assert client.post("/simulator/api/faults", json=fault).json == {"faults": [{**fault, "http_status": 200}]}
    codes = [api.get("/cgi-bin/user/info", openid=ANNA).get("errcode") for _ in range(3)]
    assert codes == [45009, 45009, None]
    assert api.get("/cgi-bin/menu/get")["errcode"] == 46003


def test_a_fault_can_be_a_broken_proxy_and_can_be_switched_off(api: Api, client: FlaskClient) -> None:
    fault = {"path": "/cgi-bin/user/info", "code": -1, "times": 5, "http_status": 502}
    client.post("/simulator/api/faults", json=fault)
    answer = client.get("/cgi-bin/user/info", query_string={"access_token": api.token, "openid": ANNA})
    assert (answer.status_code, answer.mimetype) == (502, "text/html")
    client.post("/simulator/api/faults", json={**fault, "times": 0})
    assert "errcode" not in api.get("/cgi-bin/user/info", openid=ANNA)
    client.post("/simulator/api/faults", json=fault)
    assert client.delete("/simulator/api/faults").json == {"faults": []}


def test_an_address_outside_the_whitelist_is_told_its_address(client: FlaskClient, simulator: Simulator) -> None:
    simulator.platform.allowed_ips = {"10.0.0.1"}
    message = get(client, "/cgi-bin/token", **ACCOUNT)["errmsg"]
    assert message.startswith("invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist rid: ")


def test_the_daily_quota_ends_the_calls_and_clear_quota_begins_anew(client: FlaskClient) -> None:
    for _ in range(2000):
        get(client, "/cgi-bin/token", **ACCOUNT)
    assert get(client, "/cgi-bin/token", **ACCOUNT)["errcode"] == 45009
    body = {"appid": WECHAT.app_id, "appsecret": WECHAT.app_secret}
    assert json.loads(client.post("/cgi-bin/clear_quota/v2", json=body).data) == {"errcode": 0, "errmsg": "ok"}
    assert "access_token" in get(client, "/cgi-bin/token", **ACCOUNT)


def test_clear_quota_is_shared_and_ends_after_ten(api: Api) -> None:
    codes = [api.post("/cgi-bin/clear_quota", {"appid": WECHAT.app_id})["errcode"] for _ in range(11)]
    assert codes == [0] * 10 + [48006]
    assert api.post("/cgi-bin/clear_quota", {"appid": "wx0"})["errcode"] == 40013


def upload(api: Api, kind: str, name: str, body: bytes) -> dict[str, Any]:
    answer = api.client.post(
        "/cgi-bin/media/upload",
        query_string={"access_token": api.token, "type": kind},
        data={"media": (io.BytesIO(body), name)},
    )
    value: dict[str, Any] = json.loads(answer.data)
    return value


def test_media_lives_three_days(api: Api, clock: Clock) -> None:
    made = upload(api, "image", "a.png", b"picture")
    assert (made["type"], made["created_at"]) == ("image", int(clock().timestamp()))
    query = {"media_id": made["media_id"]}
    # Two days later the first token is over; each look takes a fresh one.
    clock.moves(days=2, hours=23)
    token = get(api.client, "/cgi-bin/token", **ACCOUNT)["access_token"]
    answer = api.client.get("/cgi-bin/media/get", query_string={"access_token": token, **query})
    assert (answer.data, answer.mimetype) == (b"picture", "image/png")
    assert answer.headers["Content-Disposition"].endswith('.png"')
    clock.moves(hours=1)
    assert Api(api.client, token).get("/cgi-bin/media/get", **query)["errcode"] == 40007


def test_a_video_is_answered_by_its_address(api: Api) -> None:
    made = upload(api, "video", "a.mp4", b"film")
    address = api.get("/cgi-bin/media/get", media_id=made["media_id"])["video_url"]
    assert api.client.get(address.removeprefix(WECHAT.api_base_url)).data == b"film"


@pytest.mark.parametrize(
    ("kind", "name", "body", "code"),
    [
        ("image", "a.png", b"", 44001),
        ("image", "a.exe", b"x", 40005),
        ("poem", "a.png", b"x", 40005),
        ("file", "a.pdf", b"x", 40005),
        ("thumb", "a.jpg", b"x" * 65537, 45001),
    ],
)
def test_wrong_media_is_refused(api: Api, kind: str, name: str, body: bytes, code: int) -> None:
    assert upload(api, kind, name, body)["errcode"] == code


def test_no_media_at_all_is_told(api: Api) -> None:
    assert api.post("/cgi-bin/media/upload", b"", type="image")["errcode"] == 41005
    assert api.get("/cgi-bin/media/get")["errcode"] == 41006
    assert api.get("/cgi-bin/media/get", media_id="../journal")["errcode"] == 40007


def code(action: str, **scene: Any) -> dict[str, Any]:
    return {"action_name": action, "action_info": {"scene": scene}}


def test_a_code_can_be_shown_and_ends_when_it_says(api: Api, simulator: Simulator, clock: Clock) -> None:
    made = api.post("/cgi-bin/qrcode/create", {**code("QR_STR_SCENE", scene_str="b3"), "expire_seconds": 120})
    assert made["expire_seconds"] == 120
    shown = api.client.get("/cgi-bin/showqrcode", query_string={"ticket": made["ticket"]})
    assert shown.data.startswith(b"\x89PNG")
    assert api.client.get("/cgi-bin/showqrcode?ticket=no").status_code == 404
    assert [one["scene"] for one in simulator.platform.state.live_codes()] == ["b3"]
    clock.moves(seconds=120)
    assert simulator.platform.state.live_codes() == []


def test_a_lasting_code_has_no_end_and_a_temporary_one_at_most_thirty_days(api: Api) -> None:
    assert "expire_seconds" not in api.post("/cgi-bin/qrcode/create", code("QR_LIMIT_SCENE", scene_id=7))
    made = api.post("/cgi-bin/qrcode/create", {**code("QR_SCENE", scene_id=7), "expire_seconds": 9_999_999})
    assert made["expire_seconds"] == 2_592_000
    assert api.post("/cgi-bin/qrcode/create", code("QR_SCENE", scene_id=7))["expire_seconds"] == 60


@pytest.mark.parametrize(
    "body",
    [
        {},
        code("QR_POEM", scene_id=1),
        code("QR_LIMIT_SCENE", scene_id=100_001),
        code("QR_LIMIT_SCENE", scene_str="a"),
        code("QR_STR_SCENE", scene_str=""),
        code("QR_STR_SCENE", scene_str="a" * 65),
        code("QR_STR_SCENE", scene_id=1),
    ],
)
def test_a_wrong_scene_is_refused(api: Api, body: dict[str, Any]) -> None:
    assert api.post("/cgi-bin/qrcode/create", body)["errcode"] == 40053


CLICK = {"name": "反映", "type": "click", "key": "REPORT"}


def test_a_menu_comes_back_and_goes_away(api: Api) -> None:
    assert (
        api.post("/cgi-bin/menu/create", {"button": [CLICK, {"name": "更多", "sub_button": [CLICK]}]})["errcode"] == 0
    )
    menu = api.get("/cgi-bin/menu/get")["menu"]
    assert menu["button"][0] == {**CLICK, "sub_button": []}
    assert api.get("/cgi-bin/menu/delete")["errcode"] == 0
    assert api.get("/cgi-bin/menu/get")["errcode"] == 46003


@pytest.mark.parametrize(
    ("menu", "code"),
    [
        ({}, 40016),
        ({"button": [CLICK] * 4}, 40016),
        ({"button": [{**CLICK, "name": "一二三四五六"}]}, 40018),
        ({"button": [{**CLICK, "type": "poem"}]}, 40017),
        ({"button": [{**CLICK, "key": "k" * 129}]}, 40019),
        ({"button": [{"name": "网页", "type": "view"}]}, 40020),
        ({"button": [{"name": "更多", "sub_button": [CLICK] * 6}]}, 40023),
        ({"button": [{"name": "更多", "sub_button": [{**CLICK, "name": ""}]}]}, 40025),
    ],
)
def test_a_wrong_menu_is_refused(api: Api, menu: dict[str, Any], code: int) -> None:
    assert api.post("/cgi-bin/menu/create", menu)["errcode"] == code


def test_a_menu_in_escaped_letters_is_refused(api: Api) -> None:
    assert api.post("/cgi-bin/menu/create", json.dumps({"button": [CLICK]}).encode())["errcode"] == 40033


def test_user_info_says_who_follows_and_by_which_code(api: Api, simulator: Simulator, clock: Clock) -> None:
    info = api.get("/cgi-bin/user/info", openid=ANNA)
    assert (info["subscribe"], info["subscribe_time"]) == (1, int(clock().timestamp()))
    assert "nickname" not in info
    simulator.say(ANNA, "event", {"Event": "unsubscribe"})
    assert api.get("/cgi-bin/user/info", openid=ANNA) == {"subscribe": 0, "openid": ANNA}
    simulator.say(ANNA, "event", {"Event": "subscribe", "EventKey": "qrscene_b3"})
    info = api.get("/cgi-bin/user/info", openid=ANNA)
    assert (info["subscribe_scene"], info["qr_scene_str"]) == ("ADD_SCENE_QR_CODE", "b3")
    assert api.get("/cgi-bin/user/info", openid="oNobody")["errcode"] == 40003


def authorise(client: FlaskClient, **changed: str) -> dict[str, str]:
    query = {
        "appid": WECHAT.app_id,
        "redirect_uri": "http://bot.test/m?a=1",
        "response_type": "code",
        "scope": "snsapi_base",
        "state": "s",
        "openid": ANNA,
        **changed,
    }
    answer = client.get("/connect/oauth2/authorize", query_string=query)
    assert answer.status_code == 302
    target = urlsplit(answer.headers["Location"])
    assert (target.netloc, target.path) == ("bot.test", "/m")
    return {name: values[0] for name, values in parse_qs(target.query).items()}


def exchange(client: FlaskClient, code: str) -> dict[str, Any]:
    account = {"appid": WECHAT.app_id, "secret": WECHAT.app_secret, "grant_type": "authorization_code"}
    return get(client, "/sns/oauth2/access_token", code=code, **account)


def test_a_page_learns_who_opened_it_once(client: FlaskClient) -> None:
    back = authorise(client)
    assert (back["a"], back["state"]) == ("1", "s")
    answer = exchange(client, back["code"])
    assert (answer["openid"], answer["scope"]) == (ANNA, "snsapi_base")
    assert "is_snapshotuser" not in answer
    assert exchange(client, back["code"])["errcode"] == 40163
    assert exchange(client, "made-up")["errcode"] == 40029
    assert exchange(client, "")["errcode"] == 41008


def test_a_code_lives_five_minutes(client: FlaskClient, clock: Clock) -> None:
    code = authorise(client)["code"]
    clock.moves(minutes=5)
    assert exchange(client, code)["errcode"] == 40029


def test_a_snapshot_page_gives_an_openid_of_nobody(client: FlaskClient) -> None:
    answer = exchange(client, authorise(client, snapshot="1")["code"])
    assert answer["is_snapshotuser"] == 1
    assert answer["openid"] != ANNA
    assert len(answer["openid"]) == 28


def test_only_the_wider_scope_shows_a_name(client: FlaskClient, clock: Clock) -> None:
    narrow = exchange(client, authorise(client)["code"])
    asked = {"access_token": narrow["access_token"], "openid": ANNA}
    assert get(client, "/sns/userinfo", **asked)["errcode"] == 48001
    wide = exchange(client, authorise(client, scope="snsapi_userinfo")["code"])
    asked = {"access_token": wide["access_token"], "openid": ANNA}
    assert get(client, "/sns/userinfo", **asked)["nickname"] == "居民 安娜"
    assert get(client, "/sns/userinfo", **{**asked, "openid": "oOther"})["errcode"] == 40003
    clock.moves(hours=2)
    assert get(client, "/sns/userinfo", **asked)["errcode"] == 42001
    refresh = {"appid": WECHAT.app_id, "grant_type": "refresh_token", "refresh_token": wide["refresh_token"]}
    fresh = get(client, "/sns/oauth2/refresh_token", **refresh)
    assert get(client, "/sns/userinfo", access_token=fresh["access_token"], openid=ANNA)["nickname"] == "居民 安娜"
    clock.moves(days=30)
    assert get(client, "/sns/oauth2/refresh_token", **refresh)["errcode"] == 42007


def test_without_an_openid_the_page_asks_who_it_is(client: FlaskClient) -> None:
    query = {"appid": WECHAT.app_id, "redirect_uri": "http://bot.test/", "response_type": "code"}
    assert "居民 安娜" in client.get("/connect/oauth2/authorize", query_string=query).text
    for wrong in ({"appid": "wx0"}, {"redirect_uri": "javascript:alert(1)"}, {"response_type": "token"}):
        assert client.get("/connect/oauth2/authorize", query_string={**query, **wrong}).status_code == 400
