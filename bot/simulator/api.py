"""WeChat's API over HTTP, under its real paths, errors as WeChat words them (HTTP 200 with an errcode)."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from bot.simulator.faults import ApiFault, answer
from bot.simulator.media import code_png
from bot.simulator.platform import Platform, seconds_of

OK = {"errcode": 0, "errmsg": "ok"}
BROKEN_PROXY = "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"
Answer = Mapping[str, Any] | Response


def create_api(platform: Platform) -> Blueprint:
    """The routes of WeChat's API for the account behind `platform`."""
    routes = Blueprint("wechat_api", __name__, template_folder="templates")

    def serve(path: str, method: str, call: Callable[[], Answer], needs_token: bool = True) -> None:
        """Let `call` answer `path`, behind the checks that every call of WeChat's API meets."""

        def view() -> Response:
            ip = request.remote_addr or ""
            fault = platform.faults.take(path)
            if fault and fault.http_status != 200:
                return Response(BROKEN_PROXY, status=fault.http_status, mimetype="text/html")
            try:
                if fault:
                    raise ApiFault(fault.code)
                if request.method != method:
                    raise ApiFault(43001 if method == "GET" else 43002)
                platform.call(path, ip)
                if needs_token:
                    platform.check_token(request.args.get("access_token", ""))
                found = call()
            except ApiFault as error:
                found = answer(error, platform.now(), ip)
            return found if isinstance(found, Response) else _json(found)

        routes.add_url_rule(path, path.strip("/").replace("/", "_"), view, methods=["GET", "POST"])

    def done(act: Callable[[], object]) -> Answer:
        act()
        return OK

    serve("/cgi-bin/token", "GET", lambda: platform.token(request.args), needs_token=False)
    serve("/cgi-bin/stable_token", "POST", lambda: platform.stable_token(_body()), needs_token=False)
    serve("/cgi-bin/clear_quota", "POST", lambda: done(lambda: platform.clear_quota(_body().get("appid"))))
    serve("/cgi-bin/clear_quota/v2", "POST", lambda: _clear_by_secret(platform), needs_token=False)
    serve("/cgi-bin/message/custom/send", "POST", lambda: done(lambda: platform.sending.custom(_raw_body())))
    serve(
        "/cgi-bin/message/template/send",
        "POST",
        lambda: {**OK, "msgid": platform.sending.template(_body())},
    )
    serve("/cgi-bin/message/subscribe/bizsend", "POST", lambda: done(lambda: platform.sending.bizsend(_body())))
    serve("/cgi-bin/media/upload", "POST", lambda: _upload(platform))
    serve("/cgi-bin/media/get", "GET", lambda: _download(platform))
    serve("/cgi-bin/menu/create", "POST", lambda: done(lambda: platform.set_menu(_body(no_escapes=True))))
    serve("/cgi-bin/menu/get", "GET", platform.menu)
    serve("/cgi-bin/menu/delete", "GET", lambda: done(lambda: platform.state.set_menu(None)))
    serve("/cgi-bin/qrcode/create", "POST", lambda: platform.create_code(_body()))
    serve("/cgi-bin/user/info", "GET", lambda: platform.user_info(request.args.get("openid", "")))
    serve("/sns/oauth2/access_token", "GET", lambda: platform.exchange_code(request.args), needs_token=False)
    serve("/sns/oauth2/refresh_token", "GET", lambda: platform.refresh_code(request.args), needs_token=False)
    serve(
        "/sns/userinfo",
        "GET",
        lambda: platform.page_user(request.args.get("access_token", ""), request.args.get("openid", "")),
        needs_token=False,
    )

    @routes.route("/cgi-bin/<path:_rest>", methods=["GET", "POST"])
    @routes.route("/sns/<path:_rest>", methods=["GET", "POST"])
    def unknown(_rest: str) -> Response:
        return _json(answer(ApiFault(40066), platform.now(), request.remote_addr or ""))

    @routes.get("/cgi-bin/showqrcode")
    def show_code() -> Response:
        ticket = request.args.get("ticket", "")
        if ticket not in platform.state.codes:
            return Response("", status=404)
        return Response(code_png(ticket), mimetype="image/png")

    @routes.get("/mmbiz/<media_id>/0")
    def picture(media_id: str) -> Response:
        """Where PicUrl and video_url point to; needs no token, like WeChat's own picture host."""
        try:
            media, body = platform.media.read(media_id, platform.now())
        except ApiFault:
            return Response("", status=404)
        return Response(body, mimetype=media.content_type)

    @routes.get("/connect/oauth2/authorize")
    def authorise() -> BaseResponse | str:
        """The page behind an authorisation link. `openid` and `snapshot=1` answer it without asking."""
        asked = request.args
        target = urlsplit(asked.get("redirect_uri", ""))
        if asked.get("appid") != platform.wechat.app_id or asked.get("response_type") != "code":
            return Response("Scope 参数错误或没有 Scope 权限", status=400, mimetype="text/plain")
        if target.scheme not in ("http", "https") or not target.netloc:
            return Response("redirect_uri 参数错误", status=400, mimetype="text/plain")
        if not asked.get("openid"):
            with platform.state.lock:
                people = list(platform.state.people.values())
            return render_template("simulator/authorise.html", people=people, asked=asked, host=target.netloc)
        code = platform.authorise(asked["openid"], asked.get("scope", ""), asked.get("snapshot") == "1")
        added = urlencode({"code": code, "state": asked.get("state", "")})
        query = f"{target.query}&{added}" if target.query else added
        return redirect(urlunsplit(target._replace(query=query)))

    return routes


def _json(value: Mapping[str, Any]) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), content_type="application/json; encoding=utf-8")


def _body(no_escapes: bool = False, raw: bytes | None = None) -> dict[str, Any]:
    """The JSON object that was posted. Raises ApiFault 44002, 47001, or 40033 for \\uxxxx where WeChat does."""
    raw = request.get_data() if raw is None else raw
    if not raw:
        raise ApiFault(44002)
    if no_escapes and re.search(rb"\\u[0-9a-fA-F]{4}", raw):
        raise ApiFault(40033)
    try:
        value = json.loads(raw)
    except ValueError as error:
        raise ApiFault(47001) from error
    if not isinstance(value, dict):
        raise ApiFault(47001)
    return value


def _raw_body() -> dict[str, Any]:
    """The JSON object with \\uxxxx left as it stands: in custom messages WeChat shows people these six letters."""
    raw = re.sub(rb"(?<!\\)((?:\\\\)*)\\u(?=[0-9a-fA-F]{4})", rb"\1\\\\u", request.get_data())
    return _body(raw=raw)


def _clear_by_secret(platform: Platform) -> Answer:
    given = {**request.args, **(_body() if request.get_data() else {})}
    platform.check_secret(given.get("appid"), given.get("appsecret"))
    platform.clear_quota(given.get("appid"))
    return OK


def _upload(platform: Platform) -> Answer:
    file = request.files.get("media")
    if file is None:
        raise ApiFault(41005)
    kind = request.args.get("type", "")
    media = platform.upload(kind, file.filename or "", file.read())
    name = "thumb_media_id" if kind == "thumb" else "media_id"
    return {"type": kind, name: media.media_id, "created_at": seconds_of(media.created_at), "item": []}


def _download(platform: Platform) -> Answer:
    media_id = request.args.get("media_id", "")
    if not media_id:
        raise ApiFault(41006)
    media, body = platform.media.read(media_id, platform.now())
    if media.kind == "video":
        return {"video_url": f"{platform.wechat.api_base_url}/mmbiz/{media_id}/0"}
    headers = {"Content-Disposition": f'attachment; filename="{media_id}.{media.filename.rsplit(".", 1)[-1]}"'}
    return Response(body, mimetype=media.content_type, headers=headers)
